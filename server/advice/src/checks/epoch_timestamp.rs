//! `epoch-timestamp`

use aurora_profile::ValueKind;

use crate::calendar::Day;
use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Seconds or milliseconds since 1970 written as numbers.
    ///
    /// # What it finds
    /// Whole numbers between 2000 and 2100 on that scale, in columns whose name speaks of time.
    ///
    /// # Why it matters
    /// Nobody can read them, and readers take them for quantities.
    ///
    /// # Example
    /// ```csv
    /// created_at,n
    /// 1704067200,1
    /// 1704153600,2
    /// 1704240000,3
    /// ```
    ///
    /// # When it is wrong
    /// Large ids.
    pub struct EpochTimestamp;
}

static META: CheckMeta = CheckMeta {
    code: "epoch-timestamp",
    number: 126,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["iso-8601-date"],
    docs: EpochTimestamp::DOCS,
};

impl Check for EpochTimestamp {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// How many units of the column's numbers make a second, and the unit: 1 or 1000; `None` where they are no times.
pub(crate) fn unit(table: &TableView<'_>, column: &ColumnView<'_>) -> Option<(f64, &'static str)> {
    let profile = column.profile;
    let numbers = profile.numbers.as_ref()?;
    let words = crate::purpose::words(&column.header.name);
    let named = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "time"
                | "timestamp"
                | "ts"
                | "at"
                | "date"
                | "created"
                | "updated"
                | "epoch"
                | "unix"
                | "modified"
        )
    });
    if profile.n < table.settings.min_records
        || !named
        || profile.count(ValueKind::Integer) < profile.n_present()
    {
        return None;
    }
    // 2000-01-01 to 2100-01-01.
    let (low, high) = (946_684_800.0, 4_102_444_800.0);
    let mut units = [(1.0, "seconds"), (1_000.0, "milliseconds")].into_iter();
    units.find(|(scale, _)| numbers.min >= low * scale && numbers.max <= high * scale)
}

/// The day of `x` units since 1970, `scale` of which make a second.
pub(crate) fn day(x: f64, scale: f64) -> Day {
    Day::of_number((x / scale / 86_400.0).floor() as i64)
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let (Some(numbers), Some((scale, unit))) = (&column.profile.numbers, unit(table, column)) else { return };
    let day = |x: f64| day(x, scale).iso();
    let message = format!("{unit} since 1970: {} to {}", day(numbers.min), day(numbers.max));
    out.push(Finding::on_column(&META, table, column, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn an_id_is_no_time() {
        assert!(!Sample::new("user_id,n\n1704067200,1\n1704153600,2\n").has("epoch-timestamp"));
    }
}
