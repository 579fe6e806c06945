//! `stray-quote`

use aurora_table::OddityKind;

use crate::table_view::OddRecord;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, quote_fault};

documented! {
    /// A quote inside a field that is not quoted.
    ///
    /// # What it finds
    /// Quotes in the middle of an unquoted field, as in `5" bolt`.
    ///
    /// # Why it matters
    /// Readers disagree: some keep the quote, some refuse the file, some read on to the next quote.
    ///
    /// # Example
    /// ```csv
    /// id,part
    /// 1,bolt
    /// 2,5" bolt
    /// 3,nut
    /// ```
    ///
    /// # When it is wrong
    /// Files that never quote, where a quote is an ordinary character.
    pub struct StrayQuote;
}

static META: CheckMeta = CheckMeta {
    code: "stray-quote",
    number: 4,
    kind: FindingKind::Structure,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["escape-quote", "repair-record"],
    docs: StrayQuote::DOCS,
};

impl Check for StrayQuote {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(_table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    out.extend(quote_fault::finding(&META, odd, OddityKind::StrayQuote, "a quote inside an unquoted field"));
}

#[cfg(test)]
mod tests {
    use crate::on_text::found;

    #[test]
    fn the_quote_is_marked() {
        let text = "id,part\n1,bolt\n2,5\" bolt\n3,nut\n";
        assert_eq!(found(text), [("stray-quote", "\"")]);
    }
}
