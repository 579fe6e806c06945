//! `aurora recipe`: steps are fitted, shown, replayed, and exported as code that does the same in other tools.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aurora_advice::{FileFacts, Settings, Target};
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_recipe::{Recipe, Step};

use crate::{aurora, stdout};

/// A table with something for every transform of columns that can be exported.
pub(crate) fn table() -> String {
    let mut text = String::from(
        "id,amount,offset,visits,city,day,tags,ok,zip,mail,price,Whole Part,note,gap,sales,group,ref,cell,temp,euro\n",
    );
    let mut state = 7_u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for i in 0..80_u64 {
        let amount = match i {
            9 => "NA".to_owned(),
            30 => String::new(),
            44 => "9800.5".to_owned(),
            _ => format!("{:.2}", (1.0 + next(1000) as f64 / 90.0).powi(3)),
        };
        let offset = format!("{:.3}", next(4000) as f64 / 900.0 - 1.5 + if i == 50 { 90.0 } else { 0.0 });
        let visits = if next(3) == 0 { 0 } else { next(90) };
        let city =
            ["Rome", "Oslo", "Bern", "rome", "Bern ", "Graz"][if i == 61 { 5 } else { next(5) as usize }];
        let day = format!("{:02}/{:02}/{}", 1 + next(28), 1 + next(12), 2020 + next(5));
        let tags = ["red;blue", "red", "blue; green", "green;red;blue", ""][next(5) as usize];
        let ok = ["yes", "no", "Y", "N", "true"][next(5) as usize];
        let zip = if i % 11 == 3 {
            format!("{:04}", 1000 + next(8999))
        } else {
            format!("{:05}", 10_000 + next(80_000))
        };
        let mail = match i {
            12 => String::new(),
            13 => " anna.1@example1.org".to_owned(),
            _ => format!("anna.{}@example{}.org", next(20), next(3)),
        };
        let price = if next(3) == 0 {
            format!("\"${},{:03}.50\"", 1 + next(8), next(999))
        } else {
            format!("{}.25", next(900))
        };
        let whole = format!("{}.0", next(500));
        let note = ["a  b", "c d", " x ", "y", "z\u{a0}w"][next(5) as usize];
        let gap =
            if next(6) == 0 { ["", "null"][next(2) as usize].to_owned() } else { format!("{}.5", next(100)) };
        let sales =
            if next(7) == 0 { String::new() } else { format!("{:.1}", 10.0 + next(4000) as f64 / 10.0) };
        let reference = format!("{}{:03}", ["AB-", "ab", "AB-", "AB-"][next(4) as usize], next(999));
        let cell = if i % 20 == 7 { "=SUM(A1)" } else { "plain" };
        let temp = if i % 16 == 5 { "oops".to_owned() } else { format!("{}.5", next(30)) };
        let euro = if next(3) == 0 { format!("\"{},5\"", next(90)) } else { format!("{}.25", next(90)) };
        let group = ["north", "south", "west"][next(3) as usize];
        let _ = writeln!(
            text,
            "{},{amount},{offset},{visits},{city},{day},{tags},{ok},{zip},{mail},{price},{whole},{note},{gap},{sales},{group},{reference},{cell},{temp},{euro}",
            // One record stands too early.
            if i == 20 { 25 } else { i },
        );
    }
    // The last record is there twice.
    let last = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let again = text[last..].to_owned();
    text + &again
}

