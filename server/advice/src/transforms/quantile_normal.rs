//! `quantile-normal`

use crate::{fit, power, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The place of a value among the others, on the scale of the normal distribution.
    ///
    /// # What it does
    /// Φ⁻¹((r − 3/8) / (n + 1/4)) of the average rank r (Blom 1958). Makes any measure normal, at the
    /// price of its distances.
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 1.5,a
    /// 2,b
    /// 4,c
    /// 80,d
    /// 9000,e
    /// ```
    /// ```csv
    /// amount,amount_normal,shop
    /// 1.5,-1.179761118,a
    /// 2,-0.4972005707,b
    /// 4,0,c
    /// 80,0.4972005707,d
    /// 9000,1.179761118,e
    /// ```
    ///
    /// # When not to use it
    /// Where distances matter.
    pub struct QuantileNormal;
}

static META: TransformMeta = TransformMeta {
    code: "quantile-normal",
    number: 1126,
    class: FixClass::New,
    idempotent: false,
    docs: QuantileNormal::DOCS,
};

impl Transform for QuantileNormal {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        fit::column(table, target)
            .is_some_and(|column| purpose::is_measure(column) && column.profile.distinct >= 5)
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let ranks = power::Ranks::of(&table.numbers(column.idx));
        let n = ranks.len() as f64;
        fit::mapped(column, table, target, ("normal quantile", "normal"), Vec::new(), move |x| {
            Some(power::normal_quantile((ranks.rank(x) - 0.375) / (n + 0.25)))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn ties_share_their_place() {
        let values = Sample::new("v,w\n1.5,a\n2,b\n2,c\n3,d\n4,e\n5,f\n").values_after("quantile-normal", 0);
        assert_eq!(values[1], values[2]);
    }
}
