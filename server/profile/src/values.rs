//! Values and how often they occur: exact up to a number of distinct values, then the frequent ones with a bound.

use crate::registers::Registers;

/// Distinct values up to which all counts are exact.
pub const MAX_VALUES: usize = 4096;
/// Values kept once there are more.
const KEPT: usize = 512;
/// Bytes of a value that are kept; longer ones are told apart by their hash.
pub(crate) const MAX_VALUE_LEN: usize = 256;

/// A value with its count.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Value {
    pub(crate) hash: u64,
    pub(crate) n: u64,
    /// Record of its first occurrence.
    pub(crate) first: u64,
    /// The number it writes, else NaN.
    pub(crate) number: f64,
    /// Where its text lies.
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Counted values at rest, sorted by hash.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Values {
    pub(crate) entries: Vec<Value>,
    pub(crate) texts: String,
    /// By how much a count may be too low, and the most often a value that is not listed may occur.
    pub(crate) error: u64,
    /// All hashes, once not all values are listed.
    pub(crate) registers: Option<Registers>,
}

/// The beginning of `value` that is kept.
pub(crate) fn kept_part(value: &str) -> &str {
    if value.len() <= MAX_VALUE_LEN { value } else { &value[..value.floor_char_boundary(MAX_VALUE_LEN)] }
}

impl Values {
    pub(crate) fn is_exact(&self) -> bool {
        self.registers.is_none()
    }

    pub(crate) fn text(&self, value: &Value) -> &str {
        &self.texts[value.start as usize..(value.start + value.len) as usize]
    }

    /// Appends the values of the records that follow, `shift` records on. Both lists are sorted by hash.
    pub(crate) fn merge(&mut self, other: &Self, shift: u64) {
        let mut entries = Vec::with_capacity(self.entries.len() + other.entries.len());
        let mut texts = String::with_capacity(self.texts.len() + other.texts.len());
        let mut keep = |value: &Value, from: &Self, by: u64| {
            let start = texts.len() as u32;
            texts.push_str(from.text(value));
            entries.push(Value { start, first: value.first + by, ..*value });
        };
        let (mut a, mut b) = (0, 0);
        while a < self.entries.len() || b < other.entries.len() {
            match (self.entries.get(a), other.entries.get(b)) {
                (Some(mine), Some(theirs)) if mine.hash == theirs.hash => {
                    keep(&Value { n: mine.n + theirs.n, ..*mine }, self, 0);
                    a += 1;
                    b += 1;
                }
                (Some(mine), theirs) if theirs.is_none_or(|t| mine.hash < t.hash) => {
                    keep(mine, self, 0);
                    a += 1;
                }
                (_, Some(theirs)) => {
                    keep(theirs, other, shift);
                    b += 1;
                }
                _ => break,
            }
        }
        if entries.len() > MAX_VALUES || !self.is_exact() || !other.is_exact() {
            let mut registers = self.registers.take().unwrap_or_default();
            if let Some(theirs) = &other.registers {
                registers.merge(theirs);
            }
            entries.iter().for_each(|entry| registers.add(entry.hash));
            self.registers = Some(registers);
        }
        self.error += other.error;
        self.entries = entries;
        self.texts = texts;
        self.prune();
    }

    /// Keeps the most frequent once not all are listed.
    pub(crate) fn prune(&mut self) {
        if self.is_exact() || self.entries.len() <= KEPT {
            return;
        }
        let n_repeated = self.entries.iter().filter(|value| value.n > 1).count();
        let dropped;
        if n_repeated <= KEPT {
            self.entries.retain(|value| value.n > 1);
            dropped = 1;
        } else {
            let by_count = |a: &Value, b: &Value| b.n.cmp(&a.n).then(a.hash.cmp(&b.hash));
            let (_, first_out, _) = self.entries.select_nth_unstable_by(KEPT, by_count);
            dropped = first_out.n;
            self.entries.truncate(KEPT);
        }
        self.error += dropped;
        self.sort();
        let old = std::mem::take(&mut self.texts);
        for value in &mut self.entries {
            let text = &old[value.start as usize..(value.start + value.len) as usize];
            value.start = self.texts.len() as u32;
            self.texts.push_str(text);
        }
    }

    /// Brings the entries into the order of their hashes.
    pub(crate) fn sort(&mut self) {
        // Sorting small keys is much cheaper than sorting entries; two hashes whose upper bits agree are put right
        // afterwards.
        let keys = self.entries.iter().enumerate().map(|(at, value)| value.hash & !0xFFFF | at as u64);
        let mut order: Vec<u64> = keys.collect();
        if order.len() <= 0xFFFF {
            order.sort_unstable();
            self.entries = order.iter().map(|key| self.entries[(key & 0xFFFF) as usize]).collect();
        }
        if !self.entries.is_sorted_by_key(|value| value.hash) {
            self.entries.sort_unstable_by_key(|value| value.hash);
        }
    }

    /// Distinct values, and the relative standard error; 0 when exact.
    pub(crate) fn distinct(&self) -> (u64, f64) {
        match &self.registers {
            None => (self.entries.len() as u64, 0.0),
            Some(registers) => (registers.estimate().round() as u64, crate::registers::STANDARD_ERROR),
        }
    }
}
