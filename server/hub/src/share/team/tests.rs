use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;

const KEY: VoteKey = VoteKey { domain: 1, group: 2, cell: 3, action: 1000 };

fn tally(yes: u32, no: u32, changed: u32) -> Tally {
    Tally { key: KEY, yes, no, changed }
}

fn one(tally: Tally, published: &[Card]) -> Option<Card> {
    let next = cards(&[tally], published);
    assert!(next.len() <= 1);
    next.first().copied()
}

#[test]
fn a_card_appears_at_five_and_vanishes_below_three() {
    assert_eq!(one(tally(4, 0, 4), &[]), None);
    let card = one(tally(4, 1, 5), &[]).unwrap();
    assert_eq!((card.members, card.p_milli), (5, 750));
    // Four and three keep what was said, whatever the sides are now.
    assert_eq!(one(tally(0, 4, 3), &[card]), Some(card));
    assert_eq!(one(tally(3, 0, 3), &[card]), Some(card));
    assert_eq!(one(tally(2, 0, 3), &[card]), None);
    assert_eq!(one(tally(0, 0, 5), &[card]), None);
}

#[test]
fn two_members_change_nothing_even_where_only_one_is_left() {
    let card = KEY.card(5, 750);
    for now in [tally(1, 0, 2), tally(40, 0, 2), tally(0, 5, 2), tally(0, 0, 1), tally(5, 0, 0)] {
        assert_eq!(one(now, &[card]), Some(card), "{now:?}");
        assert_eq!(one(now, &[]), None, "{now:?}");
    }
    assert_eq!(cards(&[], &[card]), [card], "a key without a tally has not changed");
}

#[test]
fn the_number_of_members_is_shown_as_a_class() {
    let shown = [5, 9, 10, 19, 20, 49, 50, 99, 100, 4_000].map(|n| one(tally(n, 0, n), &[]).unwrap().members);
    assert_eq!(shown, [5, 5, 10, 10, 20, 20, 50, 50, 100, 100]);
}

/// Whether, at `n` voters, some level of `n_levels` is made of tallies that all have fewer than two members on a side.
fn gives_a_vote_away(n: u32, level_of: impl Fn(u32) -> u16) -> bool {
    let mut by_level: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    (0..=n).for_each(|yes| by_level.entry(level_of(yes)).or_default().push(yes));
    by_level.values().any(|tallies| {
        // The observer is one of those for it (own = 1) or against it; what may the others have said?
        [0, 1].into_iter().any(|own: u32| {
            let others: Vec<u32> = tallies
                .iter()
                .filter(|&&yes| yes >= own && n - yes >= 1 - own)
                .map(|&yes| yes - own)
                .collect();
            // Nobody of that side sees this level, or it leaves both sides open for any one of the others.
            !others.is_empty()
                && (others.iter().all(|&yes| yes == 0) || others.iter().all(|&yes| yes == n - 1))
        })
    })
}

#[test]
fn no_voter_learns_the_vote_of_another_from_a_share() {
    for n in 5..=2_000 {
        let (_, levels) = class(n).unwrap();
        assert!(!gives_a_vote_away(n, |yes| p_milli(yes, n, levels)), "{n} voters");
    }
    // What finer shares would have told.
    assert!(gives_a_vote_away(5, |yes| (yes * 1_000 / 5) as u16), "exact");
    assert!(gives_a_vote_away(5, |yes| p_milli(yes, 5, 3)), "three levels for five");
    assert!(gives_a_vote_away(9, |yes| p_milli(yes, 9, 5)), "five levels for nine");
    assert!(gives_a_vote_away(12, |yes| p_milli(yes, 12, 10)), "ten levels for twelve");
    assert!((3..5).all(|n| gives_a_vote_away(n, |yes| p_milli(yes, n, 2))), "any levels below five");
}

#[test]
fn a_share_is_never_none_or_all_and_a_tie_recommends_nothing() {
    for n in 5..=300 {
        let shown = |yes| one(tally(yes, n - yes, n), &[]).unwrap().p_milli;
        assert!((0..=n).all(|yes| (50..=950).contains(&shown(yes))));
        assert!((1..=n).all(|yes| shown(yes) >= shown(yes - 1)));
        assert!(shown(n / 2) <= 500, "{n}");
    }
}