/// Single steps and chains that are exported; those that DuckDB cannot write end in `/-duckdb`.
const RECIPES: &[&[&str]] = &[
    &["log1p-column=amount"],
    &["log1p-column=amount!"],
    &["log-column=amount"],
    &["sqrt-column=amount"],
    &["cube-root=amount"],
    &["reciprocal=amount"],
    &["box-cox-column=amount"],
    &["yeo-johnson-column=offset"],
    &["yeo-johnson-column=offset!"],
    &["standardise=amount"],
    &["min-max-scale=amount"],
    &["robust-scale=amount"],
    &["rank=amount"],
    &["quantile-normal=amount", "-duckdb"],
    &["winsorize=amount"],
    &["clip-iqr=amount"],
    &["flag-outliers=offset"],
    &["add-missing-indicator=amount"],
    &["add-zero-indicator=visits"],
    &["impute-median=gap"],
    &["impute-mean=gap"],
    &["impute-constant=gap"],
    &["impute-mode=tags"],
    &["fill-forward=gap"],
    &["fill-backward=gap"],
    &["interpolate-linear=gap"],
    &["impute-group-median=sales"],
    &["one-hot-encode=group"],
    &["ordinal-encode=group"],
    &["frequency-encode=city"],
    &["group-rare-categories=city"],
    &["hash-encode=city", "-duckdb"],
    &["merge-categories=city"],
    &["unify-booleans=ok"],
    &["parse-number=price"],
    &["trim-whitespace=note"],
    &["collapse-whitespace=note"],
    &["integer-column=Whole Part"],
    &["zero-pad=zip"],
    &["mask=mail"],
    &["pseudonymise=mail"],
    &["remove-duplicate-records"],
    &["iso-8601-date=day"],
    &["extract-date-parts=day"],
    &["cyclical-encode=day"],
    &["split-column=tags"],
    &["multi-label-encode=tags"],
    &["explode-records=tags"],
    &["drop-column=note"],
    &["drop-null-records=amount"],
    &["sort-records=id"],
    &["snake-case-headers"],
    &["unify-null-tokens=gap"],
    &["mark-as-null=temp"],
    &["unify-number-format=euro"],
    &["apply-pattern=ref"],
    &["neutralise-formula=cell"],
    &[
        "trim-whitespace=city",
        "merge-categories=city",
        "parse-number=price",
        "impute-median=gap",
        "log1p-column=amount!",
        "one-hot-encode=city",
        "drop-column=mail",
        "drop-null-records=sales",
        "standardise=sales",
        "explode-records=tags",
        "interpolate-linear=amount",
    ],
];

/// Transforms of the file's form, which leave its table as it is, and those that no other tool is told of: they look at
/// single records, at the header as a record, or at more than a column.
const NOT_EXPORTED: &[&str] = &[
    "reencode-utf8",
    "reopen-with-encoding",
    "repair-mojibake",
    "normalise-line-endings",
    "add-final-newline",
    "remove-bom",
    "convert-dialect",
    "reinterpret-as",
    "remove-preamble",
    "insert-header",
    "remove-record",
    "split-tables",
    "merge-header-records",
    "drop-empty-columns",
    "pad-record",
    "quote-overflow",
    "repair-record",
    "drop-empty-extra-fields",
    "truncate-record",
    "join-broken-records",
    "close-quote",
    "escape-quote",
    "requote-field",
    "shift-record",
    "double-quotes",
    "remove-blank-records",
    "remove-control-characters",
    "strip-unit-to-header",
    "copy-dependent-value",
];

#[test]
fn every_transform_is_exported_and_compared_or_named_as_one_that_is_not() {
    let compared = |code: &str| {
        RECIPES.iter().any(|steps| steps[0] == code || steps[0].starts_with(&format!("{code}=")))
    };
    for transform in aurora_advice::transforms::TRANSFORMS {
        let code = transform.meta().code;
        let named = NOT_EXPORTED.contains(&code) || RENAMES.contains(&code);
        assert!(compared(code) != named, "{code}: compared {}, named {named}", compared(code));
    }
}

/// Names for all columns, written as those of `snake-case-headers` are.
const RENAMES: &[&str] = &["name-header", "number-duplicates"];

const TOOLS: [(&str, &str); 4] =
    [("pandas", "pandas.py"), ("polars", "polars.py"), ("sklearn", "sklearn.py"), ("duckdb", "duckdb.sql")];

