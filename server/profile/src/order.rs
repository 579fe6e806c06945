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

/// Steps up, down, by one and up by more between integers, along the first `n` numbers of `line`: as
/// [`Order::step_number`] counts them, in eight lanes that the compiler makes vectors of.
fn count_steps(line: &[u64; MAX_LINE + 1], n: usize) -> (u64, u64, u64, u64) {
    const LANES: usize = 8;
    // Beyond 2^52 there is no fraction; below, what is added and taken away again leaves none.
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    let mut xs = [0.0; MAX_LINE + 1];
    let last = line[n.max(1) - 1];
    for (x, &bits) in xs.iter_mut().zip(line) {
        *x = f64::from_bits(bits);
    }
    // What fills up the lanes is no step.
    let end = (n.max(1) - 1).next_multiple_of(LANES);
    xs[n.max(1) - 1..=end].fill(f64::from_bits(last));
    let one = |yes: bool| if yes { 1.0 } else { 0.0 };
    let (mut up, mut down, mut by_one, mut gaps) = ([0.0; LANES], [0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for at in (0..end).step_by(LANES) {
        let (Some(before), Some(now)) =
            (xs[at..].first_chunk::<LANES>(), xs[at + 1..].first_chunk::<LANES>())
        else {
            break;
        };
        for lane in 0..LANES {
            let (b, x) = (before[lane], now[lane]);
            let whole = |x: f64| x.abs() >= WHOLE || (x.abs() + WHOLE) - WHOLE == x.abs();
            let step = x - b;
            up[lane] += one(x > b);
            down[lane] += one(x < b);
            by_one[lane] += one((step == 1.0) & (x > b));
            gaps[lane] += one((step > 1.0) & whole(x) & whole(b));
        }
    }
    let sum = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() as u64;
    (sum(up), sum(down), sum(by_one), sum(gaps))
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
            let (n_up, n_down, n_by_one, n_gaps) = count_steps(&line.keys, line.n);
            (found.n_up, found.down.n, found.n_by_one, found.gaps.n) = (n_up, n_down, n_by_one, n_gaps);
            found.n_equal = (line.n - 1) as u64 - n_up - n_down;
        } else if line.n_numbers == 0 {
            let (mut before, mut hash_before) = (line.keys[0], line.hashes[0]);
            let values = line.keys[1..line.n].iter().zip(&line.hashes[1..line.n]).enumerate();
            for (at, (&now, &hash)) in values {
                found.n_up += u64::from(before < now);
                found.down.n += u64::from(before > now);
                if before == now && hash_before != hash {
                    let order = compare(at + 1);
                    found.n_up += u64::from(order == Ordering::Less);
                    found.down.n += u64::from(order == Ordering::Greater);
                }
                (before, hash_before) = (now, hash);
            }
            found.n_equal = (line.n - 1) as u64 - found.n_up - found.down.n;
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_of_steps_counts_as_step_by_step(
            values in prop::collection::vec(prop_oneof![
                4 => (-3..4_i32).prop_map(f64::from),
                1 => -3.0..3.0_f64,
                1 => Just(-0.0),
                1 => Just(9_007_199_254_740_993.0),
                1 => Just(4_503_599_627_370_495.5),
                1 => Just(f64::MAX),
                1 => Just(f64::MIN),
            ], 1..MAX_LINE + 2),
        ) {
            let mut line = Line::new();
            values.iter().for_each(|x| line.push(x.to_bits(), x.to_bits(), true));
            let mut plain = Order::default();
            values.windows(2).enumerate().for_each(|(at, w)| plain.step_number(w[0], w[1], at as u64 + 1));
            let mut quick = Order::default();
            quick.step_all(&line, |at| at as u64, |_| Ordering::Equal);
            prop_assert_eq!(&quick, &plain);
            // Once no place is wanted any more, steps are only counted.
            let full = Sample { n: 0, records: vec![0; MAX_SAMPLES] };
            let full = Order { down: full.clone(), gaps: full, up_samples: vec![0; MAX_SAMPLES], ..Order::default() };
            let (mut quick, mut plain) = (full.clone(), full);
            quick.step_all(&line, |at| at as u64, |_| Ordering::Equal);
            values.windows(2).for_each(|w| plain.step_number(w[0], w[1], 0));
            prop_assert_eq!(quick, plain);
        }
    }
}
