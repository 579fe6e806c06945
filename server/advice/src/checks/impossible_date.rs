//! `impossible-date`

use aurora_profile::{Oddness, ValueKind};

use crate::count::{count, with_number};
use crate::whole_table::CodedColumn;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A date that is on no calendar, or centuries off.
    ///
    /// # What it finds
    /// Values written like dates of which there is no such day (2023-02-30), in columns of dates, and a few dates before
    /// 1800 or after 2200 that stand a century or more from all others (2923-01-05).
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
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    for column in table.columns {
        let profile = column.profile;
        let dates = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
        if profile.n < table.settings.min_records || dates * 2 < profile.n_present() {
            continue;
        }
        let mut places: Vec<_> =
            profile.odd_records(Oddness::ImpossibleDate).iter().map(|&record| (record, 0.9)).collect();
        let n = profile.n_odd(Oddness::ImpossibleDate);
        let far = far_off(&whole.columns[column.idx]);
        let codes: Vec<u32> = far.iter().map(|&code| code as u32).collect();
        let n_far: u64 = far.iter().map(|&code| u64::from(whole.columns[column.idx].counts[code])).sum();
        places.extend(whole.records_of(column.idx, &codes).into_iter().map(|record| (record, 0.8)));
        let message = |_| {
            let of = count(profile.n_present(), "date");
            let mut parts = Vec::new();
            if n > 0 {
                parts.push(format!("{n} of {of} {} on no calendar", with_number(n, "is", "are")));
            }
            if let Some(&first) = far.first() {
                let value = super::cut(&whole.columns[column.idx].values[first]);
                let are = with_number(n_far, "is", "are");
                parts.push(format!(
                    "{n_far} of {of} {are} centuries off, such as '{value}'{}",
                    whole.sampled()
                ));
            }
            parts.join("; ")
        };
        let bar = super::Bar { confidence: 0.7, n: 1, warn: usize::MAX };
        out.extend(super::value_finding(&META, table, column.idx, places, bar, message));
    }
}

/// Years that dates of today's files have.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2200;
/// Years between a date and all others from which it is taken for a slip.
const CENTURY: i32 = 100;
/// The share of a column's dates that may be slips: one in so many.
const FEW: u64 = 20;

/// The values of a column of dates that are outside of [`YEARS`] and a century from those inside.
fn far_off(column: &CodedColumn) -> Vec<usize> {
    let is_date = |code: &usize| matches!(column.kinds[*code], ValueKind::Date | ValueKind::DateTime);
    let dates = column.present().filter(is_date).filter_map(|code| Some((code, year(&column.values[code])?)));
    let (inside, outside): (Vec<_>, Vec<_>) = dates.partition(|(_, year)| YEARS.contains(year));
    let years = || inside.iter().map(|(_, year)| *year);
    let (Some(first), Some(last)) = (years().min(), years().max()) else { return Vec::new() };
    let n: u64 = outside.iter().map(|(code, _)| u64::from(column.counts[*code])).sum();
    if n * FEW > column.n_present() {
        return Vec::new();
    }
    let is_far = |year: i32| year <= first - CENTURY || year >= last + CENTURY;
    outside.into_iter().filter(|(_, year)| is_far(*year)).map(|(code, _)| code).collect()
}

/// The year of four digits that a date is written with.
fn year(value: &str) -> Option<i32> {
    let digits = value.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 4)?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_part_number_is_no_date() {
        assert!(!Sample::new("part,n\n99-99-9999,1\nA,2\nB,3\nC,4\n").has("impossible-date"));
    }

    #[test]
    fn a_date_centuries_off_is_told_and_old_ones_among_old_ones_are_not() {
        let with = |slip: &str| {
            let dates =
                (0..30).map(|i| if i == 17 { slip.to_owned() } else { format!("2023-01-{:02}", i % 28 + 1) });
            Sample::column("day", dates).standard().find("impossible-date")
        };
        for slip in ["2923-01-05", "1023-01-05", "0203-01-05"] {
            let found = with(slip);
            assert_eq!(found.len(), 1, "{slip}");
            assert!(found[0].message.starts_with("1 of 30 dates is centuries off"), "{}", found[0].message);
        }
        assert!(with("1923-01-05").is_empty());
        let old = (0..60).map(|i| format!("{}-03-01", 1660 + i * 6));
        assert!(!Sample::column("built", old).standard().has("impossible-date"));
    }
}
