//! What is known about a column once its summary is complete.

use std::collections::BTreeMap;

use crate::date::DateFormat;
use crate::order::Order;
use crate::shape::Shape;
use crate::summary::Sample;
use crate::traits::Oddness;
use crate::value_kind::ValueKind;

/// A value and how often it occurs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// The value, unquoted; cut at 256 bytes.
    pub value: String,
    /// How often.
    pub n: u64,
    /// The first few data records that hold it: one for values, up to 20 for null spellings.
    pub records: Vec<u64>,
}

impl Count {
    /// A value that occurs `n` times, nobody knows where.
    pub fn new(value: &str, n: u64) -> Self {
        Self { value: value.to_owned(), n, records: Vec::new() }
    }

    pub(crate) fn sampled(value: &str, sample: &Sample) -> Self {
        Self { value: value.to_owned(), n: sample.n, records: sample.records.clone() }
    }
}

/// A shape and how often it occurs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShapeCount {
    /// The shape; see [`Shape::exact`] and [`Shape::collapsed`].
    pub shape: Shape,
    /// How often.
    pub n: u64,
    /// The first few data records that have it.
    pub records: Vec<u64>,
}

/// Lengths of the present values, in characters.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lengths {
    /// Shortest.
    pub min: u32,
    /// Longest.
    pub max: u32,
    /// Mean.
    pub mean: f64,
    /// Mean number of words.
    pub mean_words: f64,
    /// Values by length, 0 to 63; the last counts all from 64 on. Empty when there is no value.
    pub counts: Vec<u64>,
}

/// A finished column summary. Live only: nothing of it is ever stored.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnProfile {
    /// Data records.
    pub n: u64,
    /// Fields by [`ValueKind`]; records too short to have the field count nowhere.
    pub kinds: [u64; 9],
    /// Null spellings (trimmed), most frequent first.
    pub null_tokens: Vec<Count>,
    /// Distinct values that are not null.
    pub distinct: u64,
    /// Relative standard error of `distinct`; 0 when exact.
    pub distinct_error: f64,
    /// Most frequent values that are not null, most frequent first, at most 50.
    pub top: Vec<Count>,
    /// By how much each count of `top` may be too low, and the most often a value not listed can occur; 0 when
    /// exact. A value with `n` at or below it may be there by chance.
    pub top_error: u64,
    /// Statistics of the numbers (integers and reals), if there are any.
    pub numbers: Option<Numbers>,
    /// Kinds and traits of fields: how many, and the data record numbers of the first few.
    pub odd: BTreeMap<Oddness, (u64, Vec<u64>)>,
    /// Formats of dates and datetimes.
    pub date_formats: BTreeMap<DateFormat, Sample>,
    /// Currencies and units as written, most frequent first.
    pub units: Vec<Count>,
    /// Lengths of the present values.
    pub lengths: Lengths,
    /// Exact shapes of values up to 24 characters, most frequent first, at most 256.
    pub shapes: Vec<ShapeCount>,
    /// Present values that are longer, or whose shape is not listed.
    pub n_shapeless: u64,
    /// Sortedness and sequence.
    pub order: Order,
    /// The first 20 distinct values that are not null, as they come.
    pub examples: Vec<String>,
    /// Of some fields only the kind is known, because they show too many combinations of traits.
    pub is_coarse: bool,
}

impl ColumnProfile {
    /// Fields of `kind`.
    pub fn count(&self, kind: ValueKind) -> u64 {
        self.kinds[kind as usize]
    }

    /// Fields with the trait or kind.
    pub fn n_odd(&self, oddness: Oddness) -> u64 {
        self.odd.get(&oddness).map_or(0, |(n, _)| *n)
    }

    /// The first few data records whose field has the trait or kind.
    pub fn odd_records(&self, oddness: Oddness) -> &[u64] {
        self.odd.get(&oddness).map_or(&[], |(_, records)| records)
    }

    /// Shapes with runs of letters and of digits collapsed, most frequent first: pattern and count.
    pub fn collapsed_shapes(&self) -> Vec<Count> {
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        for shape in &self.shapes {
            let pattern = shape.shape.collapsed();
            let count = counts.entry(pattern).or_default();
            count.n += shape.n;
            count.records.extend(&shape.records);
        }
        let mut list: Vec<_> = counts.into_iter().map(|(value, count)| Count { value, ..count }).collect();
        for count in &mut list {
            count.records.sort_unstable();
            count.records.truncate(crate::summary::MAX_SAMPLES);
        }
        list.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        list
    }

