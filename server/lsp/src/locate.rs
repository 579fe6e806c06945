//! Which record and column a byte of the text belongs to.

use std::ops::ControlFlow;

use aurora_advice::TableView;
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
    let mut found = None;
    table.source.visit(0..u64::MAX, &mut |block| {
        let start = block.before.bytes;
        if offset < start {
            return ControlFlow::Break(());
        }
        if offset > start + block.text.len() {
            return ControlFlow::Continue(());
        }
        let local = offset - start;
        let records = block.records.iter().filter(|r| !r.is_blank());
        for (record, r) in (block.before.records..).zip(records) {
            if r.span().touches(local) {
                let column = r.fields.iter().position(|field| field.span().touches(local));
                found = column.map(|column| Located {
                    record: Some(record),
                    column,
                    span: r.fields[column].span().shift(start),
                    record_span: r.span().shift(start),
                });
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    found
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
