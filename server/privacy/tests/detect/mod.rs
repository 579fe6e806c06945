//! Detectors of the audit, and the faults planted to test them.
#![allow(clippy::unwrap_used, reason = "a detector that cannot run must fail its test")]

use std::collections::BTreeMap;

use aurora_privacy::{ColumnStatistics, DrawError, Entropy};
use aurora_table::source::TextSource;
use aurora_table::{Counts, Dialect, parse};
use statrs::distribution::{Beta, ChiSquared, ContinuousCDF};

/// Pseudo-random bytes with a seed, for tests that must repeat (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Streams of neighbouring seeds have nothing in common: a state a step further would be one stream, shifted.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Self(seed).next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

/// A column of a table before and after one record was substituted.
pub(crate) struct Pair {
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
}

impl Pair {
    /// The nine integers of the column, read from the bytes of a CSV file by the real reader.
    pub(crate) fn read(&self, fields: &[String]) -> [i64; 9] {
        let mut text = String::new();
        for (i, field) in fields.iter().enumerate() {
            // Quoted now and then; a record too short now and then.
            match i % 7 {
                3 => text.push_str(&format!("{i},\"{}\"\n", field.replace('"', "\"\""))),
                5 if field.is_empty() => text.push_str(&format!("{i}\n")),
                _ => text.push_str(&format!("{i},{field}\n")),
            }
        }
        let dialect = Dialect::default();
        let records = parse(&text, &dialect).records;
        let source =
            TextSource { text: &text, records: &records, dialect: &dialect, before: Counts::default() };
        ColumnStatistics::read(&source, 1).vector(fields.len() as u64)
    }
}

/// Pairs of neighbouring columns, hostile ones among them.
pub(crate) struct Fuzz {
    dice: Dice,
}

impl Fuzz {
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed) }
    }

    pub(crate) fn pair(&mut self) -> Pair {
        let n = 10 + self.dice.below(40) as usize;
        // One column in ten holds two kinds in equal shares, the place where a majority tips.
        let level = self.dice.below(10) == 0;
        let flavour = self.dice.below(4);
        let before: Vec<String> = (0..n)
            .map(|i| if level { ["5", "red"][i % 2].to_owned() } else { self.field(flavour) })
            .collect();
        let mut after = before.clone();
        let place = self.dice.below(n as u64) as usize;
        after[place] = self.field(self.dice.0 % 5);
        Pair { before, after }
    }

    fn field(&mut self, flavour: u64) -> String {
        let x = self.dice.uniform();
        match flavour {
            0 => format!("{:.3}", (6.0 * x).exp()),
            1 => format!("{}", self.dice.below(12)),
            2 => format!("{:.2}", 100.0 * x - 50.0),
            _ => {
                let odd = [
                    "",
                    "NA",
                    "-1",
                    "red",
                    "blue",
                    "yes",
                    "2024-02-29",
                    "1e9",
                    "-3.5",
                    "0",
                    "x".repeat(40).leak(),
                ];
                odd[self.dice.below(odd.len() as u64) as usize].to_owned()
            }
        }
    }
}

/// The nine integers by the product's own code.
pub(crate) fn honest(fields: &[&str]) -> Vec<i64> {
    let mut statistics = ColumnStatistics::default();
    fields.iter().for_each(|field| statistics.observe(Some(field)));
    statistics.vector(fields.len() as u64).to_vec()
}

