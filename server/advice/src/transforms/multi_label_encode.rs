//! `multi-label-encode`

use crate::checks::list_column::separator;
use crate::fit;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a column of 0 and 1 for each part that lists hold.
    ///
    /// # What it does
    /// `<name>_<part>` is 1 where the list holds the part (as scikit-learn's `MultiLabelBinarizer`), at
    /// most 50 parts.
    ///
    /// # Example
    /// ```csv
    /// tags,n
    /// red;blue,1
    /// green,2
    /// blue;red,3
    /// ```
    /// ```csv
    /// tags,tags_blue,tags_green,tags_red,n
    /// red;blue,1,0,1,1
    /// green,0,1,0,2
    /// blue;red,1,0,1,3
    /// ```
    ///
    /// # When not to use it
    /// With hundreds of parts.
    pub struct MultiLabelEncode;
}

static META: TransformMeta = TransformMeta {
    code: "multi-label-encode",
    number: 1157,
    class: FixClass::New,
    idempotent: false,
    docs: MultiLabelEncode::DOCS,
};

impl Transform for MultiLabelEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        let separator = separator(column)?;
        let mut parts = std::collections::BTreeSet::new();
        table.each_value(column.idx, |_, value| {
            let value = value.and_then(fit::present).unwrap_or_default();
            parts.extend(
                value.split(separator).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()),
            );
        });
        if parts.len() > 50 {
            return None;
        }
        let columns = parts
            .into_iter()
            .map(|part| NewColumn {
                name: format!("{}_{part}", column.header.name),
                value: Box::new(move |_, value| {
                    u8::from(value.split(separator).any(|held| held.trim() == part)).to_string()
                }),
            })
            .collect();
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add a column for each part of {}", column.called()),
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
    fn a_plain_category_stays() {
        assert!(!Sample::new("t,n\nred,1\nblue,2\n").offers("multi-label-encode"));
    }
}
