//! `log-column`

use crate::{fit, purpose, remedy};

use crate::{ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The natural logarithm of a measure above zero.
    ///
    /// # What it does
    /// Adds a column of ln(x), or replaces the values in place. Only for columns whose smallest number is
    /// above zero.
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 1,a
    /// 10.5,b
    /// 100,c
    /// 5000,d
    /// ```
    /// ```csv
    /// amount,amount_log,shop
    /// 1,0,a
    /// 10.5,2.351375257,b
    /// 100,4.605170186,c
    /// 5000,8.517193191,d
    /// ```
    ///
    /// # When not to use it
    /// With zeros (take log1p), on years, ids, levels, angles, growth rates, and on a left tail.
    pub struct LogColumn;
}

static META: TransformMeta = TransformMeta {
    code: "log-column",
    number: 1120,
    class: FixClass::New,
    idempotent: false,
    docs: LogColumn::DOCS,
};

impl Transform for LogColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn prior(&self, _table: &TableView<'_>, column: &ColumnView<'_>) -> Option<f64> {
        Some(0.98 * remedy::log_prior(column, f64::ln))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let numbers = column.profile.numbers.as_ref().filter(|_| purpose::takes_power(column))?;
        if numbers.skewness <= 0.0 || numbers.min <= 0.0 {
            return None;
        }
        fit::mapped(column, table, target, ("logarithm", "log"), Vec::new(), |x| (x > 0.0).then(|| x.ln()))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn zeros_get_none() {
        assert!(!Sample::new("v,w\n0,a\n1.5,b\n99,c\n2,d\n").offers("log-column"));
    }
}
