//! Records from a text that arrives in chunks.

use super::{Parsed, Parser};
use crate::{Dialect, Shape};

/// Parses a text that arrives in chunks of any size, in memory of a few chunks: what it keeps between two
/// chunks is the text of the records not yet decided.
#[derive(Clone, Debug)]
pub struct PushParser {
    dialect: Dialect,
    shape: Option<Shape>,
    carry: String,
    /// Bytes of carry below which another try is pointless; doubling keeps the work linear.
    next_try: usize,
    parsed: Parsed,
}

impl PushParser {
    /// A parser for the text of a table, from its first record on.
    pub fn new(dialect: Dialect, shape: Option<Shape>) -> Self {
        Self { dialect, shape, carry: String::new(), next_try: 0, parsed: Parsed::default() }
    }

    /// Takes the next chunk, and shows `sink` the whole records that are decided by now: the text they stand
    /// in and the records, relative to it.
    pub fn push(&mut self, chunk: &str, sink: &mut dyn FnMut(&str, &Parsed)) {
        self.carry.push_str(chunk);
        if self.carry.len() >= self.next_try {
            self.drain(false, sink);
        }
    }

    /// Shows `sink` the rest.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&str, &Parsed)) {
        self.drain(true, sink);
    }

    /// Bytes that wait for a decision.
    pub fn waiting(&self) -> usize {
        self.carry.len()
    }

    fn drain(&mut self, last: bool, sink: &mut dyn FnMut(&str, &Parsed)) {
        self.parsed.clear();
        let parser = Parser::new(&self.dialect, self.shape.as_ref());
        let progress = parser.piece(&self.carry, usize::MAX, last, &mut self.parsed);
        if !self.parsed.records.is_empty() {
            sink(&self.carry[..progress.consumed], &self.parsed);
        }
        self.carry.drain(..progress.consumed);
        self.next_try = if progress.consumed == 0 { 2 * self.carry.len() } else { 0 };
    }
}
