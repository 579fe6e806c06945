//! `standardise`

use crate::{fit, number_text, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// A measure in standard deviations from its mean.
    ///
    /// # What it does
    /// (x − mean) / sd with the population's standard deviation, as scikit-learn's `StandardScaler`.
    ///
    /// # Example
    /// ```csv
    /// height,who
    /// 1.5,a
    /// 2,b
    /// 2.5,c
    /// ```
    /// ```csv
    /// height,height_z,who
    /// 1.5,-1.224744871,a
    /// 2,0,b
    /// 2.5,1.224744871,c
    /// ```
    ///
    /// # When not to use it
    /// Where the unit matters, and with large outliers.
    pub struct Standardise;
}

static META: TransformMeta = TransformMeta {
    code: "standardise",
    number: 1134,
    class: FixClass::New,
    idempotent: false,
    docs: Standardise::DOCS,
};

impl Transform for Standardise {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        let n = numbers.n as f64;
        let (mean, sd) = (numbers.mean, (numbers.variance * (n - 1.0) / n).sqrt());
        if sd <= 0.0 {
            return None;
        }
        let parameters = vec![("mean", number_text::write(mean)), ("scale", number_text::write(sd))];
        fit::mapped(column, table, target, ("z-score", "z"), parameters, move |x| Some((x - mean) / sd))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_level_has_no_z_score() {
        assert!(!Sample::new("v,w\n1,a\n2,b\n2,c\n3,d\n").offers("standardise"));
    }
}
