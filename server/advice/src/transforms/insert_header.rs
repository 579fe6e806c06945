//! `insert-header`

use aurora_text::{Span, TextEdit};

use crate::fit;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Inserts a header with a name for each column.
    ///
    /// # What it does
    /// Writes `column_1`, `column_2` and so on above the first record.
    ///
    /// # Example
    /// ```csv
    /// 2020-01-01,12.5,7
    /// 2020-01-02,13.5,9
    /// 2020-01-03,11.0,4
    /// 2020-01-04,10.5,3
    /// ```
    /// ```csv
    /// column_1,column_2,column_3
    /// 2020-01-01,12.5,7
    /// 2020-01-02,13.5,9
    /// 2020-01-03,11.0,4
    /// 2020-01-04,10.5,3
    /// ```
    ///
    /// # When not to use it
    /// When the first record holds the names after all.
    pub struct InsertHeader;
}

static META: TransformMeta = TransformMeta {
    code: "insert-header",
    number: 1063,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: InsertHeader::DOCS,
};

impl Transform for InsertHeader {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let layout = &table.detection.layout;
        if target != Target::File || layout.header_records > 0 {
            return None;
        }
        let dialect = &table.detection.dialect;
        let names: Vec<_> = (1..=table.structure.width).map(|n| format!("column_{n}")).collect();
        let text = names.join(dialect.delimiter.as_str()) + dialect.terminator.as_str();
        let edit = TextEdit::new(Span::empty(layout.table_start), text);
        let proposal = fit::proposal("Insert a header".to_owned(), META.class, Vec::new());
        Some(Fitted { proposal, change: Change::Edits(vec![edit]) })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_table_with_a_header_needs_none() {
        assert_eq!(Sample::new("a,b\n1,2\n").after("insert-header", Target::File), None);
    }
}
