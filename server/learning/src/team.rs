//! What the members of a team hold, as priors: a value laid over the built-in beliefs and below every answer of one's
//! own.
//!
//! A card is about (name group, bucket cell, action) and moves only m₀:
//! m₀ = (w·t + κ₁·b) / (w + κ₁), b the built-in prior, t what the card says of it, w how many voted ([`MAX_WEIGHT`] at
//! most), κ₁ = 3. Toward the answers of one's own m₀ weighs κ₁ = 3 answers, as it does without a card.
//!
//! A card tells the members' share of yes as a level p ± s (a small team's is coarse: "more than half"). It cannot speak
//! against a belief within its level that goes further the same way, so t = b held to [p, p + s] where most said yes, to
//! [p − s, p] where most said no.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::belief::STRANGERS;
use crate::level::Level;
use crate::{ActionId, ColumnKey, DomainId, NameGroup};

/// So many members weigh as much as any more: what a cell remembers of one's own answers.
const MAX_WEIGHT: u16 = 20;

/// What a team's card says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TeamPrior {
    /// At least so many members voted; 0 where the count is noised and not told.
    pub members: u16,
    /// Share of yes among them, in thousandths, 0 to 1000: the middle of its level.
    pub p_milli: u16,
    /// How far the level reaches on either side, in thousandths; 0 where the share is not cut into levels.
    pub reach_milli: u16,
}

impl TeamPrior {
    /// How many answers it counts as beside the built-in prior. A noised card is published only when it stands out of
    /// noise that is larger than the cap.
    fn weight(self) -> f64 {
        f64::from(if self.members == 0 { MAX_WEIGHT } else { self.members.min(MAX_WEIGHT) })
    }

    /// Share of yes, from and to, 0 to 1.
    pub fn level(self) -> (f64, f64) {
        let milli = |x: u16| f64::from(x.min(1000)) / 1000.0;
        (
            milli(self.p_milli.saturating_sub(self.reach_milli)),
            milli(self.p_milli.saturating_add(self.reach_milli)),
        )
    }

    /// What it says of an action that is believed in by `built_in`.
    fn says(self, built_in: f64) -> f64 {
        let (low, high) = self.level();
        let p = f64::from(self.p_milli.min(1000)) / 1000.0;
        match self.p_milli {
            501.. => built_in.clamp(p, high),
            500 => built_in.clamp(low, high),
            _ => built_in.clamp(low, p),
        }
    }
}

/// What a team's card did to a belief.
#[derive(Clone, PartialEq, Debug)]
pub struct TeamStep {
    /// The card.
    pub prior: TeamPrior,
    /// What protects the members, and what does not: shown with every card.
    pub notice: Arc<str>,
    /// m₀ after it, 0 to 1.
    pub p: f64,
    /// By how much it moved the built-in prior.
    pub delta: f64,
}

/// All cards of a team. Without cards it changes nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TeamPriors {
    cards: HashMap<(NameGroup, u8, ActionId), TeamPrior>,
    elsewhere: HashSet<DomainId>,
    notice: Arc<str>,
}

impl TeamPriors {
    /// The cards of the domain that the person joined for. `elsewhere` are domains of the person's that are said to be
    /// about something else: no card speaks there.
    pub fn new(
        cards: impl IntoIterator<Item = ((NameGroup, u8, ActionId), TeamPrior)>,
        elsewhere: HashSet<DomainId>,
        notice: &str,
    ) -> Self {
        Self { cards: cards.into_iter().collect(), elsewhere, notice: notice.into() }
    }

    /// Whether there is no card.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// What protects the members, and what does not.
    pub fn notice(&self) -> &str {
        &self.notice
    }

    /// Every card, in a fixed order.
    pub fn cards(&self) -> Vec<((NameGroup, u8, ActionId), TeamPrior)> {
        let mut cards: Vec<_> = self.cards.iter().map(|(&key, &prior)| (key, prior)).collect();
        cards.sort_unstable_by_key(|&(key, _)| key);
        cards
    }

