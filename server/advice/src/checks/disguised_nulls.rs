//! `disguised-nulls`

use std::collections::BTreeSet;

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Values that stand for nothing without saying so: -1, 999, `unknown`.
    ///
    /// # What it finds
    /// -1, or all nines or all eights, at least three times and at least three times as far out as the
    /// rest of a measure; words such as `unknown` or `missing` in columns of numbers or dates, or of more
    /// than 50 values. More than two such columns make one finding. In the audit profile also 1970-01-01 and the
    /// like, and the first of the month where half of at least 50 dates fall on it and the others on many days:
    /// a day that was made up.
    ///
    /// # Why it matters
    /// They enter means and models as if they had been measured.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// -1,Oslo
    /// 29,Bern
    /// -1,Rome
    /// 41,Oslo
    /// -1,Bern
    /// 37,Rome
    /// 28,Oslo
    /// 52,Rome
    /// ```
    ///
    /// # When it is wrong
    /// Where -1 or 999 can be measured, and where "unknown" is one of the answers.
    pub struct DisguisedNulls;
}

static META: CheckMeta = CheckMeta {
    code: "disguised-nulls",
    number: 106,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["mark-as-null"],
    docs: DisguisedNulls::DOCS,
};

impl Check for DisguisedNulls {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

const WORDS: &[&str] = &[
    "unknown",
    "missing",
    "not available",
    "not applicable",
    "not specified",
    "unspecified",
    "undefined",
    "tbd",
    "tba",
    "n.d.",
    "no data",
    "not known",
    "empty",
    "blank",
    "nothing",
    "default",
    "-na-",
    "#null!",
];

/// The values of `column` that seem to stand for nothing, with how often they occur.
pub(crate) fn disguised(table: &TableView<'_>, column: &ColumnView<'_>) -> Vec<(String, u64)> {
    let (profile, settings) = (column.profile, table.settings);
    if profile.n < settings.min_records {
        return Vec::new();
    }
    let mut found = Vec::new();
    let dated = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
    let typed = profile.number_share() >= 0.5 || dated * 2 >= profile.n_present();
    for count in &profile.top {
        let word = WORDS.contains(&count.value.trim().to_ascii_lowercase().as_str());
        if word && (typed || profile.distinct > 50 || settings.audit()) {
            found.push((count.value.clone(), count.n));
        }
        let epoch = count.value.starts_with("1970-01-01") || count.value.starts_with("1900-01-01");
        if settings.audit() && epoch && dated * 2 >= profile.n_present() && count.n >= 3 {
            found.push((count.value.clone(), count.n));
        }
    }
    if let Some(numbers) = profile.numbers.as_ref().filter(|_| crate::purpose::is_measure(column)) {
        for count in profile.top.iter().filter(|count| count.n >= 3 || settings.audit()) {
            let digits =
                count.value.trim().trim_start_matches('-').trim_end_matches(".0").replacen('.', "", 1);
            let repeated =
                digits.len() >= 2 && (digits.bytes().all(|b| b == b'9') || digits.bytes().all(|b| b == b'8'));
            let minus_one = count.value.trim() == "-1";
            let Some(x) = aurora_profile::value_kind::number(&count.value) else { continue };
            // Of the others: the value itself is beyond its own share of the column.
            let share = (count.n as f64 + 1.0) / numbers.n as f64;
            let (low, high) = (numbers.quantile(share.clamp(0.05, 1.0)), numbers.quantile(0.75));
            let beyond = if minus_one {
                // No other value below zero, and the rest is far from it or whole.
                numbers.min >= -1.0 && numbers.n_negative == count.n && numbers.quantile(0.5) > 3.0
            } else {
                let rest = numbers.quantile((1.0 - share).clamp(0.0, 1.0));
                repeated
                    && (x == numbers.max && x > 3.0 * rest.max(high)
                        || x == numbers.min && x < 3.0 * low.min(-1.0) && x < 0.0)
            };
            if beyond {
                found.push((count.value.clone(), count.n));
            }
        }
    }
    found
}

/// The records whose date is the first of a month in a column where that is no habit (as in a series by month) but
/// stands for a day that nobody knew.
fn made_up_days(table: &TableView<'_>, column: &ColumnView<'_>) -> Vec<u64> {
    let profile = column.profile;
    let present = profile.n_present();
    if !table.settings.audit() || present < 50 || profile.count(ValueKind::Date) * 10 < present * 9 {
        return Vec::new();
    }
    let order = crate::calendar::DayOrder::of(profile).else_month_first();
    let (mut firsts, mut others) = (Vec::new(), BTreeSet::new());
    table.each_value(column.idx, |record, value| match value.and_then(|value| order.read(value)) {
        Some(day) if day.day == 1 => firsts.push(record),
        Some(day) => _ = others.insert(day.day),
        None => {}
    });
    if firsts.len() as u64 * 2 >= present && others.len() >= 5 { firsts } else { Vec::new() }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    for column in table.columns {
        let values = disguised(table, column);
        let firsts = made_up_days(table, column);
        if values.is_empty() && firsts.is_empty() {
            continue;
        }
        let n = values.iter().map(|(_, n)| n).sum::<u64>() + firsts.len() as u64;
        let mut list: Vec<_> = values.iter().take(5).map(|(value, n)| format!("'{value}' {n}")).collect();
        if !firsts.is_empty() {
            list.push(format!("the first of the month {}", firsts.len()));
        }
        let message =
            format!("{} of {} records may stand for nothing: {}", n, column.profile.n, list.join(", "));
        let mut finding = Finding::on_column(&META, table, column, message);
        let mut records: Vec<_> = column
            .profile
            .top
            .iter()
            .filter(|count| values.iter().any(|(v, _)| *v == count.value))
            .flat_map(|count| count.records.iter().map(|&record| (record, 0.3)))
            .chain(firsts.into_iter().map(|record| (record, 0.55)))
            .collect();
        records.sort_by_key(|(record, _)| *record);
        finding.confidence = 0.75;
        found.push(finding.with_records(table, &records, n));
    }
    super::merge_above(
        &mut found,
        table.settings.either(2, usize::MAX),
        "columns hold values that may stand for nothing",
    );
    out.append(&mut found);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn minus_one_where_nothing_else_is_negative() {
        let values = (0..40).map(|i| if i % 8 == 0 { -1 } else { 20 + i % 23 });
        assert!(Sample::column("age", values).standard().has("disguised-nulls"));
        assert!(!Sample::column("change", (0..40).map(|i| f64::from(i - 20) / 4.0)).has("disguised-nulls"));
    }

    #[test]
    fn nines_below_all_others_are_found_however_many_there_are() {
        for (word, every) in [("-9999", 9), ("-9999", 30), ("-99.9", 9)] {
            let values =
                (0..90).map(|i| if i % every == 0 { word.to_owned() } else { (i * 7 % 41).to_string() });
            assert!(Sample::column("temp", values).standard().has("disguised-nulls"), "{word} {every}");
        }
        let far = (0..90).map(|i| (i * 37 % 2001 - 1000).to_string());
        assert!(!Sample::column("balance", far).standard().has("disguised-nulls"));
    }

    #[test]
    fn a_day_that_nobody_knew_is_the_first() {
        let dates = |known: i32| {
            (0..80).map(move |i| {
                format!("{}/{}/2{:03}", i % 12 + 1, if i % known == 0 { i % 28 + 1 } else { 1 }, i)
            })
        };
        assert!(Sample::column("d", dates(4)).audit().has("disguised-nulls"));
        assert!(!Sample::column("d", dates(4)).standard().has("disguised-nulls"));
        // A series by month, and dates of every day.
        assert!(!Sample::column("d", dates(1_000)).audit().has("disguised-nulls"));
        assert!(!Sample::column("d", dates(1)).audit().has("disguised-nulls"));
    }

    #[test]
    fn codes_of_airports_and_daily_dates_are_no_nulls() {
        let codes = (0..40).map(|i| if i % 9 == 0 { "UNK".to_owned() } else { format!("A{i:02}") });
        assert!(!Sample::column("airport", codes).has("disguised-nulls"));
        let days = (1..32).map(|d| format!("1970-01-{d:02}"));
        assert!(!Sample::column("day", days).has("disguised-nulls"));
    }
}
