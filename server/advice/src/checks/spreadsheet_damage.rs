//! `spreadsheet-damage`

use aurora_profile::Oddness;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Values that a spreadsheet has spoiled.
    ///
    /// # What it finds
    /// `#REF!`, `#DIV/0!` and their like; long ids shown as `1.23E+11`; `MAR-1` among at least twenty codes like
    /// `835-40`, once `3-1`; in audit also texts cut at 255 characters and numbers at 2147483647.
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
        records = months(table, column);
        n = records.len() as u64;
        what = "codes turned into dates";
    }
    if n == 0 && table.settings.audit() {
        (records, what) = cut_off(table, column);
        n = records.len() as u64;
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

/// Codes like `835-40` that a column needs for a month among them to be one of them.
const MIN_CODES: u64 = 20;

/// The first records of a column of two numbers with a hyphen that hold a month and a number.
fn months(table: &TableView<'_>, column: &ColumnView<'_>) -> Vec<u64> {
    let shapes = column.profile.collapsed_shapes();
    let n_codes = shapes.iter().find(|shape| shape.value == "9-9").map_or(0, |shape| shape.n);
    if n_codes < MIN_CODES || n_codes * 2 < column.profile.n_present() {
        return Vec::new();
    }
    let like = |shape: &&aurora_profile::Count| {
        ["A-9", "Aa-9", "a-9", "9-A", "9-Aa", "9-a"].contains(&shape.value.as_str())
    };
    let is_month = |record: u64| {
        let of_value = |value: &str| {
            value.trim().split('-').any(|part| part.len() == 3 && crate::calendar::month_of(part).is_some())
        };
        let found = table.with_record(record, |block, r| {
            r.fields.get(column.idx).is_some_and(|field| of_value(&field.value(block.text, block.dialect)))
        });
        found == Some(true)
    };
    let mut records: Vec<u64> = shapes.iter().filter(like).flat_map(|shape| shape.records.clone()).collect();
    records.retain(|&record| is_month(record));
    records
}

/// The longest text of a cell that old spreadsheets keep, in characters, and the largest number of 32 bits.
const LONGEST_TEXT: u32 = 255;
const LARGEST_NUMBER: f64 = 2_147_483_647.0;

/// Records whose value ends where programs cut off: two texts at least, or any number.
fn cut_off(table: &TableView<'_>, column: &ColumnView<'_>) -> (Vec<u64>, &'static str) {
    let profile = column.profile;
    let mut records = Vec::new();
    let mut gather = |is_cut: &dyn Fn(&str) -> bool| {
        table.each_value(column.idx, |record, value| {
            records.extend(value.filter(|v| is_cut(v)).map(|_| record))
        });
    };
    if profile.lengths.max == LONGEST_TEXT {
        gather(&|value| value.trim().chars().count() == LONGEST_TEXT as usize);
        return if records.len() > 1 { (records, "texts cut at 255 characters") } else { (Vec::new(), "") };
    }
    let is_full = profile.numbers.as_ref().is_some_and(|numbers| numbers.max == LARGEST_NUMBER);
    if is_full && profile.distinct > 1 {
        gather(&|value| value.trim() == "2147483647");
    }
    (records, "numbers cut at 2147483647")
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    fn with(odd: &str, n: usize) -> Sample {
        Sample::column(
            "part,n",
            (0..n)
                .map(|i| if i == 9 { format!("{odd},1") } else { format!("{}-{},1", 800 + i, i % 80 + 10) }),
        )
    }

    #[test]
    fn a_month_among_codes_of_two_numbers_was_one() {
        for odd in ["MAR-1", "1-Mar", "Sep-12"] {
            let found = with(odd, 40).standard().find("spreadsheet-damage");
            assert_eq!(found.first().map(|f| f.related[0].record), Some(Some(9)), "{odd}");
        }
        assert!(!with("ABC-1", 40).standard().has("spreadsheet-damage"));
        assert!(!with("MAR-1", 20).standard().has("spreadsheet-damage"), "too few codes");
    }

    #[test]
    fn what_ends_where_programs_cut_off_is_told_in_audit() {
        let texts = |n: usize| {
            Sample::column(
                "note,n",
                (0..30).map(|i| format!("{},{i}", "x".repeat(if i < n { 255 } else { 40 + i }))),
            )
        };
        assert!(texts(2).audit().has("spreadsheet-damage") && !texts(2).has("spreadsheet-damage"));
        assert!(!texts(1).audit().has("spreadsheet-damage"));
        let number = |most: u64| {
            Sample::column("n,m", (0..30).map(|i| format!("{},1", if i == 3 { most } else { i * 9 })))
        };
        assert!(number(2_147_483_647).audit().has("spreadsheet-damage"));
        assert!(!number(2_147_483_646).audit().has("spreadsheet-damage"));
    }

    #[test]
    fn small_numbers_may_have_exponents() {
        assert!(!Sample::new("p,n\n1e-5,1\n0.5,2\n0.25,3\n0.75,4\n").has("spreadsheet-damage"));
    }

    #[test]
    fn months_are_no_damage() {
        assert!(!Sample::new("month,n\nOct-14,1\nNov-14,2\nDec-14,3\n").has("spreadsheet-damage"));
    }
}