/// The store as it should be: what each member thinks, and what each thought when a key was last decided.
#[derive(Clone, Default)]
struct Model {
    now: BTreeMap<u32, BTreeMap<VoteKey, bool>>,
    decided: BTreeMap<VoteKey, BTreeMap<u32, bool>>,
    published: Vec<Card>,
}

type Rule = fn(&[Tally], &[Card]) -> Vec<Card>;

impl Model {
    fn sides(&self, key: VoteKey) -> BTreeMap<u32, bool> {
        self.now.iter().filter_map(|(&member, votes)| Some((member, *votes.get(&key)?))).collect()
    }

    /// Members whose vote on `key` differs between the last decision and now.
    fn changed(&self, key: VoteKey) -> u32 {
        let (was, is) = (self.decided.get(&key).cloned().unwrap_or_default(), self.sides(key));
        let members: BTreeSet<u32> = was.keys().chain(is.keys()).copied().collect();
        members.into_iter().filter(|member| was.get(member) != is.get(member)).count() as u32
    }

    fn keys(&self) -> BTreeSet<VoteKey> {
        self.now.values().flat_map(|votes| votes.keys()).chain(self.decided.keys()).copied().collect()
    }

    fn tallies(&self) -> Vec<Tally> {
        let tally = |key| {
            let sides = self.sides(key);
            let yes = sides.values().filter(|yes| **yes).count() as u32;
            Tally { key, yes, no: sides.len() as u32 - yes, changed: self.changed(key) }
        };
        self.keys().into_iter().map(tally).collect()
    }

    /// Publishes by `rule`; for each key whose card differs from the last release's, how many members' votes on it do.
    fn release(&mut self, rule: Rule) -> Vec<u32> {
        let tallies = self.tallies();
        let next = rule(&tallies, &self.published);
        let card = |cards: &[Card], key| cards.iter().find(|&&card| VoteKey::from(card) == key).copied();
        let keys = self.keys();
        let differs = |key: &&VoteKey| card(&self.published, **key) != card(&next, **key);
        let differing = keys.iter().filter(differs).map(|&key| self.changed(key)).collect();
        for tally in tallies.iter().filter(|tally| tally.changed >= MIN_CHANGED) {
            let sides = self.sides(tally.key);
            self.decided.insert(tally.key, sides);
        }
        self.published = next;
        differing
    }
}

/// One thing that a member does, by numbers that any history may hold.
#[derive(Clone, Copy, Debug)]
enum Step {
    Vote { member: u32, key: u16, yes: bool },
    Leave { member: u32 },
    Release,
}

fn key(number: u16) -> VoteKey {
    VoteKey { group: number, ..KEY }
}

fn act(model: &mut Model, step: Step) {
    match step {
        Step::Vote { member, key: number, yes } => {
            model.now.entry(member).or_default().insert(key(number), yes);
        }
        Step::Leave { member } => {
            model.now.remove(&member);
        }
        Step::Release => {}
    }
}

fn a_history(n_members: u32) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0..n_members, 0..3_u16, any::<bool>())
            .prop_map(|(member, key, yes)| Step::Vote { member, key, yes }),
        3 => (0..n_members).prop_map(|member| Step::Leave { member }),
        2 => Just(Step::Release),
    ];
    proptest::collection::vec(step, 20..160)
}

/// The fewest members behind any difference between two releases of `history`; `None` when no two differ.
fn fewest(history: &[Step], rule: Rule) -> Option<u32> {
    let mut model = Model::default();
    let mut fewest = None;
    for &step in history {
        act(&mut model, step);
        if let Step::Release = step {
            let least = model.release(rule).into_iter().min();
            fewest = [fewest, least].into_iter().flatten().min();
        }
    }
    fewest
}

fn samples<S: Strategy>(n: u32, strategy: S, mut each: impl FnMut(S::Value)) {
    let config = ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for _ in 0..n {
        each(strategy.new_tree(&mut runner).unwrap().current());
    }
}

