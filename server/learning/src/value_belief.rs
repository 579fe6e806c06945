//! Whether a value is wrong: what its checks are worth here, moved by answers about values that look like it.

use crate::belief::{Counts, Step, lower_bound};
use crate::{
    ActionId, Belief, Beliefs, ColumnKey, ColumnPlace, Correction, DomainId, Level, NameHash, Target,
    ValueLook,
};

/// The catalogue number of "this value is wrong" where no check has fired.
pub const WRONG_VALUE: ActionId = ActionId(999);

/// Belief that a value is wrong for which no check has fired.
const UNFLAGGED: f64 = 0.02;
/// No answer about other values makes an unflagged one that nobody has answered about more doubtful than this.
const MAX_UNFLAGGED: f64 = 0.3;
/// How much of a check's own confidence is believed before any answer.
const TRUST: f64 = 0.8;
/// How many answers what the checks are worth is worth, beside answers about values that look alike.
const KAPPA: f64 = 0.25;
/// How many times more that is for an unflagged value whose shape fills the column: what is common is seldom wrong, and
/// one slip of the hand must not condemn it.
const COMMON: f64 = 6.0;
/// Answers about values that are remembered.
pub(crate) const MAX_VALUES: usize = 2_000;

/// An answer about a value, with what the value looked like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct SeenValue {
    pub(crate) domain: DomainId,
    pub(crate) place: Option<ColumnPlace>,
    pub(crate) name: Option<NameHash>,
    pub(crate) look: ValueLook,
    pub(crate) wrong: bool,
}

/// What "the flags of `check` are wrong values" is called among the beliefs: apart from "report `check`".
pub fn flags_of(check: ActionId) -> ActionId {
    ActionId(check.0 + FLAGS)
}

/// The check behind [`flags_of`].
pub fn check_of(flags: ActionId) -> Option<ActionId> {
    flags.0.checked_sub(FLAGS).map(ActionId)
}

/// Numbers from here on are never at rest: there the answer's target tells them apart.
const FLAGS: u16 = 5_000;

impl Beliefs {
    /// Whether anything was answered about values in `domain`.
    pub fn knows_values(&self, domain: DomainId) -> bool {
        self.values.iter().any(|seen| seen.domain == domain)
    }

    /// The belief that a value of the column at `key` is wrong; `flags` are the checks that fired for it with their
    /// confidences.
    pub fn wrong(&self, key: &ColumnKey, look: &ValueLook, flags: &[(ActionId, f64)]) -> Belief {
        let (prior, after) = (self.flagged(key, flags, false), self.flagged(key, flags, true));
        let mut belief = Belief::built_in(prior.0);
        if after.1.s + after.1.f > 0.0 {
            belief.p = after.0;
            belief.answers = (after.1.s, after.1.f);
            belief.steps.push(Step {
                level: Level::Group,
                counts: after.1,
                p: after.0,
                delta: after.0 - prior.0,
            });
        }
        let alike = self.alike_values(key, look);
        if alike.s + alike.f > 0.0 {
            let before = belief.p;
            let kappa = if flags.is_empty() { KAPPA * (1.0 + COMMON * look.shape_share()) } else { KAPPA };
            belief.p = (alike.s + kappa * before) / (alike.s + alike.f + kappa);
            belief.lower =
                lower_bound(alike.s + kappa * before, alike.f + kappa * (1.0 - before)).min(belief.p);
            belief.answers = (belief.answers.0.max(alike.s), belief.answers.1.max(alike.f));
            let delta = belief.p - before;
            belief.steps.push(Step { level: Level::Look, counts: alike, p: belief.p, delta });
        } else if belief.is_learned() {
            belief.lower = belief.p;
        }
        belief
    }

    /// What the checks that fired say together, each as far as it has been right here (or by itself alone): a value
    /// is right only if all of them are mistaken. With the answers about them.
    fn flagged(&self, key: &ColumnKey, flags: &[(ActionId, f64)], learned: bool) -> (f64, Counts) {
        let mut counts = Counts::default();
        let mut worth = |check: ActionId, prior: f64| {
            if !learned {
                return prior;
            }
            let belief = self.belief(key, flags_of(check), prior);
            counts.s += belief.answers.0;
            counts.f += belief.answers.1;
            belief.p
        };
        if flags.is_empty() {
            return (worth(WRONG_VALUE, UNFLAGGED).min(MAX_UNFLAGGED), counts);
        }
        let right = flags.iter().map(|&(check, confidence)| 1.0 - worth(check, TRUST * confidence));
        (1.0 - right.product::<f64>(), counts)
    }

    /// Answers about values of this column, each as far as it looks like this one.
    fn alike_values(&self, key: &ColumnKey, look: &ValueLook) -> Counts {
        let mut counts = Counts::default();
        for seen in self.values.iter().filter(|seen| seen.is_of(key)) {
            *(if seen.wrong { &mut counts.s } else { &mut counts.f }) += seen.look.likeness(look);
        }
        counts
    }

