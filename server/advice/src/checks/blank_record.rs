//! `blank-record`

use std::ops::ControlFlow;

use aurora_text::Span;

use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

documented! {
    /// Empty lines between records.
    ///
    /// # What it finds
    /// Lines without any field before the last record: one finding a file. Empty lines at the end of the
    /// file and comment lines do not count, nor does a table of one column, where an empty line is a value.
    ///
    /// # Why it matters
    /// Some readers stop at the first empty line, others make a record of nothing of it.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    ///
    /// 2,Grace
    /// 3,Linus
    /// ```
    ///
    /// # When it is wrong
    /// Files that keep groups apart by empty lines.
    pub struct BlankRecord;
}

static META: CheckMeta = CheckMeta {
    code: "blank-record",
    number: 6,
    kind: FindingKind::Record,
    severity: Severity::Hint,
    confidence: 0.0,
    transforms: &["remove-blank-records"],
    docs: BlankRecord::DOCS,
};

impl Check for BlankRecord {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut lines = blank_lines(table);
    let Some((first, _)) = lines.next() else { return };
    let place = |span| Place { span, record: None, field: None, confidence: 1.0 };
    let empty = |span: Span| place(Span::empty(span.start));
    let n = 1 + lines.len() as u64;
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!("{n} empty line{} between records", if n == 1 { "" } else { "s" }),
        place: empty(first),
        related: lines.take(MAX_PLACES).map(|(span, _)| empty(span)).collect(),
        n_places: n,
        confidence: 1.0,
        fixes: vec![Fix { transform: "remove-blank-records", target: Target::File, preferred: true }],
    });
}

/// Further places that a finding shows.
const MAX_PLACES: usize = 20;

/// The empty lines before the last record: their absolute spans with the line end, and the record that follows.
pub(crate) fn blank_lines(table: &TableView<'_>) -> std::vec::IntoIter<(Span, u64)> {
    let mut lines = Vec::new();
    let mut n_before_last = 0;
    if table.structure.n_blank == 0 {
        return lines.into_iter();
    }
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter() {
            let span = Span::new(r.bounds.start as usize, r.bounds.end as usize);
            if !r.is_blank() {
                record += 1;
                n_before_last = lines.len();
            } else if span.of(block.text).trim().is_empty() {
                lines.push((span.shift(block.before.bytes), record));
            }
        }
        ControlFlow::Continue(())
    });
    lines.truncate(n_before_last);
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn lines_after_the_last_record_do_not_count() {
        let text = "a,b\n1,2\n\n\n3,4\n\n\n";
        let found = Sample::new(text).find("blank-record");
        assert_eq!((found.len(), found[0].n_places, found[0].place.span.start), (1, 2, 8));
        assert!(!Sample::new("a,b\n1,2\n\n").has("blank-record"));
    }
}
