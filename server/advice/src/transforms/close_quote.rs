//! `close-quote`

use aurora_table::{Dialect, OddityKind, writer};
use aurora_text::{Span, TextEdit};

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Closes a quote that was never closed.
    ///
    /// # What it does
    /// Writes the closing quote at the end of the field as it was read, the most plausible place.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,"Grace
    /// 3,Linus
    /// ```
    ///
    /// # When not to use it
    /// When the quote is part of the value, or the value goes on further than the mark shows.
    pub struct CloseQuote;
}

static META: TransformMeta = TransformMeta {
    code: "close-quote",
    number: 1003,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: CloseQuote::DOCS,
};

impl Transform for CloseQuote {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let Target::Field(record, column) = target else { return None };
        let (root, mut others) = table.odd_record(record)?.root_of(OddityKind::UnclosedQuote)?;
        let fits = root.field_idx == column || others.any(|other| other.field_idx == column);
        fits.then(|| Proposal {
            title: "Close the quote".to_owned(),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        let Target::Field(record, column) = target else { return Vec::new() };
        let edit = table.with_record(record, |block, r| {
            let field = r.fields.get(column)?;
            rewrite(field.raw(block.text), field.span().shift(block.before.bytes), block.dialect)
        });
        edit.flatten().into_iter().collect()
    }
}

fn rewrite(raw: &str, span: Span, dialect: &Dialect) -> Option<TextEdit> {
    let quote = dialect.quote?;
    let rest = raw.strip_prefix(char::from(quote)).unwrap_or(raw);
    if rest.contains(char::from(quote)) {
        // Quotes further on in the field are text: they must be written as such once the field is closed.
        let edit = TextEdit::new(span, writer::quoted(rest, dialect));
        return Some(edit);
    }
    Some(TextEdit::new(Span::empty(span.end), char::from(quote).to_string()))
}

#[cfg(test)]
mod tests {
    use crate::on_text::fixed;

    #[test]
    fn the_quote_closes_at_the_field_end() {
        assert_eq!(fixed("id,name\n1,Ada\n2,\"Grace", "close-quote"), "id,name\n1,Ada\n2,\"Grace\"");
    }
}
