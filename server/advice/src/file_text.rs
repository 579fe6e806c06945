//! What checks and transforms of the file scope look for in its text: signs, line ends, misread fields.

use std::ops::ControlFlow;

use aurora_profile::Oddness;
use aurora_table::{Terminator, writer};
use aurora_text::{Span, TextEdit, mojibake};

use crate::finding::fixes;
use crate::{CheckMeta, ColumnView, Finding, Place, TableView, Target};

/// Places kept; all are counted.
const MAX_PLACES: usize = 10_000;

/// Places in the text with how many there are in all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Places {
    pub(crate) spans: Vec<Span>,
    pub(crate) n: u64,
}

impl Places {
    fn push(&mut self, span: Span) {
        self.n += 1;
        if self.spans.len() < MAX_PLACES {
            self.spans.push(span);
        }
    }
}

/// A finding about the file, at the first of its places; `None` without a place.
pub(crate) fn finding(
    meta: &'static CheckMeta,
    table: &TableView<'_>,
    places: &Places,
    message: String,
) -> Option<Finding> {
    let place = |&span: &Span| Place { span, record: None, field: None, confidence: 1.0 };
    let first = places.spans.first().map(place)?;
    let bound = match table.settings.max_findings {
        0 => usize::MAX,
        bound if table.settings.audit() || !table.settings.select.is_empty() => bound,
        _ => 5,
    };
    Some(Finding {
        code: meta.code,
        severity: if table.settings.audit() { meta.severity.raised() } else { meta.severity },
        kind: meta.kind,
        message,
        place: first,
        related: places.spans.iter().skip(1).take(bound).map(place).collect(),
        n_places: places.n,
        confidence: 1.0,
        fixes: fixes(meta, table, Target::File),
    })
}

/// Where `sign` stands in the table.
pub(crate) fn find(table: &TableView<'_>, sign: char) -> Places {
    let mut places = Places::default();
    let len = sign.len_utf8();
    table.source.texts(&mut |before, text| {
        for (at, _) in text.match_indices(sign) {
            places.push(Span::new(at, at + len).shift(before.bytes));
        }
        ControlFlow::Continue(())
    });
    places
}

/// Shows every line end that ends a record (not those inside quoted fields), in order.
pub(crate) fn line_ends(table: &TableView<'_>, mut see: impl FnMut(Span, Terminator)) {
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut at = 0;
        let ends = block.records.iter().map(|record| record.span()).chain([Span::empty(block.text.len())]);
        for span in ends {
            let gap = block.text.get(at..span.start).unwrap_or_default();
            scan(gap, block.dialect.quote, |end, kind| see(end.shift(block.before.bytes + at), kind));
            at = span.end.max(at);
        }
        ControlFlow::Continue(())
    });
}

