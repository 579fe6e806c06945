//! `yeo-johnson-column`

use crate::{fit, power, purpose, remedy};

use crate::{ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The Yeo-Johnson power that makes a measure most nearly normal; takes zeros and negative values.
    ///
    /// # What it does
    /// Yeo and Johnson's power (Biometrika 2000; SciPy's `yeojohnson`, scikit-learn's `PowerTransformer`)
    /// with the λ of the largest likelihood, fitted over the whole column.
    ///
    /// # Example
    /// ```csv
    /// delta,who
    /// -1.5,a
    /// 0,b
    /// 0.5,c
    /// 2,d
    /// 40,e
    /// 3,f
    /// ```
    /// ```csv
    /// delta,delta_yeojohnson,who
    /// -1.5,-2.546836819,a
    /// 0,0,b
    /// 0.5,0.4097111586,c
    /// 2,1.130158527,d
    /// 40,4.09085235,e
    /// 3,1.436775449,f
    /// ```
    ///
    /// # When not to use it
    /// Where a reader must understand the number.
    pub struct YeoJohnsonColumn;
}

static META: TransformMeta = TransformMeta {
    code: "yeo-johnson-column",
    number: 1125,
    class: FixClass::New,
    idempotent: false,
    docs: YeoJohnsonColumn::DOCS,
};

impl Transform for YeoJohnsonColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target).filter(|column| purpose::is_measure(column)) else {
            return false;
        };
        column.profile.numbers.as_ref().is_some_and(|numbers| numbers.n >= 5 && numbers.variance > 0.0)
            && !purpose::is_no_power_name(&column.header.name)
    }

    fn prior(&self, _table: &TableView<'_>, column: &ColumnView<'_>) -> Option<f64> {
        Some(remedy::power_prior(column))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let lambda = power::yeo_johnson_lambda(&table.numbers(column.idx))?;
        let parameters = vec![("lambda", crate::number_text::write(lambda))];
        fit::mapped(column, table, target, ("Yeo-Johnson power", "yeojohnson"), parameters, move |x| {
            Some(power::yeo_johnson(x, lambda))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_constant_gets_none() {
        assert!(!Sample::new("v,w\n2.5,a\n2.5,b\n2.5,c\n").offers("yeo-johnson-column"));
    }
}
