//! The records of an open document, block by block.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use crate::block::Counts;
use crate::parser::Parsed;
use crate::tree::{Reading, Text, Tree};
use crate::{BlockView, TableSource};

/// The data records of a tree's table.
pub struct TreeSource<'a, M> {
    /// The blocks.
    pub tree: &'a Tree<M>,
    /// The text they stand in.
    pub text: &'a dyn Text,
    /// How to read it.
    pub reading: Reading<'a>,
}

impl<M> TableSource for TreeSource<'_, M> {
    fn visit(&self, records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        let mut parsed = Parsed::default();
        for at in self.tree.block_of_record(records.start)..self.tree.n_blocks() {
            if self.tree.before(at).records >= records.end {
                return;
            }
            if self
                .tree
                .read_block(at, self.text, &self.reading, &mut parsed, |view, _| visitor(view))
                .is_break()
            {
                return;
            }
        }
    }

    fn below(&self) -> Cow<'_, str> {
        self.text.slice(self.reading.table_end..self.text.len())
    }

    fn texts(&self, visitor: &mut dyn FnMut(&Counts, &str) -> ControlFlow<()>) {
        for at in 0..self.tree.n_blocks() {
            let (before, end) = (self.tree.before(at), self.tree.before(at + 1).bytes);
            if visitor(&before, &self.text.slice(before.bytes..end)).is_break() {
                return;
            }
        }
    }

    fn visit_holding(&self, records: &[u64], visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        let mut parsed = Parsed::default();
        let mut wanted = records;
        while let Some(&first) = wanted.first() {
            let at = self.tree.block_of_record(first);
            if at >= self.tree.n_blocks() {
                return;
            }
            let visited =
                self.tree.read_block(at, self.text, &self.reading, &mut parsed, |view, _| visitor(view));
            if visited.is_break() {
                return;
            }
            let end = self.tree.before(at + 1).records;
            wanted = &wanted[wanted.partition_point(|&record| record < end.max(first + 1))..];
        }
    }
}
