//! `box-cox-column`

use crate::{fit, power, purpose};

use crate::{ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The Box-Cox power that makes a measure above zero most nearly normal.
    ///
    /// # What it does
    /// (x^λ − 1) / λ, or ln x for λ = 0, with the λ of the largest likelihood (Box and Cox 1964; SciPy's
    /// `boxcox`). λ is fitted over the whole column, missing values left out.
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 1,a
    /// 2,b
    /// 4,c
    /// 8,d
    /// 16,e
    /// ```
    /// ```csv
    /// amount,amount_boxcox,shop
    /// 1,0,a
    /// 2,0.6931471806,b
    /// 4,1.386294361,c
    /// 8,2.079441542,d
    /// 16,2.772588722,e
    /// ```
    ///
    /// # When not to use it
    /// Where a reader must understand the number; with zeros or negative values.
    pub struct BoxCoxColumn;
}

static META: TransformMeta = TransformMeta {
    code: "box-cox-column",
    number: 1124,
    class: FixClass::New,
    idempotent: false,
    docs: BoxCoxColumn::DOCS,
};

impl Transform for BoxCoxColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target).filter(|column| purpose::takes_power(column)) else {
            return false;
        };
        column
            .profile
            .numbers
            .as_ref()
            .is_some_and(|numbers| numbers.min > 0.0 && numbers.n >= 5 && numbers.skewness > 0.0)
    }

    fn prior(&self, _table: &TableView<'_>, column: &ColumnView<'_>) -> Option<f64> {
        Some(0.4 * crate::remedy::worth(column))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let lambda = power::box_cox_lambda(&table.numbers(column.idx))?;
        let parameters = vec![("lambda", crate::number_text::write(lambda))];
        fit::mapped(column, table, target, ("Box-Cox power", "boxcox"), parameters, move |x| {
            (x > 0.0).then(|| power::box_cox(x, lambda))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn zeros_get_none() {
        assert!(!Sample::new("v,w\n0,a\n1.5,b\n99,c\n2,d\n3,e\n").offers("box-cox-column"));
    }
}
