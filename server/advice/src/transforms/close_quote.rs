//! `close-quote`

use aurora_table::{Dialect, OddityKind, writer};
use aurora_text::{Span, TextEdit};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, quote_fault};

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

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let proposal = ("Close the quote", META.class);
        quote_fault::rewritten(table, target, OddityKind::UnclosedQuote, proposal, rewrite)
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
