//! Whether a value is wrong: what its checks are worth here, moved by answers about values that look like it.

use std::collections::VecDeque;

use crate::belief::{Counts, Step, lower_bound};
use crate::{
    ActionId, Belief, Beliefs, ColumnKey, ColumnPlace, Correction, DomainId, Kind, Level, NameHash, Target,
    ValueLook,
};

/// The catalogue number of "this value is wrong" where no check has fired.
pub const WRONG_VALUE: ActionId = ActionId(999);

/// Belief that a value is wrong for which no check has fired.
const UNFLAGGED: f64 = 0.02;
/// No count of answers about other values makes an unflagged one more doubtful than this, unless its column is wrong
/// throughout.
const MAX_UNFLAGGED: f64 = 0.3;
/// How much of a check's own confidence is believed before any answer.
const TRUST: f64 = 0.8;
/// Share of answers that are slips of the hand. An answer about a value that looks just like this one moves the odds by
/// (1 − slip) / slip and no further: one alone does not condemn a value that nothing else speaks against. (As counts of a
/// Beta, 5 % wrong answers cost .13 of F1 on the real development tables after 100 answers; as odds .02.)
const SLIP: f64 = 0.03;
/// How much more an answer says of the very value it was about, if that is rare: enough to decide by itself.
const SAME: f64 = 1.7;
/// How much more an answer says of values that a check has flagged as well: these have more in common.
const FLAGGED: f64 = 1.5;
/// By how much more the odds of an unflagged value fall whose shape fills the column: what is common is seldom wrong.
const COMMON: f64 = 20.0;
/// Log odds that a column is wrong throughout, and what each answer about one of its unflagged values moves them by. Its
/// values were asked about because they were doubtful, so "right" says more than "wrong", and it takes six of these.
const THROUGHOUT: (f64, f64, f64) = (-7.7, 1.5, -2.1);
/// Answers about values that are remembered.
const MAX_VALUES: usize = 2_000;

/// An answer about a value, with what the value looked like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct SeenValue {
    pub(crate) domain: DomainId,
    pub(crate) place: Option<ColumnPlace>,
    pub(crate) name: Option<NameHash>,
    pub(crate) look: ValueLook,
    pub(crate) wrong: bool,
}

/// Remembers what `correction` says of a value whose look is known. Of an undo, the yes that it takes back is remembered no
/// more.
pub(crate) fn see(values: &mut VecDeque<SeenValue>, correction: &Correction) {
    let Some(seen) = SeenValue::of(correction) else { return };
    let is_it = |one: &SeenValue| one.wrong && one.look == seen.look && one.is_of(&correction.key);
    if correction.kind == Kind::Undo
        && let Some(at) = values.iter().position(is_it)
    {
        values.remove(at);
    }
    values.push_front(seen);
    values.truncate(MAX_VALUES);
}

/// What "the flags of `check` are wrong values" is called among the beliefs: apart from "report `check`".
pub fn flags_of(check: ActionId) -> ActionId {
    ActionId(check.0 + FLAGS)
}

/// The check behind [`flags_of`].
pub fn check_of(flags: ActionId) -> Option<ActionId> {
    flags.0.checked_sub(FLAGS).map(ActionId)
}

