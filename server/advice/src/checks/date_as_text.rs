//! `date-as-text`

use aurora_profile::DateOrder;
use aurora_profile::ValueKind;

use crate::count::{count, with_number};
use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Dates in a local form.
    ///
    /// # What it finds
    /// Columns of dates in one format other than year-month-day.
    ///
    /// # Why it matters
    /// `03/04/2024` is April in one country and March in another.
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 31/12/2024,1
    /// 13/02/2024,2
    /// 14/03/2024,3
    /// ```
    ///
    /// # When it is wrong
    /// When all readers share the form.
    pub struct DateAsText;
}

static META: CheckMeta = CheckMeta {
    code: "date-as-text",
    number: 124,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["iso-8601-date", "extract-date-parts", "cyclical-encode"],
    docs: DateAsText::DOCS,
};

impl Check for DateAsText {
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
    let local = |format: &aurora_profile::DateFormat| {
        !matches!(format.order, DateOrder::YearMonthDay | DateOrder::YearMonth)
    };
    if profile.n < table.settings.min_records || dates * 10 < profile.n_present().max(1) * 9 {
        return;
    }
    let Some((format, sample)) =
        profile.date_formats.iter().filter(|(format, _)| local(format)).max_by_key(|(_, sample)| sample.n)
    else {
        return;
    };
    let message = format!(
        "{} {} written as {}",
        count(sample.n, "date"),
        with_number(sample.n, "is", "are"),
        format.describe()
    );
    out.push(Finding::on_column(&META, table, column, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn year_first_is_fine() {
        assert!(!Sample::new("d,n\n2020-01-22,1\n2020-01-23,2\n").has("date-as-text"));
    }
}
