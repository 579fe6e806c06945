//! `drop-empty-columns`

use std::ops::ControlFlow;

use aurora_text::{Span, TextEdit};

use crate::checks::empty_columns;
use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Removes the empty columns at the end.
    ///
    /// # What it does
    /// Takes the delimiters away that stand after the last column with a name or a value, in the header and in every record.
    ///
    /// # Example
    /// ```csv
    /// id,name,,
    /// 1,Ann,,
    /// 2,Bo,,
    /// ```
    /// ```csv
    /// id,name
    /// 1,Ann
    /// 2,Bo
    /// ```
    ///
    /// # When not to use it
    /// When a program reads the columns by number from the end.
    pub struct DropEmptyColumns;
}

static META: TransformMeta = TransformMeta {
    code: "drop-empty-columns",
    number: 1069,
    class: FixClass::Safe,
    idempotent: true,
    docs: DropEmptyColumns::DOCS,
};

impl Transform for DropEmptyColumns {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let first = empty_columns::first_empty(table).filter(|&first| first > 0)?;
        let n = table.structure.width - first;
        let title = format!("Drop {n} empty column{} at the end", if n == 1 { "" } else { "s" });
        let mut edits = Vec::new();
        let header = header_names::written(table);
        if let (Some(last), Some(end)) =
            (header.get(first - 1), header.last().filter(|column| column.idx >= first))
        {
            edits.push(TextEdit::new(Span::new(last.header.span.end, end.header.span.end), ""));
        } else if table.detection.layout.header_records > 0 {
            return None;
        }
        table.source.visit(0..u64::MAX, &mut |block| {
            for record in block.records.iter().filter(|record| !record.is_blank()) {
                if let (Some(kept), true) = (record.fields.get(first - 1), record.fields.len() > first) {
                    // A record that is too long keeps what it holds.
                    let dropped = &record.fields[first..];
                    if dropped.iter().all(|field| field.raw(block.text).trim().is_empty()) {
                        let span = Span::new(kept.span().end, record.span().end).shift(block.before.bytes);
                        edits.push(TextEdit::new(span, ""));
                    }
                }
            }
            ControlFlow::Continue(())
        });
        Some(Fitted { proposal: fit::proposal(title, META.class, Vec::new()), change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn without_one_it_does_not_apply() {
        assert_eq!(Sample::new("a,b\n1,\n").after("drop-empty-columns", Target::File), None);
    }
}
