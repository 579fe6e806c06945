//! `backslash-escape`

use aurora_table::{Escape, OddityKind};
use aurora_text::Span;

use crate::table_view::OddRecord;
use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

documented! {
    /// A quote escaped by a backslash where the table doubles its quotes.
    ///
    /// # What it finds
    /// Quoted fields with `\"` inside. Under this table's dialect the field ends there, and the rest is text
    /// after a closing quote.
    ///
    /// # Why it matters
    /// Readers that go by the standard end the field too early; those that know backslashes read the rest of
    /// the table differently.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,"Ada ""A"" King"
    /// 2,"Grace \"G\" Hopper"
    /// 3,"Linus ""L"" Torvalds"
    /// 4,Barbara
    /// ```
    ///
    /// # When it is wrong
    /// Values that end with a backslash, as names of folders do.
    pub struct BackslashEscape;
}

static META: CheckMeta = CheckMeta {
    code: "backslash-escape",
    number: 9,
    kind: FindingKind::Record,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["double-quotes"],
    docs: BackslashEscape::DOCS,
};

impl Check for BackslashEscape {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    let dialect = &table.detection.dialect;
    let (Some(record), Some(quote), Escape::Doubled) = (odd.record, dialect.quote, dialect.escape) else {
        return;
    };
    let found = table.with_record(record, |block, r| {
        let raw = r.span().of(block.text);
        let at = is_cause(raw, odd, quote).then(|| escaped(raw, quote)).flatten()?;
        Some(Span::new(at, at + 2).shift(odd.span.start))
    });
    let Some(span) = found.flatten() else { return };
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: "a quote escaped by a backslash; this table doubles its quotes".to_owned(),
        place: Place { span, record: Some(record), field: odd.root().map(|o| o.field_idx), confidence: 1.0 },
        related: Vec::new(),
        n_places: 1,
        confidence: 1.0,
        fixes: vec![Fix { transform: "double-quotes", target: Target::Record(record), preferred: true }],
    });
}

/// Whether a backslash before a quote explains what is odd about the record: text follows a closing quote that
/// a backslash stands before.
pub(crate) fn is_cause(raw: &str, odd: &OddRecord, quote: u8) -> bool {
    odd.oddities.iter().filter(|o| o.kind == OddityKind::TextAfterQuote).any(|o| {
        let after = o.span.start.saturating_sub(odd.span.start);
        let before = raw.as_bytes().get(..after).unwrap_or_default();
        before.ends_with(&[b'\\', quote])
    })
}

fn escaped(raw: &str, quote: u8) -> Option<usize> {
    raw.as_bytes().windows(2).position(|pair| pair == [b'\\', quote])
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_backslash_is_the_one_root_cause() {
        let text = "id,name\n1,\"Ada \"\"A\"\" King\"\n2,\"G \\\"H\\\" I\"\n3,\"L \"\"M\"\" N\"\n4,B\n";
        let sample = Sample::new(text);
        let found = sample.find("backslash-escape");
        assert_eq!((found.len(), found[0].place.record), (1, Some(1)));
        assert_eq!(found[0].place.span.of(text), "\\\"");
        assert!(!sample.has("text-after-quote"));
        assert!(!Sample::new("id,path\n1,\"C:\\\"\n2,\"D:\\\"\n").has("backslash-escape"));
    }
}
