//! Sortedness and sequence: how each present value stands to the one before it.

use crate::summary::{MAX_SAMPLES, Sample};

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

    pub(crate) fn step_text(&mut self, order: std::cmp::Ordering, record: u64) {
        match order {
            std::cmp::Ordering::Less => {
                self.n_up += 1;
                self.note_up(record);
            }
            std::cmp::Ordering::Equal => self.n_equal += 1,
            std::cmp::Ordering::Greater => self.down.note(record),
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