    /// What the card for this column and action makes of the built-in prior; `None` where there is no card.
    pub(crate) fn step(&self, key: &ColumnKey, action: ActionId, built_in: f64) -> Option<TeamStep> {
        if self.cards.is_empty() || self.elsewhere.contains(&key.domain) {
            return None;
        }
        let prior = *self.cards.get(&(key.group, key.cell?.id(), action))?;
        // Columns whose names mean nothing to us have little in common.
        let strange = if key.group == NameGroup(0) { STRANGERS } else { 1.0 };
        let (weight, kappa) = (prior.weight() / strange, Level::Group.kappa(action));
        let p = (weight * prior.says(built_in) + kappa * built_in) / (weight + kappa);
        Some(TeamStep { prior, notice: Arc::clone(&self.notice), p, delta: p - built_in })
    }
}

#[cfg(test)]
mod tests {
    use aurora_privacy::LiveCell;
    use proptest::prelude::*;

    use super::*;
    use crate::{Beliefs, Correction, Kind, NameHash, RuleKey, Scope, Target, Verdict};

    const LOG: ActionId = ActionId(1001);
    const CELL: LiveCell = LiveCell { kind: 1, nulls: 0, skew: 2, distinct: 1 };

    fn key(group: u16) -> ColumnKey {
        ColumnKey {
            domain: DomainId(7),
            group: NameGroup(group),
            name: Some(NameHash([group as u8; 8])),
            cell: Some(CELL),
            ..ColumnKey::default()
        }
    }

    fn answer(group: u16, kind: Kind, scope: Scope) -> Correction {
        let target = Target::Transform;
        Correction { day: 1, key: key(group), target, asked: LOG, kind, scope, wanted: Some(ActionId(1002)) }
    }

    fn team(members: u16, p_milli: u16) -> Arc<TeamPriors> {
        let prior = TeamPrior { members, p_milli, reach_milli: 0 };
        let cards = (0..3).map(|group| ((NameGroup(group), CELL.id(), LOG), prior));
        Arc::new(TeamPriors::new(cards, HashSet::from([DomainId(8)]), "k-anonymous"))
    }

    #[test]
    fn a_card_moves_the_prior_of_its_key_and_of_no_other() {
        let mut beliefs = Beliefs::default();
        beliefs.lay_under(team(20, 850));
        let belief = beliefs.belief(&key(1), LOG, 0.2);
        let m0 = (20.0 * 0.85 + 3.0 * 0.2) / 23.0;
        assert_eq!((belief.p, belief.prior, belief.is_learned()), (m0, 0.2, false));
        let elsewhere = [
            ColumnKey { cell: None, ..key(1) },
            ColumnKey { cell: Some(LiveCell { skew: 1, ..CELL }), ..key(1) },
            ColumnKey { domain: DomainId(8), ..key(1) },
            key(5),
        ];
        for key in elsewhere {
            assert_eq!(beliefs.belief(&key, LOG, 0.2).p, 0.2);
        }
        assert_eq!(beliefs.belief(&key(1), ActionId(1002), 0.2).p, 0.2);
    }

    #[test]
    fn a_coarse_card_never_lowers_what_its_members_want_nor_raises_what_they_do_not() {
        let says = |p_milli, reach_milli, b| TeamPrior { members: 5, p_milli, reach_milli }.says(b);
        // "More than half of five": .95 lies within, .2 does not.
        assert_eq!([says(750, 250, 0.95), says(750, 250, 0.6), says(750, 250, 0.2)], [0.95, 0.75, 0.75]);
        assert_eq!([says(250, 250, 0.95), says(250, 250, 0.1)], [0.25, 0.1]);
        assert_eq!([says(500, 100, 0.95), says(500, 100, 0.55), says(500, 100, 0.1)], [0.6, 0.55, 0.4]);
        assert_eq!([says(550, 50, 0.95), says(550, 50, 0.5)], [0.6, 0.55]);
        assert_eq!(TeamPrior { members: 5, p_milli: 750, reach_milli: 250 }.level(), (0.5, 1.0));
    }

