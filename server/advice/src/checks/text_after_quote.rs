//! `text-after-quote`

use aurora_table::{Escape, OddityKind};

use crate::table_view::OddRecord;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, quote_fault};

documented! {
    /// Text between a closing quote and the next delimiter.
    ///
    /// # What it finds
    /// Fields such as `"a"b` or `"a" ,`, most often because a quote inside the value was not doubled.
    ///
    /// # Why it matters
    /// Readers disagree: some drop the text, some keep it, some refuse the file.
    ///
    /// # Example
    /// ```csv
    /// id,part
    /// 1,"bolt, short"
    /// 2,"bolt" long
    /// 3,nut
    /// ```
    ///
    /// # When it is wrong
    /// Files that pad quoted fields with blanks on purpose.
    pub struct TextAfterQuote;
}

static META: CheckMeta = CheckMeta {
    code: "text-after-quote",
    number: 5,
    kind: FindingKind::Structure,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["requote-field", "repair-record"],
    docs: TextAfterQuote::DOCS,
};

impl Check for TextAfterQuote {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    let dialect = &table.detection.dialect;
    if let (Some(record), Some(quote), Escape::Doubled) = (odd.record, dialect.quote, dialect.escape) {
        let escaped = table.with_record(record, |block, r| {
            super::backslash_escape::is_cause(r.span().of(block.text), odd, quote)
        });
        if escaped == Some(true) {
            return;
        }
    }
    out.extend(quote_fault::finding(&META, odd, OddityKind::TextAfterQuote, "text after the closing quote"));
}

#[cfg(test)]
mod tests {
    use crate::on_text::found;

    #[test]
    fn the_text_is_marked() {
        let text = "id,part\n1,\"bolt, short\"\n2,\"bolt\" long\n3,nut\n";
        assert_eq!(found(text), [("text-after-quote", " long")]);
    }
}
