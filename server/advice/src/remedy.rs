//! Which transform evens a skewed measure out: the logarithm where it serves as well as a fitted power, because a
//! reader understands it; a fitted power elsewhere; nothing where evening out has been seen to harm.

use crate::{ColumnView, power, purpose};

/// What evens a skewed measure out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Remedy {
    /// A logarithm.
    Logarithm,
    /// A power with a fitted exponent.
    Power,
    /// Nothing: it is best left alone.
    Nothing,
}

/// Skewness to the left up to which a measure is left alone: people read such columns as they are.
const MILD_LEFT: f64 = -2.5;
/// Exponents this near to zero are a logarithm in all but name (Box and Cox round theirs in the same way).
const NEARLY_LOG: f64 = 0.15;
/// Skewness by which a logarithm must be the better one where the exponent is not near zero.
const CLEARLY: f64 = 0.2;

/// What evens `column` out.
pub(crate) fn remedy(column: &ColumnView<'_>) -> Remedy {
    let Some(numbers) = &column.profile.numbers else { return Remedy::Nothing };
    if numbers.skewness <= 0.0 {
        return if numbers.skewness > MILD_LEFT { Remedy::Nothing } else { Remedy::Power };
    }
    // Differences on both sides of zero are read as they are.
    if numbers.quantile(0.25) < 0.0 {
        return Remedy::Nothing;
    }
    if !purpose::takes_power(column) {
        return Remedy::Power;
    }
    let Some(lambda) = power::yeo_johnson_lambda(&numbers.percentiles) else { return Remedy::Nothing };
    let by_power = purpose::skewness_of(column, |x| power::yeo_johnson(x, lambda)).abs();
    let by_log1p = purpose::skewness_of(column, f64::ln_1p).abs();
    let by_log = if numbers.min > 0.0 { purpose::skewness_of(column, f64::ln).abs() } else { by_log1p };
    let serves = lambda.abs() < NEARLY_LOG || by_log.min(by_log1p) + CLEARLY <= by_power;
    if serves { Remedy::Logarithm } else { Remedy::Power }
}

/// How likely any transform that evens a measure out is worth it, from its skewness g1.
pub(crate) fn worth(column: &ColumnView<'_>) -> f64 {
    let skewness = column.profile.numbers.as_ref().map_or(0.0, |numbers| numbers.skewness.abs());
    let few = if column.profile.distinct < 12 { 1.5 } else { 0.0 };
    1.0 / (1.0 + (1.0 + few - 1.5 * skewness.min(4.0)).exp())
}

/// How likely a person takes the logarithm `map` of a measure: the longer its right tail, and the better the
/// logarithm evens it out; names such as price or population speak for it.
pub(crate) fn log_prior(column: &ColumnView<'_>, map: fn(f64) -> f64) -> f64 {
    let after = purpose::skewness_of(column, map).abs();
    let name = if purpose::has_long_tail_name(&column.header.name) { 0.08 } else { 0.0 };
    let even = evenness(column, after);
    let likely = (worth(column) * (0.62 + 0.38 * even) + name).min(0.95);
    match remedy(column) {
        Remedy::Logarithm => likely.max(0.86 * worth(column)),
        Remedy::Power => likely,
        Remedy::Nothing => 0.4 * likely,
    }
}

/// How likely a person takes a fitted power: where it is what evens the measure out, a little more than a
/// logarithm.
pub(crate) fn power_prior(column: &ColumnView<'_>) -> f64 {
    let logarithm = || log_prior(column, f64::ln_1p).max(log_prior(column, f64::ln));
    match remedy(column) {
        Remedy::Logarithm => 0.75 * worth(column),
        Remedy::Power if purpose::takes_power(column) => (0.9 * worth(column)).max(logarithm() + 0.01),
        Remedy::Power => 0.9 * worth(column),
        Remedy::Nothing => 0.35 * worth(column),
    }
}

/// How even a skewness of `after` leaves the measure, 0 to 1; the more skewed it was, the more is forgiven.
fn evenness(column: &ColumnView<'_>, after: f64) -> f64 {
    let before = column.profile.numbers.as_ref().map_or(0.0, |numbers| numbers.skewness.abs());
    1.0 / (1.0 + (4.0 * (after - 0.6 - 0.08 * before.min(8.0))).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn of(values: impl IntoIterator<Item = f64>) -> Remedy {
        Sample::column("amount", values).with(|table| remedy(&table.columns[0]))
    }

    #[test]
    fn a_geometric_series_wants_its_logarithm_and_squares_a_power() {
        assert_eq!(of((0..60).map(|i| f64::from(i).exp2() + 0.5)), Remedy::Logarithm);
        assert_eq!(of((0..60).map(|i| 0.5 + f64::from(i * i))), Remedy::Power);
    }

    #[test]
    fn a_mild_left_tail_and_differences_are_left_alone() {
        assert_eq!(of((0..60).map(|i| 100.5 - f64::from(i * i) / 40.0)), Remedy::Nothing);
        assert_eq!(of((0..60).map(|i| f64::from(i * i * i) / 1e3 - 30.5)), Remedy::Nothing);
    }
}
