//! One finding for one cause: a general check is silent about fields of which a more telling one has spoken.

use std::collections::HashSet;

use crate::Finding;

/// Checks that say no more than that a value is unlike the others.
const GENERAL: [&str; 2] = ["unexpected-kind", "unexpected-pattern"];

/// Checks that say what such a value, or its record, is.
const TELLING: [&str; 7] = [
    "disguised-nulls",
    "header-like-record",
    "impossible-date",
    "mixed-date-formats",
    "repeated-header",
    "spreadsheet-damage",
    "totals-record",
];

/// Leaves out the general findings all of whose fields a telling one is about.
pub(crate) fn leave_one(findings: &mut Vec<Finding>) {
    let mut fields = HashSet::new();
    let mut records = HashSet::new();
    for finding in findings.iter().filter(|finding| TELLING.contains(&finding.code)) {
        for place in std::iter::once(&finding.place).chain(&finding.related) {
            match (place.record, place.field) {
                (Some(record), Some(field)) => _ = fields.insert((record, field)),
                (Some(record), None) => _ = records.insert(record),
                _ => {}
            }
        }
    }
    let most = |column: Option<usize>| -> u64 {
        let of_column = |finding: &&Finding| {
            TELLING.contains(&finding.code)
                && (finding.place.field == column || finding.place.field.is_none())
        };
        findings.iter().filter(of_column).map(|finding| finding.n_places).sum()
    };
    // Of many fields a finding names only the first.
    let is_told = |finding: &Finding| {
        let known =
            |record: u64, field: usize| fields.contains(&(record, field)) || records.contains(&record);
        GENERAL.contains(&finding.code)
            && !finding.related.is_empty()
            && finding.related.iter().all(|p| p.record.zip(p.field).is_some_and(|(r, f)| known(r, f)))
            && finding.n_places <= most(finding.place.field)
    };
    let told: Vec<bool> = findings.iter().map(is_told).collect();
    let mut told = told.into_iter();
    findings.retain(|_| !told.next().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use crate::checks;
    use crate::sample::Sample;

    fn codes(text: &str) -> Vec<&'static str> {
        let found = Sample::new(text).standard().with(checks::run_all).0;
        found.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn the_codes_are_of_the_catalogue() {
        assert!(super::GENERAL.iter().chain(&super::TELLING).all(|code| checks::find(code).is_some()));
    }

    #[test]
    fn a_day_on_no_calendar_and_a_spreadsheets_error_are_one_finding_each() {
        let dates: String = (0..40).map(|i| format!("2023-01-{:02},{}\n", i % 28 + 1, i * 7 % 11)).collect();
        assert_eq!(codes(&format!("day,n\n{dates}2023-02-30,4\n")), ["impossible-date"]);
        let numbers: String = (0..40).map(|i| format!("{}.5,{}\n", i * 37 % 101, i * 7 % 11)).collect();
        assert_eq!(codes(&format!("x,n\n{numbers}#REF!,4\n")), ["spreadsheet-damage"]);
        // What nobody has told stays.
        assert_eq!(
            codes(&format!("x,n\n{numbers}#REF!,4\nabc,5\n")),
            ["spreadsheet-damage", "unexpected-kind"]
        );
    }
}