pub(crate) fn recipe(file: &Path, steps: &[&str]) -> String {
    let mut arguments = vec!["recipe", "new", file.to_str().unwrap()];
    arguments.extend(steps);
    let output = aurora(&arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{steps:?}: {}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

#[test]
fn a_recipe_says_what_it_holds_and_does_to_the_next_file_what_was_fitted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, table()).unwrap();
    let text = recipe(&file, &["impute-median=gap", "one-hot-encode=group"]);
    assert!(
        text.lines().take(2).any(|line| line.starts_with("# It holds column names and values")),
        "{text}"
    );
    let path = folder.path().join("a.recipe");
    fs::write(&path, &text).unwrap();
    let path = path.to_str().unwrap();
    let shown = stdout(&aurora(&["recipe", "show", path], b""));
    assert!(shown.contains("1  impute-median of \"gap\"") && shown.contains("  strategy=median"), "{shown}");

    // The next file has other numbers and another group: the fill is the old one, the columns are the old ones.
    let fill = text
        .lines()
        .find_map(|line| line.strip_prefix("parameters.fill_value = "))
        .unwrap()
        .trim_matches('"');
    let next = "gap,group\n1000,north\n,east\n2000,south\n";
    let replayed = stdout(&aurora(&["recipe", "apply", path, "-"], next.as_bytes()));
    let expected = format!(
        "gap,group,group_north,group_south,group_west\n1000,north,1,0,0\n{fill},east,0,0,0\n2000,south,0,1,0\n"
    );
    assert_eq!(replayed, expected);
}

#[test]
fn pseudonyms_hold_for_the_next_file_whatever_its_values_look_like() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, table()).unwrap();
    let path = folder.path().join("a.recipe");
    fs::write(&path, recipe(&file, &["pseudonymise=mail"])).unwrap();
    let next =
        aurora(&["recipe", "apply", path.to_str().unwrap(), "-"], b"id,mail\n1,Ada\n2,\n3,Bob\n4,Ada\n");
    assert_eq!(stdout(&next), "id,mail\n1,mail-1\n2,\n3,mail-2\n4,mail-1\n");
}

/// Whether two fields are the same, up to the ten digits that fitted parameters are written with.
fn same(a: &str, b: &str) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-8 * (1.0 + a.abs());
    a == b || matches!((a.parse(), b.parse()), (Ok(a), Ok(b)) if close(a, b))
}

#[test]
fn replaying_on_the_same_file_is_what_the_transforms_do() {
    let text = table();
    let settings = Settings { select: vec!["structure".to_owned()], ..Settings::default() };
    let document = Document::open(&text, &OpenOptions::default());
    let analysis =
        Analysis::of(&document.snapshot(), &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
    for steps in RECIPES.iter().filter(|steps| steps.len() <= 2) {
        let (wanted, in_place) = steps[0].strip_suffix('!').map_or((steps[0], false), |rest| (rest, true));
        let (code, column) = wanted.split_once('=').map_or((wanted, None), |(code, name)| (code, Some(name)));
        let (recipe, directly) = analysis.with_table(&settings, |table| {
            let target = column.map_or(Target::File, |name| {
                let idx = table.columns.iter().position(|column| column.header.name == name).unwrap();
                if in_place { Target::InPlace(idx) } else { Target::Column(idx) }
            });
            let mut recipe = Recipe::of(table);
            recipe
                .steps
                .push(Step::of(table, code, target).unwrap_or_else(|| panic!("{wanted} does not apply")));
            let edits = aurora_advice::transforms::find(code).unwrap().edits(table, target);
            (recipe, aurora_text::edit::apply(&text, &edits))
        });
        // As it is read from a file.
        let recipe = aurora_recipe::file::read(&aurora_recipe::file::write(&recipe)).unwrap();
        let replayed = aurora_recipe::apply(&recipe, &text, &FileFacts::default(), None).unwrap();
        assert!(replayed.idle.is_empty(), "{wanted}");
        assert_ne!(replayed.text, text, "{wanted}");
        let (mut ours, mut theirs) = (replayed.text.split([',', '\n']), directly.split([',', '\n']));
        let different = ours.by_ref().zip(theirs.by_ref()).find(|(a, b)| !same(a, b));
        assert_eq!(different, None, "{wanted}");
        assert_eq!((ours.next(), theirs.next()), (None, None), "{wanted}");
    }
}

#[test]
fn a_table_without_the_column_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("a.csv"), folder.path().join("out.csv"));
    fs::write(&file, table()).unwrap();
    let path = folder.path().join("a.recipe");
    fs::write(&path, recipe(&file, &["impute-median=gap"])).unwrap();
    let (path, out_text) = (path.to_str().unwrap(), out.to_str().unwrap());
    let output = aurora(&["recipe", "apply", path, "-", "--output", out_text], b"x,y\n1,2\n");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("step 1 (impute-median of \"gap\")") && said.contains("no column \"gap\""),
        "{said}"
    );
    assert!(!out.exists());
}

