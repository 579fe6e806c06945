//! `min-max-scale`

use crate::{fit, number_text, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// A measure between 0 and 1.
    ///
    /// # What it does
    /// (x − min) / (max − min), as scikit-learn's `MinMaxScaler`.
    ///
    /// # Example
    /// ```csv
    /// height,who
    /// 1.5,a
    /// 2,b
    /// 2.5,c
    /// ```
    /// ```csv
    /// height,height_scaled,who
    /// 1.5,0,a
    /// 2,0.5,b
    /// 2.5,1,c
    /// ```
    ///
    /// # When not to use it
    /// With large outliers.
    pub struct MinMaxScale;
}

static META: TransformMeta = TransformMeta {
    code: "min-max-scale",
    number: 1135,
    class: FixClass::New,
    idempotent: false,
    docs: MinMaxScale::DOCS,
};

impl Transform for MinMaxScale {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        let (min, range) = (numbers.min, numbers.max - numbers.min);
        if range <= 0.0 {
            return None;
        }
        let parameters =
            vec![("data_min", number_text::write(min)), ("data_max", number_text::write(numbers.max))];
        fit::mapped(column, table, target, ("value between 0 and 1", "scaled"), parameters, move |x| {
            Some((x - min) / range)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_constant_gets_none() {
        assert!(!Sample::new("v,w\n1.5,a\n1.5,b\n").offers("min-max-scale"));
    }
}
