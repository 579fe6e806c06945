//! Records from a text that arrives in chunks.

use super::long::LongRecord;
use super::{LOOK_AHEAD, Parsed, Parser};
use crate::{Dialect, Shape};

/// Bytes from which a record that has not ended is handed out field by field.
pub const LONG_RECORD: usize = 2 << 20;

/// Bytes whose records are handed out at once.
const PIECE: usize = 256 << 10;

/// What a text that arrives in chunks is made of.
#[derive(Clone, Copy, Debug)]
pub enum Event<'t> {
    /// Whole records, and the text that their offsets refer to.
    Records(&'t str, &'t Parsed),
    /// The next part of a field of a record too long to be held in memory, unquoted.
    LongField {
        /// The part.
        part: &'t str,
        /// Whether the field ends with it.
        ends: bool,
    },
    /// The end of the record that the last `LongField` belongs to.
    LongRecordEnd,
}

/// Parses a text that arrives in chunks of any size, in bounded memory: what it keeps between two chunks is
/// the text of the records not yet decided, at most [`LOOK_AHEAD`] and a little more. A record longer
/// than [`LONG_RECORD`] is read by the letter and handed out in parts.
#[derive(Clone, Debug)]
pub struct PushParser {
    dialect: Dialect,
    shape: Option<Shape>,
    carry: String,
    /// Bytes of carry below which another try is pointless; doubling keeps the work linear.
    next_try: usize,
    parsed: Parsed,
    long: Option<LongRecord>,
}

impl PushParser {
    /// A parser for the text of a table, from its first record on.
    pub fn new(dialect: Dialect, shape: Option<Shape>) -> Self {
        Self { dialect, shape, carry: String::new(), next_try: 0, parsed: Parsed::default(), long: None }
    }

    /// Takes the next chunk, and shows `sink` what is decided by now.
    pub fn push(&mut self, chunk: &str, sink: &mut dyn FnMut(Event<'_>)) {
        self.carry.push_str(chunk);
        if self.carry.len() >= self.next_try {
            self.drain(false, sink);
        }
    }

    /// Shows `sink` the rest.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) {
        self.drain(true, sink);
    }

    fn drain(&mut self, last: bool, sink: &mut dyn FnMut(Event<'_>)) {
        loop {
            if let Some(long) = &mut self.long {
                let (consumed, ended) = long.feed(&self.carry, last, &self.dialect, sink);
                self.carry.drain(..consumed);
                if !ended {
                    return;
                }
                self.long = None;
            }
            let parser = Parser::new(&self.dialect, self.shape.as_ref());
            let mut at = 0;
            let mut open = false;
            // In pieces, so that what was parsed is small even where much text had to wait.
            while at < self.carry.len() {
                self.parsed.clear();
                let rest = &self.carry[at..];
                let progress = parser.piece(rest, PIECE, last, &mut self.parsed);
                open = progress.open;
                if progress.consumed == 0 {
                    break;
                }
                sink(Event::Records(&rest[..progress.consumed], &self.parsed));
                at += progress.consumed;
            }
            self.carry.drain(..at);
            let waiting = self.carry.len();
            self.next_try = match at {
                0 if waiting < LOOK_AHEAD => (2 * waiting).min(LOOK_AHEAD + PIECE),
                0 => waiting + waiting / 4,
                _ => 0,
            };
            if last || !open || waiting < LONG_RECORD {
                return;
            }
            self.long = Some(LongRecord::default());
            self.next_try = 0;
        }
    }
}
