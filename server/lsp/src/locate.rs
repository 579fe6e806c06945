//! Which record and column a byte of the text belongs to.

use std::ops::ControlFlow;

use aurora_advice::TableView;
use aurora_table::BlockView;
use aurora_text::Span;

/// A field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Located {
    /// Data record, from 0; `None` in the header.
    pub(crate) record: Option<u64>,
    /// Column, from 0.
    pub(crate) column: usize,
    /// The field, absolute.
    pub(crate) span: Span,
    /// Its record, absolute, without the terminator.
    pub(crate) record_span: Span,
}

/// Whether a cursor or a selection stands at a finding's `place`. Where something is missing the place is empty, mostly
/// at the end of a line; a cursor in Neovim cannot stand there, only on the character before.
pub(crate) fn reaches(place: Span, selection: Span) -> bool {
    let start = if place.is_empty() { place.start.saturating_sub(1) } else { place.start };
    start <= selection.end && selection.start <= place.end
}

/// The field that a cursor at `offset` stands in or at the end of.
pub(crate) fn locate(table: &TableView<'_>, offset: usize) -> Option<Located> {
    let header = table.columns.iter().map(|column| column.header.span);
    if let Some(column) = header.clone().position(|span| !span.is_empty() && span.touches(offset)) {
        let whole = header.reduce(Span::cover)?;
        let span = table.columns[column].header.span;
        return Some(Located { record: None, column, span, record_span: whole });
    }
    // Blocks are looked for by halving: a cursor near the end of a large file costs no more than one near its start.
    let (mut low, mut high) = (0, table.structure.n_records);
    while low < high {
        let middle = low + (high - low) / 2;
        let mut seen = None;
        table.source.visit(middle..middle + 1, &mut |block| {
            seen = Some(in_block(block, offset));
            ControlFlow::Break(())
        });
        match seen? {
            Side::Before(records) => high = records.min(middle),
            Side::After(records) => low = records.max(middle + 1),
            Side::Here(found) => return found,
        }
    }
    None
}

/// Where an offset lies, seen from a block; with the number of records before the block or up to its end.
enum Side {
    Before(u64),
    After(u64),
    Here(Option<Located>),
}

fn in_block(block: &BlockView<'_>, offset: usize) -> Side {
    let start = block.before.bytes;
    if offset < start {
        return Side::Before(block.before.records);
    }
    let records = || block.records.iter().filter(|r| !r.is_blank());
    let past = Side::After(block.before.records + records().count() as u64);
    if offset > start + block.text.len() {
        return past;
    }
    let local = offset - start;
    for (record, r) in (block.before.records..).zip(records()) {
        if r.span().touches(local) {
            let column = r.fields.iter().position(|field| field.span().touches(local));
            return Side::Here(column.map(|column| Located {
                record: Some(record),
                column,
                span: r.fields[column].span().shift(start),
                record_span: r.span().shift(start),
            }));
        }
    }
    // The first byte after a block belongs to the next one.
    if local == block.text.len() { past } else { Side::Here(None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_before_an_empty_place_reaches_it() {
        let missing = Span::empty(19);
        assert!(reaches(missing, Span::empty(18)) && reaches(missing, Span::empty(19)));
        assert!(!reaches(missing, Span::empty(17)) && !reaches(missing, Span::empty(20)));
        assert!(!reaches(Span::new(3, 5), Span::empty(2)));
    }
}