#[test]
fn what_cannot_be_exported_is_said_in_the_code_and_in_the_status() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, table()).unwrap();
    let path = folder.path().join("a.recipe");
    fs::write(&path, recipe(&file, &["hash-encode=city"])).unwrap();
    let export = |tool: &str| aurora(&["recipe", "export", path.to_str().unwrap(), "--to", tool], b"");
    let output = export("duckdb");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("-- step 1 is left out: hash-encode of \"city\""));
    assert!(String::from_utf8_lossy(&output.stderr).contains("left out"));
    assert_eq!(export("pandas").status.code(), Some(0));
}

#[test]
fn what_is_no_recipe_is_said() {
    for text in ["", "recipe = 9", "recipe = 1\n[[step]]\ntransform = \"rm\"", "\u{0}", "a,b\n1,2\n"] {
        let output = aurora(&["recipe", "show", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(2), "{text:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("no recipe"), "{output:?}");
    }
}

/// The Python with the libraries: named by `cargo xtask test`, or installed by an earlier run of it.
pub(crate) fn python() -> Option<PathBuf> {
    let named = std::env::var_os("AURORA_TEST_PYTHON").map(PathBuf::from);
    let installed =
        Path::new(env!("CARGO_BIN_EXE_aurora")).ancestors().nth(2)?.join("tools/exports/bin/python");
    named.or(Some(installed)).filter(|python| python.exists())
}

#[test]
fn every_export_runs_and_gives_the_table_that_we_give() {
    let Some(python) = python() else {
        println!("skipped: no Python with the libraries; `cargo xtask test rust` installs one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.csv");
    fs::write(&file, table()).unwrap();
    let mut n_codes = 0;
    for (n, steps) in RECIPES.iter().enumerate() {
        let without_duckdb = steps.last() == Some(&"-duckdb");
        let steps = if without_duckdb { &steps[..steps.len() - 1] } else { steps };
        let case = folder.path().join(format!("{n:02} {}", steps[0]));
        fs::create_dir(&case).unwrap();
        let path = case.join("a.recipe");
        fs::write(&path, recipe(&file, steps)).unwrap();
        let path = path.to_str().unwrap();
        let ours = aurora(&["recipe", "apply", path, file.to_str().unwrap()], b"");
        fs::write(case.join("ours.csv"), &ours.stdout).unwrap();
        for (tool, name) in TOOLS {
            let output = aurora(&["recipe", "export", path, "--to", tool], b"");
            let whole = tool != "duckdb" || !without_duckdb;
            assert_eq!(output.status.code(), Some(i32::from(!whole)), "{steps:?} {tool}: {output:?}");
            if whole {
                fs::write(case.join(name), &output.stdout).unwrap();
                n_codes += 1;
            }
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/exports.py");
    let output = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let said = stdout(&output);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with(&format!("{n_codes} agree\n")), "{said}");
}

#[test]
fn sarif_keeps_to_its_schema() {
    let Some(python) = python() else {
        println!("skipped: no Python with the libraries; `cargo xtask test rust` installs one");
        return;
    };
    // The schema comes with a crate that is unpacked beside the libraries, and is no part of the build.
    let schema = python.ancestors().nth(3).unwrap().join("sarif/vendor/serde-sarif/src/schema.json");
    if std::env::var_os("AURORA_TEST_PYTHON").is_none() && !schema.exists() {
        println!("skipped: no schema of SARIF; `cargo xtask test rust` unpacks one");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.sarif");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let output = aurora(&["check", "--audit", "--format", "sarif", fixtures.to_str().unwrap()], b"");
    fs::write(&log, &output.stdout).unwrap();
    let validate = "import json, sys, jsonschema; \
        log = json.load(open(sys.argv[1], encoding='utf-8')); schema = json.load(open(sys.argv[2], encoding='utf-8')); \
        jsonschema.validators.validator_for(schema)(schema).validate(log); print(len(log['runs'][0]['results']), 'results')";
    let output = Command::new(python).args(["-c", validate]).arg(&log).arg(schema).output().unwrap();
    let said = stdout(&output);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let n: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert!(n > 50, "{said}");
}