/// Whether the text holds any carriage return.
fn has_returns(table: &TableView<'_>) -> bool {
    let mut found = false;
    table.source.texts(&mut |_, text| {
        found = text.contains('\r');
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found
}

/// Line ends of text between records; the header may be part of it, so quoted ones are left out.
fn scan(gap: &str, quote: Option<u8>, mut see: impl FnMut(Span, Terminator)) {
    let bytes = gap.as_bytes();
    let mut quoted = false;
    let mut at = 0;
    while at < bytes.len() {
        let (len, kind) = match (bytes[at], bytes.get(at + 1)) {
            (b'\r', Some(b'\n')) => (2, Some(Terminator::CrLf)),
            (b'\r', _) => (1, Some(Terminator::Cr)),
            (b'\n', _) => (1, Some(Terminator::Lf)),
            (byte, _) => {
                quoted ^= Some(byte) == quote;
                (1, None)
            }
        };
        if let Some(kind) = kind.filter(|_| !quoted) {
            see(Span::new(at, at + len), kind);
        }
        at += len;
    }
}

/// How often each line end is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct LineEnds {
    counts: [(u64, Option<Span>); 3],
}

const KINDS: [Terminator; 3] = [Terminator::Lf, Terminator::CrLf, Terminator::Cr];

impl LineEnds {
    /// Counts those of the table.
    pub(crate) fn count(table: &TableView<'_>) -> Self {
        let mut ends = Self::default();
        if !has_returns(table) {
            // One kind alone: where it stands and how often is asked by nobody.
            ends.counts[Terminator::Lf as usize].0 = table.structure.n_records;
            return ends;
        }
        line_ends(table, |span, kind| {
            let slot = &mut ends.counts[kind as usize];
            slot.0 += 1;
            slot.1.get_or_insert(span);
        });
        ends
    }

    /// The kind used most.
    pub(crate) fn majority(&self) -> Terminator {
        KINDS.into_iter().rev().max_by_key(|&kind| self.n(kind)).unwrap_or_default()
    }

    /// How often `kind` is used.
    pub(crate) fn n(&self, kind: Terminator) -> u64 {
        self.counts[kind as usize].0
    }

    /// The first line end of another kind than the majority, and how many there are.
    pub(crate) fn others(&self) -> Option<(Span, u64)> {
        let majority = self.majority();
        let others = KINDS.into_iter().filter(|&kind| kind != majority);
        let n = others.clone().map(|kind| self.n(kind)).sum();
        others.filter_map(|kind| self.counts[kind as usize].1).min().map(|span| (span, n))
    }
}

/// The name of a line end.
pub(crate) fn name(kind: Terminator) -> &'static str {
    match kind {
        Terminator::Lf => "LF",
        Terminator::CrLf => "CRLF",
        Terminator::Cr => "CR",
    }
}

/// The end of the text, when its last line has no line end.
pub(crate) fn open_end(table: &TableView<'_>) -> Option<usize> {
    let mut end = None;
    table.source.texts(&mut |before, text| {
        let open = !text.is_empty() && !text.ends_with(['\n', '\r']);
        end = open.then_some(before.bytes + text.len());
        ControlFlow::Continue(())
    });
    end.filter(|_| table.detection.layout.table_end.is_none())
}

/// Misread fields, header included: an edit for each that undoes it, and one example.
pub(crate) fn misread_fields(table: &TableView<'_>) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    for column in table.columns {
        if let Some(repair) = mojibake::repair(&column.header.name) {
            let text = writer::quote_if_needed(&repair.text, &table.detection.dialect).into_owned();
            edits.push(TextEdit::new(column.header.span, text));
        }
    }
    // Only what is beyond ASCII can be misread.
    let is_ascii = |column: &ColumnView<'_>| column.profile.n_odd(Oddness::NonAscii) == 0;
    let ascii: Vec<bool> = match table.is_all_profiled() {
        true => table.columns.iter().map(is_ascii).collect(),
        false => vec![false; table.structure.width],
    };
    if ascii.iter().all(|&ascii| ascii) {
        return edits;
    }
    table.source.visit(0..u64::MAX, &mut |block| {
        if block.text.is_ascii() {
            return ControlFlow::Continue(());
        }
        for record in block.records.iter() {
            let may_be = record.fields.iter().enumerate().filter(|(at, _)| ascii.get(*at) != Some(&true));
            for (_, field) in may_be {
                // Delimiters and quotes are ASCII, which a repair neither changes nor adds.
                if let Some(repair) = mojibake::repair(field.raw(block.text)) {
                    edits.push(TextEdit::new(field.span().shift(block.before.bytes), repair.text));
                }
            }
        }
        ControlFlow::Continue(())
    });
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_line_ends_do_not_count() {
        let mut seen = Vec::new();
        scan("a,\"x\ny\"\r\nb\rc\n", Some(b'"'), |span, kind| seen.push((span.start, kind)));
        assert_eq!(seen, [(7, Terminator::CrLf), (10, Terminator::Cr), (12, Terminator::Lf)]);
    }
}
