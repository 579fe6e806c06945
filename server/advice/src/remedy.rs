//! Which transform evens a skewed measure out: the logarithm where it serves as well as a fitted power, because a
//! reader understands it; a fitted power elsewhere; nothing where evening out has been seen to harm.

use aurora_profile::Numbers;

use crate::{ColumnView, power, purpose};

/// The transforms that even a measure out.
pub(crate) const POWERS: [&str; 5] =
    ["log1p-column", "log-column", "sqrt-column", "box-cox-column", "yeo-johnson-column"];

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
    if is_left_alone(numbers) {
        return Remedy::Nothing;
    }
    if !purpose::takes_power(column) || numbers.skewness <= 0.0 {
        return Remedy::Power;
    }
    let Some(lambda) = power::yeo_johnson_lambda(&numbers.percentiles) else { return Remedy::Nothing };
    let by_power = purpose::skewness_of(column, |x| power::yeo_johnson(x, lambda)).abs();
    let by_log1p = purpose::skewness_of(column, f64::ln_1p).abs();
    let by_log = if numbers.min > 0.0 { purpose::skewness_of(column, f64::ln).abs() } else { by_log1p };
    let serves = lambda.abs() < NEARLY_LOG || by_log.min(by_log1p) + CLEARLY <= by_power;
    if serves { Remedy::Logarithm } else { Remedy::Power }
}

/// Whether evening the numbers out has been seen to harm: a mild tail to the left, or differences on both sides of
/// zero.
fn is_left_alone(numbers: &Numbers) -> bool {
    if numbers.skewness <= 0.0 { numbers.skewness > MILD_LEFT } else { numbers.quantile(0.25) < 0.0 }
}

/// Skewness from which a measure counts as highly skewed (Bulmer, Principles of Statistics, 1979).
const HIGH: f64 = 1.0;
/// Numbers from which a transform was seen to pay: of 27 highly skewed columns with fewer, two were transformed.
const ENOUGH: u64 = 60;

/// How likely any transform that evens a measure out is worth it, 0 to 1. What counts is whether the measure is highly
/// skewed, then how skewed it is (g1) and how many numbers there are. Logistic regression over 454 measures of 14
/// packages: what was best for a linear model where that was measured, else what authors did. By folds over packages its
/// logarithmic loss is .423 and its calibration error .03; how few values there are, and a tail to the left, told
/// nothing more.
pub(crate) fn worth(column: &ColumnView<'_>) -> f64 {
    let Some(numbers) = &column.profile.numbers else { return 0.0 };
    let skewness = numbers.skewness.abs();
    let yes = |is: bool, weight: f64| if is { weight } else { 0.0 };
    let odds = -4.69 + 0.39 * skewness.min(4.0) + yes(skewness > HIGH, 3.02) + yes(numbers.n >= ENOUGH, 1.85);
    let worth = 1.0 / (1.0 + (-odds).exp());
    if is_left_alone(numbers) { 0.4 * worth } else { worth }
}

/// How skewed a measure is, as far as it matters to which transform serves best: in the middle a fitted power does most
/// often; of extremely skewed ones as many took a logarithm.
enum Skewed {
    Mildly,
    Clearly,
    Extremely,
}

impl Skewed {
    fn of(column: &ColumnView<'_>) -> Self {
        match column.profile.numbers.as_ref().map_or(0.0, |numbers| numbers.skewness.abs()) {
            less if less < 1.5 => Self::Mildly,
            less if less < 4.0 => Self::Clearly,
            _ => Self::Extremely,
        }
    }
}

/// Of the measures worth it, the share for which the logarithm `map` was best: the greater, the better it evens the
/// measure out; names such as price or population speak for it.
fn log_share(column: &ColumnView<'_>, remedy: Remedy, map: fn(f64) -> f64) -> f64 {
    let even = evenness(column, purpose::skewness_of(column, map).abs());
    let name = if purpose::has_long_tail_name(&column.header.name) { 0.05 } else { 0.0 };
    let share = match remedy {
        Remedy::Logarithm => 0.82,
        Remedy::Power | Remedy::Nothing => match Skewed::of(column) {
            Skewed::Mildly | Skewed::Clearly => 0.15,
            Skewed::Extremely => 0.3,
        },
    };
    share + 0.05 * even + name
}

/// How likely a person takes the logarithm `map` of a measure.
pub(crate) fn log_prior(column: &ColumnView<'_>, map: fn(f64) -> f64) -> f64 {
    worth(column) * log_share(column, remedy(column), map)
}

/// How likely a person takes a fitted power.
pub(crate) fn power_prior(column: &ColumnView<'_>) -> f64 {
    let share = match remedy(column) {
        Remedy::Logarithm => 0.15,
        Remedy::Power if purpose::takes_power(column) => match Skewed::of(column) {
            // It was best for .4 of those that were changed. By less than this they would be left as they are, which
            // costs more where it is wrong.
            Skewed::Mildly => 0.59,
            Skewed::Clearly => 0.75,
            Skewed::Extremely => 0.45,
        },
        // Nothing else evens it out.
        Remedy::Power | Remedy::Nothing => 0.75,
    };
    worth(column) * share
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
    fn the_powers_are_of_the_catalogue() {
        assert!(POWERS.iter().all(|code| crate::transforms::find(code).is_some()));
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
