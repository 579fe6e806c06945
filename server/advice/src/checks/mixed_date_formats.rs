//! `mixed-date-formats`

use std::collections::BTreeMap;

use aurora_profile::DateOrder;
use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Dates in more than one format in one column.
    ///
    /// # What it finds
    /// At least two formats, each in 1 % of the dates. Which of day and month comes first is voted by the
    /// certain dates of the whole column; how many are ambiguous is said.
    ///
    /// # Why it matters
    /// Some of the dates are read wrongly, or not at all.
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 2024-12-31,1
    /// 31/12/2024,2
    /// 2024-02-28,3
    /// 13/02/2024,4
    /// 2024-03-01,5
    /// ```
    ///
    /// # When it is wrong
    /// Where another column tells the format.
    pub struct MixedDateFormats;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-date-formats",
    number: 125,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["iso-8601-date"],
    docs: MixedDateFormats::DOCS,
};

impl Check for MixedDateFormats {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let dates = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
    if profile.n < table.settings.min_records || dates * 10 < profile.n_present().max(1) * 7 {
        return;
    }
    // Ambiguous dates belong to whichever order the certain ones of their kind have.
    let mut families: BTreeMap<String, (u64, Vec<u64>)> = BTreeMap::new();
    let mut ambiguous = 0;
    let numeric = |order: DateOrder| {
        matches!(order, DateOrder::DayMonthYear | DateOrder::MonthDayYear | DateOrder::Ambiguous)
    };
    let day_order = crate::calendar::DayOrder::of(profile);
    for (format, sample) in &profile.date_formats {
        let mut shown = *format;
        if format.order == DateOrder::Ambiguous {
            ambiguous += sample.n;
            shown.order = match day_order.day_first(format.separator) {
                Some(true) => DateOrder::DayMonthYear,
                Some(false) => DateOrder::MonthDayYear,
                None => DateOrder::Ambiguous,
            };
        }
        // One slash date whose parts cannot be swapped is a slip of order, which counts as a format of its own.
        let family = families.entry(shown.describe()).or_default();
        family.0 += sample.n;
        family.1.extend(&sample.records);
        debug_assert!(numeric(format.order) || format.order != DateOrder::Ambiguous);
    }
    let mut families: Vec<_> =
        families.into_iter().filter(|(_, (n, _))| n * 100 >= dates || table.settings.audit()).collect();
    if families.len() < 2 {
        return;
    }
    families.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
    let list: Vec<_> = families.iter().take(4).map(|(name, (n, _))| format!("{name} {n}")).collect();
    let mut message = format!("dates in several formats: {}", list.join(", "));
    if ambiguous > 0 {
        message.push_str(&format!("; in {ambiguous} day and month could be either way round"));
    }
    let rest: u64 = families[1..].iter().map(|(_, (n, _))| n).sum();
    let mut places: Vec<_> = families[1..]
        .iter()
        .flat_map(|(_, (_, records))| records.iter().map(|&record| (record, 0.6)))
        .collect();
    places.sort_by_key(|(record, _)| *record);
    let mut finding = Finding::on_column(&META, table, column, message).with_records(table, &places, rest);
    finding.confidence = 0.85;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn ambiguous_dates_join_the_certain_ones() {
        assert!(!Sample::new("d,n\n01/02/2024,1\n31/12/2024,2\n05/06/2024,3\n").has("mixed-date-formats"));
        assert!(!Sample::new("d,n\n2020-01-22,1\n2020-01-23,2\n").has("mixed-date-formats"));
    }
}
