//! What is known about a column once its summary is complete.

use std::collections::BTreeMap;

use crate::summary::Oddness;
use crate::value_kind::ValueKind;

/// A value and how often it occurs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count {
    /// The value, unquoted.
    pub value: String,
    /// How often.
    pub n: u64,
}

impl Count {
    /// A value that occurs `n` times.
    pub fn new(value: &str, n: u64) -> Self {
        Self { value: value.to_owned(), n }
    }
}

/// A finished column summary. Live only: nothing of it is ever stored.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnProfile {
    /// Data records.
    pub n: u64,
    /// Fields by [`ValueKind`]; records too short to have the field count nowhere.
    pub kinds: [u64; 9],
    /// Null spellings (trimmed; empty first if present), most frequent first.
    pub null_tokens: Vec<Count>,
    /// Distinct values that are not null.
    pub distinct: u64,
    /// Relative standard error of `distinct`; 0 when exact.
    pub distinct_error: f64,
    /// Most frequent values, most frequent first, at most 50.
    pub top: Vec<Count>,
    /// By how much each count of `top` may be too high; 0 when exact.
    pub top_error: u64,
    /// Statistics of the numbers (integers and reals), if there are any.
    pub numbers: Option<Numbers>,
    /// Odd fields: how many, and the data record numbers of the first few.
    pub odd: BTreeMap<Oddness, (u64, Vec<u64>)>,
}

impl ColumnProfile {
    /// Fields of `kind`.
    pub fn count(&self, kind: ValueKind) -> u64 {
        self.kinds[kind as usize]
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
        let mut counts = self.kinds;
        counts[ValueKind::Null as usize] = 0;
        if counts[ValueKind::Real as usize] > 0 {
            counts[ValueKind::Real as usize] += counts[ValueKind::Integer as usize];
        }
        let best = ValueKind::ALL.into_iter().max_by_key(|&kind| counts[kind as usize]);
        best.filter(|&kind| counts[kind as usize] > 0).unwrap_or(ValueKind::Null)
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
}

impl Numbers {
    /// The quantile at `q` (0 to 1), linear between percentiles.
    pub fn quantile(&self, q: f64) -> f64 {
        let at = q.clamp(0.0, 1.0) * (self.percentiles.len() - 1) as f64;
        let (low, high) = (self.percentiles[at.floor() as usize], self.percentiles[at.ceil() as usize]);
        low + (high - low) * at.fract()
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Exact statistics of finite `values`; `None` when there is none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        if values.is_empty() {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / n;
        let moment = |k: i32| values.iter().map(|x| (x - mean).powi(k)).sum::<f64>();
        let (m2, m3, m4) = (moment(2), moment(3), moment(4));
        let percentiles = (0..=100)
            .map(|p| {
                let at = f64::from(p) / 100.0 * (n - 1.0);
                let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
                low + (high - low) * at.fract()
            })
            .collect();
        Some(Self {
            n: values.len() as u64,
            min: sorted[0],
            max: sorted[sorted.len() - 1],
            mean,
            variance: if n > 1.0 { m2 / (n - 1.0) } else { 0.0 },
            skewness: if m2 > 0.0 { (m3 / n) / (m2 / n).powf(1.5) } else { 0.0 },
            kurtosis: if m2 > 0.0 { (m4 / n) / (m2 / n).powi(2) - 3.0 } else { 0.0 },
            percentiles,
            percentile_error: 0.0,
            n_zero: values.iter().filter(|&&x| x == 0.0).count() as u64,
            n_negative: values.iter().filter(|&&x| x < 0.0).count() as u64,
        })
    }
}
