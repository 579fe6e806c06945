//! Sortedness and sequence: how each present value stands to the one before it.

use std::cmp::Ordering;

use crate::summary::{MAX_SAMPLES, Sample};

/// Present values that follow one another, at most so many and the one before them.
pub(crate) const MAX_LINE: usize = 64;

/// A few present values in a row.
#[derive(Debug)]
pub(crate) struct Line {
    /// The bits of each number, and of everything else the first bytes as a number that sorts as they do.
    keys: [u64; MAX_LINE + 1],
    hashes: [u64; MAX_LINE + 1],
    is_number: [bool; MAX_LINE + 1],
    n: usize,
    n_numbers: usize,
}

impl Line {
    /// No value yet.
    pub(crate) fn new() -> Self {
        Self {
            keys: [0; MAX_LINE + 1],
            hashes: [0; MAX_LINE + 1],
            is_number: [false; MAX_LINE + 1],
            n: 0,
            n_numbers: 0,
        }
    }

    /// Appends a value.
    #[inline]
    pub(crate) fn push(&mut self, hash: u64, key: u64, is_number: bool) {
        self.keys[self.n] = key;
        self.hashes[self.n] = hash;
        self.is_number[self.n] = is_number;
        self.n += 1;
        self.n_numbers += usize::from(is_number);
    }

    /// Key of the first value, and whether it is a number.
    pub(crate) fn first(&self) -> Option<(u64, bool)> {
        (self.n > 0).then(|| (self.keys[0], self.is_number[0]))
    }

    /// Hash and key of the last value, and whether it is a number.
    pub(crate) fn last(&self) -> Option<(u64, u64, bool)> {
        self.n.checked_sub(1).map(|at| (self.hashes[at], self.keys[at], self.is_number[at]))
    }
}

/// A value as it is compared: numbers by value, everything else by its first bytes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Key {
    Number(f64),
    Text(Box<str>),
}

/// Mergeable counts of steps between neighbouring present values.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct OrderSummary {
    pub(crate) first: Option<(Key, u64)>,
    pub(crate) last: Option<Key>,
    pub(crate) steps: Order,
}

/// How the present values of a column follow one another.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Order {
    /// Steps to a larger value.
    pub n_up: u64,
    /// Steps to a smaller value, with the first few record numbers after the step.
    pub down: Sample,
    /// Steps to an equal value.
    pub n_equal: u64,
    /// Steps between a number and something else.
    pub n_unlike: u64,
    /// Steps by exactly 1.
    pub n_by_one: u64,
    /// Steps up by more than 1 between integers, with the first few record numbers after the gap.
    pub gaps: Sample,
    /// The first few record numbers after a step up.
    pub up_samples: Vec<u64>,
}

/// Whether there is no fraction; beyond 2^53 there never is one.
fn is_whole(x: f64) -> bool {
    x as i64 as f64 == x || x.abs() > 9_007_199_254_740_992.0
}

impl Order {
    #[inline]
    pub(crate) fn step_number(&mut self, before: f64, now: f64, record: u64) {
        if now > before {
            self.n_up += 1;
            let step = now - before;
            if step == 1.0 {
                self.n_by_one += 1;
            } else if step > 1.0 && is_whole(now) && is_whole(before) {
                self.gaps.note(record);
            }
            self.note_up(record);
        } else if now < before {
            self.down.note(record);
        } else {
            self.n_equal += 1;
        }
    }

    pub(crate) fn step_text(&mut self, order: Ordering, record: u64) {
        match order {
            Ordering::Less => {
                self.n_up += 1;
                self.note_up(record);
            }
            Ordering::Equal => self.n_equal += 1,
            Ordering::Greater => self.down.note(record),
        }
    }