    /// The one length of all present values, when they have the same (up to 63 characters).
    pub fn fixed_width(&self) -> Option<u32> {
        (self.n_present() > 0 && self.lengths.min == self.lengths.max && self.lengths.max < 64)
            .then_some(self.lengths.min)
    }

    /// Null fields, the fields missing from short records included.
    pub fn n_null(&self) -> u64 {
        self.n - self.n_present()
    }

    /// Fields that are not null.
    pub fn n_present(&self) -> u64 {
        self.kinds[1..].iter().sum()
    }

    /// Share of nulls, 0 to 1; 0 for an empty column.
    pub fn null_share(&self) -> f64 {
        if self.n == 0 { 0.0 } else { self.n_null() as f64 / self.n as f64 }
    }

    /// The most frequent kind that is not null; integers count as reals when both occur. `Null` when all are null.
    pub fn kind(&self) -> ValueKind {
        ValueKind::most_frequent(self.kinds)
    }

    /// Share of the present fields that are integers or reals, 0 to 1.
    pub fn number_share(&self) -> f64 {
        let numbers = self.count(ValueKind::Integer) + self.count(ValueKind::Real);
        numbers as f64 / self.n_present().max(1) as f64
    }
}

/// Statistics of a column's numbers, missing values left out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Numbers {
    /// How many.
    pub n: u64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Mean.
    pub mean: f64,
    /// Sample variance (n − 1).
    pub variance: f64,
    /// Skewness g1 = m3 / m2^1.5; 0 for constant columns.
    pub skewness: f64,
    /// Excess kurtosis g2 = m4 / m2² − 3; 0 for constant columns.
    pub kurtosis: f64,
    /// Quantiles at 0, 1, …, 100 percent (type 7 when exact).
    pub percentiles: Vec<f64>,
    /// Largest rank error of a percentile, as a share; 0 when exact.
    pub percentile_error: f64,
    /// Exact zeros.
    pub n_zero: u64,
    /// Below zero.
    pub n_negative: u64,
    /// Twenty equal intervals from `min` to `max`: how many numbers in each (for a picture; log-bins are put
    /// where their middle lies when the numbers are too many to keep).
    pub bins: Vec<u64>,
}

impl Numbers {
    /// The quantile at `q` (0 to 1), linear between percentiles.
    pub fn quantile(&self, q: f64) -> f64 {
        let at = q.clamp(0.0, 1.0) * (self.percentiles.len() - 1) as f64;
        let (low, high) = (self.percentiles[at.floor() as usize], self.percentiles[at.ceil() as usize]);
        low + (high - low) * at.fract()
    }

    /// The interval of [`Self::bins`] that `x` belongs to.
    pub fn bin_of(&self, x: f64) -> usize {
        Self::bin(x, self.min, self.max, self.bins.len())
    }

    pub(crate) fn bin(x: f64, min: f64, max: f64, n_bins: usize) -> usize {
        let share = if max > min { (x - min) / (max - min) } else { 0.0 };
        ((share * n_bins as f64) as usize).min(n_bins.saturating_sub(1))
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The quantiles at 0, 1, …, 100 percent of `counts` (number and how often, ascending), by linear
    /// interpolation between ranks (type 7 of Hyndman and Fan).
    pub(crate) fn exact_percentiles(counts: &[(f64, u64)]) -> Vec<f64> {
        let total: u64 = counts.iter().map(|count| count.1).sum();
        if total == 0 {
            return Vec::new();
        }
        let mut upto = Vec::with_capacity(counts.len());
        let mut sum = 0;
        for (_, n) in counts {
            sum += n;
            upto.push(sum);
        }
        let nth = |rank: u64| counts[upto.partition_point(|&passed| passed <= rank)].0;
        (0..=100_u32)
            .map(|percent| {
                let at = f64::from(percent) / 100.0 * (total - 1) as f64;
                let (low, high) = (nth(at.floor() as u64), nth(at.ceil() as u64));
                if low == high { low } else { low + (high - low) * at.fract() }
            })
            .collect()
    }
}
