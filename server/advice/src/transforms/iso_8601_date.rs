//! `iso-8601-date`

use crate::calendar::DayOrder;
use crate::fit;
use aurora_profile::ValueKind;
use aurora_profile::date::DateOrder;
use aurora_profile::value_kind::number;

use crate::checks::{epoch_timestamp, excel_serial_date};
use crate::{
    Change, ColumnView, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented,
};

documented! {
    /// Writes dates as year-month-day.
    ///
    /// # What it does
    /// `31/12/2024`, `Dec 31, 2024` become `2024-12-31`. Whether day or month comes first where both are
    /// below 13 is voted by the certain dates of the column with the same separator. Unsafe when nothing decides, when
    /// these do not agree, or years have two digits. Seconds or milliseconds since 1970, and days as spreadsheets count them, get their days in UTC in a
    /// column beside them.
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 31/12/2024,1
    /// 01/02/2024,2
    /// 2024-03-05,3
    /// ```
    /// ```csv
    /// day,n
    /// 2024-12-31,1
    /// 2024-02-01,2
    /// 2024-03-05,3
    /// ```
    ///
    /// # When not to use it
    /// When a reader expects the local form.
    pub struct Iso8601Date;
}

static META: TransformMeta = TransformMeta {
    code: "iso-8601-date",
    number: 1143,
    class: FixClass::Safe,
    idempotent: true,
    docs: Iso8601Date::DOCS,
};

impl Transform for Iso8601Date {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        if let Some(counted) = counted(table, column) {
            return Some(counted);
        }
        let profile = column.profile;
        let to_write = |format: &aurora_profile::date::DateFormat| {
            !(format.order == DateOrder::YearMonthDay && format.separator == '-' && !format.short_year)
                && !matches!(format.order, DateOrder::YearMonth | DateOrder::NameYear)
        };
        let n: u64 = profile
            .date_formats
            .iter()
            .filter(|(format, _)| to_write(format))
            .map(|(_, sample)| sample.n)
            .sum();
        if n == 0 || profile.count(ValueKind::Date) * 2 < profile.n_present() {
            return None;
        }
        let order = DayOrder::of(profile);
        let ambiguous = || profile.date_formats.keys().filter(|format| format.order == DateOrder::Ambiguous);
        let short = profile.date_formats.keys().any(|format| format.short_year);
        let is_agreed = ambiguous().all(|format| order.is_agreed(format.separator));
        let class = if is_agreed && !short { FixClass::Safe } else { FixClass::Unsafe };
        let day_first =
            ambiguous().next().and_then(|format| order.day_first(format.separator)).unwrap_or(true);
        let title = format!("Write {n} dates of {} as year-month-day", column.called());
        let parameters = vec![("dayfirst", day_first.to_string())];
        Some(Fitted {
            proposal: fit::proposal(title, class, parameters),
            change: Change::Replace(column.idx, Box::new(move |_, value| Some(order.read(value)?.iso()))),
        })
    }
}

/// The days of a column that counts seconds, milliseconds or days, as a new column.
fn counted<'a>(table: &TableView<'_>, column: &ColumnView<'_>) -> Option<Fitted<'a>> {
    let seconds = epoch_timestamp::unit(table, column).map(|(scale, _)| scale);
    let (unit, origin) = match seconds {
        Some(1.0) => ("s", "unix"),
        Some(_) => ("ms", "unix"),
        None if excel_serial_date::is_serial(table, column) => ("D", "1899-12-30"),
        None => return None,
    };
    let day = move |x: f64| {
        seconds.map_or_else(|| excel_serial_date::day(x), |scale| epoch_timestamp::day(x, scale))
    };
    let name = &column.header.name;
    let new = NewColumn {
        name: format!("{name}_date"),
        value: Box::new(move |_, value| number(value).map_or(String::new(), |x| day(x).iso())),
    };
    let parameters = vec![("unit", unit.to_owned()), ("origin", origin.to_owned())];
    fit::can_add(table).then(|| Fitted {
        proposal: fit::proposal(
            format!("Add the days of {} as a column", column.called()),
            FixClass::New,
            parameters,
        ),
        change: Change::Add(column.idx, vec![new]),
    })
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn what_counts_seconds_or_days_gets_its_days_beside_it() {
        let after = |text: &str| Sample::new(text).after("iso-8601-date", Target::Column(0)).unwrap();
        // pandas 3.1.1: to_datetime(1709164799, unit="s"), to_datetime(1704067200000, unit="ms"),
        // to_datetime(45292, unit="D", origin="1899-12-30").
        let seconds = after("created_at,n\n1709164799,1\n1709164800,2\n,3\n");
        assert_eq!(
            seconds,
            "created_at,created_at_date,n\n1709164799,2024-02-28,1\n1709164800,2024-02-29,2\n,,3\n"
        );
        let milliseconds = after("ts,n\n1704067199999,1\n1704067200000,2\n");
        assert_eq!(milliseconds, "ts,ts_date,n\n1704067199999,2023-12-31,1\n1704067200000,2024-01-01,2\n");
        let serial = after("ship date,n\n45292,1\n45351.75,2\n");
        assert_eq!(serial, "ship date,ship date_date,n\n45292,2024-01-01,1\n45351.75,2024-02-29,2\n");
    }

    use crate::{FixClass, Target};

    #[test]
    fn each_separator_has_its_own_order() {
        let sample = Sample::new("d,n\n1/13/2023,1\n2/14/2023,2\n3/15/2023,3\n13.01.2023,4\n03.07.2023,5\n");
        let after = sample.after("iso-8601-date", Target::Column(0)).unwrap();
        assert!(after.ends_with("2023-01-13,4\n2023-07-03,5\n"), "{after}");
    }

    #[test]
    fn an_undecided_order_is_unsafe_and_iso_needs_nothing() {
        let class = |text: &str| {
            let transform = crate::transforms::find("iso-8601-date").unwrap();
            Sample::new(text).with(|table| transform.propose(table, Target::Column(0)).map(|p| p.class))
        };
        assert_eq!(class("d,n\n01/02/2024,1\n03/04/2024,2\n"), Some(FixClass::Unsafe));
        assert_eq!(class("d,n\n31/02/2024,1\n13/04/2024,2\n14/05/2024,3\n"), Some(FixClass::Safe));
        assert_eq!(class("d,n\n2024-01-02,1\n2024-04-13,2\n"), None);
        // Certain dates of both orders.
        assert_eq!(
            class("d,n\n13/04/2024,1\n14/04/2024,2\n04/15/2024,3\n03/07/2024,4\n"),
            Some(FixClass::Unsafe)
        );
    }
}
