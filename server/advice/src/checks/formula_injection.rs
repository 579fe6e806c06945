//! `formula-injection`

use std::collections::BTreeMap;

use crate::count::count;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A text that a spreadsheet would run.
    ///
    /// # What it finds
    /// One finding a column: `=` then a letter, digit, parenthesis or quote; `+`, `-`, `@`, tab or
    /// carriage return (also full-width) before a call `name(` or a sheet reference `!`. `-`, `-5`, `+49
    /// 170 …` and `@handle` never; the audit profile reports any of these first characters that begins no
    /// number.
    ///
    /// # Why it matters
    /// Opening the file in a spreadsheet runs it: it can send the sheet's content elsewhere.
    ///
    /// # Example
    /// ```csv
    /// name,comment
    /// Ada,fine
    /// Eve,"=HYPERLINK(""http://example.org"",""prize"")"
    /// Bob,ok
    /// ```
    ///
    /// # When it is wrong
    /// Files that are meant to hold formulas.
    pub struct FormulaInjection;
}

static META: CheckMeta = CheckMeta {
    code: "formula-injection",
    number: 206,
    kind: FindingKind::Value,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["neutralise-formula"],
    docs: FormulaInjection::DOCS,
};

impl Check for FormulaInjection {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

/// Whether a spreadsheet may run `value`.
pub(crate) fn is_formula(value: &str, audit: bool) -> bool {
    let mut chars = value.chars();
    let Some(first) = chars.next() else { return false };
    let first = match first {
        '＝' => '=',
        '＋' => '+',
        '－' => '-',
        '＠' => '@',
        other => other,
    };
    let rest = chars.as_str();
    let calls = || {
        let open = rest.find('(').filter(|&at| {
            rest[..at].chars().next_back().is_some_and(char::is_alphabetic) && !rest[..at].contains(' ')
        });
        open.is_some()
            || rest.find('!').is_some_and(|at| {
                at > 0 && rest[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '$')
            })
    };
    match first {
        '=' => {
            rest.starts_with(|c: char| c.is_alphanumeric() || c == '(' || c == '"')
                || audit && !rest.is_empty()
        }
        '+' | '-' | '@' | '\t' | '\r' => {
            calls()
                || audit
                    && rest.starts_with(|c: char| c.is_alphabetic())
                    && first != '@'
                    && first != '\t'
                    && first != '\r'
        }
        _ => false,
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let audit = table.settings.audit();
        let codes: BTreeMap<usize, f64> = column
            .present()
            .filter(|&code| is_formula(&column.values[code], audit))
            .map(|code| (code, if is_formula(&column.values[code], false) { 0.8 } else { 0.3 }))
            .collect();
        let places = super::unexpected_pattern::fields(whole, view.idx, &codes);
        out.extend(super::value_finding(
            &META,
            table,
            view.idx,
            places,
            super::Bar { confidence: 0.7, n: 1, warn: usize::MAX },
            |n| {
                format!(
                    "{} would run as formulas in a spreadsheet{}",
                    count(n as u64, "value"),
                    whole.sampled()
                )
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use super::is_formula;

    #[test]
    fn formulas_run_and_names_numbers_handles_do_not() {
        for value in ["=1+2", "=cmd|' /C calc'!A0", "+SUM(A1)", "@SUM(A1)", "-cmd(x)", "＝A1"] {
            assert!(is_formula(value, false), "{value}");
        }
        for value in ["-", "-5", "+49 170 123", "@handle", "-Andy Allanson", "= ", "a=b", ""] {
            assert!(!is_formula(value, false), "{value}");
        }
        assert!(Sample::new("a,b\nx,1\n=1+1,2\n").has("formula-injection"));
    }
}