    /// Takes in the steps along `line`, whose first value was taken in before, each at the record that `record_of`
    /// its index says; `compare` decides between texts that begin alike, and stand there and before there.
    #[inline]
    pub(crate) fn step_all(
        &mut self,
        line: &Line,
        record_of: impl Fn(usize) -> u64,
        compare: impl Fn(usize) -> Ordering,
    ) {
        let mut found = Order::default();
        if line.n_numbers == line.n {
            let mut before = f64::from_bits(line.keys[0]);
            let mut n_gaps = 0;
            for &key in &line.keys[1..line.n] {
                let now = f64::from_bits(key);
                let step = now - before;
                found.n_up += u64::from(now > before);
                found.down.n += u64::from(now < before);
                found.n_by_one += u64::from(step == 1.0 && now > before);
                n_gaps += u64::from(step > 1.0 && is_whole(now) && is_whole(before));
                before = now;
            }
            found.gaps.n = n_gaps;
            found.n_equal = (line.n - 1) as u64 - found.n_up - found.down.n;
        } else if line.n_numbers == 0 {
            for at in 1..line.n {
                let (before, now) = (line.keys[at - 1], line.keys[at]);
                let order = if before == now && line.hashes[at - 1] != line.hashes[at] {
                    compare(at)
                } else {
                    before.cmp(&now)
                };
                found.n_up += u64::from(order == Ordering::Less);
                found.down.n += u64::from(order == Ordering::Greater);
                found.n_equal += u64::from(order == Ordering::Equal);
            }
        }
        let wanted = (found.n_up > 0 && self.up_samples.len() < MAX_SAMPLES)
            || (found.down.n > 0 && !self.down.is_full())
            || (found.gaps.n > 0 && !self.gaps.is_full())
            || (line.n_numbers > 0 && line.n_numbers < line.n);
        if wanted {
            return self.step_by_step(line, record_of, compare);
        }
        self.n_up += found.n_up;
        self.down.n += found.down.n;
        self.n_equal += found.n_equal;
        self.n_by_one += found.n_by_one;
        self.gaps.n += found.gaps.n;
    }

    /// As [`Self::step_all`], with the places.
    #[cold]
    fn step_by_step(
        &mut self,
        line: &Line,
        record_of: impl Fn(usize) -> u64,
        compare: impl Fn(usize) -> Ordering,
    ) {
        for at in 1..line.n {
            let (before, now) = (line.keys[at - 1], line.keys[at]);
            match (line.is_number[at - 1], line.is_number[at]) {
                (true, true) => self.step_number(f64::from_bits(before), f64::from_bits(now), record_of(at)),
                (false, false) if before != now => self.step_text(before.cmp(&now), record_of(at)),
                (false, false) if line.hashes[at - 1] == line.hashes[at] => self.n_equal += 1,
                (false, false) => self.step_text(compare(at), record_of(at)),
                _ => self.n_unlike += 1,
            }
        }
    }

    fn note_up(&mut self, record: u64) {
        if self.up_samples.len() < MAX_SAMPLES {
            self.up_samples.push(record);
        }
    }

    /// Share of the steps that do not go down, 0 to 1; 1 when there is none.
    pub fn ascending_share(&self) -> f64 {
        let n = self.n_up + self.down.n + self.n_equal + self.n_unlike;
        if n == 0 { 1.0 } else { (self.n_up + self.n_equal) as f64 / n as f64 }
    }

    /// Share of the steps that do not go up, 0 to 1; 1 when there is none.
    pub fn descending_share(&self) -> f64 {
        let n = self.n_up + self.down.n + self.n_equal + self.n_unlike;
        if n == 0 { 1.0 } else { (self.down.n + self.n_equal) as f64 / n as f64 }
    }
}

impl OrderSummary {
    /// Appends the steps of the records that follow, `shift` records on.
    pub(crate) fn merge(&mut self, other: &Self, shift: u64) {
        let Some((first, at)) = &other.first else { return };
        match (&self.last, first) {
            (None, _) => self.first = Some((first.clone(), at + shift)),
            (Some(Key::Number(before)), Key::Number(now)) => {
                self.steps.step_number(*before, *now, at + shift)
            }
            (Some(Key::Text(before)), Key::Text(now)) => self.steps.step_text(before.cmp(now), at + shift),
            _ => self.steps.n_unlike += 1,
        }
        self.last.clone_from(&other.last);
        let (mine, theirs) = (&mut self.steps, &other.steps);
        mine.n_up += theirs.n_up;
        mine.n_equal += theirs.n_equal;
        mine.n_unlike += theirs.n_unlike;
        mine.n_by_one += theirs.n_by_one;
        mine.down.merge(&theirs.down, shift);
        mine.gaps.merge(&theirs.gaps, shift);
        let room = MAX_SAMPLES.saturating_sub(mine.up_samples.len());
        mine.up_samples.extend(theirs.up_samples.iter().take(room).map(|record| record + shift));
    }
}
