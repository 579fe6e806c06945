//! Moments of numbers: two passes within a piece, merged between pieces.

/// Count, extremes and central moment sums of finite numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Moments {
    /// How many.
    pub n: u64,
    /// Smallest; infinite when there is none.
    pub min: f64,
    /// Largest; minus infinite when there is none.
    pub max: f64,
    /// Mean.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub m2: f64,
    /// Sum of cubed deviations.
    pub m3: f64,
    /// Sum of deviations to the fourth.
    pub m4: f64,
    /// Exact zeros.
    pub n_zero: u64,
    /// Below zero.
    pub n_negative: u64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            n: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            mean: 0.0,
            m2: 0.0,
            m3: 0.0,
            m4: 0.0,
            n_zero: 0,
            n_negative: 0,
        }
    }
}

impl Moments {
    /// The moments of `values`, by two passes.
    pub fn of(values: &[f64]) -> Self {
        let (chunks, rest) = values.as_chunks::<8>();
        let mut heavy = [0.0; 8];
        heavy[..rest.len()].fill(1.0);
        Self::in_lanes(chunks, rest, std::iter::repeat([1.0; 8]), heavy)
    }

    /// The moments of `values`, each as often as `weights` says (whole numbers), by two passes.
    pub fn weighted(values: &[f64], weights: &[f64]) -> Self {
        let (chunks, rest) = values.as_chunks::<8>();
        let (heavy, rest_heavy) = weights.as_chunks::<8>();
        let mut last = [0.0; 8];
        last[..rest.len()].copy_from_slice(&rest_heavy[..rest.len()]);
        Self::in_lanes(chunks, rest, heavy.iter().copied(), last)
    }

    /// The moments of `chunks` and `rest`, with the weights of each; those past the rest are zero. Eight lanes let the
    /// compiler use the processor's vectors, which a single running sum forbids.
    #[inline(always)]
    fn in_lanes(
        chunks: &[[f64; 8]],
        rest: &[f64],
        heavy: impl Iterator<Item = [f64; 8]> + Clone,
        last_heavy: [f64; 8],
    ) -> Self {
        let mut found = Self::default();
        let mut last = ([0.0; 8], last_heavy);
        last.0[..rest.len()].copy_from_slice(rest);
        let mut ns = [0.0; 8];
        let mut sums = [0.0; 8];
        let mut zeros = [0.0; 8];
        let mut negatives = [0.0; 8];
        for (chunk, weights) in chunks.iter().zip(heavy.clone()).chain([(&last.0, last.1)]) {
            for lane in 0..8 {
                let (x, w) = (chunk[lane], weights[lane]);
                ns[lane] += w;
                sums[lane] += x * w;
                zeros[lane] += if x == 0.0 { w } else { 0.0 };
                negatives[lane] += if x < 0.0 { w } else { 0.0 };
            }
        }
        let n: f64 = ns.iter().sum();
        if n == 0.0 {
            return found;
        }
        found.n = n as u64;
        found.n_zero = zeros.iter().sum::<f64>() as u64;
        found.n_negative = negatives.iter().sum::<f64>() as u64;
        let mut mins = [f64::INFINITY; 8];
        let mut maxs = [f64::NEG_INFINITY; 8];
        for chunk in chunks {
            for lane in 0..8 {
                let x = chunk[lane];
                mins[lane] = if x < mins[lane] { x } else { mins[lane] };
                maxs[lane] = if x > maxs[lane] { x } else { maxs[lane] };
            }
        }
        found.min = mins.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
        found.max = maxs.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
        found.mean = sums.iter().sum::<f64>() / n;
        if !found.mean.is_finite() {
            // The sum overflowed: the mean of shares does not.
            let all = chunks.iter().zip(heavy.clone()).chain([(&last.0, last.1)]);
            found.mean = all.flat_map(|(xs, ws)| xs.iter().zip(ws)).map(|(x, w)| x * (w / n)).sum();
        }
        let (mut s2, mut s3, mut s4) = ([0.0; 8], [0.0; 8], [0.0; 8]);
        // What fills up the last lanes does not deviate.
        last.0[rest.len()..].fill(found.mean);
        for (chunk, weights) in chunks.iter().zip(heavy.clone()).chain([(&last.0, last.1)]) {
            for lane in 0..8 {
                let d = chunk[lane] - found.mean;
                let square = d * d * weights[lane];
                s2[lane] += square;
                s3[lane] += square * d;
                s4[lane] += square * d * d;
            }
        }
        found.m2 = s2.iter().sum();
        found.m3 = s3.iter().sum();
        found.m4 = s4.iter().sum();
        found
    }

