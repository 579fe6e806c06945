//! A table is read block by block: a block is a piece of text that ends at a record end.

use crate::{Dialect, Records};

/// What lies before a block, or in it: every dimension one can seek by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Bytes of decoded text.
    pub bytes: usize,
    /// Physical lines, as LSP counts them.
    pub lines: usize,
    /// Data records (blank ones, the header and the preamble do not count).
    pub records: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            lines: self.lines + other.lines,
            records: self.records + other.records,
        }
    }
}

/// One block as a reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct BlockView<'a> {
    /// What lies before the block: add `before.bytes` to a span of this block to make it absolute.
    pub before: Counts,
    /// Its text.
    pub text: &'a str,
    /// Its records, relative to `text`.
    pub records: &'a Records,
    /// How to read field values.
    pub dialect: &'a Dialect,
}
