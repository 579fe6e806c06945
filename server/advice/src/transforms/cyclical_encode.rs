//! `cyclical-encode`

use crate::calendar::{Day, DayOrder};
use crate::{fit, number_text};
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a date's place in the year as sine and cosine.
    ///
    /// # What it does
    /// sin and cos of 2π · (day of the year − 1) / days of the year: the end of December lies beside the
    /// beginning of January.
    ///
    /// # Example
    /// ```csv
    /// day,n
    /// 2024-01-01,1
    /// 2023-07-02,2
    /// ```
    /// ```csv
    /// day,day_sin,day_cos,n
    /// 2024-01-01,0,1,1
    /// 2023-07-02,0.008606996889,-0.9999629591,2
    /// ```
    ///
    /// # When not to use it
    /// When nothing repeats with the year.
    pub struct CyclicalEncode;
}

static META: TransformMeta = TransformMeta {
    code: "cyclical-encode",
    number: 1145,
    class: FixClass::New,
    idempotent: false,
    docs: CyclicalEncode::DOCS,
};

impl Transform for CyclicalEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        if column.profile.count(ValueKind::Date) * 10 < column.profile.n_present().max(1) * 9 {
            return None;
        }
        let order = DayOrder::of(column.profile);
        let part = |suffix: &str, wave: fn(f64) -> f64| {
            let order = order.clone();
            NewColumn {
                name: format!("{}_{suffix}", column.header.name),
                value: Box::new(move |_, value| {
                    order.read(value).map_or(String::new(), |day| number_text::write(wave(angle(day))))
                }),
            }
        };
        let columns = vec![part("sin", f64::sin), part("cos", f64::cos)];
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add the season of {} as sine and cosine", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, columns),
        })
    }
}
/// The place in the year on the circle.
fn angle(day: Day) -> f64 {
    let start = Day { month: 1, day: 1, ..day }.number();
    let length = Day { year: day.year + 1, month: 1, day: 1 }.number() - start;
    std::f64::consts::TAU * (day.number() - start) as f64 / length as f64
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_number_is_no_date() {
        assert!(!Sample::new("d,n\n20,1\n30,2\n").offers("cyclical-encode"));
    }
}
