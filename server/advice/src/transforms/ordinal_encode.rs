//! `ordinal-encode`

use crate::fit;
use crate::transforms::one_hot_encode::categories;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds the place of each value of a category as a number.
    ///
    /// # What it does
    /// 0 for the first value in the alphabet, 1 for the next (as scikit-learn's `OrdinalEncoder`); nulls
    /// stay empty.
    ///
    /// # Example
    /// ```csv
    /// size,n
    /// small,1
    /// large,2
    /// small,3
    /// ```
    /// ```csv
    /// size,size_code,n
    /// small,1,1
    /// large,0,2
    /// small,1,3
    /// ```
    ///
    /// # When not to use it
    /// When the alphabet is not the order that is meant.
    pub struct OrdinalEncode;
}

static META: TransformMeta = TransformMeta {
    code: "ordinal-encode",
    number: 1147,
    class: FixClass::New,
    idempotent: false,
    docs: OrdinalEncode::DOCS,
};

impl Transform for OrdinalEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        let values = categories(column)?;
        let parameters = vec![("categories", values.join(" "))];
        let new = NewColumn {
            name: format!("{}_code", column.header.name),
            value: Box::new(move |_, held| {
                values.iter().position(|value| value == held).map_or(String::new(), |at| at.to_string())
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add the values of {} as numbers", column.called()),
                META.class,
                parameters,
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn numbers_get_none() {
        assert!(!Sample::new("n,a\n1,x\n2,x\n1,x\n").offers("ordinal-encode"));
    }
}
