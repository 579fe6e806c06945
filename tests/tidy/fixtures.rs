//! Every fixture beside the list of all its findings, and every check in one of them.

use std::fmt::Write;

use aurora_advice::{Profile, Settings, checks};
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_text::{LineIndex, encoding};

use crate::{files, no_complaints, read, root};

/// All findings of a file in both profiles, one a line: place, severity, code, number of places, message, fixes.
fn findings(path: &std::path::Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let guess = encoding::detect(&bytes);
    let decoded = encoding::decode(&bytes, guess.label);
    let mut options = OpenOptions::default();
    options.file.extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    options.file.encoding = Some(guess);
    options.file.n_faults = decoded.n_faults;
    options.file.faults = decoded.faults;
    if let Ok(text) = std::fs::read_to_string(path.with_added_extension("before")) {
        let before = Document::open(&text, &options).snapshot().as_before("HEAD (1a2b3c4)".to_owned());
        options.file.before = Some(before.into());
    }
    let snapshot = Document::open(&decoded.text, &options).snapshot();
    let index = LineIndex::new(&decoded.text);
    let mut out = String::new();
    for profile in [Profile::Standard, Profile::Audit] {
        let _ = writeln!(out, "# {profile:?}");
        let settings = Settings { profile, ..Settings::default() };
        let analysis =
            Analysis::of(&snapshot, &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
        assert!(analysis.broken_checks.is_empty(), "{:?} failed", analysis.broken_checks);
        for finding in &analysis.findings {
            let (line, column) = index.line_column(&decoded.text, finding.place.span.start);
            let mut fixes: Vec<_> = finding.fixes.iter().map(|fix| fix.transform).collect();
            fixes.dedup();
            let _ = writeln!(
                out,
                "{}:{} {} {} ×{}: {}{}{}",
                line + 1,
                column + 1,
                finding.severity.as_str(),
                finding.code,
                finding.n_places,
                finding.message,
                if fixes.is_empty() { "" } else { " → " },
                fixes.join(", "),
            );
        }
    }
    out
}

fn fixtures() -> Vec<std::path::PathBuf> {
    let folder = root().join("fixtures");
    let mut paths: Vec<_> = ["csv", "tsv", "txt"].iter().flat_map(|e| files(&folder, e)).collect();
    paths.sort();
    paths
}

/// The findings of `name.csv` stand in `name.csv.findings`. With `UPDATE_FINDINGS=1` they are written anew, to be
/// looked at as a diff.
#[test]
fn each_fixture_has_the_findings_beside_it() {
    let mut complaints = Vec::new();
    for path in fixtures() {
        let now = findings(&path);
        let beside = path
            .with_extension(format!("{}.findings", path.extension().unwrap_or_default().to_string_lossy()));
        if std::env::var_os("UPDATE_FINDINGS").is_some() {
            std::fs::write(&beside, &now).unwrap();
        } else if std::fs::read_to_string(&beside).ok().as_deref() != Some(&now) {
            complaints.push(format!("{}: the findings are now\n{now}", path.display()));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn every_check_has_a_fixture() {
    let all: String = fixtures().iter().map(|path| findings(path)).collect();
    let missing = checks::CHECKS
        .iter()
        .map(|check| check.meta().code)
        .filter(|code| !all.contains(&format!(" {code} ×")));
    // Off by default, or seen only where an editor has read the file otherwise than its bytes say.
    let silent = ["missing-final-newline", "byte-order-mark", "mismatched-encoding", "not-a-table"];
    let missing: Vec<_> =
        missing.filter(|code| !silent.contains(code)).map(|code| format!("{code}: no fixture")).collect();
    no_complaints(&missing);
}

#[test]
fn the_index_has_a_line_for_each_fixture() {
    let folder = root().join("fixtures");
    let index = read(&folder.join("README.md"));
    let name = |path: &std::path::PathBuf| {
        path.strip_prefix(&folder).map(|p| p.display().to_string()).unwrap_or_default()
    };
    let missing = fixtures()
        .iter()
        .map(name)
        .filter(|name| !index.contains(&format!("`{name}`")))
        .map(|n| format!("{n}: not in fixtures/README.md"))
        .collect::<Vec<_>>();
    no_complaints(&missing);
}
