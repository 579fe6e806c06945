//! `sqrt-column`

use crate::{fit, purpose};

use crate::{ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The square root of a measure.
    ///
    /// # What it does
    /// Adds a column of √x, or replaces the values in place. Milder than the logarithm; usual for counts.
    ///
    /// # Example
    /// ```csv
    /// visits,shop
    /// 0.25,a
    /// 4,b
    /// 9,c
    /// 100,d
    /// ```
    /// ```csv
    /// visits,visits_sqrt,shop
    /// 0.25,0.5,a
    /// 4,2,b
    /// 9,3,c
    /// 100,10,d
    /// ```
    ///
    /// # When not to use it
    /// On negative values, years, ids, levels and a left tail.
    pub struct SqrtColumn;
}

static META: TransformMeta = TransformMeta {
    code: "sqrt-column",
    number: 1121,
    class: FixClass::New,
    idempotent: false,
    docs: SqrtColumn::DOCS,
};

impl Transform for SqrtColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn prior(&self, _table: &TableView<'_>, column: &ColumnView<'_>) -> Option<f64> {
        Some(power_prior(column, f64::sqrt))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let numbers = column.profile.numbers.as_ref().filter(|_| purpose::takes_power(column))?;
        if numbers.skewness <= 0.0 {
            return None;
        }
        fit::mapped(column, table, target, ("square root", "sqrt"), Vec::new(), |x| {
            (x >= 0.0).then(|| x.sqrt())
        })
    }
}
/// How likely a person takes a power of a measure: the more skewness it takes away, the more, but rarely.
pub(crate) fn power_prior(column: &ColumnView<'_>, map: fn(f64) -> f64) -> f64 {
    let before = purpose::skewness_of(column, |x| x);
    let gain = (before.abs() - purpose::skewness_of(column, map).abs()).clamp(-2.0, 4.0);
    1.0 / (1.0 + (3.0 - 0.5 * gain).exp())
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn negative_values_get_none() {
        assert!(!Sample::new("v,w\n-1.5,a\n1.5,b\n99,c\n2,d\n").offers("sqrt-column"));
    }
}
