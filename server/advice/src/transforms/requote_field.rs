//! `requote-field`

use aurora_table::parser::unquote;
use aurora_table::{Dialect, OddityKind, writer};
use aurora_text::{Span, TextEdit};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, quote_fault};

documented! {
    /// Writes one pair of quotes around a field whose closing quote comes too early.
    ///
    /// # What it does
    /// `"a"b` becomes `"ab"`, `"say "hi" now"` becomes `"say ""hi"" now"`, and blanks after the closing quote go.
    ///
    /// # Example
    /// ```csv
    /// id,part
    /// 1,"bolt, short"
    /// 2,"bolt" long
    /// 3,nut
    /// ```
    ///
    /// # When not to use it
    /// When a delimiter is missing after the closing quote.
    pub struct RequoteField;
}

static META: TransformMeta = TransformMeta {
    code: "requote-field",
    number: 1005,
    class: FixClass::Safe,
    idempotent: true,
    docs: RequoteField::DOCS,
};

impl Transform for RequoteField {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let proposal = ("Quote the whole field", META.class);
        quote_fault::rewritten(table, target, OddityKind::TextAfterQuote, proposal, rewrite)
    }
}

fn rewrite(raw: &str, span: Span, dialect: &Dialect) -> Option<TextEdit> {
    let quote = dialect.quote?;
    let value = unquote(raw, quote, dialect.escape);
    Some(TextEdit::new(span, writer::quoted(value.trim_end(), dialect)))
}

#[cfg(test)]
mod tests {
    use crate::on_text::fixed;

    #[test]
    fn one_pair_of_quotes_goes_around_the_field() {
        let text = "id,part\n1,\"bolt, short\"\n2,\"bolt\" long\n3,nut\n";
        let after = "id,part\n1,\"bolt, short\"\n2,\"bolt long\"\n3,nut\n";
        assert_eq!(fixed(text, "requote-field"), after);
        let text = "id,part\n1,\"bolt, short\"\n2,\"say \"hi\" now\"\n3,nut\n";
        let after = "id,part\n1,\"bolt, short\"\n2,\"say \"\"hi\"\" now\"\n3,nut\n";
        assert_eq!(fixed(text, "requote-field"), after);
    }
}
