//! `unclosed-quote`

use aurora_table::OddityKind;

use crate::table_view::OddRecord;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, quote_fault};

documented! {
    /// An opening quote without a closing one.
    ///
    /// # What it finds
    /// A quote that opens a field and is never closed. The records after it are read from the most plausible
    /// record end, so that one slip does not hide the rest of the file.
    ///
    /// # Why it matters
    /// Most readers take everything up to the next quote, often thousands of records, as one value.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,"Grace,New York
    /// 3,Linus,Portland
    /// 4,Barbara,Boston
    /// 5,Edsger,Austin
    /// ```
    ///
    /// # When it is wrong
    /// A value that is meant to begin with a quote, in a file that quotes nothing.
    pub struct UnclosedQuote;
}

static META: CheckMeta = CheckMeta {
    code: "unclosed-quote",
    number: 3,
    kind: FindingKind::Structure,
    severity: Severity::Error,
    confidence: 0.0,
    transforms: &["close-quote"],
    docs: UnclosedQuote::DOCS,
};

impl Check for UnclosedQuote {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(_table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    out.extend(quote_fault::finding(&META, odd, OddityKind::UnclosedQuote, "this quote is never closed"));
}

#[cfg(test)]
mod tests {
    use crate::on_text::found;

    #[test]
    fn only_the_opening_quote_is_marked() {
        let text = "id,name\n1,Ada\n2,\"Grace";
        assert_eq!(found(text), [("unclosed-quote", "\"")]);
    }
}
