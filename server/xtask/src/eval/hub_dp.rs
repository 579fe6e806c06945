//! `cargo xtask eval hub-dp`: what comes through the noise of a dp release, over simulated teams.
//!
//! A team works in one domain on sixty kinds of columns, some far more common than others (Zipf). Each member meets a
//! dozen of them, mostly wants what the team wants there, and has votes of their own besides. What a release should
//! find is what team mode would recommend: at least five members, most of them for it. The release is the hub's own
//! code; at less than 300 members, where the hub refuses, the same is computed to show why.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::ensure;
use aurora_hub::model::{Ballot, MemberId, Tally, VoteKey};
use aurora_hub::share::dp::{
    Bar, ClosedList, Exact, MAX_FALSE, SystemEntropy, Terms, check_seats, draw, noised,
};
use aurora_hub::share::team;
use aurora_team::dictionary::actions;
use serde_json::{Value, json};

use super::dice::Dice;

/// Members, and how many teams of that size. The bars are about the first four; the others show where it begins to be of
/// use.
const SIZES: [(u32, u64); 6] = [(30, 20), (100, 20), (300, 20), (1_000, 20), (3_000, 6), (10_000, 2)];
/// Kinds of columns that a team works on.
const KINDS: usize = 60;
/// Kinds that a member meets.
const MET: usize = 12;

/// What one bar lets through, summed up over teams.
#[derive(Default, Clone, Copy)]
struct Found {
    wanted: usize,
    right: usize,
    wrong: f64,
    /// Votes for what is wanted, and those of them on keys that were found.
    votes: u32,
    found_votes: u32,
}

impl Found {
    fn recall(self) -> f64 {
        self.right as f64 / self.wanted.max(1) as f64
    }

    /// Recall where each key counts as often as members voted for it: what a member sees of it.
    fn recall_of_votes(self) -> f64 {
        f64::from(self.found_votes) / f64::from(self.votes.max(1))
    }

    /// 1 where nothing is shared: nothing is wrong of it.
    fn precision(self) -> f64 {
        let all = self.right as f64 + self.wrong;
        if all == 0.0 { 1.0 } else { self.right as f64 / all }
    }
}

