//! A ratio of sums over members, with its variance by the delta method: answers of one member hang together, so the
//! member is the unit, not the answer.
//!
//! For pairs (yᵢ, xᵢ) of n members and R = Σy/Σx: Var(R) ≈ (s²_y − 2·R·s_xy + R²·s²_x) / (n·x̄²), with the sample
//! (co)variances s (Deng, Knoblich, Lu: "Applying the Delta Method in Metric Analytics", 2018, section 2.2). The
//! numerator is the variance of the residuals yᵢ − R·xᵢ, whose mean is 0; so it is summed up as that.

use serde::Serialize;

/// 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A ratio of sums and its variance.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ratio {
    /// Σy/Σx.
    pub value: f64,
    /// Its variance over members.
    pub variance: f64,
}

impl Ratio {
    /// Of pairs (y, x), one a member; `None` for fewer than two members or Σx = 0.
    pub fn of(pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Option<Self> {
        let (mut n, mut sum_y, mut sum_x) = (0_u64, 0_u64, 0_u64);
        for (y, x) in pairs.clone() {
            n += 1;
            sum_y += u64::from(y);
            sum_x += u64::from(x);
        }
        if n < 2 || sum_x == 0 {
            return None;
        }
        let value = sum_y as f64 / sum_x as f64;
        let residuals: f64 = pairs.map(|(y, x)| (f64::from(y) - value * f64::from(x)).powi(2)).sum();
        let n = n as f64;
        let mean_x = sum_x as f64 / n;
        Some(Self { value, variance: residuals / (n - 1.0) / (n * mean_x * mean_x) })
    }

    /// By how much this one is above `other`, independent of it.
    pub fn above(self, other: Self) -> Interval {
        let (by, sd) = (self.value - other.value, (self.variance + other.variance).sqrt());
        Interval { value: by, low: by - Z * sd, high: by + Z * sd }
    }
}

/// A difference with its 95 % confidence interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, utoipa::ToSchema)]
pub struct Interval {
    /// The difference, −1 to 1: 0.05 are five points.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_is_that_of_the_formula() {
        let pairs = [(3, 10), (9, 10), (1, 2), (0, 0), (20, 31)];
        let ratio = Ratio::of(pairs.iter().copied()).unwrap();
        let n = pairs.len() as f64;
        let mean = |of: &dyn Fn(&(u32, u32)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (mean_y, mean_x) = (mean(&|p| f64::from(p.0)), mean(&|p| f64::from(p.1)));
        let co = |a: &dyn Fn(&(u32, u32)) -> f64, b: &dyn Fn(&(u32, u32)) -> f64| {
            pairs.iter().map(|p| a(p) * b(p)).sum::<f64>() / (n - 1.0)
        };
        let (y, x) = (|p: &(u32, u32)| f64::from(p.0) - mean_y, |p: &(u32, u32)| f64::from(p.1) - mean_x);
        let r = mean_y / mean_x;
        let wanted = (co(&y, &y) - 2.0 * r * co(&x, &y) + r * r * co(&x, &x)) / (n * mean_x * mean_x);
        assert!((ratio.value - r).abs() < 1e-15);
        assert!((ratio.variance - wanted).abs() < 1e-15, "{} {wanted}", ratio.variance);
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(Ratio::of([(1, 2)].into_iter()), None);
        assert_eq!(Ratio::of([(0, 0); 30].into_iter()), None);
        let same = Ratio::of([(5, 10); 30].into_iter()).unwrap();
        assert_eq!(same.above(same), Interval { value: 0.0, low: 0.0, high: 0.0 });
    }
}
