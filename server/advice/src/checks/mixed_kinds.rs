//! `mixed-kinds`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A column of numbers or dates in which other things stand.
    ///
    /// # What it finds
    /// Columns of which 70 to 90 % are numbers or dates and the rest is something else, of at most five
    /// different spellings. A column whose majority is text or Boolean never counts. From 90 % on each
    /// odd value is reported by `unexpected-kind`.
    ///
    /// # Why it matters
    /// One word makes most readers take the whole column for text.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// 35,Oslo
    /// unknown,Bern
    /// 41,Rome
    /// 29,Oslo
    /// refused,Oslo
    /// 28,Bern
    /// 33,Rome
    /// ```
    ///
    /// # When it is wrong
    /// Columns that hold both by design, such as house numbers or sizes.
    pub struct MixedKinds;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-kinds",
    number: 103,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["mark-as-null", "parse-number"],
    docs: MixedKinds::DOCS,
};

impl Check for MixedKinds {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// The share of the majority among the present fields if that is number or date, and the records of the others.
pub(crate) fn blockers(column: &ColumnView<'_>) -> Option<(f64, ValueKind, Vec<(u64, f64)>, u64)> {
    let profile = column.profile;
    let numbers = profile.count(ValueKind::Integer) + profile.count(ValueKind::Real);
    let dates = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
    let (majority, kind) =
        if numbers >= dates { (numbers, ValueKind::Real) } else { (dates, ValueKind::Date) };
    let present = profile.n_present();
    let belongs = |k: ValueKind| {
        k == ValueKind::Null
            || if kind == ValueKind::Real {
                k.is_number()
            } else {
                matches!(k, ValueKind::Date | ValueKind::DateTime)
            }
    };
    let mut records = Vec::new();
    for (oddness, (_, samples)) in &profile.odd {
        if let Oddness::Kind(k) = oddness
            && !belongs(*k)
        {
            records.extend(samples.iter().map(|&record| (record, 0.35)));
        }
    }
    records.sort_by_key(|(record, _)| *record);
    (majority > 0).then(|| (majority as f64 / present.max(1) as f64, kind, records, present - majority))
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let Some((share, kind, records, n)) = blockers(column) else { return };
    let (low, high) = settings.mixed_share;
    let low = settings.either(low, 0.5);
    if column.profile.n < settings.min_records || share < low || share >= high || n == 0 {
        return;
    }
    // Numbers with a currency or a unit are `number-as-text`: one cause, one finding.
    if kind == ValueKind::Real && column.profile.count(ValueKind::DecoratedNumber) == n {
        return;
    }
    if column.profile.distinct <= settings.either(12.min(settings.min_records), 0) {
        return;
    }
    let is_number = |value: &str| aurora_profile::value_kind::classify(value).is_number();
    let blocking: Vec<_> = column
        .profile
        .top
        .iter()
        .filter(
            |count| {
                if kind == ValueKind::Real { !is_number(&count.value) } else { !is_date(&count.value) }
            },
        )
        .collect();
    let told: u64 = blocking.iter().map(|count| count.n).sum();
    if !settings.audit() && (blocking.len() > 5 || told < n) {
        return;
    }
    let list: Vec<_> =
        blocking.iter().take(5).map(|count| format!("'{}' {}", count.value, count.n)).collect();
    let word = if kind == ValueKind::Real { "numbers" } else { "dates" };
    let message =
        format!("{:.0} % of the values are {word}, {n} are not: {}", share * 100.0, list.join(", "));
    let mut finding = Finding::on_column(&META, table, column, message).with_records(table, &records, n);
    finding.confidence = 0.7;
    out.push(finding);
}

fn is_date(value: &str) -> bool {
    matches!(aurora_profile::value_kind::classify(value), ValueKind::Date | ValueKind::DateTime)
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn words_among_numbers_are_found_and_numbers_among_words_are_not() {
        let mixed = (0..30).map(|i| if i % 6 == 0 { "refused".to_owned() } else { i.to_string() });
        assert!(Sample::column("age", mixed).standard().has("mixed-kinds"));
        let words = (0..30).map(|i| if i % 6 == 0 { i.to_string() } else { format!("w{i}") });
        assert!(!Sample::column("name", words).has("mixed-kinds"));
    }

    #[test]
    fn prices_with_and_without_a_currency_are_one_finding() {
        let prices = (0..40).map(|i| if i % 8 == 0 { format!("${i}.50") } else { format!("{i}.25") });
        let sample = Sample::column("price", prices).standard();
        assert!(sample.has("number-as-text") && !sample.has("mixed-kinds"));
    }

    #[test]
    fn sex_m_and_f_is_not_mixed() {
        assert!(
            !Sample::column("sex", (0..40).map(|i| if i % 3 == 0 { "f" } else { "m" })).has("mixed-kinds")
        );
    }
}