#[test]
fn no_release_differs_from_the_one_before_by_fewer_than_three_members() {
    let mut n_with_differences = 0;
    samples(1_000, (5..25_u32).prop_flat_map(a_history), |history| {
        if let Some(fewest) = fewest(&history, cards) {
            n_with_differences += 1;
            assert!(fewest >= 3, "{fewest}: {history:?}");
        }
    });
    assert!(n_with_differences > 300, "the histories publish something: {n_with_differences}");
}

#[test]
fn rules_that_show_one_or_two_members_are_caught() {
    /// Publishes what the tallies say, whoever changed.
    fn at_once(tallies: &[Tally], published: &[Card]) -> Vec<Card> {
        let all: Vec<Tally> = tallies.iter().map(|tally| Tally { changed: u32::MAX, ..*tally }).collect();
        cards(&all, published)
    }
    /// Waits for three, but lets a card of fewer than three go at once.
    fn vanishes_at_once(tallies: &[Tally], published: &[Card]) -> Vec<Card> {
        let few = |card: &Card| {
            tallies.iter().any(|t| t.key == VoteKey::from(*card) && t.yes + t.no < VANISHES_BELOW)
        };
        let mut next = cards(tallies, published);
        next.retain(|card| !few(card));
        next
    }
    /// Waits for two.
    fn two(tallies: &[Tally], published: &[Card]) -> Vec<Card> {
        let more: Vec<Tally> = tallies
            .iter()
            .map(|tally| Tally { changed: tally.changed.saturating_add(1), ..*tally })
            .collect();
        cards(&more, published)
    }
    for (name, rule) in [("at once", at_once as Rule), ("vanishes at once", vanishes_at_once), ("two", two)] {
        let mut worst = u32::MAX;
        samples(1_000, (5..25_u32).prop_flat_map(a_history), |history| {
            worst = worst.min(fewest(&history, rule).unwrap_or(u32::MAX));
        });
        assert!(worst < 3, "not caught: {name}");
    }
}

proptest! {
    /// Right after every key was decided, whatever any two members do (join, leave, change sides, on all keys) leaves
    /// the next release as it was.
    #[test]
    fn two_members_are_never_seen(
        votes in proptest::collection::vec((0..20_u32, 0..3_u16, any::<bool>()), 15..80),
        pair in (0..22_u32, 0..22_u32),
        deeds in proptest::collection::vec((any::<bool>(), 0..3_u16, any::<Option<bool>>()), 1..12),
    ) {
        let mut model = Model::default();
        for (member, key, yes) in votes {
            act(&mut model, Step::Vote { member, key, yes });
        }
        model.release(cards);
        for key in model.keys() {
            let sides = model.sides(key);
            model.decided.insert(key, sides);
        }
        let before = model.published.clone();
        for (first, key, yes) in deeds {
            let member = if first { pair.0 } else { pair.1 };
            act(&mut model, yes.map_or(Step::Leave { member }, |yes| Step::Vote { member, key, yes }));
            model.release(cards);
            prop_assert_eq!(&model.published, &before);
        }
    }

    /// Cards are ascending, one a key, and only of keys decided or published.
    #[test]
    fn cards_are_ascending(counts in proptest::collection::vec((0..40_u16, 0..30_u32, 0..30_u32, 0..6_u32), 0..40)) {
        let tallies: BTreeMap<u16, Tally> = counts
            .into_iter()
            .map(|(number, yes, no, changed)| (number, Tally { key: key(number), yes, no, changed }))
            .collect();
        let tallies: Vec<Tally> = tallies.into_values().collect();
        let next = cards(&tallies, &[key(7).card(10, 500)]);
        prop_assert!(next.windows(2).all(|pair| VoteKey::from(pair[0]) < VoteKey::from(pair[1])));
        for card in next {
            let decided = tallies.iter().any(|t| t.key == card.into() && t.changed >= MIN_CHANGED);
            prop_assert!(decided || VoteKey::from(card) == key(7));
        }
    }
}
