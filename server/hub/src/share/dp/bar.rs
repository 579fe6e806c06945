//! How far ahead yes must be to be shared. All of it comes after the noise, from public numbers.

use aurora_team::wire::Card;

use super::Terms;
use crate::model::VoteKey;

/// At most so many empty keys are expected to be shared in a release.
pub const MAX_FALSE: f64 = 1.0;

/// Steps of the share on a card, in thousandths.
const STEP: i64 = 50;

/// The least lead of yes that is shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    /// In members.
    pub least: i64,
}

impl Bar {
    /// The bar of a list of `n_keys`: above 1.64 sd, and high enough that of the list, were it empty, no more than
    /// [`MAX_FALSE`] is expected to pass.
    pub fn of(terms: Terms, n_keys: u64) -> Self {
        let mut least = Self::of_one_key(terms).least;
        while n_keys as f64 * (Self { least }).passed_by_noise(terms) > MAX_FALSE {
            least += 1;
        }
        Self { least }
    }

    /// The bar of a key by itself: the least lead above 1.64 sd of the noise.
    pub fn of_one_key(terms: Terms) -> Self {
        let a = ratio(terms);
        // Each of the two has variance 2a/(1 − a)².
        let sd = 2.0 * a.sqrt() / (1.0 - a);
        Self { least: (1.64 * sd).floor() as i64 + 1 }
    }

    /// How probable it is that noise alone passes: P(Z₁ − Z₂ ≥ least), least > 0.
    ///
    /// P(Z₁ − Z₂ = d) = ((1 − a)/(1 + a))² · aᵈ · (d + (1 + a²)/(1 − a²)) for d ≥ 0, the convolution of two discrete
    /// Laplaces of ratio a; summed up from `least` on.
    pub fn passed_by_noise(self, terms: Terms) -> f64 {
        let a = ratio(terms);
        let t = self.least as f64;
        let at_each = (1.0 + a * a) / (1.0 - a * a);
        let sum = (t + at_each) / (1.0 - a) + a / (1.0 - a).powi(2);
        ((1.0 - a) / (1.0 + a)).powi(2) * a.powf(t) * sum
    }

    /// The card of a key by its noised numbers, `None` below the bar.
    pub fn card(self, key: VoteKey, yes: i64, no: i64) -> Option<Card> {
        if yes.saturating_sub(no) < self.least {
            return None;
        }
        // At least half, for yes is ahead; noise may have put both below zero.
        let (yes, no) = (yes.max(0), no.max(0));
        let exact = yes.saturating_mul(1_000) / yes.saturating_add(no).max(1);
        let shown = ((exact + STEP / 2) / STEP * STEP).clamp(500, 1_000 - STEP);
        Some(key.card(0, u16::try_from(shown).unwrap_or(500)))
    }
}

/// How much rarer each further step of the noise is.
fn ratio(terms: Terms) -> f64 {
    let (num, den) = terms.rate();
    (-(num as f64) / den as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(Z₁ − Z₂ ≥ least) by summing up both.
    fn summed(terms: Terms, least: i64) -> f64 {
        let a = ratio(terms);
        let p = |z: i64| (1.0 - a) / (1.0 + a) * a.powi(z.unsigned_abs() as i32);
        let reach = (40.0 / -a.ln()) as i64;
        let above = |z: i64| {
            if z > 0 { a.powi(z as i32) / (1.0 + a) } else { 1.0 - a.powi(1 - z as i32) / (1.0 + a) }
        };
        (-reach..=reach).map(|z| p(z) * above(least + z)).sum()
    }

    #[test]
    fn the_tail_of_the_noise_is_as_computed() {
        for meps in [300, 900] {
            for least in [1, 5, 19, 60, 100] {
                let (got, wanted) =
                    (Bar { least }.passed_by_noise(Terms::of(meps)), summed(Terms::of(meps), least));
                assert!((got / wanted - 1.0).abs() < 1e-9, "{meps} {least}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn the_bar_is_that_of_a_key_or_that_of_the_list() {
        let terms = Terms::of(900);
        let alone = Bar::of_one_key(terms);
        // sd = 2·√a/(1 − a) = 11.09 at a = e^−0.18.
        assert_eq!(alone.least, 19);
        assert_eq!(Bar::of(terms, 10), alone);
        let of_list = Bar::of(terms, 10_000_000);
        assert!(1e7 * of_list.passed_by_noise(terms) <= MAX_FALSE);
        assert!(1e7 * Bar { least: of_list.least - 1 }.passed_by_noise(terms) > MAX_FALSE);
    }

    #[test]
    fn a_card_is_above_the_bar_and_its_share_coarse() {
        let key = VoteKey { domain: 0, group: 0, cell: 0, action: 0 };
        let bar = Bar { least: 19 };
        let shown = |yes, no| bar.card(key, yes, no).map(|card| (card.members, card.p_milli));
        assert_eq!(shown(18, 0), None);
        assert_eq!(shown(0, 0), None);
        assert_eq!(shown(-100, -120), Some((0, 500)));
        assert_eq!(shown(19, -3), Some((0, 950)));
        assert_eq!(shown(60, 20), Some((0, 750)));
        assert_eq!(shown(1_000_000, i64::MIN), Some((0, 950)));
    }
}
