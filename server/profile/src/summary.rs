//! Summaries of a column over some records; they merge associatively, so a table's is the merge of its blocks'.

use std::collections::HashMap;

use crate::column_profile::{ColumnProfile, Count, Numbers};
use crate::value_kind::{ValueKind, classify, number};

/// How many sample records are kept for each oddness.
pub const MAX_SAMPLES: usize = 20;

/// Ways in which single fields can be odd. A summary counts them all and keeps the first few record numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Oddness {
    /// White space at an edge.
    OuterSpace,
    /// A field of this kind (the check asks for the kinds that are not the majority).
    Kind(ValueKind),
    /// NaN or infinite literal.
    NotFinite,
}

/// Mergeable summary of one column. Record numbers are relative to the first summarised record.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnSummary {
    n: u64,
    kinds: [u64; 9],
    null_tokens: HashMap<String, u64>,
    values: HashMap<String, u64>,
    numbers: Vec<f64>,
    odd: HashMap<Oddness, (u64, Vec<u64>)>,
}

impl ColumnSummary {
    /// Takes in the next record's field; `value` is unquoted and unescaped, `None` when the record has no such field.
    pub fn observe(&mut self, value: Option<&str>) {
        let record = self.n;
        self.n += 1;
        let Some(value) = value else { return };
        let kind = classify(value);
        self.kinds[kind as usize] += 1;
        let trimmed = value.trim();
        if kind == ValueKind::Null {
            *self.null_tokens.entry(trimmed.to_owned()).or_default() += 1;
        } else {
            *self.values.entry(value.to_owned()).or_default() += 1;
            self.numbers.extend(number(trimmed));
        }
        self.note(Oddness::Kind(kind), record);
        if trimmed.len() != value.len() {
            self.note(Oddness::OuterSpace, record);
        }
    }

    fn note(&mut self, oddness: Oddness, record: u64) {
        let (n, samples) = self.odd.entry(oddness).or_default();
        *n += 1;
        if samples.len() < MAX_SAMPLES {
            samples.push(record);
        }
    }

    /// Appends the summary of the records that follow.
    pub fn merge(&mut self, other: &Self) {
        let shift = self.n;
        self.n += other.n;
        for (mine, theirs) in self.kinds.iter_mut().zip(other.kinds) {
            *mine += theirs;
        }
        for (token, n) in &other.null_tokens {
            *self.null_tokens.entry(token.clone()).or_default() += n;
        }
        for (value, n) in &other.values {
            *self.values.entry(value.clone()).or_default() += n;
        }
        self.numbers.extend(&other.numbers);
        for (oddness, (n, samples)) in &other.odd {
            let mine = self.odd.entry(*oddness).or_default();
            mine.0 += n;
            let room = MAX_SAMPLES - mine.1.len();
            mine.1.extend(samples.iter().take(room).map(|record| record + shift));
        }
    }

    /// The numbers a reader wants.
    pub fn profile(&self) -> ColumnProfile {
        let mut null_tokens: Vec<_> = self.null_tokens.iter().map(|(t, &n)| Count::new(t, n)).collect();
        let mut top: Vec<_> = self.values.iter().map(|(v, &n)| Count::new(v, n)).collect();
        for list in [&mut null_tokens, &mut top] {
            list.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        }
        let distinct = top.len() as u64;
        top.truncate(50);
        ColumnProfile {
            n: self.n,
            kinds: self.kinds,
            null_tokens,
            distinct,
            distinct_error: 0.0,
            top,
            top_error: 0,
            numbers: Numbers::of(&self.numbers),
            odd: self.odd.iter().map(|(k, v)| (*k, v.clone())).collect(),
        }
    }
}
