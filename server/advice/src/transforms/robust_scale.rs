//! `robust-scale`

use crate::{fit, number_text, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// A measure in interquartile ranges from its median.
    ///
    /// # What it does
    /// (x − median) / (q3 − q1), as scikit-learn's `RobustScaler`.
    ///
    /// # Example
    /// ```csv
    /// height,who
    /// 1.5,a
    /// 2,b
    /// 2.5,c
    /// 3,d
    /// 30,e
    /// ```
    /// ```csv
    /// height,height_robust,who
    /// 1.5,-1,a
    /// 2,-0.5,b
    /// 2.5,0,c
    /// 3,0.5,d
    /// 30,27.5,e
    /// ```
    ///
    /// # When not to use it
    /// Where the unit matters.
    pub struct RobustScale;
}

static META: TransformMeta = TransformMeta {
    code: "robust-scale",
    number: 1136,
    class: FixClass::New,
    idempotent: false,
    docs: RobustScale::DOCS,
};

impl Transform for RobustScale {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        let (centre, scale) = (numbers.median(), numbers.quantile(0.75) - numbers.quantile(0.25));
        if scale <= 0.0 {
            return None;
        }
        let parameters = vec![("center", number_text::write(centre)), ("scale", number_text::write(scale))];
        fit::mapped(column, table, target, ("robust z-score", "robust"), parameters, move |x| {
            Some((x - centre) / scale)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_column_without_spread_gets_none() {
        assert!(
            !Sample::new("v,w\n1.5,a\n1.5,b\n1.5,c\n1.5,d\n9,e\n2,f\n1.5,g\n1.5,h\n1.5,i\n1.5,j\n1.5,k\n")
                .offers("robust-scale")
        );
    }
}
