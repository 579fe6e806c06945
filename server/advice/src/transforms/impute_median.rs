//! `impute-median`

use crate::{fit, number_text, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a measure with its median.
    ///
    /// # What it does
    /// The median of the numbers that are there, missing values left out, replaces every null. Half of
    /// the numbers lie below it, so that single large values do not move it.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// NA,Bern
    /// 42,Rome
    /// 29,Oslo
    /// ```
    /// ```csv
    /// age,city
    /// 34,Rome
    /// 34,Oslo
    /// 34,Bern
    /// 42,Rome
    /// 29,Oslo
    /// ```
    ///
    /// # When not to use it
    /// When many are missing, when being missing means something, and for ids, codes, flags and levels.
    pub struct ImputeMedian;
}

static META: TransformMeta = TransformMeta {
    code: "impute-median",
    number: 1102,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ImputeMedian::DOCS,
};

impl Transform for ImputeMedian {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let numbers = column.profile.numbers.as_ref().filter(|_| purpose::is_measure(column))?;
        fit::filled(column, "median", number_text::write(numbers.median()))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_median_leaves_nulls_out_and_codes_get_none() {
        let sample = Sample::new("age,b\n1.5,x\n,x\n2.5,x\n900,x\n");
        assert_eq!(sample.parameter("impute-median", "fill_value").as_deref(), Some("2.5"));
        assert!(!Sample::new("zip,b\n10115,x\n,x\n80331,x\n20095,x\n10115,x\n").offers("impute-median"));
    }
}
