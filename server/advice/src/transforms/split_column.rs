//! `split-column`

use crate::checks::list_column::separator;
use crate::fit;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds the parts of a list column as columns of their own.
    ///
    /// # What it does
    /// Splits at `;` or `|` and adds as many columns as the longest list has parts, at most ten.
    ///
    /// # Example
    /// ```csv
    /// tags,n
    /// red;blue,1
    /// green,2
    /// blue;red,3
    /// ```
    /// ```csv
    /// tags,tags_1,tags_2,n
    /// red;blue,red,blue,1
    /// green,green,,2
    /// blue;red,blue,red,3
    /// ```
    ///
    /// # When not to use it
    /// When the order of the parts means nothing (take multi-label-encode); never on prose, URLs or JSON.
    pub struct SplitColumn;
}

static META: TransformMeta = TransformMeta {
    code: "split-column",
    number: 1155,
    class: FixClass::New,
    idempotent: false,
    docs: SplitColumn::DOCS,
};

impl Transform for SplitColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        let separator = separator(column)?;
        let mut most = 0;
        table.each_value(column.idx, |_, value| {
            most = most.max(value.unwrap_or_default().split(separator).count())
        });
        if !(2..=10).contains(&most) {
            return None;
        }
        let columns = (0..most)
            .map(|at| NewColumn {
                name: format!("{}_{}", column.header.name, at + 1),
                value: Box::new(move |_, value| {
                    value.split(separator).nth(at).unwrap_or_default().trim().to_owned()
                }),
            })
            .collect();
        Some(Fitted {
            proposal: fit::proposal(
                format!("Split {} into {most} columns", column.called()),
                META.class,
                vec![("sep", separator.to_string())],
            ),
            change: Change::Add(column.idx, columns),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn prose_is_not_split() {
        assert!(!Sample::new("t,n\n\"well, yes\",1\n\"no, no\",2\n").offers("split-column"));
    }
}
