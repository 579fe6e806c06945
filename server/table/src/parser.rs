//! The total parser: any text becomes records of fields with spans, and a list of what was odd.
//!
//! Two readings. [`parse`] goes by the letter of the quotes. [`Parser`] with a [`Shape`] also *recovers*:
//! where a quoted field runs over line ends and what it swallows looks like records of the table, the quote is
//! taken as never closed and the record ends at the first line end after which the table goes on.
//!
//! # How recovery and blocks agree
//! The only state between two records is the place where the second begins: a text may be cut after any
//! record, and the rest parsed alone. Whether a quote is trusted depends on the record itself and on at most
//! [`LOOK_AHEAD`] bytes after its opening quote, never on what came before it nor on how much text is at
//! hand. A piece therefore ends before the first record that cannot be judged without more text
//! ([`Progress::consumed`]), and says how far it looked ([`Progress::reach`]): an edit at a byte below the
//! reach of a block, or inside it, makes that block (and those after it, until a record begins where one began
//! before) parse again; an edit at or beyond it cannot change the block's records.
//!
//! Records of the usual form are read by `sweep`, many at a time; every other one by `plain`, which asks `scan` for
//! the next special byte. `scan::masks` is what both look with.

mod long;
mod plain;
mod push;
mod records;
mod recover;
mod scan;
mod sweep;

pub use push::{Event, LONG_RECORD, PushParser};
pub use records::{Field, Oddity, OddityKind, Parsed, RecordBounds, RecordRef, Records, unquote};
pub use recover::{LOOK_AHEAD, Parser, Progress};

use crate::Dialect;
#[cfg(doc)]
use crate::Shape;

/// The records of `text` under `dialect`, by the letter. Never fails; every byte of the text belongs to
/// exactly one field, delimiter, terminator or skipped line.
pub fn parse(text: &str, dialect: &Dialect) -> Parsed {
    let mut parsed = Parsed::default();
    Parser::new(dialect, None).piece(text, usize::MAX, true, &mut parsed);
    parsed
}

#[cfg(test)]
mod tests;