pub(super) fn run() -> anyhow::Result<()> {
    let shipped = ClosedList::shipped();
    println!(
        "the closed list has {} keys; at most {MAX_FALSE} empty one is expected in a release",
        shipped.len()
    );
    println!(
        "{:>8} {:>5} {:>24} {:>32}",
        "members", "ε", "bar, recall, precision", "bar of 1.64 sd alone: the same"
    );
    let mut rows = Vec::new();
    for (n_members, n_teams) in SIZES {
        for meps in [900, 300] {
            rows.push(row(n_members, n_teams, meps, shipped.len())?);
        }
    }
    let refused: Vec<u32> = SIZES.into_iter().map(|(n, _)| n).filter(|&n| check_seats(n).is_err()).collect();
    println!(
        "refused: {refused:?} members: {}",
        check_seats(30).err().map_or(String::new(), |e| e.to_string())
    );
    // The whole list once, for a team of 1,000, with the system's entropy: how long it takes, what noise alone gives.
    let ballots = team_of(1_000, &mut Dice::new(77));
    let begun = Instant::now();
    let cards = draw(&shipped, &ballots, 900, &mut SystemEntropy::new())
        .map_err(|error| anyhow::anyhow!("nothing was drawn: {error:?}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    let voted: BTreeSet<VoteKey> = ballots.iter().flat_map(|b| b.votes.iter().map(|&v| v.into())).collect();
    let n_false = cards.iter().filter(|&&card| !voted.contains(&card.into())).count();
    println!(
        "the whole list, 1,000 members: {} cards, {n_false} that nobody voted on, {seconds:.1} s",
        cards.len()
    );
    // Poisson of mean 1: more than 8 about once in a million.
    let holds = refused == [30, 100] && n_false <= 8;
    println!(
        "{}",
        json!({ "eval": "hub-dp", "list": shipped.len(), "rows": rows, "refused": refused, "whole_list_cards": cards.len(),
                "whole_list_false": n_false, "whole_list_seconds": seconds, "holds": holds })
    );
    ensure!(holds, "a bar does not hold");
    Ok(())
}

/// Recall and precision at one size and price, by the hub's bar and by that of a single key.
fn row(n_members: u32, n_teams: u64, meps: u32, n_keys: u64) -> anyhow::Result<Value> {
    let terms = Terms::of(meps);
    let bars = [Bar::of(terms, n_keys), Bar::of_one_key(terms)];
    let mut found = [Found::default(); 2];
    for seed in 0..n_teams {
        let mut dice = Dice::new(seed * 1_000 + u64::from(n_members));
        let ballots = team_of(n_members, &mut dice);
        let wanted = wanted(&ballots);
        let voted: BTreeSet<VoteKey> =
            ballots.iter().flat_map(|b| b.votes.iter().map(|&v| v.into())).collect();
        // Keys are noised apart from each other, so those with votes are enough; of the others, the expectation.
        let keys = || voted.iter();
        let part = ClosedList::of(
            keys().map(|key| key.domain),
            keys().map(|key| key.group),
            keys().map(|key| key.cell),
            keys().map(|key| key.action),
        );
        let drawn = noised(&part, &ballots, terms, &mut Exact(&mut dice), &mut |key, yes, no| {
            for (bar, found) in bars.iter().zip(&mut found) {
                if bar.card(key, yes, no).is_some() && voted.contains(&key) {
                    let votes = wanted.get(&key);
                    found.right += usize::from(votes.is_some());
                    found.found_votes += votes.unwrap_or(&0);
                    found.wrong += f64::from(u8::from(votes.is_none()));
                }
            }
        });
        drawn.map_err(|error| anyhow::anyhow!("nothing was drawn: {error:?}"))?;
        for (bar, found) in bars.iter().zip(&mut found) {
            found.wanted += wanted.len();
            found.votes += wanted.values().sum::<u32>();
            found.wrong += (n_keys - voted.len() as u64) as f64 * bar.passed_by_noise(terms);
        }
    }
    let shown = |bar: Bar, found: Found| {
        format!(
            "{:>4} {:>6.3} ({:>5.3}) {:>6.3}",
            bar.least,
            found.recall(),
            found.recall_of_votes(),
            found.precision()
        )
    };
    println!(
        "{n_members:>8} {:>5} {:>34} {:>34}",
        f64::from(meps) / 1_000.0,
        shown(bars[0], found[0]),
        shown(bars[1], found[1])
    );
    let figures = |bar: Bar, found: Found| json!({ "least": bar.least, "recall": found.recall(), "recall_of_votes": found.recall_of_votes(), "precision": found.precision() });
    Ok(json!({ "members": n_members, "meps": meps, "wanted_a_team": found[0].wanted as f64 / n_teams as f64,
               "bar_of_list": figures(bars[0], found[0]), "bar_of_one_key": figures(bars[1], found[1]) }))
}

/// What team mode would recommend of these votes, and how many members are for it.
fn wanted(ballots: &[Ballot]) -> BTreeMap<VoteKey, u32> {
    let mut tallies: BTreeMap<VoteKey, Tally> = BTreeMap::new();
    for &vote in ballots.iter().flat_map(|ballot| &ballot.votes) {
        let key = vote.into();
        let tally = tallies.entry(key).or_insert(Tally { key, yes: 0, no: 0, changed: 0 });
        *(if vote.yes { &mut tally.yes } else { &mut tally.no }) += 1;
        tally.changed += 1;
    }
    let list: Vec<Tally> = tallies.values().copied().collect();
    let cards = team::cards(&list, &[]).into_iter().filter(|card| card.p_milli > 500).map(VoteKey::from);
    cards.map(|key| (key, tallies[&key].yes)).collect()
}

/// A team's ballots.
fn team_of(n_members: u32, dice: &mut Dice) -> Vec<Ballot> {
    let actions: Vec<u16> = actions().into_iter().filter(|&action| action >= 1_000).collect();
    let any_action = |dice: &mut Dice| actions[dice.below(actions.len() as u64) as usize];
    let any_key = |dice: &mut Dice| VoteKey {
        domain: 1,
        group: dice.below(77) as u16,
        cell: dice.below(108) as u8,
        action: any_action(dice),
    };
    let kinds: Vec<VoteKey> = (0..KINDS).map(|_| any_key(dice)).collect();
    let zipf: Vec<f64> = (1..=KINDS)
        .scan(0.0, |sum, rank| {
            *sum += 1.0 / rank as f64;
            Some(*sum)
        })
        .collect();
    (0..n_members)
        .map(|member| {
            let mut votes = BTreeMap::new();
            for _ in 0..MET {
                let at = dice.uniform() * zipf[KINDS - 1];
                let kind = kinds[zipf.partition_point(|&upto| upto < at).min(KINDS - 1)];
                // Most agree; some want something else, and say no to what the team wants.
                if dice.uniform() < 0.85 {
                    votes.insert(kind, true);
                } else {
                    votes.insert(kind, false);
                    votes.insert(VoteKey { action: any_action(dice), ..kind }, true);
                }
            }
            (0..3).for_each(|_| _ = votes.insert(any_key(dice), dice.below(2) == 0));
            Ballot {
                member: MemberId(i64::from(member)),
                votes: votes.into_iter().map(|(key, yes)| key.vote(yes)).collect(),
            }
        })
        .collect()
}
