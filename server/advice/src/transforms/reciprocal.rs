//! `reciprocal`

use crate::{fit, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// One divided by a measure.
    ///
    /// # What it does
    /// Adds a column of 1/x, or replaces the values in place: turns a time per piece into pieces per
    /// time. Only for columns above zero.
    ///
    /// # Example
    /// ```csv
    /// hours_spent,who
    /// 0.5,a
    /// 2,b
    /// 4,c
    /// 80,d
    /// ```
    /// ```csv
    /// hours_spent,hours_spent_reciprocal,who
    /// 0.5,2,a
    /// 2,0.5,b
    /// 4,0.25,c
    /// 80,0.0125,d
    /// ```
    ///
    /// # When not to use it
    /// With values near zero.
    pub struct Reciprocal;
}

static META: TransformMeta = TransformMeta {
    code: "reciprocal",
    number: 1123,
    class: FixClass::New,
    idempotent: false,
    docs: Reciprocal::DOCS,
};

impl Transform for Reciprocal {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        if numbers.skewness <= 0.0 || numbers.min <= 0.0 {
            return None;
        }
        fit::mapped(column, table, target, ("reciprocal", "reciprocal"), Vec::new(), |x| {
            (x != 0.0).then(|| 1.0 / x)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn zeros_get_none() {
        assert!(!Sample::new("v,w\n0,a\n1.5,b\n99,c\n2,d\n").offers("reciprocal"));
    }
}