    /// Takes in the moments of other numbers: Pébay, "Formulas for robust, one-pass parallel computation of
    /// covariances and arbitrary-order statistical moments" (SAND2008-6212), equations 2.1, 3.1.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let n = a + b;
        let delta = other.mean - self.mean;
        let m4 = self.m4
            + other.m4
            + delta.powi(4) * a * b * (a * a - a * b + b * b) / (n * n * n)
            + 6.0 * delta * delta * (a * a * other.m2 + b * b * self.m2) / (n * n)
            + 4.0 * delta * (a * other.m3 - b * self.m3) / n;
        let m3 = self.m3
            + other.m3
            + delta.powi(3) * a * b * (a - b) / (n * n)
            + 3.0 * delta * (a * other.m2 - b * self.m2) / n;
        self.m2 += other.m2 + delta * delta * a * b / n;
        self.m3 = m3;
        self.m4 = m4;
        self.mean += delta * b / n;
        self.n += other.n;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.n_zero += other.n_zero;
        self.n_negative += other.n_negative;
    }

    /// Sample variance (n − 1); 0 for fewer than two numbers.
    pub fn variance(&self) -> f64 {
        if self.n > 1 { self.m2 / (self.n - 1) as f64 } else { 0.0 }
    }

    /// Skewness g1 = m3 / m2^1.5; 0 for constant columns and beyond the range of a double.
    pub fn skewness(&self) -> f64 {
        let n = self.n as f64;
        let skewness = (self.m3 / n) / (self.m2 / n).powf(1.5);
        if self.m2 > 0.0 && skewness.is_finite() { skewness } else { 0.0 }
    }

    /// Excess kurtosis g2 = m4 / m2² − 3; 0 for constant columns and beyond the range of a double.
    pub fn kurtosis(&self) -> f64 {
        let n = self.n as f64;
        let kurtosis = (self.m4 / n) / (self.m2 / n).powi(2) - 3.0;
        if self.m2 > 0.0 && kurtosis.is_finite() { kurtosis } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn merged_pieces_equal_the_whole(values in prop::collection::vec(-1e6..1e6_f64, 1..300), cut in 0..300_usize, offset in 0.0..1e9_f64) {
            let values: Vec<f64> = values.into_iter().map(|x| x + offset).collect();
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = Moments::of(left);
            merged.merge(&Moments::of(right));
            let whole = Moments::of(&values);
            prop_assert_eq!((merged.n, merged.min, merged.max), (whole.n, whole.min, whole.max));
            for (a, b) in [(merged.mean, whole.mean), (merged.m2, whole.m2)] {
                prop_assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{} {}", a, b);
            }
            let scale = whole.m2.powf(1.5).max(1.0);
            prop_assert!((merged.m3 - whole.m3).abs() <= 1e-9 * scale);
        }
    }

    #[test]
    fn moments_of_a_known_list() {
        let m = Moments::of(&[1.0, 2.0, 3.0, 4.0, 10.0]);
        assert_eq!((m.mean, m.variance()), (4.0, 12.5));
        // scipy.stats.skew and scipy.stats.kurtosis of the list, SciPy 1.17.1.
        assert!((m.skewness() - 1.138_419_957_660_617_4).abs() < 1e-12);
        assert!((m.kurtosis() - -0.211_999_999_999_999_97).abs() < 1e-12);
    }
}
