//! `extract-date-parts`

use crate::calendar::{Day, DayOrder};
use crate::fit;
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds year, month, day and weekday of a date as columns.
    ///
    /// # What it does
    /// `<name>_year`, `_month`, `_day`, `_weekday` (1 Monday to 7 Sunday, ISO 8601).
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 2024-02-29,1
    /// 2024-12-31,2
    /// ```
    /// ```csv
    /// day,day_year,day_month,day_day,day_weekday,n
    /// 2024-02-29,2024,2,29,4,1
    /// 2024-12-31,2024,12,31,2,2
    /// ```
    ///
    /// # When not to use it
    /// When the reader can do it itself.
    pub struct ExtractDateParts;
}

static META: TransformMeta = TransformMeta {
    code: "extract-date-parts",
    number: 1144,
    class: FixClass::New,
    idempotent: false,
    docs: ExtractDateParts::DOCS,
};

impl Transform for ExtractDateParts {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        if column.profile.count(ValueKind::Date) * 10 < column.profile.n_present().max(1) * 9 {
            return None;
        }
        let order = DayOrder::of(column.profile);
        let part = |suffix: &str, get: fn(Day) -> i64| {
            let order = order.clone();
            NewColumn {
                name: format!("{}_{suffix}", column.header.name),
                value: Box::new(move |_, value| {
                    order.read(value).map_or(String::new(), |day| get(day).to_string())
                }),
            }
        };
        let columns = vec![
            part("year", |day| i64::from(day.year)),
            part("month", |day| i64::from(day.month)),
            part("day", |day| i64::from(day.day)),
            part("weekday", |day| i64::from(day.weekday())),
        ];
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add year, month, day and weekday of {}", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, columns),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn text_has_no_parts() {
        assert!(!Sample::new("d,n\nMonday,1\nFriday,2\n").offers("extract-date-parts"));
    }
}
