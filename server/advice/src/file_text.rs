//! What checks and transforms of the file scope look for in its text: signs, line ends, misread fields.

use std::ops::ControlFlow;

use aurora_profile::Oddness;
use aurora_table::{BlockView, Terminator, writer};
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
    let shows = match sign {
        '\u{FEFF}' => Some(Oddness::ZeroWidth),
        '\u{FFFD}' => Some(Oddness::Replacement),
        '\0' => Some(Oddness::Control),
        _ => None,
    };
    let is_in = |oddness| table.columns.iter().any(|column| column.profile.n_odd(oddness) > 0);
    if table.is_all_profiled() && shows.is_some_and(|oddness| !is_in(oddness)) {
        return places;
    }
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
        line_ends_of(block, &mut see);
        ControlFlow::Continue(())
    });
}

/// The same of one block.
fn line_ends_of(block: &BlockView<'_>, mut see: impl FnMut(Span, Terminator)) {
    let mut at = 0;
    let ends = block.records.iter().map(|record| record.span()).chain([Span::empty(block.text.len())]);
    for span in ends {
        let gap = block.text.get(at..span.start).unwrap_or_default();
        scan(gap, block.dialect.quote, |end, kind| see(end.shift(block.before.bytes + at), kind));
        at = span.end.max(at);
    }
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
        table.source.visit(0..u64::MAX, &mut |block| {
            ends.read(block);
            ControlFlow::Continue(())
        });
        ends
    }

    /// Counts those of the next block.
    pub(crate) fn read(&mut self, block: &BlockView<'_>) {
        let lf = &mut self.counts[Terminator::Lf as usize];
        let bounds = &block.records.bounds;
        let is_tiled = bounds.first().is_some_and(|first| first.start == 0)
            && bounds.last().is_some_and(|last| last.end as usize == block.text.len());
        if lf.0 > 0 && is_tiled && !block.text.contains('\r') {
            // One kind alone, of which the first is known: each record ends in one.
            lf.0 += (block.records.len() - usize::from(!block.text.ends_with('\n'))) as u64;
            return;
        }
        line_ends_of(block, |span, kind| {
            let slot = &mut self.counts[kind as usize];
            slot.0 += 1;
            slot.1.get_or_insert(span);
        });
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

/// Misread fields, header included: an edit for each that undoes it.
pub(crate) fn misread_fields(table: &TableView<'_>) -> Vec<TextEdit> {
    let mut misread = Misread::of(table);
    if misread.wants_records() {
        table.source.visit(0..u64::MAX, &mut |block| {
            misread.read(block);
            ControlFlow::Continue(())
        });
    }
    misread.edits
}

/// The misread fields so far.
#[derive(Clone, Debug)]
pub(crate) struct Misread {
    /// An edit for each that undoes it.
    pub(crate) edits: Vec<TextEdit>,
    /// Columns in which nothing can be misread.
    clear: Vec<bool>,
}

impl Misread {
    /// Those of the header.
    pub(crate) fn of(table: &TableView<'_>) -> Self {
        let mut edits = Vec::new();
        for column in table.columns {
            if let Some(repair) = mojibake::repair(&column.header.name) {
                let text = writer::quote_if_needed(&repair.text, &table.detection.dialect).into_owned();
                edits.push(TextEdit::new(column.header.span, text));
            }
        }
        // Only neighbours beyond ASCII can be misread (see `mojibake::is_suspicious`).
        let is_clear = |column: &ColumnView<'_>| column.profile.n_odd(Oddness::NonAsciiRun) == 0;
        let clear = match table.is_all_profiled() {
            true => table.columns.iter().map(is_clear).collect(),
            false => vec![false; table.structure.width],
        };
        Self { edits, clear }
    }

    /// Whether any record may hold one.
    pub(crate) fn wants_records(&self) -> bool {
        self.clear.iter().any(|clear| !clear)
    }

    /// Looks through the next block.
    pub(crate) fn read(&mut self, block: &BlockView<'_>) {
        if block.text.is_ascii() {
            return;
        }
        for record in block.records.iter() {
            let may_be =
                record.fields.iter().enumerate().filter(|(at, _)| self.clear.get(*at) != Some(&true));
            for (_, field) in may_be {
                // Delimiters and quotes are ASCII, which a repair neither changes nor adds.
                if let Some(repair) = mojibake::repair(field.raw(block.text)) {
                    self.edits.push(TextEdit::new(field.span().shift(block.before.bytes), repair.text));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::Sample;

    proptest! {
        #[test]
        fn line_ends_of_one_kind_are_counted_as_others(
            lines in prop::collection::vec(prop::sample::select(vec!["1,2", "", "3,\"a\nb\"", "#", "4"]), 1..12),
            ends in prop::collection::vec(prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r"]), 12),
            open in any::<bool>(),
        ) {
            let mut text = "a,b\n".to_owned();
            for (line, end) in lines.iter().zip(&ends) {
                text.push_str(line);
                text.push_str(end);
            }
            if open {
                text.push_str("5,6");
            }
            Sample::new(&text).with(|table| {
                // What is counted block by block equals what is seen line by line, however the blocks fall.
                let mut seen = LineEnds::default();
                line_ends(table, |span, kind| {
                    let slot = &mut seen.counts[kind as usize];
                    slot.0 += 1;
                    slot.1.get_or_insert(span);
                });
                prop_assert_eq!(LineEnds::count(table), seen);
                let mut again = seen;
                table.source.visit(0..u64::MAX, &mut |block| {
                    again.read(block);
                    ControlFlow::Continue(())
                });
                prop_assert_eq!(KINDS.map(|kind| again.n(kind)), KINDS.map(|kind| 2 * seen.n(kind)));
                Ok(())
            })?;
        }
    }

    #[test]
    fn quoted_line_ends_do_not_count() {
        let mut seen = Vec::new();
        scan("a,\"x\ny\"\r\nb\rc\n", Some(b'"'), |span, kind| seen.push((span.start, kind)));
        assert_eq!(seen, [(7, Terminator::CrLf), (10, Terminator::Cr), (12, Terminator::Lf)]);
    }
}
