//! `repeated-header`

use std::ops::ControlFlow;

use aurora_profile::{ValueKind, traits};
use aurora_text::Span;

use crate::finding::fixes;
use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Place, Severity, TableView, Target,
    documented,
};

documented! {
    /// The header again among the records.
    ///
    /// # What it finds
    /// Records that hold exactly the names of the header. The header must hold at least two names that are texts.
    ///
    /// # Why it matters
    /// Files joined from several, or printed page by page, repeat it: every column then holds a text.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// id,name
    /// 2,Bo
    /// 3,Cy
    /// ```
    ///
    /// # When it is wrong
    /// When a second table follows that belongs into a file of its own.
    pub struct RepeatedHeader;
}

static META: CheckMeta = CheckMeta {
    code: "repeated-header",
    number: 67,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["remove-record"],
    docs: RepeatedHeader::DOCS,
};

impl Check for RepeatedHeader {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let is_text = |name: &&str| !name.is_empty() && aurora_profile::value_kind::number(name).is_none();
    let names: Vec<&str> = table.columns.iter().map(|column| column.header.name.trim()).collect();
    if table.detection.layout.header_records == 0 || names.iter().filter(|name| is_text(name)).count() < 2 {
        return;
    }
    // A name among numbers or dates would show.
    let is_text = |name: &str| traits::facts(name).traits.kind() == ValueKind::Text;
    let without = |column: &ColumnView<'_>| {
        is_text(column.header.name.trim()) && column.profile.count(ValueKind::Text) == 0
    };
    if table.is_all_profiled() && table.columns.iter().any(without) {
        return;
    }
    let mut records = Vec::new();
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut number = block.before.records;
        for record in block.records.iter().filter(|record| !record.is_blank()) {
            let same = record.fields.len() == names.len()
                && record.fields.iter().zip(&names).all(|(field, name)| {
                    // The raw text decides nearly always, without unquoting.
                    let raw = field.raw(block.text);
                    raw.len() >= name.len() && field.value(block.text, block.dialect).trim() == *name
                });
            if same {
                records.push((number, record.span().shift(block.before.bytes)));
            }
            number += 1;
        }
        ControlFlow::Continue(())
    });
    let n = records.len();
    let message =
        format!("the header stands {n} more time{} among the records", if n == 1 { "" } else { "s" });
    out.extend(finding(table, &records, message));
}

/// A finding on these data records, with the fixes for the first.
fn finding(table: &TableView<'_>, records: &[(u64, Span)], message: String) -> Option<Finding> {
    let place =
        |&(record, span): &(u64, Span)| Place { span, record: Some(record), field: None, confidence: 1.0 };
    let (first, others) = records.split_first()?;
    Some(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message,
        place: place(first),
        related: others.iter().take(5).map(place).collect(),
        n_places: records.len() as u64,
        confidence: 1.0,
        fixes: fixes(&META, table, Target::Record(first.0)),
    })
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn blank_records_are_no_header() {
        assert!(!Sample::new("a,b\n1,2\n,\n3,4\n").has("repeated-header"));
        assert!(!Sample::new("1,2\n1,2\n3,4\n").has("repeated-header"));
    }
}
