//! `requote-field`

use aurora_table::parser::unquote;
use aurora_table::{Dialect, OddityKind, writer};
use aurora_text::{Span, TextEdit};

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

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

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let Target::Field(record, column) = target else { return None };
        let (root, mut others) = table.odd_record(record)?.root_of(OddityKind::TextAfterQuote)?;
        let fits = root.field_idx == column || others.any(|other| other.field_idx == column);
        fits.then(|| Proposal {
            title: "Quote the whole field".to_owned(),
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
