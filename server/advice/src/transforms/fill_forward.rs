//! `fill-forward`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills each null with the value above it.
    ///
    /// # What it does
    /// Carries the last value that is there downwards. Nulls before the first value stay.
    ///
    /// # Example
    /// ```csv
    /// region,n
    /// north,1
    /// ,2
    /// south,3
    /// ,4
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
    /// Across groups (the last value of one patient is not the first of the next), and where order means
    /// nothing.
    pub struct FillForward;
}

static META: TransformMeta = TransformMeta {
    code: "fill-forward",
    number: 1112,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: FillForward::DOCS,
};

impl Transform for FillForward {
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
        let n = column.profile.n_null();
        if n == 0 || column.profile.distinct < 2 {
            return None;
        }
        let mut last: Option<String> = None;
        let fill = move |_: u64, value: &str| match fit::present(value) {
            Some(value) => {
                last = Some(value.to_owned());
                None
            }
            None => last.clone(),
        };
        let title = format!("Fill {n} nulls of {} with the value above", column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, vec![("strategy", "ffill".to_owned())]),
            change: Change::Replace(column.idx, Box::new(fill)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn what_comes_before_the_first_value_stays() {
        assert_eq!(
            Sample::new("a,n\n,1\nx,2\n,3\ny,4\n").values_after("fill-forward", 0),
            ["", "x", "x", "y"]
        );
    }
}
