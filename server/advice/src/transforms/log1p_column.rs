//! `log1p-column`

use crate::{fit, purpose, remedy};

use crate::{ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The logarithm of one plus a measure: tames a long right tail and keeps zeros.
    ///
    /// # What it does
    /// Adds a column of ln(1 + x), or replaces the values in place. Defined for x ≥ 0; 0 stays 0.
    /// Formula: IEEE 754 `logp1`, as NumPy's `log1p`.
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 0,a
    /// 1,b
    /// 6.5,c
    /// 40,d
    /// 900,e
    /// ```
    /// ```csv
    /// amount,amount_log1p,shop
    /// 0,0,a
    /// 1,0.6931471806,b
    /// 6.5,2.014903021,c
    /// 40,3.713572067,d
    /// 900,6.803505258,e
    /// ```
    ///
    /// # When not to use it
    /// On negative values, years, ids, levels, angles, growth rates, on logarithms already taken, and on
    /// a left tail, which it makes worse.
    pub struct Log1pColumn;
}

static META: TransformMeta = TransformMeta {
    code: "log1p-column",
    number: 1104,
    class: FixClass::New,
    idempotent: false,
    docs: Log1pColumn::DOCS,
};

impl Transform for Log1pColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn prior(&self, _table: &TableView<'_>, column: &ColumnView<'_>) -> Option<f64> {
        Some(remedy::log_prior(column, f64::ln_1p))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let numbers = column.profile.numbers.as_ref().filter(|_| purpose::takes_power(column))?;
        if numbers.skewness <= 0.0 {
            return None;
        }
        fit::mapped(column, table, target, ("log(1 + x)", "log1p"), Vec::new(), |x| {
            (x >= 0.0).then(|| x.ln_1p())
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Target;

    #[test]
    fn values_agree_with_numpy() {
        // numpy.log1p([0.5, 1, 10, 1e-10, 1e6]), NumPy 2.1 documentation of log1p: exact for small x (9.9999999995e-11).
        let sample = Sample::column("v,w", ["0.5,", "1,", "10,", "1e-10,", "1000000,"]);
        let expected = ["0.4054651081", "0.6931471806", "2.397895273", "1e-10", "13.81551156"];
        assert_eq!(sample.values_after("log1p-column", 0), expected);
    }

    #[test]
    fn a_left_tail_a_year_and_negatives_get_no_log() {
        assert!(!Sample::new("v,w\n1.5,\n50,\n51,\n52,\n53,\n").offers("log1p-column"));
        assert!(!Sample::new("year,w\n1871,\n1871,\n1990,\n1872,\n").offers("log1p-column"));
        assert!(!Sample::new("v,w\n-1.5,\n5,\n51,\n520,\n5300,\n").offers("log1p-column"));
    }

    #[test]
    fn in_place_keeps_what_is_no_number() {
        let sample = Sample::new("v,w\n0,a\nNA,b\n1,c\n9.5,d\n");
        let after = sample.after("log1p-column", Target::InPlace(0)).unwrap();
        assert_eq!(after, "v,w\n0,a\nNA,b\n0.6931471806,c\n2.351375257,d\n");
    }
}
