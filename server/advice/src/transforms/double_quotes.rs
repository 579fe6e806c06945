//! `double-quotes`

use aurora_table::Escape;
use aurora_text::{Span, TextEdit};

use crate::checks::backslash_escape;

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Doubles quotes that were escaped by a backslash.
    ///
    /// # What it does
    /// Writes `"say \"hi\""` as `"say ""hi"""`, the way the rest of the table does.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,"Ada ""A"" King"
    /// 2,"Grace \"G\" Hopper"
    /// 3,"Linus ""L"" Torvalds"
    /// 4,Barbara
    /// ```
    /// becomes
    /// ```csv
    /// id,name
    /// 1,"Ada ""A"" King"
    /// 2,"Grace ""G"" Hopper"
    /// 3,"Linus ""L"" Torvalds"
    /// 4,Barbara
    /// ```
    ///
    /// # When not to use it
    /// When the backslash is part of the value, as at the end of a folder's name.
    pub struct DoubleQuotes;
}

static META: TransformMeta = TransformMeta {
    code: "double-quotes",
    number: 1014,
    class: FixClass::Safe,
    idempotent: true,
    docs: DoubleQuotes::DOCS,
};

impl Transform for DoubleQuotes {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        (!self.edits(table, target).is_empty()).then(|| Proposal {
            title: "Double the quotes that a backslash escapes".to_owned(),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        let (Target::Record(record) | Target::Field(record, _)) = target else { return Vec::new() };
        let edits = table.with_record(record, |block, r| {
            let raw = r.span().of(block.text);
            let Some(quote) = block.dialect.quote.filter(|_| block.dialect.escape == Escape::Doubled) else {
                return Vec::new();
            };
            let escaped = ['\\', char::from(quote)].iter().collect::<String>();
            if !table.odd_record(record).is_some_and(|odd| backslash_escape::is_cause(raw, odd, quote)) {
                return Vec::new();
            }
            let at = block.before.bytes + r.span().start;
            let places = raw.match_indices(&escaped);
            places
                .map(|(n, _)| TextEdit::new(Span::new(at + n, at + n + 1), char::from(quote).to_string()))
                .collect()
        });
        edits.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn only_escaped_quotes_are_doubled() {
        let text = "id,name\n1,\"Ada \"\"A\"\" King\"\n2,\"G \\\"H\\\" I\"\n3,\"L \"\"M\"\" N\"\n4,B\n";
        let after = text.replace("\\\"", "\"\"");
        assert_eq!(Sample::new(text).after("double-quotes", Target::Record(1)), Some(after));
        assert_eq!(Sample::new(text).after("double-quotes", Target::Record(0)), None);
    }
}
