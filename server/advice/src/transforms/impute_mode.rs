//! `impute-mode`

use crate::fit;

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a category with its most frequent value.
    ///
    /// # What it does
    /// The most frequent value replaces every null. Between equally frequent ones the first in the
    /// alphabet is taken.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// ,2
    /// Rome,3
    /// Oslo,4
    /// ```
    /// ```csv
    /// city,n
    /// Rome,1
    /// Rome,2
    /// Rome,3
    /// Oslo,4
    /// ```
    ///
    /// # When not to use it
    /// When no value dominates, or when being missing means something.
    pub struct ImputeMode;
}

static META: TransformMeta = TransformMeta {
    code: "impute-mode",
    number: 1103,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ImputeMode::DOCS,
};

impl Transform for ImputeMode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        let top = profile.top.first()?;
        // A name or a text has no typical value, and a tick box is answered by its blanks.
        if top.n < 2 || profile.distinct < 2 || profile.distinct * 3 > profile.n_present() * 2 {
            return None;
        }
        fit::filled(column, "most_frequent", top.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn names_and_tick_boxes_get_none() {
        assert!(!Sample::new("n,b\nAnn,1\n,2\nBob,3\nEve,4\n").offers("impute-mode"));
        assert!(!Sample::new("tick,b\nx,1\n,2\nx,3\n,4\n").offers("impute-mode"));
        assert!(Sample::new("c,b\nx,1\n,2\nx,3\ny,4\n").offers("impute-mode"));
    }
}