    #[test]
    fn what_one_has_switched_off_no_team_brings_back() {
        let mut beliefs = Beliefs::default();
        beliefs.lay_under(team(100, 1000));
        let rule = RuleKey { domain: DomainId(7), group: NameGroup(1), cell: None, action: LOG };
        beliefs.choose(&rule, Verdict::Disabled);
        assert_eq!(beliefs.belief(&key(1), LOG, 0.2).p, 0.2);
    }

    #[test]
    fn two_answers_of_ones_own_outweigh_the_largest_team() {
        for (kind, p_milli, prior) in [(Kind::Dismiss, 1000, 0.95), (Kind::Accept, 0, 0.05)] {
            let mut beliefs = Beliefs::default();
            beliefs.lay_under(team(100, p_milli));
            let with_team = |beliefs: &Beliefs| beliefs.belief(&key(1), LOG, prior).p > 0.5;
            assert_eq!(with_team(&beliefs), kind == Kind::Dismiss);
            for _ in 0..2 {
                beliefs.learn(&answer(1, kind, Scope::Alike));
            }
            assert_eq!(with_team(&beliefs), kind == Kind::Accept);
        }
    }

    proptest! {
        #[test]
        fn without_cards_beliefs_are_the_same_to_the_last_bit(
            answers in proptest::collection::vec((0..3u16, 0..5usize, 0..3usize), 0..40),
            prior in 0.01..0.99f64,
        ) {
            let mut alone = Beliefs::default();
            for (group, kind, scope) in answers {
                alone.learn(&answer(group, Kind::ALL[kind], Scope::ALL[scope]));
            }
            let mut joined = alone.clone();
            joined.lay_under(Arc::new(TeamPriors::new([], HashSet::new(), "k-anonymous")));
            for group in 0..4 {
                let of = |beliefs: &Beliefs| format!("{:?}", beliefs.belief(&key(group), LOG, prior));
                prop_assert_eq!(of(&alone), of(&joined));
            }
        }

        #[test]
        fn answers_of_ones_own_dominate_and_deltas_add_up(
            yes in proptest::collection::vec(any::<bool>(), 0..40),
            members in 0..200u16,
            p_milli in 0..1001u16,
            reach_milli in 0..501u16,
            prior in 0.01..0.99f64,
        ) {
            let mut alone = Beliefs::default();
            for &yes in &yes {
                alone.learn(&answer(1, if yes { Kind::Accept } else { Kind::Dismiss }, Scope::Alike));
            }
            let mut joined = alone.clone();
            let card = TeamPrior { members, p_milli, reach_milli };
            let key_of_card = (NameGroup(1), CELL.id(), LOG);
            joined.lay_under(Arc::new(TeamPriors::new([(key_of_card, card)], HashSet::new(), "")));
            let (without, with) = (alone.belief(&key(1), LOG, prior), joined.belief(&key(1), LOG, prior));
            // The card's weight shrinks as κ₁ / (n + κ₁) at the group and as 1 / (n + 1) at the cell, counts capped.
            let (of_group, of_cell) = (yes.len().min(40) as f64, yes.len().min(20) as f64);
            let most = 3.0 / (of_group + 3.0) / (of_cell + 1.0);
            prop_assert!((with.p - without.p).abs() <= most + 1e-9, "{} {} {most}", with.p, without.p);
            let own: f64 = with.steps.iter().map(|step| step.delta).sum();
            let sum = own + with.team.as_ref().map_or(0.0, |step| step.delta);
            prop_assert!((sum - (with.p - prior)).abs() < 1e-12);
            prop_assert!(0.0 <= with.lower && with.lower <= with.p && with.p <= 1.0);
            // What rests is not touched by a team.
            prop_assert_eq!(alone.nodes(), joined.nodes());
        }
    }
}