    /// How much is known of values that look like this one: the sum of their likenesses.
    pub fn known_alike(&self, key: &ColumnKey, look: &ValueLook) -> f64 {
        let counts = self.alike_values(key, look);
        counts.s + counts.f
    }
}

impl SeenValue {
    /// What `correction` says of a value whose look is known.
    pub(crate) fn of(correction: &Correction) -> Option<Self> {
        let (key, look) =
            (&correction.key, correction.key.value.filter(|_| correction.target == Target::Value)?);
        let wrong = correction.votes().next()?.1;
        Some(Self { domain: key.domain, place: key.place, name: key.name, look, wrong })
    }

    /// Whether it stood in the column at `key`, or in one of that name.
    fn is_of(&self, key: &ColumnKey) -> bool {
        let same_place = self.place.is_some() && self.place == key.place;
        self.domain == key.domain && (same_place || (self.name.is_some() && self.name == key.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Scope, ValueCounts};
    use proptest::prelude::*;

    const TYPO: ActionId = ActionId(203);

    fn towns() -> ValueCounts {
        let mut counts = ValueCounts::default();
        counts.observe("oslo", 90);
        ["rome", "b\u{fffd}rn", "w\u{fffd}en", "l\u{fffd}nd", "k7"]
            .iter()
            .for_each(|town| counts.observe(town, 2));
        counts
    }

    fn key() -> ColumnKey {
        let place = Some(ColumnPlace { column: 2, ..ColumnPlace::default() });
        ColumnKey { place, name: Some(NameHash([7; 8])), ..ColumnKey::default() }
    }

    fn answer(value: Option<ValueLook>, asked: ActionId, kind: Kind) -> Correction {
        let key = ColumnKey { value, ..key() };
        Correction { day: 1, key, target: Target::Value, asked, kind, scope: Scope::Alike, wanted: None }
    }

    #[test]
    fn what_looks_like_a_wrong_value_is_doubted_and_what_does_not_is_not() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let look = |value: &str| counts.look(value, 2, &[]);
        let p = |beliefs: &Beliefs, value: &str| beliefs.wrong(&key(), &look(value), &[]).p;
        assert!(p(&beliefs, "w\u{fffd}en") < 0.05);
        beliefs.learn(&answer(Some(look("b\u{fffd}rn")), WRONG_VALUE, Kind::Accept));
        assert!(p(&beliefs, "w\u{fffd}en") > 0.5, "{}", p(&beliefs, "w\u{fffd}en"));
        assert!(p(&beliefs, "rome") < 0.3, "{}", p(&beliefs, "rome"));
    }

    #[test]
    fn one_slip_does_not_condemn_what_fills_the_column() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let common = counts.look("oslo", 90, &[]);
        beliefs.learn(&answer(Some(common), WRONG_VALUE, Kind::Accept));
        assert!(beliefs.wrong(&key(), &common, &[]).p < 0.5);
    }

    #[test]
    fn without_looks_the_check_itself_is_trusted_less() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let (look, flags) = (counts.look("k7", 2, &[TYPO]), [(TYPO, 0.9)]);
        let before = beliefs.wrong(&key(), &look, &flags).p;
        (0..3).for_each(|_| beliefs.learn(&answer(None, TYPO, Kind::Dismiss)));
        assert!(beliefs.wrong(&key(), &look, &flags).p < before / 2.0);
        // Whether the check reports at all is another question.
        assert_eq!(beliefs.belief(&key(), TYPO, 0.85).p, 0.85);
    }

    proptest! {
        #[test]
        fn shown_deltas_add_up(answers in proptest::collection::vec((0..5usize, any::<bool>(), any::<bool>()), 0..30)) {
            let (counts, mut beliefs) = (towns(), Beliefs::default());
            let values = ["oslo", "rome", "b\u{fffd}rn", "w\u{fffd}en", "k7"];
            for (value, flagged, wrong) in answers {
                let checks: &[ActionId] = if flagged { &[TYPO] } else { &[] };
                let kind = if wrong { Kind::Accept } else { Kind::Dismiss };
                let asked = if flagged { TYPO } else { WRONG_VALUE };
                beliefs.learn(&answer(Some(counts.look(values[value], 2, checks)), asked, kind));
            }
            for flags in [&[][..], &[(TYPO, 0.7)]] {
                let belief = beliefs.wrong(&key(), &counts.look("k7", 2, &[]), flags);
                let sum: f64 = belief.steps.iter().map(|step| step.delta).sum();
                prop_assert!((sum - (belief.p - belief.prior)).abs() < 1e-12);
                prop_assert!((0.0..=1.0).contains(&belief.p));
            }
        }
    }
}
