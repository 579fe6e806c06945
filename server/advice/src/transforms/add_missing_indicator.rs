//! `add-missing-indicator`

use crate::fit;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a column that says where a value is missing.
    ///
    /// # What it does
    /// `<name>_missing` is 1 where the column holds nothing, else 0 (as scikit-learn's `MissingIndicator`).
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// 29,Bern
    /// ```
    /// ```csv
    /// age,age_missing,city
    /// 34,0,Rome
    /// ,1,Oslo
    /// 29,0,Bern
    /// ```
    ///
    /// # When not to use it
    /// When missing tells nothing.
    pub struct AddMissingIndicator;
}

static META: TransformMeta = TransformMeta {
    code: "add-missing-indicator",
    number: 1116,
    class: FixClass::New,
    idempotent: false,
    docs: AddMissingIndicator::DOCS,
};

impl Transform for AddMissingIndicator {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        if column.profile.n_null() == 0 || column.profile.n_present() == 0 {
            return None;
        }
        let new = NewColumn {
            name: format!("{}_missing", column.header.name),
            value: Box::new(|_, value| u8::from(fit::present(value).is_none()).to_string()),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add a column that says where {} is missing", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_full_column_needs_none() {
        assert!(!Sample::new("a,b\n1,x\n2,y\n").offers("add-missing-indicator"));
    }
}
