//! `flag-outliers`

use crate::checks::outliers::fences;
use crate::{fit, purpose};

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a column that says which values lie beyond the quartile fences.
    ///
    /// # What it does
    /// `<name>_outlier` is 1 for numbers more than 3 interquartile ranges beyond the quartiles, else 0.
    ///
    /// # Example
    /// ```csv
    /// height,who
    /// 1.5,a
    /// 1.6,b
    /// 1.7,c
    /// 1.8,d
    /// 17.5,e
    /// ```
    /// ```csv
    /// height,height_outlier,who
    /// 1.5,0,a
    /// 1.6,0,b
    /// 1.7,0,c
    /// 1.8,0,d
    /// 17.5,1,e
    /// ```
    ///
    /// # When not to use it
    /// When nothing is done with the flag.
    pub struct FlagOutliers;
}

static META: TransformMeta = TransformMeta {
    code: "flag-outliers",
    number: 1132,
    class: FixClass::New,
    idempotent: false,
    docs: FlagOutliers::DOCS,
};

impl Transform for FlagOutliers {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column =
            fit::column(table, target).filter(|column| purpose::is_measure(column) && fit::can_add(table))?;
        let numbers = column.profile.numbers.as_ref()?;
        let (low, high) = fences(numbers, 3.0);
        if low >= high || (numbers.min >= low && numbers.max <= high) {
            return None;
        }
        let new = NewColumn {
            name: format!("{}_outlier", column.header.name),
            value: Box::new(move |_, value| {
                let x = aurora_profile::value_kind::number(value);
                x.map_or(String::new(), |x| u8::from(x < low || x > high).to_string())
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add a column that flags the outliers of {}", column.called()),
                META.class,
                vec![
                    ("k", "3".to_owned()),
                    ("lower", crate::number_text::write(low)),
                    ("upper", crate::number_text::write(high)),
                ],
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn no_outlier_no_flag() {
        assert!(!Sample::new("v,w\n1.5,a\n2.5,b\n3.5,c\n4.5,d\n").offers("flag-outliers"));
    }
}
