//! The life of a rule, judged by its own answers: candidate, active, trusted, probation, retired.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::{Day, belief::lower_bound};

/// How far a rule has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[repr(u8)]
pub enum Tier {
    /// Answers, but no rule yet.
    #[default]
    Watched,
    /// It may become one.
    Candidate,
    /// It counts.
    Active,
    /// It is offered for "apply to all"; never a silent edit.
    Trusted,
    /// It has failed of late.
    Probation,
    /// It has failed for good; its history is kept.
    Retired,
}

impl Tier {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Candidate => "candidate",
            Self::Active => "active",
            Self::Trusted => "trusted",
            Self::Probation => "probation",
            Self::Retired => "retired",
        }
    }

    /// Whether it counts among the rules learned.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Active | Self::Trusted)
    }
}

/// Evidence of failing, in thousandths, above which a rule goes on probation.
const CUSUM_LIMIT: i64 = 3_900;
/// ln(.3/.9) in thousandths: what a success says for θ = .3 against θ = .9.
const CUSUM_SUCCESS: i64 = -1_099;
/// ln(.7/.1) in thousandths: what a failure says.
const CUSUM_FAILURE: i64 = 1_946;
/// Days without an answer after which a rule on probation retires.
const PATIENCE: Day = 30;

/// A rule's own record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Life {
    /// Answers for it.
    pub s: u32,
    /// Answers against it.
    pub f: u32,
    /// Evidence of failing, in thousandths.
    pub cusum_milli: i64,
    /// How far it has come.
    pub tier: Tier,
    /// Day of its first answer.
    pub created: Day,
    /// Day of its last answer.
    pub last_answer: Day,
    /// Accepts in a row and failures, since it went on probation.
    pub probation: (u32, u32),
}

impl Life {
    /// The mean of its Beta(1, 1) posterior.
    pub fn mean(&self) -> f64 {
        f64::from(1 + self.s) / f64::from(2 + self.s + self.f)
    }

    /// Its 10 % lower bound.
    pub fn lower(&self) -> f64 {
        lower_bound(f64::from(1 + self.s), f64::from(1 + self.f))
    }

    /// P(θ > `border`) under the posterior.
    fn above(&self, border: f64) -> f64 {
        Beta::new(f64::from(1 + self.s), f64::from(1 + self.f)).map_or(0.0, |beta| 1.0 - beta.cdf(border))
    }

    /// The tier on `today`: a rule on probation that nobody answers retires.
    pub fn tier_on(&self, today: Day) -> Tier {
        if self.tier == Tier::Probation && today - self.last_answer >= PATIENCE {
            Tier::Retired
        } else {
            self.tier
        }
    }

    /// A yes was taken back: it counts no more. By how much it had allayed the doubt about the rule is not known any more.
    pub fn retract(&mut self) {
        self.s = self.s.saturating_sub(1);
        self.probation.0 = self.probation.0.saturating_sub(1);
    }

    /// Takes in one answer of that day.
    pub fn answer(&mut self, yes: bool, day: Day) {
        if self.s + self.f == 0 {
            self.created = day;
        }
        self.tier = self.tier_on(day);
        if self.tier == Tier::Retired {
            // A retired rule may be learned anew; its old record no longer speaks for it.
            *self = Self { created: day, ..Self::default() };
        }
        self.last_answer = day;
        *(if yes { &mut self.s } else { &mut self.f }) += 1;
        match self.tier {
            Tier::Active | Tier::Trusted => {
                self.cusum_milli =
                    (self.cusum_milli + if yes { CUSUM_SUCCESS } else { CUSUM_FAILURE }).max(0);
                if self.cusum_milli > CUSUM_LIMIT {
                    self.tier = Tier::Probation;
                    self.probation = (0, 0);
                    return;
                }
            }
            Tier::Probation => {
                self.probation =
                    if yes { (self.probation.0 + 1, self.probation.1) } else { (0, self.probation.1 + 1) };
                if self.probation.1 >= 2 {
                    self.tier = Tier::Retired;
                } else if self.probation.0 >= 3 {
                    self.tier = Tier::Active;
                    self.cusum_milli = 0;
                }
                return;
            }
            Tier::Watched | Tier::Candidate | Tier::Retired => {}
        }
        let n = self.s + self.f;
        let earned = if n >= 12 && self.above(0.8) > 0.9 {
            Tier::Trusted
        } else if n >= 5 && self.above(0.7) > 0.9 {
            Tier::Active
        } else if n >= 3 && self.above(0.5) > 0.9 {
            Tier::Candidate
        } else {
            Tier::Watched
        };
        // Only the running test takes back what was earned, so that a rule does not flicker.
        self.tier = match self.tier {
            Tier::Active | Tier::Trusted => self.tier.max(earned),
            _ => earned,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(answers: &str) -> Life {
        let mut life = Life::default();
        for answer in answers.bytes() {
            life.answer(answer == b'y', 100);
        }
        life
    }

    #[test]
    fn a_rule_rises_with_its_answers() {
        assert_eq!(life("yy").tier, Tier::Watched);
        assert_eq!(life("yyy").tier, Tier::Candidate);
        assert_eq!(life("yyyyy").tier, Tier::Candidate);
        assert_eq!(life("yyyyyy").tier, Tier::Active);
        assert_eq!(life("yyyyyyyyyyyy").tier, Tier::Trusted);
    }

    #[test]
    fn three_failures_in_a_row_put_it_on_probation_and_three_accepts_bring_it_back() {
        assert_eq!(life("yyyyyyyynn").tier, Tier::Active);
        assert_eq!(life("yyyyyyyynnn").tier, Tier::Probation);
        assert_eq!(life("yyyyyyyynnnyyy").tier, Tier::Active);
        assert_eq!(life("yyyyyyyynnnynyn").tier, Tier::Retired);
    }

    #[test]
    fn thirty_days_of_silence_retire_a_rule_on_probation() {
        let life = life("yyyyyyyynnn");
        assert_eq!((life.tier_on(129), life.tier_on(130)), (Tier::Probation, Tier::Retired));
    }

    #[test]
    fn fourteen_of_fifteen_is_shown_as_eighty_eight_percent() {
        let life = Life { s: 14, f: 1, ..Life::default() };
        assert_eq!(((life.mean() * 100.0).round(), (life.lower() * 100.0).round()), (88.0, 78.0));
    }

    /// The design's figures: a coin is promoted in about 1.8 % of lives, a fall to .3 is seen in 4 answers
    /// (median), and θ = .95 is demoted in about 2 % of fifty-answer lives.
    #[test]
    fn promotion_and_demotion_err_as_rarely_as_designed() {
        let mut state = 42_u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let (mut promoted, mut waits) = (0, Vec::new());
        for _ in 0..4_000 {
            let mut coin = Life::default();
            promoted += u32::from((0..20).any(|_| {
                coin.answer(uniform() < 0.5, 0);
                coin.tier.counts()
            }));
        }
        for _ in 0..1_000 {
            let mut falling = life("yyyyyyyyyyyyyyyy");
            let wait = (1..200).find(|_| {
                falling.answer(uniform() < 0.3, 100);
                !falling.tier.counts()
            });
            waits.push(wait.unwrap_or(200));
        }
        waits.sort_unstable();
        assert!(promoted < 4_000 * 5 / 100, "{promoted} coins of 4000 promoted");
        assert!(waits[500] <= 5, "median wait {}", waits[500]);
    }
}
