//! `excel-serial-date`

use crate::calendar::Day;
use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Days since 1900 written as numbers, as spreadsheets store dates.
    ///
    /// # What it finds
    /// Numbers between 20,000 (1954) and 80,000 (2119), in columns whose name speaks of a date.
    ///
    /// # Why it matters
    /// Nobody can read them, and readers take them for quantities.
    ///
    /// # Example
    /// ```csv
    /// order date,n
    /// 45292,1
    /// 45293,2
    /// 45300,3
    /// ```
    ///
    /// # When it is wrong
    /// Quantities of that size.
    pub struct ExcelSerialDate;
}

static META: CheckMeta = CheckMeta {
    code: "excel-serial-date",
    number: 127,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["iso-8601-date"],
    docs: ExcelSerialDate::DOCS,
};

impl Check for ExcelSerialDate {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// Whether the column's numbers are days as spreadsheets count them.
pub(crate) fn is_serial(table: &TableView<'_>, column: &ColumnView<'_>) -> bool {
    let profile = column.profile;
    let Some(numbers) = &profile.numbers else { return false };
    let words = crate::purpose::words(&column.header.name);
    let named = words
        .iter()
        .any(|word| matches!(word.as_str(), "date" | "day" | "datum" | "fecha" | "birthday" | "dob"));
    let plausible = numbers.min >= 20_000.0 && numbers.max <= 80_000.0;
    profile.n >= table.settings.min_records && named && plausible && profile.number_share() >= 1.0
}

/// The day with the number `x` in the 1900 system, in which 25569 is 1970-01-01 (ECMA-376, part 1, 18.17.4.1).
pub(crate) fn day(x: f64) -> Day {
    Day::of_number(x.floor() as i64 - 25_569)
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let Some(numbers) = column.profile.numbers.as_ref().filter(|_| is_serial(table, column)) else { return };
    let message = format!("days since 1900: {} to {}", day(numbers.min).iso(), day(numbers.max).iso());
    out.push(Finding::on_column(&META, table, column, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn salaries_are_no_dates() {
        assert!(!Sample::new("salary,n\n45292,1\n45293,2\n").has("excel-serial-date"));
    }
}
