//! The examples of the docs run as tests: a check's example has its finding, a transform makes its first example
//! into its second.

use crate::sample::Sample;
use crate::{Target, checks, transforms};

#[test]
fn the_example_of_each_check_has_its_finding() {
    let mut failed = Vec::new();
    for check in checks::CHECKS {
        let meta = check.meta();
        let examples = meta.docs.examples();
        let text = examples.first().map_or("", String::as_str);
        // A check of the bytes on disk cannot see them in an example, nor is there room for a page of text; these
        // have tests of their own.
        let needs_bytes = [
            "not-a-table",
            "invalid-encoding",
            "mismatched-encoding",
            "byte-order-mark",
            "misleading-extension",
            "mixed-line-endings",
            "missing-final-newline",
            "overlong-field",
        ];
        // What two versions tell is shown by both.
        if let [before, now] = examples.as_slice() {
            if !Sample::new(now).since(before).has(meta.code) {
                failed.push(meta.code);
            }
            continue;
        }
        if !needs_bytes.contains(&meta.code)
            && !Sample::new(text).has(meta.code)
            && !Sample::detected(text).has(meta.code)
            && !Sample::new(text).audit().has(meta.code)
        {
            failed.push(meta.code);
        }
    }
    assert!(failed.is_empty(), "the example does not have its finding: {failed:?}");
}

#[test]
fn each_transform_makes_its_first_example_into_its_second() {
    let mut failed = Vec::new();
    for transform in transforms::TRANSFORMS {
        let meta = transform.meta();
        let examples = meta.docs.examples();
        let [before, after] = examples.as_slice() else { continue };
        let results = |sample: Sample| {
            let (n_records, n_columns) =
                sample.with(|table| (table.structure.n_records, table.columns.len()));
            let targets = std::iter::once(Target::File)
                .chain((0..n_columns).map(Target::Column))
                .chain((0..n_records).map(Target::Record))
                .chain((0..n_records).flat_map(|r| (0..n_columns).map(move |c| Target::Field(r, c))));
            targets.filter_map(|target| sample.after(meta.code, target)).collect::<Vec<_>>()
        };
        let mut results: Vec<_> =
            results(Sample::new(before)).into_iter().chain(results(Sample::detected(before))).collect();
        results.dedup();
        if !results.iter().any(|result| result == after) {
            failed.push(format!("{}:\n{}", meta.code, results.join("---\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn no_number_or_code_is_used_twice() {
    let mut seen = std::collections::BTreeMap::new();
    let checks = checks::CHECKS.iter().map(|check| (check.meta().code, check.meta().number, 1..=999));
    let transforms = transforms::TRANSFORMS.iter().map(|t| (t.meta().code, t.meta().number, 1001..=1999));
    for (code, number, range) in checks.chain(transforms) {
        assert!(range.contains(&number), "{code}: {number} is outside {range:?}");
        assert_eq!(seen.insert(number, code), None, "{code}: {number} is taken");
    }
}
