//! Other readings of a broken record, and which of them fits the table best.
//!
//! A record that is ragged or oddly quoted is read in every way that one slip could explain (`candidates`):
//! as it stands, with a quote taken as text, with a delimiter put back where one was lost, split by another
//! delimiter. Each reading is a list of tokens; `align` lays them over the columns, joining tokens that an
//! unquoted delimiter broke apart, leaving out empty ones that are too many and filling in missing ones, so
//! that the sum of the columns' log-likelihoods is largest. The best sum, less what its slip costs, wins.

mod align;
mod candidates;

use aurora_text::{Span, TextEdit};

use crate::{Dialect, Shape};

pub use align::Allowed;

/// Records of more fields than this are left as they are: nobody writes them by hand.
const MAX_FIELDS: usize = 4_096;
/// Records longer than this are left as they are.
const MAX_BYTES: usize = 1 << 20;

/// How one column of a repaired record came about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The value, unquoted.
    pub value: String,
    /// First token of the reading that went into it.
    pub first_token: usize,
    /// How many tokens went into it: 0 for a field that was missing, more than 1 for a joined one.
    pub n_tokens: usize,
}

/// One way to read a broken record.
#[derive(Clone, PartialEq, Debug)]
pub struct Repair {
    /// One value a column.
    pub cells: Vec<Cell>,
    /// Where each token stands in the text that was read; only meaningful when `slip` is `None`.
    pub tokens: Vec<Span>,
    /// Which slip the reading takes for granted.
    pub slip: Slip,
    /// Sum of the columns' log-likelihoods less what the slip and the alignment cost.
    pub score: f64,
}

/// What went wrong when the record was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slip {
    /// Nothing beside missing, extra or unquoted delimiters.
    None,
    /// A quote that is text.
    LiteralQuote,
    /// A delimiter was lost.
    LostDelimiter,
    /// Another delimiter was used.
    OtherDelimiter,
    /// Blanks before an opening quote.
    PaddedQuote,
    /// A line end inside a value that was not quoted.
    BrokenLine,
}

impl Repair {
    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.value.as_str())
    }
}

impl Repair {
    /// The record written anew in `dialect`: fields that the repair leaves alone as they stand in `raw`, the
    /// others quoted where they must be.
    pub fn rewritten(&self, raw: &str, dialect: &Dialect) -> String {
        let mut out = String::with_capacity(raw.len() + 8);
        for (idx, cell) in self.cells.iter().enumerate() {
            if idx > 0 {
                out.push_str(dialect.delimiter.as_str());
            }
            match self.tokens.get(cell.first_token) {
                Some(token) if self.slip == Slip::None && cell.n_tokens == 1 => out.push_str(token.of(raw)),
                _ => out.push_str(&crate::writer::quote_if_needed(&cell.value, dialect)),
            }
        }
        out
    }

    /// The smallest edit that makes `raw`, which begins at `at`, the repaired record; `None` when it is already.
    pub fn edit(&self, raw: &str, at: usize, dialect: &Dialect) -> Option<TextEdit> {
        let new = self.rewritten(raw, dialect);
        if new == raw {
            return None;
        }
        let common = |(a, b): &(char, char)| a == b;
        let prefix: usize = raw.chars().zip(new.chars()).take_while(common).map(|(c, _)| c.len_utf8()).sum();
        let tails = raw[prefix..].chars().rev().zip(new[prefix..].chars().rev());
        let suffix: usize = tails.take_while(common).map(|(c, _)| c.len_utf8()).sum();
        let span = Span::new(at + prefix, at + raw.len() - suffix);
        Some(TextEdit::new(span, &new[prefix..new.len() - suffix]))
    }
}

/// Repairs records of one table.
#[derive(Clone, Copy, Debug)]
pub struct Repairer<'a> {
    dialect: &'a Dialect,
    shape: &'a Shape,
}

impl<'a> Repairer<'a> {
    /// A repairer by `shape`.
    pub fn new(dialect: &'a Dialect, shape: &'a Shape) -> Self {
        Self { dialect, shape }
    }

    /// The best reading of the record `raw` (without its terminator), or `None` when there is none of the
    /// table's width within reason.
    pub fn best(&self, raw: &str) -> Option<Repair> {
        self.candidates(raw).max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// The best reading of `raw` that takes its delimiters and quotes as they stand.
    pub fn aligned(&self, raw: &str, allowed: Allowed) -> Option<Repair> {
        if raw.len() > MAX_BYTES {
            return None;
        }
        let reading = candidates::as_it_stands(raw, self.dialect);
        self.align(reading, allowed)
    }

    /// The best reading of two or more neighbours as one record that a line end broke.
    pub fn joined(&self, raws: &[&str], line_end: &str) -> Option<Repair> {
        let length = raws.iter().map(|raw| raw.len() + line_end.len()).sum::<usize>();
        if length > MAX_BYTES {
            return None;
        }
        let reading = candidates::joined(raws, line_end, self.dialect);
        self.align(reading, Allowed { pad: false, drop: false, join: false })
    }

    /// Whether reading `raws` as one record explains the table better than reading each alone; the answer is
    /// the joint reading.
    pub fn better_joined(&self, raws: &[&str], line_end: &str) -> Option<Repair> {
        let joined = self.joined(raws, line_end)?;
        let plausible =
            joined.values().zip(&self.shape.columns).filter(|(value, model)| model.is_plausible(value));
        if 10 * plausible.count() < 8 * joined.cells.len() {
            return None;
        }
        let typical = self.shape.typical();
        let alone: f64 =
            raws.iter().map(|raw| self.best(raw).map_or(f64::NEG_INFINITY, |r| r.score) - typical).sum();
        (joined.score - typical > alone).then_some(joined)
    }

    fn candidates(&self, raw: &str) -> impl Iterator<Item = Repair> {
        let readings =
            if raw.len() > MAX_BYTES { Vec::new() } else { candidates::all(raw, self.dialect, self.shape) };
        readings.into_iter().filter_map(|reading| self.align(reading, Allowed::ALL))
    }

    fn align(&self, reading: candidates::Reading, allowed: Allowed) -> Option<Repair> {
        if reading.tokens.len() > MAX_FIELDS || self.shape.width > MAX_FIELDS {
            return None;
        }
        align::align(reading, self.shape, allowed)
    }
}

#[cfg(test)]
mod tests;
