//! `spreadsheet-damage`

use aurora_profile::Oddness;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Values that a spreadsheet has spoiled.
    ///
    /// # What it finds
    /// `#REF!`, `#DIV/0!` and their like; long ids shown as `1.23E+11`; in audit also texts cut at 255
    /// characters.
    ///
    /// # Why it matters
    /// The original value is gone; only the source has it.
    ///
    /// # Example
    /// ```csv
    /// account,total
    /// 100200300,5
    /// 100200301,#REF!
    /// 100200302,7
    /// 100200303,9
    /// ```
    ///
    /// # When it is wrong
    /// Where the error is the answer.
    pub struct SpreadsheetDamage;
}

static META: CheckMeta = CheckMeta {
    code: "spreadsheet-damage",
    number: 205,
    kind: FindingKind::Value,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &[],
    docs: SpreadsheetDamage::DOCS,
};

impl Check for SpreadsheetDamage {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    if profile.n < table.settings.min_records {
        return;
    }
    let mut records: Vec<u64> = profile.odd_records(Oddness::SpreadsheetError).to_vec();
    let mut n = profile.n_odd(Oddness::SpreadsheetError);
    let mut what = "spreadsheet errors";
    let named = matches!(crate::purpose::purpose(column), crate::Purpose::Identifier | crate::Purpose::Code);
    let exponents = profile.n_odd(Oddness::Exponent);
    if n == 0 && named && exponents > 0 && exponents * 5 < profile.n_present() {
        records = profile.odd_records(Oddness::Exponent).to_vec();
        n = exponents;
        what = "ids shortened to powers of ten";
    }
    if n == 0 {
        return;
    }
    let places = records.into_iter().map(|record| (record, 0.9)).collect();
    out.extend(super::value_finding(
        &META,
        table,
        column.idx,
        places,
        super::Bar { confidence: 0.7, n: 1, warn: usize::MAX },
        |_| format!("{n} {what}"),
    ));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn small_numbers_may_have_exponents() {
        assert!(!Sample::new("p,n\n1e-5,1\n0.5,2\n0.25,3\n0.75,4\n").has("spreadsheet-damage"));
    }

    #[test]
    fn months_are_no_damage() {
        assert!(!Sample::new("month,n\nOct-14,1\nNov-14,2\nDec-14,3\n").has("spreadsheet-damage"));
    }
}