/// In answers at rest the target tells them apart, and the number is the check's. Numbers from here on rest in the derived
/// tables, and in what a person decided about a rule of this kind: whether it is switched off, or was brought in.
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
            let (weight, rarity) =
                if flags.is_empty() { (1.0, 1.0 + COMMON * look.shape_share()) } else { (FLAGGED, 1.0) };
            let odds = (before / (1.0 - before).max(1e-9) / rarity).ln();
            belief.p = logistic(odds + weight * ((1.0 - SLIP) / SLIP).ln() * (alike.s - alike.f));
            let n = 1.0 + alike.s + alike.f;
            belief.lower = lower_bound(n * belief.p, n * (1.0 - belief.p)).min(belief.p);
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
            let seen = || self.values.iter().any(|seen| seen.is_of(key));
            let throughout = if learned && !seen() { self.throughout(key) } else { 0.0 };
            return (worth(WRONG_VALUE, UNFLAGGED).min(MAX_UNFLAGGED).max(throughout), counts);
        }
        let right = flags.iter().map(|&(check, confidence)| 1.0 - worth(check, TRUST * confidence));
        (1.0 - right.product::<f64>(), counts)
    }

    /// Whether the column at `key` is wrong throughout, judged by what is at rest: for columns of whose answers the looks
    /// are not known any more. At rest there are check, name and verdict, which cannot tell one value from another.
    fn throughout(&self, key: &ColumnKey) -> f64 {
        let of = |level| self.counts(level, key, flags_of(WRONG_VALUE));
        let Some(counts) = of(Level::Column).or_else(|| of(Level::Name)) else { return 0.0 };
        let (odds, wrong, right) = THROUGHOUT;
        logistic(odds + wrong * counts.s + right * counts.f)
    }

    /// Answers about values of this column, each as far as it looks like this one.
    fn alike_values(&self, key: &ColumnKey, look: &ValueLook) -> Counts {
        let mut counts = Counts::default();
        for seen in self.values.iter().filter(|seen| seen.is_of(key)) {
            let same = seen.look == *look && look.is_rare();
            let weight = if same { SAME } else { seen.look.likeness(look) };
            *(if seen.wrong { &mut counts.s } else { &mut counts.f }) += weight;
        }
        counts
    }

    /// How much is known of values that look like this one: the sum of their likenesses.
    pub fn known_alike(&self, key: &ColumnKey, look: &ValueLook) -> f64 {
        let counts = self.alike_values(key, look);
        counts.s + counts.f
    }
}

/// The probability with these log odds.
fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
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
    use crate::{Scope, ValueCounts};
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
        // The value itself is known to be wrong; of others it may have been a slip, until a second answer.
        assert!(p(&beliefs, "b\u{fffd}rn") > 0.5, "{}", p(&beliefs, "b\u{fffd}rn"));
        assert!((0.2..0.5).contains(&p(&beliefs, "w\u{fffd}en")), "{}", p(&beliefs, "w\u{fffd}en"));
        beliefs.learn(&answer(Some(look("l\u{fffd}nd")), WRONG_VALUE, Kind::Accept));
        assert!(p(&beliefs, "w\u{fffd}en") > 0.5, "{}", p(&beliefs, "w\u{fffd}en"));
        assert!(p(&beliefs, "rome") < 0.3, "{}", p(&beliefs, "rome"));
    }

    #[test]
    fn a_yes_that_was_taken_back_speaks_no_more() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let look = counts.look("w\u{fffd}en", 2, &[]);
        let answers = [Kind::Accept, Kind::Undo].map(|kind| answer(Some(look), WRONG_VALUE, kind));
        answers.iter().for_each(|answer| beliefs.learn(answer));
        assert_eq!(beliefs.values.iter().map(|seen| seen.wrong).collect::<Vec<_>>(), [false]);
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

    #[test]
    fn a_slip_among_answers_that_agree_changes_nothing() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let look = |value: &str| counts.look(value, 2, &[]);
        for (town, kind) in
            [("b\u{fffd}rn", Kind::Accept), ("l\u{fffd}nd", Kind::Accept), ("r\u{fffd}me", Kind::Accept)]
        {
            beliefs.learn(&answer(Some(look(town)), WRONG_VALUE, kind));
        }
        beliefs.learn(&answer(Some(look("\u{fffd}sel")), WRONG_VALUE, Kind::Dismiss));
        assert!(beliefs.wrong(&key(), &look("w\u{fffd}en"), &[]).p > 0.5);
    }

    #[test]
    fn at_rest_a_column_may_be_known_to_be_wrong_throughout() {
        let (counts, mut beliefs) = (towns(), Beliefs::default());
        let p = |beliefs: &Beliefs| beliefs.wrong(&key(), &counts.look("k7", 2, &[]), &[]).p;
        (0..3).for_each(|_| beliefs.learn(&answer(None, WRONG_VALUE, Kind::Accept)));
        assert!(p(&beliefs) < 0.5);
        (0..3).for_each(|_| beliefs.learn(&answer(None, WRONG_VALUE, Kind::Accept)));
        assert!(p(&beliefs) > 0.5);
        (0..2).for_each(|_| beliefs.learn(&answer(None, WRONG_VALUE, Kind::Dismiss)));
        assert!(p(&beliefs) < 0.5);
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
