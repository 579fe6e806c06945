//! `drop-column`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes a column.
    ///
    /// # What it does
    /// Takes the header field and the field of every record away, each with one delimiter.
    ///
    /// # Example
    /// ```csv
    /// id,empty,city
    /// 1,,Rome
    /// 2,,Oslo
    /// ```
    /// ```csv
    /// id,city
    /// 1,Rome
    /// 2,Oslo
    /// ```
    ///
    /// # When not to use it
    /// When anything reads the file by position.
    pub struct DropColumn;
}

static META: TransformMeta = TransformMeta {
    code: "drop-column",
    number: 1106,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: DropColumn::DOCS,
};

impl Transform for DropColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        if table.columns.len() < 2 {
            return None;
        }
        Some(Fitted {
            proposal: fit::proposal(format!("Drop {}", column.called()), META.class, Vec::new()),
            change: Change::DropColumn(column.idx),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Target;

    #[test]
    fn the_last_column_goes_with_the_delimiter_before_it() {
        let sample = Sample::new("a,b\n1,x\n2\n3,\"y,z\"\n");
        assert_eq!(sample.after("drop-column", Target::Column(1)).as_deref(), Some("a\n1\n2\n3\n"));
    }
}
