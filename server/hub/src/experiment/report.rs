//! What an experiment says, and when it says nothing.

use aurora_team::wire::Exposure;
use serde::Serialize;

use super::ratio::{Interval, Ratio};
use super::{N_CUTS, arm};
use crate::model::Experiment;
use crate::repo::Exposed;
use aurora_team::wire::Variant;

/// Fewest members in each arm.
pub const MIN_MEMBERS: usize = 20;

/// χ² of one degree of freedom at α = .001.
const CHI_SQUARE_001: f64 = 10.827_566;

/// What every report says of how much it can see.
const POWER: &str = "to see 5 points at a standard deviation of .15 between members takes 141 members an arm \
                     (80 % power, 5 % two-sided); a difference that is not seen is not shown to be none";

/// An experiment's report.
#[derive(Clone, PartialEq, Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Report {
    /// The horizon that was fixed beforehand has not come: nothing is shown, for a look would be a chance to stop.
    TooEarly {
        /// The day of the report (days since 1970-01-01).
        ends: i32,
        /// How much will be seen.
        power: &'static str,
    },
    /// An arm has fewer than [`MIN_MEMBERS`] members; how many is not said.
    TooFew {
        /// The fewest.
        least: usize,
        /// How much would be seen.
        power: &'static str,
    },
    /// The arms are not as large as the cut says (χ², α = .001): something decides who is counted, and a comparison
    /// would compare that.
    Mismatch {
        /// χ² of the arms' sizes.
        chi_square: f64,
    },
    /// Both arms beside each other.
    Ready(Comparison),
}

/// Both arms beside each other.
#[derive(Clone, PartialEq, Debug, Serialize, utoipa::ToSchema)]
pub struct Comparison {
    /// Recommendations without cards.
    pub without_cards: ArmReport,
    /// Recommendations with cards.
    pub with_cards: ArmReport,
    /// Acceptance with cards less that without; `None` when an arm was shown nothing.
    pub acceptance: Option<Interval>,
    /// The same of coverage: acceptance is worth nothing without it.
    pub coverage: Option<Interval>,
    /// The same of undone among accepted.
    pub undo: Option<Interval>,
    /// How much can be seen.
    pub power: &'static str,
}

/// One arm.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, utoipa::ToSchema)]
pub struct ArmReport {
    /// Members counted.
    pub members: usize,
    /// Accepted of shown.
    pub acceptance: Option<f64>,
    /// Columns for which something was shown, of all.
    pub coverage: Option<f64>,
    /// Undone of accepted.
    pub undo: Option<f64>,
}

/// Makes the report of `experiment` on the day `today`.
pub fn report(experiment: &Experiment, exposed: &[Exposed], today: i32) -> Report {
    if today < experiment.ends {
        return Report::TooEarly { ends: experiment.ends, power: POWER };
    }
    // By the assignment itself: what a client says of its arm decides nothing.
    let of = |variant: Variant| -> Vec<Exposure> {
        let members = exposed.iter().filter(|exposed| arm(experiment, exposed.member) == variant);
        members.map(|exposed| exposed.sum).collect()
    };
    let (without, with) = (of(Variant::WithoutCards), of(Variant::WithCards));
    if without.len().min(with.len()) < MIN_MEMBERS {
        return Report::TooFew { least: MIN_MEMBERS, power: POWER };
    }
    let chi_square = sample_ratio_chi_square(without.len(), with.len(), experiment.cut);
    if chi_square > CHI_SQUARE_001 {
        return Report::Mismatch { chi_square };
    }
    let (without, with) = (Arm(without), Arm(with));
    let difference = |part: fn(&Exposure) -> (u32, u32)| Some(with.ratio(part)?.above(without.ratio(part)?));
    Report::Ready(Comparison {
        without_cards: without.report(),
        with_cards: with.report(),
        acceptance: difference(acceptance),
        coverage: difference(coverage),
        undo: difference(undo),
        power: POWER,
    })
}

