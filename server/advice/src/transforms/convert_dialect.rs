//! `convert-dialect`

use std::ops::ControlFlow;

use aurora_table::{Delimiter, Dialect, Escape, writer};
use aurora_text::{Span, TextEdit};

use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Writes the table with commas and double quotes.
    ///
    /// # What it does
    /// Puts a comma in place of each delimiter and quotes the fields that need it, as RFC 4180 says. Values, line ends and everything outside the table stay.
    ///
    /// # Example
    /// ```csv
    /// id;name
    /// 1;"Ann; Bo"
    /// 2;Cy, Di
    /// ```
    /// ```csv
    /// id,name
    /// 1,Ann; Bo
    /// 2,"Cy, Di"
    /// ```
    ///
    /// # When not to use it
    /// When the file goes to a program, or a spreadsheet in a locale, that expects the other delimiter.
    pub struct ConvertDialect;
}

static META: TransformMeta = TransformMeta {
    code: "convert-dialect",
    number: 1060,
    class: FixClass::Safe,
    idempotent: true,
    docs: ConvertDialect::DOCS,
};

impl Transform for ConvertDialect {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let from = table.detection.dialect;
        let header = header_names::written(table);
        let no_header = table.detection.layout.header_records == 0;
        if table.structure.width < 2
            || from.delimiter == Delimiter::COMMA
            || (header.is_empty() && !no_header)
        {
            return None;
        }
        let to = Dialect { delimiter: Delimiter::COMMA, quote: Some(b'"'), escape: Escape::Doubled, ..from };
        let mut edits = Vec::new();
        let mut write = |span: Span, value: &str, raw: &str, end: &mut Option<usize>| {
            if let Some(end) = *end {
                edits.push(TextEdit::new(Span::new(end, span.start), ","));
            }
            let text = writer::quote_if_needed(value, &to);
            if text != raw {
                edits.push(TextEdit::new(span, text));
            }
            *end = Some(span.end);
        };
        let mut end = None;
        for column in header {
            let span = column.header.span;
            write(span, &column.header.name, "", &mut end);
        }
        table.source.visit(0..u64::MAX, &mut |block| {
            for record in block.records.iter().filter(|record| !record.is_blank()) {
                let mut end = None;
                for field in record.fields {
                    let value = field.value(block.text, block.dialect);
                    let span = field.span().shift(block.before.bytes);
                    write(span, &value, field.raw(block.text), &mut end);
                }
            }
            ControlFlow::Continue(())
        });
        let title = "Convert to commas and double quotes".to_owned();
        let parameters = vec![("delimiter", ",".to_owned())];
        Some(Fitted { proposal: fit::proposal(title, META.class, parameters), change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_comma_table_stays() {
        assert_eq!(Sample::new("a,b\n1,2\n").after("convert-dialect", Target::File), None);
    }

    #[test]
    fn it_reads_back_as_the_same_values() {
        let text = "id|say\n1|\"a, \"\"b\"\"\"\n2|x|\n\n3|5\"\n";
        let sample = Sample::new(text);
        let after = sample.after("convert-dialect", Target::File).unwrap();
        assert_eq!(after, "id,say\n1,\"a, \"\"b\"\"\"\n2,x,\n\n3,\"5\"\"\"\n");
    }
}
