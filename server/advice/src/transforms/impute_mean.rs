//! `impute-mean`

use crate::{fit, number_text, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a measure with its mean.
    ///
    /// # What it does
    /// The arithmetic mean of the numbers that are there replaces every null.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// 42,Bern
    /// 29,Rome
    /// ```
    /// ```csv
    /// age,city
    /// 34,Rome
    /// 35,Oslo
    /// 42,Bern
    /// 29,Rome
    /// ```
    ///
    /// # When not to use it
    /// On skewed measures (take the median), ids, codes, flags, levels and tick boxes, and when many are
    /// missing.
    pub struct ImputeMean;
}

static META: TransformMeta = TransformMeta {
    code: "impute-mean",
    number: 1110,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ImputeMean::DOCS,
};

impl Transform for ImputeMean {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let numbers = column.profile.numbers.as_ref().filter(|_| purpose::is_measure(column))?;
        fit::filled(column, "mean", number_text::write(numbers.mean))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_code_has_no_mean() {
        assert!(!Sample::new("zip,b\n10115,x\n,x\n80331,x\n20095,x\n10115,x\n").offers("impute-mean"));
        assert_eq!(
            Sample::new("w,b\n1.5,x\n,x\n2.5,x\n5,x\n").parameter("impute-mean", "fill_value").as_deref(),
            Some("3")
        );
    }
}