/// Numbers as the product bins them: the top 20 bits, in their order.
fn binned(fields: &[&str]) -> Vec<f64> {
    let plain = |f: &&&str| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let numbers = fields.iter().filter(plain).filter_map(|field| field.parse::<f64>().ok());
    let mut sorted: Vec<f64> = numbers
        .filter(|x| x.is_finite())
        .map(|x| f64::from_bits((x + 0.0).to_bits() & !((1 << 44) - 1)))
        .collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The skew distance by trying every k; `less` is 1 in the product.
pub(crate) fn slow_skew(fields: &[&str], less: i64) -> i64 {
    let x = binned(fields);
    let m = x.len() as i64;
    if m < 10 {
        return 0;
    }
    let (r10, r50, r90) = ((m - 1) / 10, (m - 1) / 2, 9 * (m - 1) / 10);
    let skewed = |a: i64, b: i64, c: i64| -> Option<bool> {
        let q = |r: i64| usize::try_from(r).ok().and_then(|r| x.get(r).copied());
        let (q10, q50, q90) = (q(a)?, q(b)?, q(c)?);
        Some((q90 - q50) * 0.65 >= (q50 - q10) * 1.35)
    };
    let k = |tipped: &dyn Fn(i64) -> bool| (0..).find(|&k| tipped(k)).unwrap();
    if skewed(r10, r50, r90) == Some(true) {
        (k(&|k| skewed(r10 - k, r50 + k, r90 - k) != Some(true)) - less).min(m - 9)
    } else {
        (-k(&|k| skewed(r10 + k, r50 - k, r90 + k) != Some(false))).max(9 - m)
    }
}

/// A mechanism as the exact test sees it.
pub(crate) struct Candidate {
    statistics: fn(&[&str]) -> Vec<i64>,
    /// Noise rate a unit, for the whole release.
    rate: f64,
    /// Columns that a record touches, each at this rate.
    columns: f64,
    /// The greatest output of a coordinate.
    greatest: fn(&[&str]) -> i64,
    /// Whether a coordinate of that value is noised.
    noised: fn(i64) -> bool,
}

impl Candidate {
    pub(crate) fn honest() -> Self {
        Self {
            statistics: honest,
            rate: 0.9 / 4.0,
            columns: 1.0,
            greatest: |fields| fields.len() as i64,
            noised: |_| true,
        }
    }

    /// The faults of the design's list that concern statistics, noise and clamp.
    pub(crate) fn mutants() -> Vec<(&'static str, Self)> {
        let with = |statistics| Self { statistics, ..Self::honest() };
        vec![
            ("kinds counted with sensitivity 1", Self { rate: 0.9 / 3.0, ..Self::honest() }),
            ("columns not composed", Self { columns: 2.0, ..Self::honest() }),
            (
                "kind decided per column",
                with(|fields| {
                    let texts = honest(fields)[5] + honest(fields)[6];
                    let mut v = honest(fields);
                    if texts > 0 {
                        v[5] += v[1] + v[2];
                        (v[1], v[2]) = (0, 0);
                    }
                    v
                }),
            ),
            (
                "null token decided per column",
                with(|fields| {
                    let n = fields.iter().filter(|&&field| field == "-1").count() as i64;
                    let mut v = honest(fields);
                    if n >= 3 {
                        v[0] += n;
                        v[1] -= n;
                    }
                    v
                }),
            ),
            (
                "skew without − 1",
                with(|fields| {
                    let mut v = honest(fields);
                    v[7] = slow_skew(fields, 0);
                    v
                }),
            ),
            (
                "HyperLogLog",
                with(|fields| {
                    let mut registers = [0_u32; 16];
                    for field in fields {
                        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
                        field
                            .bytes()
                            .for_each(|b| hash = (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
                        hash = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                        let register = &mut registers[(hash % 16) as usize];
                        *register = (*register).max((hash >> 4).trailing_zeros() + 1);
                    }
                    let harmonic: f64 = registers.iter().map(|&r| 0.5_f64.powi(r as i32)).sum();
                    let mut v = honest(fields);
                    v[8] = (0.673 * 256.0 / harmonic).round() as i64;
                    v
                }),
            ),
            (
                "a mean",
                with(|fields| {
                    let x = binned(fields);
                    let mut v = honest(fields);
                    v.push((x.iter().sum::<f64>() / x.len().max(1) as f64).round() as i64);
                    v
                }),
            ),
            (
                "a maximum",
                with(|fields| {
                    let mut v = honest(fields);
                    v.push(binned(fields).last().map_or(0, |x| x.round() as i64));
                    v
                }),
            ),
            ("drawn twice", Self { rate: 2.0 * 0.9 / 4.0, ..Self::honest() }),
            ("clamp taken from the data", Self { greatest: |fields| honest(fields)[8], ..Self::honest() }),
            ("noise only on non-empty bins", Self { noised: |v| v != 0, ..Self::honest() }),
        ]
    }

    /// The largest log-ratio over that many random pairs of neighbours and all outputs.
    pub(crate) fn worst(&self, seed: u64, n_pairs: usize) -> f64 {
        let mut fuzz = Fuzz::new(seed);
        let mut worst = 0.0_f64;
        for _ in 0..n_pairs {
            let pair = fuzz.pair();
            let before: Vec<&str> = pair.before.iter().map(String::as_str).collect();
            let after: Vec<&str> = pair.after.iter().map(String::as_str).collect();
            worst = worst.max(self.loss(&before, &after));
            if worst > 1e6 {
                break;
            }
        }
        worst
    }

    fn loss(&self, before: &[&str], after: &[&str]) -> f64 {
        if (self.greatest)(before) != (self.greatest)(after) {
            // An output that only one of the two can give.
            return f64::INFINITY;
        }
        let mut loss = 0.0;
        for (v, w) in (self.statistics)(before).into_iter().zip((self.statistics)(after)) {
            loss += match ((self.noised)(v), (self.noised)(w)) {
                (true, true) => (v - w).abs() as f64 * self.rate,
                (false, false) if v == w => 0.0,
                _ => f64::INFINITY,
            };
        }
        loss * self.columns
    }
}

/// Whether 200,000 draws fit P(z) = tanh(rate/2)·e^(−rate·|z|), at α = 1e-6.
pub(crate) fn chi_square_ok(draw: &mut dyn FnMut() -> i64, rate: f64) -> bool {
    let n = 200_000;
    let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
    for _ in 0..n {
        *counts.entry(draw()).or_default() += 1.0;
    }
    // Cells with at least ten expected draws; the tails are two cells more.
    let p = |z: i64| (rate / 2.0).tanh() * (-rate * z.abs() as f64).exp();
    let edge = (0..).find(|&z| p(z) * f64::from(n) < 10.0).unwrap();
    let mut statistic = 0.0;
    let mut cell = |observed: f64, expected: f64| statistic += (observed - expected).powi(2) / expected;
    for z in 1 - edge..edge {
        cell(counts.get(&z).copied().unwrap_or(0.0), p(z) * f64::from(n));
    }
    let tail = p(edge) / (1.0 - (-rate).exp()) * f64::from(n);
    cell(counts.range(edge..).map(|(_, n)| n).sum(), tail);
    cell(counts.range(..=-edge).map(|(_, n)| n).sum(), tail);
    ChiSquared::new((2 * edge) as f64).unwrap().cdf(statistic) < 1.0 - 1e-6
}

type Sampler = fn(&mut Dice, u64, u64) -> i64;

/// Faults in the sampler.
pub(crate) const SAMPLER_MUTANTS: &[(&str, Sampler)] = &[
    ("parity slip", |dice, num, den| mutant(dice, num, den, 0, false)),
    ("double zero", |dice, num, den| mutant(dice, num, den, 1, true)),
    ("f64 Laplace", |dice, num, den| {
        let scale = den as f64 / num as f64;
        let u = dice.uniform() - 0.5;
        (-scale * u.signum() * (1.0 - 2.0 * u.abs()).ln()).round() as i64
    }),
];

/// The sampler with its loop's parity or its zero wrong.
fn mutant(dice: &mut Dice, num: u64, den: u64, parity: u64, double_zero: bool) -> i64 {
    fn bernoulli(dice: &mut Dice, a: u64, b: u64, parity: u64) -> bool {
        let mut k = 1;
        while dice.below(b * k) < a {
            k += 1;
        }
        k % 2 == parity
    }
    loop {
        let u = dice.below(den);
        if !bernoulli(dice, u, den, parity) {
            continue;
        }
        let mut v = 0;
        while bernoulli(dice, 1, 1, 1) {
            v += 1;
        }
        let y = ((u + den * v) / num) as i64;
        let negative = dice.below(2) == 1;
        if double_zero || !(negative && y == 0) {
            return if negative { -y } else { y };
        }
    }
}

/// How often each output was drawn, from two neighbours.
#[derive(Clone, Copy)]
pub(crate) struct Drawn<'a> {
    pub(crate) a: &'a [u64],
    pub(crate) b: &'a [u64],
}

impl<'a> Drawn<'a> {
    fn turned(self) -> Drawn<'a> {
        Drawn { a: self.b, b: self.a }
    }

    /// The ε that the outputs in `set` prove (Clopper and Pearson) but for a chance of `alpha`, if `set` was chosen without
    /// a look at these draws.
    fn epsilon(self, set: &[usize], alpha: f64) -> f64 {
        let (n_a, n_b) = (self.a.iter().sum::<u64>(), self.b.iter().sum::<u64>());
        let within = |counts: &[u64]| set.iter().map(|&output| counts[output]).sum::<u64>();
        let (in_a, in_b) = (within(self.a), within(self.b));
        if in_a == 0 || in_b == n_b {
            return 0.0;
        }
        let low = Beta::new(in_a as f64, (n_a - in_a + 1) as f64).unwrap().inverse_cdf(alpha / 2.0);
        let high = Beta::new((in_b + 1) as f64, (n_b - in_b) as f64).unwrap().inverse_cdf(1.0 - alpha / 2.0);
        (low / high).ln()
    }

    /// The set of outputs that proves most: sets grow from the output with the largest ratio on. So many are looked at
    /// that some rare output always stands out by chance; it must do so beyond what chance can do.
    fn best_set(self) -> (f64, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.a.len()).collect();
        let ratio = |i: usize| (self.a[i] as f64 + 0.5) / (self.b[i] as f64 + 0.5);
        order.sort_by(|&i, &j| ratio(j).total_cmp(&ratio(i)));
        let sets = (1..=order.len()).map(|n| (self.epsilon(&order[..n], 1e-6), n));
        let (epsilon, n) = sets.max_by(|x, y| x.0.total_cmp(&y.0)).unwrap_or_default();
        (epsilon, order[..n].to_vec())
    }
}

/// A lower bound of ε at 95 % confidence: the set of outputs, and which way round, are chosen on the draws `choose` and
/// judged on the fresh draws `judge`, so that the choice cannot profit from chance.
pub(crate) fn clopper_pearson_epsilon(choose: Drawn<'_>, judge: Drawn<'_>) -> f64 {
    let (one_way, other_way) = (choose.best_set(), choose.turned().best_set());
    let found = if one_way.0 >= other_way.0 {
        judge.epsilon(&one_way.1, 0.05)
    } else {
        judge.turned().epsilon(&other_way.1, 0.05)
    };
    found.max(0.0)
}
