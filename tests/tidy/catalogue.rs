//! Catalogue, files, pages.

use std::collections::{BTreeMap, BTreeSet};

use aurora_advice::{checks, pages, transforms};

use crate::{files, no_complaints, read, root};

const CHECK_HEADINGS: [&str; 4] = ["What it finds", "Why it matters", "Example", "When it is wrong"];
const TRANSFORM_HEADINGS: [&str; 3] = ["What it does", "Example", "When not to use it"];

fn codes_of_files(folder: &str) -> Vec<(String, String)> {
    let folder = root().join("server/advice/src").join(folder);
    let paths = files(&folder, "rs");
    let stem = |path: &std::path::PathBuf| path.file_stem().map(|s| s.to_string_lossy().replace('_', "-"));
    paths.iter().filter_map(|path| Some((stem(path)?, read(path)))).collect()
}

#[test]
fn every_file_is_in_the_catalogue_under_its_name_and_has_tests() {
    let mut complaints = Vec::new();
    let catalogues: [(&str, BTreeSet<&str>); 2] = [
        ("checks", checks::CHECKS.iter().map(|check| check.meta().code).collect()),
        ("transforms", transforms::TRANSFORMS.iter().map(|transform| transform.meta().code).collect()),
    ];
    for (folder, codes) in &catalogues {
        let of_files = codes_of_files(folder);
        for (code, text) in &of_files {
            if !codes.contains(code.as_str()) {
                complaints.push(format!(
                    "{folder}: the file of {code} is not in the catalogue, or its code differs"
                ));
            }
            if !text.contains(&format!("code: \"{code}\"")) {
                complaints.push(format!("{folder}: the file of {code} declares another code"));
            }
            if !text.contains("#[test]") {
                complaints.push(format!("{folder}: {code} has no test"));
            }
        }
        for code in codes {
            if !of_files.iter().any(|(file, _)| file == code) {
                complaints.push(format!("{folder}: {code} has no file"));
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn no_code_and_no_number_is_used_twice() {
    let mut complaints = Vec::new();
    let mut seen: BTreeMap<u16, &str> = BTreeMap::new();
    let mut codes = BTreeSet::new();
    let checks = checks::CHECKS.iter().map(|check| (check.meta().code, check.meta().number, 1..=999));
    let transforms = transforms::TRANSFORMS.iter().map(|t| (t.meta().code, t.meta().number, 1001..=1999));
    for (code, number, range) in checks.chain(transforms) {
        if !range.contains(&number) {
            complaints.push(format!("{code}: number {number} is outside {range:?}"));
        }
        if let Some(other) = seen.insert(number, code) {
            complaints.push(format!("{code}: number {number} is that of {other}"));
        }
        if !codes.insert(code) {
            complaints.push(format!("{code}: used twice"));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn every_page_has_its_headings_and_an_example() {
    let mut complaints = Vec::new();
    let checks = checks::CHECKS.iter().map(|c| (c.meta().code, c.meta().docs, CHECK_HEADINGS.as_slice()));
    let transforms =
        transforms::TRANSFORMS.iter().map(|t| (t.meta().code, t.meta().docs, TRANSFORM_HEADINGS.as_slice()));
    for (code, docs, headings) in checks.chain(transforms) {
        // What cannot be seen in text has no example.
        let invisible = [
            "remove-bom",
            "reopen-with-encoding",
            "add-final-newline",
            "reencode-utf8",
            "normalise-line-endings",
            "byte-order-mark",
            "missing-final-newline",
        ];
        let seen = |heading: &str| heading != "Example" || !invisible.contains(&code);
        for heading in headings.iter().filter(|heading| seen(heading)) {
            if !docs.markdown().lines().any(|line| line == format!("# {heading}")) {
                complaints.push(format!("{code}: the heading \"{heading}\" is missing"));
            }
        }
        if docs.examples().is_empty() && seen("Example") {
            complaints.push(format!("{code}: no example"));
        }
        if docs.summary().is_empty() {
            complaints.push(format!("{code}: no first sentence"));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn checks_name_transforms_that_exist() {
    let complaints: Vec<_> = checks::CHECKS
        .iter()
        .flat_map(|check| check.meta().transforms.iter().map(|code| (check.meta().code, *code)))
        .filter(|(_, code)| transforms::find(code).is_none())
        .map(|(check, code)| format!("{check}: the transform {code} does not exist"))
        .collect();
    no_complaints(&complaints);
}

#[test]
fn the_generated_pages_are_fresh() {
    for (path, page) in [
        ("server/advice/CHECKS.md", pages::checks_page()),
        ("server/advice/TRANSFORMS.md", pages::transforms_page()),
        ("server/config/SETTINGS.md", aurora_config::settings_page()),
        ("server/schema/SCHEMAS.md", aurora_schema::schema_page()),
        ("server/cli/COMMANDS.md", aurora_cli::pages::commands_page()),
    ] {
        assert!(read(&root().join(path)) == page, "{path} is stale: cargo xtask docs");
    }
}
