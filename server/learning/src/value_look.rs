//! What one value looks like within its column: its shape, how rare it and its shape are, and what checks say of it.
//! For comparing values in a running session; memory only, it has no place at rest.

use std::collections::HashMap;

use aurora_profile::value_kind::is_null_token;

use crate::ActionId;

/// The properties that are compared, with the distance between values that differ in one.
const WEIGHTS: [f64; N] = [1.2, 0.6, 2.2, 2.2, 0.4, 0.4, 0.4, 0.6, 0.5, 0.5, 0.9, 0.3];
const N: usize = 12;
/// The distance for each check that fires for one value only.
const CHECK_WEIGHT: f64 = 1.8;
/// Checks that are remembered of a value.
const MAX_CHECKS: usize = 4;
/// Characters of a value that are looked at.
const MAX_CHARS: usize = 400;

/// What one value looks like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValueLook {
    properties: [u32; N],
    /// Numbers of the checks that fired, in order; 0 fills up.
    checks: [u16; MAX_CHECKS],
    /// Share of the column that has its shape, in thousandths.
    shape_share: u16,
}

impl ValueLook {
    /// Share of the column that has this value's shape, 0 to 1.
    pub fn shape_share(&self) -> f64 {
        f64::from(self.shape_share) / 1000.0
    }

    /// Whether the value stands in three records at most.
    pub fn is_rare(&self) -> bool {
        self.properties[4] <= doublings(3)
    }

    /// How much two values of a column look alike, from 0 to 1 for equal looks: e^−(distance).
    pub fn likeness(&self, other: &Self) -> f64 {
        let mut distance = 0.0;
        for ((a, b), weight) in self.properties.iter().zip(other.properties).zip(WEIGHTS) {
            if *a != b {
                distance += weight;
            }
        }
        let lacks = |one: &Self, check: &u16| *check != 0 && !one.checks.contains(check);
        let only_here = self.checks.iter().filter(|check| lacks(other, check)).count();
        let only_there = other.checks.iter().filter(|check| lacks(self, check)).count();
        (-(distance + CHECK_WEIGHT * (only_here + only_there) as f64)).exp()
    }
}

/// Counts over the distinct values of a column, against which each is looked at.
#[derive(Clone, Debug, Default)]
pub struct ValueCounts {
    n: u64,
    shapes: HashMap<u32, u64>,
    characters: HashMap<char, u64>,
}

impl ValueCounts {
    /// Takes in a value that stands in `times` records.
    pub fn observe(&mut self, value: &str, times: u64) {
        self.n += times;
        *self.shapes.entry(hash(shape(value))).or_default() += times;
        let mut seen: Vec<char> = value.chars().take(MAX_CHARS).collect();
        seen.sort_unstable();
        seen.dedup();
        for c in seen {
            *self.characters.entry(c).or_default() += times;
        }
    }

    /// What a value looks like that stands in `times` records and for which `checks` fired.
    pub fn look(&self, value: &str, times: u64, checks: &[ActionId]) -> ValueLook {
        let n = self.n.max(1);
        let own_shape = hash(shape(value));
        let mut class: Vec<char> = shape(value).collect();
        class.sort_unstable();
        class.dedup();
        let rarest = value.chars().take(MAX_CHARS).filter_map(|c| self.characters.get(&c)).min();
        let of_shape = self.shapes.get(&own_shape).copied().unwrap_or_default();
        let mut properties = [0; N];
        properties[0] = own_shape;
        properties[1] = hash(class.iter().copied());
        properties[2] = u32::from(!value.is_ascii());
        properties[3] = u32::from(is_null_token(value.trim()));
        properties[4] = doublings(times).min(6);
        properties[5] = doublings(100 * of_shape / n);
        properties[6] = doublings(value.chars().count() as u64 + 1);
        properties[7] = doublings(200 * rarest.copied().unwrap_or(n) / n);
        for (at, size) in (8..11).zip(number_sizes(value)) {
            properties[at] = size;
        }
        properties[11] = hash(value.chars());
        let mut numbers: Vec<u16> = checks.iter().map(|check| check.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut checks = [0; MAX_CHECKS];
        checks.iter_mut().zip(numbers).for_each(|(out, number)| *out = number);
        ValueLook { properties, checks, shape_share: (1000 * of_shape / n).min(1000) as u16 }
    }
}

/// The value with every run of digits, of capitals, of other letters and of characters beyond ASCII as one sign.
fn shape(value: &str) -> impl Iterator<Item = char> {
    let mut last = None;
    let signs = value.chars().take(60).map(|c| match c {
        c if !c.is_ascii() => 'é',
        c if c.is_ascii_digit() => '9',
        c if c.is_ascii_uppercase() => 'A',
        c if c.is_ascii_lowercase() => 'a',
        c => c,
    });
    signs.filter(move |&sign| last.replace(sign) != Some(sign)).take(24)
}

/// How often a count doubles from one, and one more; 0 for none.
fn doublings(count: u64) -> u32 {
    64 - count.leading_zeros()
}

/// Of the first numbers in the value: could it be a month, a day, a year of two digits, or how long is it?
fn number_sizes(value: &str) -> impl Iterator<Item = u32> {
    let runs = value.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| match run[..run.len().min(9)].parse::<u32>().unwrap_or(u32::MAX) {
        0..=12 => 1,
        13..=31 => 2,
        32..=99 => 3,
        _ => 3 + run.len() as u32,
    })
}

/// FNV-1a.
fn hash(characters: impl Iterator<Item = char>) -> u32 {
    characters.fold(0x811c_9dc5, |hash, c| (hash ^ u32::from(c)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_shape_are_alike_and_a_strange_letter_sets_apart() {
        let mut counts = ValueCounts::default();
        let towns = ["Oslo", "Rome", "Bern", "Wien", "Lund", "R�me"];
        towns.iter().for_each(|town| counts.observe(town, 1));
        let look = |value| counts.look(value, 1, &[]);
        assert_eq!(look("Oslo").likeness(&look("Oslo")), 1.0);
        assert!(look("Oslo").likeness(&look("Bern")) > 3.0 * look("Oslo").likeness(&look("R�me")));
    }

    #[test]
    fn a_check_that_fires_for_one_only_sets_apart() {
        let mut counts = ValueCounts::default();
        counts.observe("7", 3);
        let (plain, flagged) = (counts.look("7", 3, &[]), counts.look("7", 3, &[ActionId(201)]));
        assert!((plain.likeness(&flagged) - (-CHECK_WEIGHT).exp()).abs() < 1e-12);
    }

    #[test]
    fn what_can_be_no_day_differs_from_what_can() {
        let sizes = |value| number_sizes(value).collect::<Vec<_>>();
        assert_eq!(sizes("1/15/04"), [1, 2, 1]);
        assert_eq!(sizes("1/1/71"), [1, 1, 3]);
    }
}
