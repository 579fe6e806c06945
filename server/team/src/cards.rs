//! The cards that were pulled: as they rest, and as priors.

use std::collections::HashSet;
use std::path::Path;

use aurora_learning::{ActionId, DomainId, NameGroup, TeamPrior, TeamPriors, wording};
use serde::{Deserialize, Serialize};

use crate::wire::{Arm, Card, Key, Mode, Rules, Variant};
use crate::{Domain, TeamError, VERSION, dictionary, inert, private_file, votes};

/// Name of their file in the data folder.
pub const CARDS: &str = "team-cards.json";

/// Members that a class has at least, and into how many levels its share of yes is cut, the largest first.
pub const CLASSES: [(u16, u32); 5] = [(100, 10), (50, 5), (20, 5), (10, 3), (5, 2)];

/// How far the level of a card reaches on either side of what it tells, in thousandths: 0 for a share that is the middle
/// of no level of its class (a noised one).
fn reach_milli(card: &Card) -> u16 {
    let levels =
        CLASSES.into_iter().find(|(members, _)| *members == card.members).map_or(0, |(_, levels)| levels);
    let is_middle =
        (0..levels).any(|level| (2 * level + 1) * 1_000 / (2 * levels) == u32::from(card.p_milli));
    if is_middle { (500 / levels) as u16 } else { 0 }
}

/// The most of a notice that is kept, in characters.
const MAX_NOTICE: usize = 300;

/// The cards of one release, as they rest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// Version of the dictionaries.
    pub dictionary: u32,
    /// Number of the release; 0 before the first.
    pub release: i64,
    /// How the tenant publishes.
    pub mode: Mode,
    /// What protects the members, and what does not.
    pub notice: String,
    /// The cards, ascending.
    pub cards: Vec<Card>,
    /// The arm of the running experiment.
    pub arm: Option<Arm>,
    /// The day they were pulled, in days since 1970-01-01.
    pub pulled: i32,
    /// The hub's tag for them.
    pub etag: Option<String>,
}

impl Cards {
    /// What a hub sent, without whatever no hub would send: cards outside the dictionaries, shares above one, counts
    /// that are no class, a second card of a key, control characters in the notice.
    pub fn of(rules: Rules, etag: Option<String>, today: i32) -> Self {
        let actions = dictionary::actions();
        let mut seen = HashSet::new();
        let is_sound = |card: &Card| {
            dictionary::unknown_field(Key::from(*card), &actions).is_none()
                && (card.members == 0 || CLASSES.iter().any(|class| class.0 == card.members))
                && card.p_milli <= 1000
        };
        let mut cards = if rules.dictionary == VERSION { rules.cards } else { Vec::new() };
        cards.retain(|card| is_sound(card) && seen.insert(Key::from(*card)));
        cards.sort_unstable();
        Self {
            dictionary: VERSION,
            release: rules.release,
            mode: rules.mode,
            notice: inert(&rules.notice, MAX_NOTICE),
            cards,
            arm: rules.arm,
            pulled: today,
            etag,
        }
    }

    /// The cards that rest in `folder`; damaged ones are none, for they can be pulled again.
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = private_file::read(folder, CARDS).ok()??;
        serde_json::from_slice(&bytes).ok().filter(|cards: &Self| cards.dictionary == VERSION)
    }

    /// Keeps them in `folder`.
    pub fn write(&self, folder: &Path) -> Result<(), TeamError> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        private_file::write(folder, CARDS, &bytes).map_err(|error| TeamError::disk(CARDS, &error))
    }

    /// Whether they are shown: not to those who are asked, by an experiment, to do without.
    pub fn are_shown(&self) -> bool {
        self.arm.is_none_or(|arm| arm.variant == Variant::WithCards)
    }

    /// The cards of `domain` as priors; `elsewhere` as in [`TeamPriors::new`].
    pub fn priors(&self, domain: Domain, elsewhere: HashSet<DomainId>) -> TeamPriors {
        let ours = self.cards.iter().filter(|card| self.are_shown() && card.domain == domain.0);
        let prior = |card: &Card| {
            let key = (NameGroup(card.group), card.cell, ActionId(card.action));
            (key, TeamPrior { members: card.members, p_milli: card.p_milli, reach_milli: reach_milli(card) })
        };
        TeamPriors::new(ours.map(prior), elsewhere, &self.notice)
    }
}

/// What a card says, in a sentence: `columns named like "amount" (reals, strong right skew): log1p-column; your team:
/// 20+ members, 85 % yes`.
pub fn sentence(group: NameGroup, cell: u8, action: ActionId, prior: TeamPrior) -> String {
    format!("{}: {}; {}", wording::columns(group, Some(cell)), votes::action(action.0), wording::team(prior))
}

/// The domains of the person's that are said, by `[learning] domain` in an aurora.toml, to be about something else
/// than `joined`. `id_of` gives the number of a domain by its label.
pub fn elsewhere(joined: Domain, id_of: impl Fn(&str) -> DomainId) -> HashSet<DomainId> {
    Domain::all().filter(|&domain| domain != joined).filter_map(Domain::word).map(id_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Card = Card { domain: 1, group: 1, cell: 20, action: 1001, members: 20, p_milli: 850 };

    fn rules(cards: Vec<Card>) -> Rules {
        let notice = "k-anonymous,\u{1b}[31m not\n differentially private".to_owned();
        Rules { dictionary: VERSION, release: 3, mode: Mode::Team, notice, cards, arm: None }
    }

    #[test]
    fn what_no_hub_would_send_is_left_out() {
        let hostile = vec![
            Card { group: 65_000, ..CARD },
            Card { cell: 108, ..CARD },
            Card { action: 2000, ..CARD },
            Card { members: 6, ..CARD },
            Card { p_milli: 1001, ..CARD },
            CARD,
            Card { p_milli: 10, ..CARD },
        ];
        let cards = Cards::of(rules(hostile), None, 20_000);
        assert_eq!(cards.cards, [CARD]);
        assert_eq!(cards.notice, "k-anonymous,[31m not differentially private");
        let newer = Rules { dictionary: VERSION + 1, ..rules(vec![CARD]) };
        assert_eq!(Cards::of(newer, None, 20_000).cards, []);
    }

    #[test]
    fn cards_of_the_joined_domain_are_priors_unless_an_experiment_says_otherwise() {
        let mut cards = Cards::of(rules(vec![CARD, Card { domain: 2, ..CARD }]), None, 20_000);
        assert_eq!(cards.priors(Domain(1), HashSet::new()).cards().len(), 1);
        assert!(cards.priors(Domain(3), HashSet::new()).is_empty());
        cards.arm = Some(Arm { experiment: 1, variant: Variant::WithoutCards });
        assert!(cards.priors(Domain(1), HashSet::new()).is_empty());
    }

    #[test]
    fn the_level_of_a_share_is_known_by_its_class() {
        let reach = |members, p_milli| reach_milli(&Card { members, p_milli, ..CARD });
        assert_eq!([reach(5, 750), reach(10, 833), reach(20, 900), reach(100, 950)], [250, 166, 100, 50]);
        assert_eq!([reach(0, 750), reach(20, 850)], [0, 0]);
    }

    #[test]
    fn they_are_read_back_and_damaged_ones_are_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Cards::read(folder.path()), None);
        let cards = Cards::of(rules(vec![CARD]), Some("\"3\"".to_owned()), 20_000);
        cards.write(folder.path()).unwrap();
        assert_eq!(Cards::read(folder.path()), Some(cards));
        std::fs::write(folder.path().join(CARDS), "[").unwrap();
        assert_eq!(Cards::read(folder.path()), None);
    }
}
