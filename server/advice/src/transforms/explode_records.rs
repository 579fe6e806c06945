//! `explode-records`

use crate::checks::list_column::separator;
use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Gives each part of a list a record of its own.
    ///
    /// # What it does
    /// A record with `red;blue` becomes two records that differ in that field alone.
    ///
    /// # Example
    /// ```csv
    /// tags,n
    /// red;blue,1
    /// green,2
    /// blue;red,3
    /// ```
    /// ```csv
    /// tags,n
    /// red,1
    /// blue,1
    /// green,2
    /// blue,3
    /// red,3
    /// ```
    ///
    /// # When not to use it
    /// When records are counted afterwards.
    pub struct ExplodeRecords;
}

static META: TransformMeta = TransformMeta {
    code: "explode-records",
    number: 1156,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: ExplodeRecords::DOCS,
};

impl Transform for ExplodeRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let separator = separator(column)?;
        let split = move |value: &str| {
            value
                .split(separator)
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect()
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Give each part of {} its own record", column.called()),
                META.class,
                vec![("sep", separator.to_string())],
            ),
            change: Change::Explode(column.idx, Box::new(split)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_plain_category_stays() {
        assert!(!Sample::new("t,n\nred,1\nblue,2\n").offers("explode-records"));
    }
}
