//! `iso-8601-date`

use crate::{calendar, fit};
use aurora_profile::ValueKind;
use aurora_profile::date::DateOrder;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes dates as year-month-day.
    ///
    /// # What it does
    /// `31/12/2024`, `Dec 31, 2024` become `2024-12-31`. Whether day or month comes first where both are
    /// below 13 is voted by the certain dates of the column. Unsafe when nothing decides, or years have
    /// two digits.
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
        let ambiguous = profile.date_formats.keys().any(|format| format.order == DateOrder::Ambiguous);
        let short = profile.date_formats.keys().any(|format| format.short_year);
        let vote = calendar::day_first(profile);
        let class = if (ambiguous && vote.is_none()) || short { FixClass::Unsafe } else { FixClass::Safe };
        let day_first = vote.unwrap_or(true);
        let title = format!("Write {n} dates of \"{}\" as year-month-day", column.header.name);
        let parameters = vec![("dayfirst", day_first.to_string())];
        Some(Fitted {
            proposal: fit::proposal(title, class, parameters),
            change: Change::Replace(
                column.idx,
                Box::new(move |_, value| Some(calendar::read(value, day_first)?.iso())),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::{FixClass, Target};

    #[test]
    fn an_undecided_order_is_unsafe_and_iso_needs_nothing() {
        let class = |text: &str| {
            let transform = crate::transforms::find("iso-8601-date").unwrap();
            Sample::new(text).with(|table| transform.propose(table, Target::Column(0)).map(|p| p.class))
        };
        assert_eq!(class("d,n\n01/02/2024,1\n03/04/2024,2\n"), Some(FixClass::Unsafe));
        assert_eq!(class("d,n\n31/02/2024,1\n13/04/2024,2\n14/05/2024,3\n"), Some(FixClass::Safe));
        assert_eq!(class("d,n\n2024-01-02,1\n2024-04-13,2\n"), None);
    }
}
