//! Power transforms and ranks, with the parameters fitted by likelihood.

/// Box and Cox's power of `x` > 0 (Journal of the Royal Statistical Society B 26, 1964).
pub fn box_cox(x: f64, lambda: f64) -> f64 {
    if lambda.abs() < 1e-10 { x.ln() } else { (lambda * x.ln()).exp_m1() / lambda }
}

/// Yeo and Johnson's power of any `x` (Biometrika 87, 2000).
pub fn yeo_johnson(x: f64, lambda: f64) -> f64 {
    if x >= 0.0 {
        if lambda.abs() < 1e-10 { x.ln_1p() } else { (lambda * x.ln_1p()).exp_m1() / lambda }
    } else if (lambda - 2.0).abs() < 1e-10 {
        -(-x).ln_1p()
    } else {
        -((2.0 - lambda) * (-x).ln_1p()).exp_m1() / (2.0 - lambda)
    }
}

/// The λ of the largest Box-Cox likelihood; `None` when a value is not above zero or all are equal.
pub fn box_cox_lambda(values: &[f64]) -> Option<f64> {
    if values.len() < 3 || values.iter().any(|&x| x <= 0.0) {
        return None;
    }
    let logs: f64 = values.iter().map(|x| x.ln()).sum();
    maximum(values, box_cox, move |lambda| (lambda - 1.0) * logs)
}

/// The λ of the largest Yeo-Johnson likelihood; `None` when all values are equal.
pub fn yeo_johnson_lambda(values: &[f64]) -> Option<f64> {
    if values.len() < 3 {
        return None;
    }
    let logs: f64 = values.iter().map(|x| x.signum() * x.abs().ln_1p()).sum();
    maximum(values, yeo_johnson, move |lambda| (lambda - 1.0) * logs)
}

/// The λ in −5..5 with the largest profile likelihood −n/2 · ln(variance) + jacobian(λ), by golden section.
fn maximum(values: &[f64], map: fn(f64, f64) -> f64, jacobian: impl Fn(f64) -> f64) -> Option<f64> {
    let n = values.len() as f64;
    if values.iter().all(|x| *x == values[0]) {
        return None;
    }
    let likelihood = |lambda: f64| {
        let (mut mean, mut squares) = (0.0, 0.0);
        for (i, &x) in values.iter().enumerate() {
            let y = map(x, lambda);
            let delta = y - mean;
            mean += delta / (i + 1) as f64;
            squares += delta * (y - mean);
        }
        let value = -n / 2.0 * (squares / n).ln() + jacobian(lambda);
        if value.is_finite() { value } else { f64::NEG_INFINITY }
    };
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-5.0, 5.0);
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (likelihood(a), likelihood(b));
    while high - low > 1e-9 {
        if at_a >= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = likelihood(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = likelihood(b);
        }
    }
    // Six decimals: what is shown is what is used, and the likelihood is flatter than that at its top.
    Some((f64::midpoint(low, high) * 1e6).round() / 1e6)
}

/// Average ranks of a list of numbers.
#[derive(Clone, Debug)]
pub struct Ranks {
    sorted: Vec<f64>,
}

impl Ranks {
    /// The ranks of `values`.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self { sorted }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The average rank of `x`, from 1; of equal numbers the mean of their places.
    pub fn rank(&self, x: f64) -> f64 {
        let below = self.sorted.partition_point(|&y| y < x);
        let upto = self.sorted.partition_point(|&y| y <= x);
        (below + 1 + upto.max(below + 1)) as f64 / 2.0
    }
}

/// The quantile function of the normal distribution, 0 < p < 1 (Acklam's rational approximation with one step of
/// Halley's method on [`normal_cdf`]; error below 1e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    let x = if p < 0.02425 {
        tail((-2.0 * p.ln()).sqrt())
    } else if p > 1.0 - 0.02425 {
        -tail((-2.0 * (1.0 - p).ln()).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    };
    let error = normal_cdf(x) - p;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * (x * x / 2.0).exp();
    x - step / (1.0 + x * step / 2.0)
}

/// The distribution function of the normal distribution, by the series and the continued fraction of erfc.
pub fn normal_cdf(x: f64) -> f64 {
    let z = x.abs();
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let upper = if z < 3.0 {
        let (mut term, mut sum, mut k) = (z, z, 1.0);
        while term > 1e-17 * sum && k < 200.0 {
            k += 2.0;
            term *= z * z / k;
            sum += term;
        }
        0.5 - density * sum
    } else {
        let mut fraction = 0.0;
        for k in (1..=60).rev() {
            fraction = f64::from(k) / (z + fraction);
        }
        density / (z + fraction)
    };
    if x > 0.0 { 1.0 - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, by: f64) {
        assert!((a - b).abs() <= by, "{a} is not {b}");
    }

    #[test]
    fn powers_at_their_special_points() {
        near(box_cox(5.0, 0.0), 5.0_f64.ln(), 1e-15);
        near(box_cox(5.0, 1.0), 4.0, 1e-12);
        near(box_cox(4.0, 0.5), 2.0, 1e-12);
        near(yeo_johnson(3.0, 0.0), 4.0_f64.ln(), 1e-15);
        near(yeo_johnson(3.0, 1.0), 3.0, 1e-12);
        near(yeo_johnson(-3.0, 2.0), -(4.0_f64.ln()), 1e-15);
        near(yeo_johnson(-3.0, 1.0), -3.0, 1e-12);
    }

    #[test]
    fn the_lambda_of_powers_of_two_is_zero() {
        near(box_cox_lambda(&[1.0, 2.0, 4.0, 8.0, 16.0]).unwrap(), 0.0, 1e-6);
    }

    #[test]
    fn lambdas_agree_with_scipy() {
        // SciPy 1.17.1: stats.boxcox(x)[1] and stats.yeojohnson(x)[1].
        near(box_cox_lambda(&[1.5, 2.0, 4.5, 8.0, 30.0]).unwrap(), -0.328_161_889, 1e-6);
        near(yeo_johnson_lambda(&[-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 4.0, 9.0]).unwrap(), 0.684_509_462, 1e-6);
        near(yeo_johnson_lambda(&[-1.5, 0.0, 0.5, 2.0, 40.0, 3.0]).unwrap(), 0.051_297_309, 1e-6);
    }

    #[test]
    fn normal_quantiles_agree_with_published_tables() {
        // Abramowitz and Stegun, table 26.5; R qnorm(0.975) = 1.959963985, qnorm(0.999) = 3.090232306.
        near(normal_quantile(0.5), 0.0, 1e-12);
        near(normal_quantile(0.975), 1.959_963_985, 1e-9);
        near(normal_quantile(0.999), 3.090_232_306, 1e-9);
        near(normal_quantile(0.001), -3.090_232_306, 1e-9);
        near(normal_cdf(1.0), 0.841_344_746_068_543, 1e-13);
    }

    #[test]
    fn equal_numbers_share_the_mean_of_their_places() {
        let ranks = Ranks::of(&[0.0, 2.0, 3.0, 2.0]);
        // scipy.stats.rankdata([0, 2, 3, 2]) in its documentation: 1, 2.5, 4, 2.5.
        assert_eq!([0.0, 2.0, 3.0, 2.0].map(|x| ranks.rank(x)), [1.0, 2.5, 4.0, 2.5]);
    }
}
