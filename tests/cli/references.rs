//! The formulas of transforms against reference implementations (SciPy, scikit-learn, NumPy, pandas), which fit their
//! parameters themselves: an export that is given ours could not tell a wrong one.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::recipe::{python, recipe, table};
use crate::{aurora, stdout};

/// Each transform that computes, with a column that it computes from.
const CASES: &[&str] = &[
    "log-column=amount",
    "log1p-column=amount",
    "sqrt-column=amount",
    "cube-root=amount",
    "reciprocal=amount",
    "box-cox-column=amount",
    "yeo-johnson-column=offset",
    "quantile-normal=amount",
    "rank=amount",
    "standardise=amount",
    "min-max-scale=amount",
    "robust-scale=amount",
    "winsorize=amount",
    "clip-iqr=amount",
    "flag-outliers=offset",
    "add-missing-indicator=amount",
    "add-zero-indicator=visits",
    "impute-median=gap",
    "impute-mean=gap",
    "impute-mode=tags",
    "fill-forward=gap",
    "fill-backward=gap",
    "interpolate-linear=gap",
    "impute-group-median=sales",
    "one-hot-encode=group",
    "multi-label-encode=tags",
    "ordinal-encode=group",
    "frequency-encode=city",
    "group-rare-categories=city",
    "cyclical-encode=day",
    "iso-8601-date=day",
    "extract-date-parts=day",
];

#[test]
fn every_formula_gives_what_its_reference_gives() {
    let Some(python) = python() else {
        println!("skipped: no Python with the libraries; `cargo xtask test rust` installs one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.csv");
    fs::write(&file, table()).unwrap();
    for case in CASES {
        let ours = folder.path().join(case);
        fs::create_dir(&ours).unwrap();
        let path = ours.join("a.recipe");
        fs::write(&path, recipe(&file, &[case])).unwrap();
        let done = aurora(&["recipe", "apply", path.to_str().unwrap(), file.to_str().unwrap()], b"");
        assert_eq!(done.status.code(), Some(0), "{case}");
        fs::write(ours.join("ours.csv"), &done.stdout).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/references.py");
    let output = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let said = stdout(&output);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("40 columns agree\n"), "{said}");
}
