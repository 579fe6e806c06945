//! The catalogue of checks, in the order a user should read them.

pub mod extra_fields;
pub mod missing_fields;
pub mod stray_quote;
pub mod text_after_quote;
pub mod unclosed_quote;

use crate::{Check, Checker, Finding, TableView};

/// Every check.
pub const CHECKS: &[&dyn Check] = &[
    &missing_fields::MissingFields,
    &extra_fields::ExtraFields,
    &unclosed_quote::UnclosedQuote,
    &stray_quote::StrayQuote,
    &text_after_quote::TextAfterQuote,
];

/// The check called `code`.
pub fn find(code: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().code == code)
}

/// Runs every check that is not switched off; one that panics is left out of the result and named in the second list.
pub fn run_all(table: &TableView<'_>) -> (Vec<Finding>, Vec<&'static str>) {
    let mut findings = Vec::new();
    let mut broken = Vec::new();
    for check in CHECKS {
        let code = check.meta().code;
        if table.settings.ignore.iter().any(|ignored| ignored == code) {
            continue;
        }
        let run = std::panic::AssertUnwindSafe(|| run_one(*check, table));
        match std::panic::catch_unwind(run) {
            Ok(found) => findings.extend(found),
            Err(_) => broken.push(code),
        }
    }
    findings.sort_by_key(|finding| (finding.place.span, finding.severity, finding.code));
    (findings, broken)
}

fn run_one(check: &dyn Check, table: &TableView<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    match check.checker() {
        Checker::Table(look) => look(table, &mut found),
        Checker::Record(look) => {
            for record in &table.structure.odd {
                look(table, record, &mut found);
            }
        }
        Checker::Column(look) => {
            for column in table.columns {
                look(table, column, &mut found);
            }
        }
    }
    found
}
