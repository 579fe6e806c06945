//! `impossible-date`

use aurora_profile::{Oddness, ValueKind};

use crate::count::{count, with_number};
use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A date that is on no calendar, or centuries off.
    ///
    /// # What it finds
    /// Values written like dates of which there is no such day (2023-02-30), in columns of dates.
    ///
    /// # Why it matters
    /// Readers refuse it, or move it silently into the next month.
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 2023-02-28,1
    /// 2023-02-30,2
    /// 2023-03-01,3
    /// 2023-03-02,4
    /// 2023-03-03,5
    /// ```
    ///
    /// # When it is wrong
    /// Other calendars.
    pub struct ImpossibleDate;
}

static META: CheckMeta = CheckMeta {
    code: "impossible-date",
    number: 203,
    kind: FindingKind::Value,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["mark-as-null"],
    docs: ImpossibleDate::DOCS,
};

impl Check for ImpossibleDate {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let n = profile.n_odd(Oddness::ImpossibleDate);
    let dates = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
    if n == 0 || profile.n < table.settings.min_records || dates * 2 < profile.n_present() {
        return;
    }
    let places = profile.odd_records(Oddness::ImpossibleDate).iter().map(|&record| (record, 0.9)).collect();
    out.extend(super::value_finding(
        &META,
        table,
        column.idx,
        places,
        super::Bar { confidence: 0.7, n: 1, warn: usize::MAX },
        |_| {
            let are = with_number(n, "is", "are");
            format!("{n} of {} {are} on no calendar", count(profile.n_present(), "date"))
        },
    ));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_part_number_is_no_date() {
        assert!(!Sample::new("part,n\n99-99-9999,1\nA,2\nB,3\nC,4\n").has("impossible-date"));
    }
}
