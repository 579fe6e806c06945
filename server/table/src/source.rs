//! Where the records of a table come from: an open document, or a file read once more.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use crate::{BlockView, Counts};

/// The data records of a table (preamble, header and footer left out), readable as often as needed.
/// An editor's document and a file of the command line look the same through it.
pub trait TableSource {
    /// Shows every block that holds data records of `records` (numbered from 0; the whole blocks, so the
    /// visitor skips what it did not ask for), in order, until the visitor breaks.
    fn visit(&self, records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>);

    /// Whether nobody waits any more for what is made of the records: readers stop where they can, and what they
    /// found until then is thrown away.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// The text below the table: a footer, or further tables. Empty where nobody keeps it.
    fn below(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    /// Shows the text of every block, for readers who need no records.
    fn texts(&self, visitor: &mut dyn FnMut(&Counts, &str) -> ControlFlow<()>) {
        self.visit(0..u64::MAX, &mut |block| visitor(&block.before, block.text));
    }

    /// Shows the blocks that hold the data records `records` (ascending), in order, until the visitor breaks; it
    /// may show others between them.
    fn visit_holding(&self, records: &[u64], visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        if let (Some(&first), Some(&last)) = (records.first(), records.last()) {
            self.visit(first..last.saturating_add(1), visitor);
        }
    }
}

/// A whole text in memory as one block: the plain twin of every other source.
#[derive(Debug)]
pub struct TextSource<'a> {
    /// The text, from the first data record to the end of the table.
    pub text: &'a str,
    /// Its records.
    pub records: &'a crate::Records,
    /// How it is written.
    pub dialect: &'a crate::Dialect,
    /// What lies before it.
    pub before: Counts,
}

impl TableSource for TextSource<'_> {
    fn visit(&self, _records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        let view =
            BlockView { before: self.before, text: self.text, records: self.records, dialect: self.dialect };
        let _ = visitor(&view);
    }

    fn below(&self) -> Cow<'_, str> {
        let end = self.records.bounds.last().map_or(0, |bounds| bounds.end as usize);
        Cow::Borrowed(&self.text[end..])
    }
}

/// A source that ends early when its reader is no longer wanted.
pub struct Cancellable<'a> {
    /// What is read.
    pub source: &'a dyn TableSource,
    /// Asked at every block.
    pub cancelled: &'a dyn Fn() -> bool,
}

impl Cancellable<'_> {
    fn unless(&self, see: impl FnOnce() -> ControlFlow<()>) -> ControlFlow<()> {
        if (self.cancelled)() { ControlFlow::Break(()) } else { see() }
    }
}

impl TableSource for Cancellable<'_> {
    fn visit(&self, records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        self.source.visit(records, &mut |block| self.unless(|| visitor(block)));
    }

    fn is_cancelled(&self) -> bool {
        (self.cancelled)()
    }

    fn below(&self) -> Cow<'_, str> {
        self.source.below()
    }

    fn texts(&self, visitor: &mut dyn FnMut(&Counts, &str) -> ControlFlow<()>) {
        self.source.texts(&mut |before, text| self.unless(|| visitor(before, text)));
    }

    fn visit_holding(&self, records: &[u64], visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        self.source.visit_holding(records, &mut |block| self.unless(|| visitor(block)));
    }
}
