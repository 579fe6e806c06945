//! A histogram over the public bins of floating-point numbers: sign, exponent and four bits of mantissa.

/// Counts by bin. Merging is addition, so neither order nor grouping matters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Histogram {
    negative: Window,
    zero: u64,
    positive: Window,
}

/// Counts of consecutive bins from `base` on. A bin is the upper 16 bits of the magnitude's `f64`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Window {
    base: usize,
    counts: Vec<u64>,
}

impl Window {
    fn add(&mut self, bin: usize, n: u64) {
        if let Some(count) = bin.checked_sub(self.base).and_then(|at| self.counts.get_mut(at)) {
            *count += n;
            return;
        }
        self.cover(bin, bin + 1);
        self.counts[bin - self.base] += n;
    }

    fn cover(&mut self, from: usize, to: usize) {
        if self.counts.is_empty() {
            self.base = from;
            self.counts = vec![0; to - from];
        } else if from < self.base {
            let more = self.base - from;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.base = from;
        }
        if to > self.base + self.counts.len() {
            self.counts.resize(to - self.base, 0);
        }
    }

    fn merge(&mut self, other: &Self) {
        if other.counts.is_empty() {
            return;
        }
        self.cover(other.base, other.base + other.counts.len());
        let shift = other.base - self.base;
        for (mine, theirs) in self.counts[shift..].iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    fn bins(&self) -> impl DoubleEndedIterator<Item = (f64, f64, u64)> {
        let bins = self.counts.iter().enumerate().filter(|(_, n)| **n > 0);
        bins.map(|(at, &n)| {
            let edge = |bin: usize| f64::from_bits((bin as u64) << 48);
            (edge(self.base + at), edge(self.base + at + 1), n)
        })
    }
}

impl Histogram {
    /// Takes in `n` times the finite number `value`.
    pub fn add(&mut self, value: f64, n: u64) {
        let bin = (value.abs().to_bits() >> 48) as usize;
        if value == 0.0 {
            self.zero += n;
        } else if value < 0.0 {
            self.negative.add(bin, n);
        } else {
            self.positive.add(bin, n);
        }
    }

    /// Takes in another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.negative.merge(&other.negative);
        self.positive.merge(&other.positive);
        self.zero += other.zero;
    }

    /// Occupied bins from the smallest numbers up: lower edge, upper edge, count.
    pub fn bins(&self) -> Vec<(f64, f64, u64)> {
        let mut bins: Vec<_> = self.negative.bins().rev().map(|(low, high, n)| (-high, -low, n)).collect();
        if self.zero > 0 {
            bins.push((0.0, 0.0, self.zero));
        }
        bins.extend(self.positive.bins());
        bins
    }

    /// The quantiles at 0, 1, …, 100 percent, and by how much (as a share of all) a rank may be off.
    pub fn percentiles(&self, min: f64, max: f64) -> (Vec<f64>, f64) {
        let bins = self.bins();
        let total: u64 = bins.iter().map(|bin| bin.2).sum();
        let mut found = Vec::with_capacity(101);
        let mut passed = 0;
        let mut at = 0;
        for percent in 0..=100_u32 {
            let rank = f64::from(percent) / 100.0 * (total.max(1) - 1) as f64;
            while at + 1 < bins.len() && (passed + bins[at].2) as f64 <= rank {
                passed += bins[at].2;
                at += 1;
            }
            let Some(&(low, high, n)) = bins.get(at) else { break };
            // Within a bin the values are taken as evenly spread.
            let share = ((rank - passed as f64 + 0.5) / n as f64).clamp(0.0, 1.0);
            found.push((low + (high - low) * share).clamp(min, max));
        }
        if let [first, .., last] = found.as_mut_slice() {
            (*first, *last) = (min, max);
        }
        let widest = bins.iter().filter(|bin| bin.0 != bin.1).map(|bin| bin.2).max().unwrap_or(0);
        (found, widest as f64 / total.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quantiles_keep_their_rank(values in prop::collection::vec(-1e3..1e3_f64, 2..400)) {
            let mut histogram = Histogram::default();
            values.iter().for_each(|&x| histogram.add(x, 1));
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let (found, error) = histogram.percentiles(sorted[0], sorted[sorted.len() - 1]);
            prop_assert_eq!(found.len(), 101);
            for (percent, value) in found.iter().enumerate() {
                let below = sorted.iter().filter(|x| *x < value).count() as f64;
                let wanted = percent as f64 / 100.0 * (sorted.len() - 1) as f64;
                prop_assert!((below - wanted).abs() <= error * sorted.len() as f64 + 1.0);
            }
        }

        #[test]
        fn merging_is_adding(a in prop::collection::vec(-1e9..1e9_f64, 0..50), b in prop::collection::vec(-1e-3..1e3_f64, 0..50)) {
            let of = |lists: &[&[f64]]| {
                let mut h = Histogram::default();
                lists.iter().for_each(|list| list.iter().for_each(|&x| h.add(x, 1)));
                h
            };
            let mut merged = of(&[&a]);
            merged.merge(&of(&[&b]));
            prop_assert_eq!(merged.bins(), of(&[&b, &a]).bins());
        }
    }
}
