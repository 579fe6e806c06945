//! `text-after-quote`

use aurora_table::{Escape, OddityKind};

use crate::table_view::OddRecord;
use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

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
    transforms: &["requote-field"],
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
    let Some((root, others)) = odd.root_of(OddityKind::TextAfterQuote) else { return };
    let dialect = &table.detection.dialect;
    if let (Some(record), Some(quote), Escape::Doubled) = (odd.record, dialect.quote, dialect.escape) {
        let escaped = table.with_record(record, |block, r| {
            super::backslash_escape::is_cause(r.span().of(block.text), odd, quote)
        });
        if escaped == Some(true) {
            return;
        }
    }
    let place = |oddity: &aurora_table::Oddity| Place {
        span: oddity.span,
        record: odd.record,
        field: Some(oddity.field_idx),
        confidence: 1.0,
    };
    let related: Vec<_> = others.map(place).collect();
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: "text after the closing quote".to_owned(),
        place: place(root),
        n_places: 1 + related.len() as u64,
        related,
        confidence: 1.0,
        fixes: odd.record.map_or_else(Vec::new, |record| {
            let target = Target::Field(record, root.field_idx);
            vec![Fix { transform: "requote-field", target, preferred: true }]
        }),
    });
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