/// χ² of two arms' sizes against the shares that `cut` gives them.
pub fn sample_ratio_chi_square(without: usize, with: usize, cut: u16) -> f64 {
    let n = (without + with) as f64;
    let share = f64::from(cut) / f64::from(N_CUTS);
    let term = |observed: usize, expected: f64| (observed as f64 - expected).powi(2) / expected;
    term(without, n * share) + term(with, n * (1.0 - share))
}

fn acceptance(sum: &Exposure) -> (u32, u32) {
    (sum.accepted, sum.shown)
}

fn coverage(sum: &Exposure) -> (u32, u32) {
    (sum.shown, sum.shown.saturating_add(sum.abstained))
}

fn undo(sum: &Exposure) -> (u32, u32) {
    (sum.undone, sum.accepted)
}

/// The members of an arm.
struct Arm(Vec<Exposure>);

impl Arm {
    fn ratio(&self, part: fn(&Exposure) -> (u32, u32)) -> Option<Ratio> {
        Ratio::of(self.0.iter().map(part))
    }

    fn report(&self) -> ArmReport {
        let value = |part| self.ratio(part).map(|ratio| ratio.value);
        ArmReport {
            members: self.0.len(),
            acceptance: value(acceptance),
            coverage: value(coverage),
            undo: value(undo),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MemberId;

    fn experiment(cut: u16) -> Experiment {
        Experiment { id: 1, key: [5; 32], cut, starts: 0, ends: 28, is_stopped: false }
    }

    /// `n` members who accept seven of ten, with cards eight.
    fn exposed(experiment: &Experiment, n: i64) -> Vec<Exposed> {
        let one = |member| {
            let with_cards = arm(experiment, MemberId(member)) == Variant::WithCards;
            let accepted = 7 + u32::from(with_cards) + (member % 3 == 0) as u32;
            let sum = Exposure { experiment: 1, shown: 10, accepted, undone: 1, abstained: 5 };
            Exposed { member: MemberId(member), sum, with_cards }
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn nothing_is_shown_before_the_horizon_or_of_small_arms() {
        let experiment = experiment(5_000);
        let report_on = |n, day| report(&experiment, &exposed(&experiment, n), day);
        assert!(matches!(report_on(400, 27), Report::TooEarly { ends: 28, .. }));
        assert!(matches!(report_on(30, 28), Report::TooFew { least: 20, .. }));
        let text = serde_json::to_string(&report_on(400, 27)).unwrap();
        assert!(text.contains("\"state\":\"too_early\"") && text.contains("141 members"), "{text}");
        assert!(!text.contains("acceptance"), "{text}");
    }

    #[test]
    fn acceptance_comes_with_coverage_and_undone() {
        let experiment = experiment(5_000);
        let Report::Ready(found) = report(&experiment, &exposed(&experiment, 400), 28) else { panic!() };
        let by = found.acceptance.unwrap();
        assert!((by.value - 0.1).abs() < 0.02 && by.low > 0.0 && by.high < 0.15, "{by:?}");
        assert_eq!(found.with_cards.coverage, Some(10.0 / 15.0));
        assert_eq!(found.coverage.unwrap().value, 0.0);
        assert!(found.undo.unwrap().value < 0.0);
        assert_eq!(found.with_cards.members + found.without_cards.members, 400);
    }

    #[test]
    fn arms_of_the_wrong_size_are_withheld() {
        let experiment = experiment(5_000);
        let mut exposed = exposed(&experiment, 1_000);
        // A third of those with cards are lost on the way.
        exposed.retain(|exposed| !exposed.with_cards || exposed.member.0 % 3 != 0);
        let Report::Mismatch { chi_square } = report(&experiment, &exposed, 28) else { panic!() };
        assert!(chi_square > CHI_SQUARE_001);
        assert!(sample_ratio_chi_square(500, 500, 5_000) < 1e-12);
        assert!((sample_ratio_chi_square(540, 460, 5_000) - 6.4).abs() < 1e-9);
    }

    #[test]
    fn the_members_that_it_says_are_those_of_the_formula() {
        let n = 2.0 * (1.959_964_f64 + 0.841_621).powi(2) * (0.15_f64 / 0.05).powi(2);
        assert_eq!(n.round(), 141.0);
        assert!(POWER.contains("141"));
    }
}
