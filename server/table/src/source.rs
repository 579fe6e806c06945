//! Where the records of a table come from: an open document, or a file read once more.

use std::ops::{ControlFlow, Range};

use crate::{BlockView, Counts};

/// The data records of a table (preamble, header and footer left out), readable as often as needed.
/// An editor's document and a file of the command line look the same through it.
pub trait TableSource {
    /// Shows every block that holds data records of `records` (numbered from 0; the whole blocks, so the
    /// visitor skips what it did not ask for), in order, until the visitor breaks.
    fn visit(&self, records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>);

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
}
