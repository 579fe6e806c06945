//! `totals-record`

use aurora_text::Span;

use super::number_as_text::comma_decimals;
use crate::finding::fixes;
use crate::number_text;
use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Place, Severity, TableView, Target, documented,
};

documented! {
    /// The last record adds up the others.
    ///
    /// # What it finds
    /// A last record that is labelled as a total, when at least one of its numbers is the sum of the column above, or at least half of several are.
    ///
    /// # Why it matters
    /// Every sum and mean over the column counts the values twice.
    ///
    /// # Example
    /// ```csv
    /// item,n
    /// apples,3
    /// pears,4
    /// plums,5
    /// Total,12
    /// ```
    ///
    /// # When it is wrong
    /// When a category is called Total.
    pub struct TotalsRecord;
}

static META: CheckMeta = CheckMeta {
    code: "totals-record",
    number: 70,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["remove-record"],
    docs: TotalsRecord::DOCS,
};

impl Check for TotalsRecord {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Labels of a total, without case and colon.
const LABELS: &[&str] =
    &["total", "totals", "grand total", "sum", "subtotal", "summe", "gesamt", "somme", "suma", "totale"];

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let Some(last) = table.structure.n_records.checked_sub(1).filter(|&last| last >= 2) else { return };
    let read = table.with_record(last, |block, record| {
        let values = record.fields.iter().map(|f| f.value(block.text, block.dialect).trim().to_owned());
        (values.collect::<Vec<_>>(), record.span().shift(block.before.bytes))
    });
    let Some((values, span)) = read else { return };
    let is_label = |value: &String| {
        let value = value.trim_end_matches(':').to_lowercase();
        LABELS.contains(&value.as_str())
    };
    if !values.iter().any(is_label) {
        return;
    }
    let (mut n, mut n_sums) = (0, 0);
    for (column, value) in values.iter().enumerate() {
        let comma = table.column(column).is_some_and(comma_decimals);
        let number = |value: &str| {
            let plain = || number_text::undecorate(value, comma).and_then(|(plain, _)| plain.parse().ok());
            if comma { plain() } else { aurora_profile::value_kind::number(value) }
        };
        let Some(total) = number(value) else { continue };
        let mut all = 0.0;
        table.each_value(column, |_, value| all += value.and_then(number).unwrap_or_default());
        n += 1;
        n_sums += u64::from((all - 2.0 * total).abs() <= 0.005 + total.abs() * 1e-6);
    }
    if n_sums > 0 && n_sums * 2 >= n {
        let message = format!("the last record is the sum of the others in {n_sums} of {n} columns");
        out.extend(finding(table, &[(last, span)], message));
    }
}

/// A finding on these data records, with the fixes for the first.
fn finding(table: &TableView<'_>, records: &[(u64, Span)], message: String) -> Option<Finding> {
    let place =
        |&(record, span): &(u64, Span)| Place { span, record: Some(record), field: None, confidence: 1.0 };
    let (first, others) = records.split_first()?;
    Some(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message,
        place: place(first),
        related: others.iter().take(5).map(place).collect(),
        n_places: records.len() as u64,
        confidence: 1.0,
        fixes: fixes(&META, table, Target::Record(first.0)),
    })
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn decimals_may_stand_after_a_comma() {
        let rows: String = (1..=20).map(|i| format!("{i};{i},50\n")).collect();
        assert!(Sample::new(&format!("Pos;Betrag\n{rows}Summe;220,00\n")).has("totals-record"));
        assert!(!Sample::new(&format!("Pos;Betrag\n{rows}Summe;221,00\n")).has("totals-record"));
    }

    #[test]
    fn a_label_without_a_sum_and_other_words_are_calm() {
        assert!(!Sample::new("item,n\na,3\nb,4\nTotal,9\n").has("totals-record"));
        assert!(!Sample::new("item,n\na,3\nb,4\nAll items,7\n").has("totals-record"));
        assert!(!Sample::new("item,n\na,3\nb,5\nAverage,4\n").has("totals-record"));
    }
}
