//! `rank`

use crate::{fit, power, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The place of a value among the others.
    ///
    /// # What it does
    /// The average rank, 1 for the smallest (SciPy's `rankdata`).
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 1.5,a
    /// 2,b
    /// 2,c
    /// 80,d
    /// ```
    /// ```csv
    /// amount,amount_rank,shop
    /// 1.5,1,a
    /// 2,2.5,b
    /// 2,2.5,c
    /// 80,4,d
    /// ```
    ///
    /// # When not to use it
    /// Where distances matter.
    pub struct Rank;
}

static META: TransformMeta =
    TransformMeta { code: "rank", number: 1127, class: FixClass::New, idempotent: false, docs: Rank::DOCS };

impl Transform for Rank {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        fit::column(table, target)
            .is_some_and(|column| purpose::is_measure(column) && column.profile.distinct >= 3)
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let ranks = power::Ranks::of(&table.numbers(column.idx));
        fit::mapped(
            column,
            table,
            target,
            ("rank", "rank"),
            vec![("method", "average".to_owned())],
            move |x| Some(ranks.rank(x)),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_level_gets_no_rank() {
        assert!(!Sample::new("v,w\n1,a\n2,b\n2,c\n3,d\n").offers("rank"));
    }
}
