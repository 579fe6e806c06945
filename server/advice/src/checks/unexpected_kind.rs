//! `unexpected-kind`

use aurora_profile::ValueKind;

use crate::count::{count, with_number};
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A value that is no number in a column of numbers, or no date in a column of dates.
    ///
    /// # What it finds
    /// Values of another kind where at least 90 % are numbers or dates (75 % in the audit profile), in
    /// columns of more than five values. Series such as `87a`, `87b` and limits such as `<0.05` never
    /// count; a repeated word is `disguised-nulls`.
    ///
    /// # Why it matters
    /// One such value makes most readers take the whole column for text.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// 35,Oslo
    /// 4O,Bern
    /// 41,Rome
    /// 29,Oslo
    /// 38,Oslo
    /// 28,Bern
    /// 33,Rome
    /// 52,Rome
    /// 47,Oslo
    /// 61,Bern
    /// ```
    ///
    /// # When it is wrong
    /// Where the word is part of the data: "none" for zero, grades with a plus.
    pub struct UnexpectedKind;
}

static META: CheckMeta = CheckMeta {
    code: "unexpected-kind",
    number: 200,
    kind: FindingKind::Value,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["parse-number", "iso-8601-date", "mark-as-null"],
    docs: UnexpectedKind::DOCS,
};

impl Check for UnexpectedKind {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    let settings = table.settings;
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let present = column.n_present();
        if present < settings.min_records || column.n_distinct() <= 5 {
            continue;
        }
        let numbers = column.count(ValueKind::Integer) + column.count(ValueKind::Real);
        let dates = column.count(ValueKind::Date) + column.count(ValueKind::DateTime);
        let share = numbers.max(dates) as f64 / present as f64;
        if share < settings.either(settings.kind_share, settings.audit_kind_share) || share >= 1.0 {
            continue;
        }
        let belongs = |kind: ValueKind| {
            if numbers >= dates {
                kind.is_number()
            } else {
                matches!(kind, ValueKind::Date | ValueKind::DateTime)
            }
        };
        let odd: Vec<usize> = column
            .present()
            .filter(|&code| !belongs(column.kinds[code]))
            .filter(|&code| !is_series(&column.values[code]))
            .collect();
        let mut places = Vec::new();
        let mut examples = Vec::new();
        // One or two words that stand again and again where all else is a number: an answer perhaps, but one to know of.
        let is_habit = odd.len() <= 2 && share >= HABIT && !settings.audit();
        for &code in &odd {
            let count = column.counts[code];
            // A repeated word is an answer of its own.
            let confidence = if count == 1 {
                0.85
            } else if count <= 2 {
                0.7
            } else {
                if u64::from(count) * 20 <= present { 0.55 } else { 0.35 }
            };
            let confidence = if is_habit { f64::max(confidence, 0.7) } else { confidence };
            if confidence >= 0.7 || settings.audit() {
                examples.push(format!("'{}'", super::cut(&column.values[code])));
                places.extend(
                    whole.records_of(view.idx, &[code as u32]).into_iter().map(|record| (record, confidence)),
                );
            }
        }
        let word = if numbers >= dates { "number" } else { "date" };
        examples.truncate(5);
        let finding = super::value_finding(
            &META,
            table,
            view.idx,
            places,
            super::Bar { confidence: 0.7, n: 1, warn: usize::MAX },
            |n| {
                format!(
                    "{n} of {} {} no {word}, such as {}{}",
                    count(present, "value"),
                    with_number(n as u64, "is", "are"),
                    examples.join(", "),
                    whole.sampled()
                )
            },
        );
        let repeats = || odd.iter().all(|&code| column.counts[code] >= 3);
        out.extend(
            finding.map(
                |one| if is_habit && repeats() { one.with_severity(Severity::Information) } else { one },
            ),
        );
    }
}

/// Share of a column's values that are of one kind, from which a word that repeats is told of too.
const HABIT: f64 = 0.95;

/// Limits (`<0.05`), numbers with a letter behind (`87a`), and decorated numbers, which `number-as-text` reports.
fn is_series(value: &str) -> bool {
    let value = value.trim();
    let limit = value.starts_with(['<', '>', '~', '≤', '≥', '±']);
    let stem = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffixed =
        value.len() - stem.len() == 1 && !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit());
    limit
        || (suffixed && !value.ends_with(['o', 'O', 'l', 'I']))
        || aurora_profile::value_kind::classify(value) == ValueKind::DecoratedNumber
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn limits_and_lettered_series_are_expected() {
        let limits = (0..60).map(|i| if i == 7 { "<0.05".to_owned() } else { format!("0.{}", i + 10) });
        assert!(!Sample::column("p", limits).standard().has("unexpected-kind"));
        let series = (0..60).map(|i| if i == 7 { "87a".to_owned() } else { i.to_string() });
        assert!(!Sample::column("nr", series).standard().has("unexpected-kind"));
        let habit = (0..60).map(|i| if i % 21 == 7 { "abc".to_owned() } else { (i * 7 % 97).to_string() });
        let found = Sample::column("x", habit).standard().find("unexpected-kind");
        assert_eq!(found.iter().map(|one| one.severity).collect::<Vec<_>>(), [crate::Severity::Information]);
        let slip = (0..60).map(|i| if i == 7 { "4O".to_owned() } else { i.to_string() });
        assert!(Sample::column("age", slip).standard().has("unexpected-kind"));
    }
}
