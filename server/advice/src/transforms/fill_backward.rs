//! `fill-backward`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills each null with the value below it.
    ///
    /// # What it does
    /// Carries the next value that is there upwards. Nulls after the last value stay.
    ///
    /// # Example
    /// ```csv
    /// region,n
    /// ,1
    /// north,2
    /// ,3
    /// south,4
    /// ```
    /// ```csv
    /// region,n
    /// north,1
    /// north,2
    /// south,3
    /// south,4
    /// ```
    ///
    /// # When not to use it
    /// Across groups, and where order means nothing.
    pub struct FillBackward;
}

static META: TransformMeta = TransformMeta {
    code: "fill-backward",
    number: 1113,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: FillBackward::DOCS,
};

impl Transform for FillBackward {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        // Done where it is asked for, but never proposed across groups.
        self.propose(table, target).is_some()
            && target.column().is_some_and(|idx| !fit::is_grouped(table, idx))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let (n, idx) = (column.profile.n_null(), column.idx);
        if n == 0 || column.profile.distinct < 2 {
            return None;
        }
        let mut below: Option<Vec<Option<String>>> = None;
        let fill = move |record: u64, value: &str| {
            let below = below.get_or_insert_with(|| {
                let mut next = None;
                let mut list: Vec<_> = fit::values(table, idx)
                    .iter()
                    .rev()
                    .map(|value| {
                        next = fit::present(value).map(str::to_owned).or(next.take());
                        next.clone()
                    })
                    .collect();
                list.reverse();
                list
            });
            if fit::present(value).is_some() { None } else { below.get(record as usize).cloned().flatten() }
        };
        let title = format!("Fill {n} nulls of {} with the value below", column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, vec![("strategy", "bfill".to_owned())]),
            change: Change::Replace(idx, Box::new(fill)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn what_comes_after_the_last_value_stays() {
        assert_eq!(
            Sample::new("a,n\n,1\nx,2\n,3\ny,4\n,5\n").values_after("fill-backward", 0),
            ["x", "x", "y", "y", ""]
        );
    }
}
