//! `escape-quote`

use aurora_table::{Dialect, OddityKind, writer};
use aurora_text::{Span, TextEdit};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, quote_fault};

documented! {
    /// Quotes a field that holds a quote, and writes the inner quote as the dialect wants it.
    ///
    /// # What it does
    /// `5" bolt` becomes `"5"" bolt"`. The value stays what it was.
    ///
    /// # Example
    /// ```csv
    /// id,part
    /// 1,bolt
    /// 2,5" bolt
    /// 3,nut
    /// ```
    ///
    /// # When not to use it
    /// When the quote is a slip and should go.
    pub struct EscapeQuote;
}

static META: TransformMeta = TransformMeta {
    code: "escape-quote",
    number: 1004,
    class: FixClass::Safe,
    idempotent: true,
    docs: EscapeQuote::DOCS,
};

impl Transform for EscapeQuote {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let proposal = ("Quote the field and double its quotes", META.class);
        quote_fault::rewritten(table, target, OddityKind::StrayQuote, proposal, rewrite)
    }
}

fn rewrite(raw: &str, span: Span, dialect: &Dialect) -> Option<TextEdit> {
    dialect.quote?;
    Some(TextEdit::new(span, writer::quoted(raw, dialect)))
}

#[cfg(test)]
mod tests {
    use crate::on_text::fixed;

    #[test]
    fn the_inner_quote_is_doubled() {
        let text = "id,part\n1,bolt\n2,5\" bolt\n3,nut\n";
        assert_eq!(fixed(text, "escape-quote"), "id,part\n1,bolt\n2,\"5\"\" bolt\"\n3,nut\n");
    }
}
