//! The road from ballots to noised numbers, and the same with a fault planted.

use std::collections::{BTreeMap, BTreeSet};

use aurora_hub::model::{Ballot, VoteKey};
use aurora_hub::share::dp::{Chance, ClosedList, Terms, noised, sample};
use aurora_privacy::DrawError;

/// From ballots to noised numbers.
pub(crate) type Road = fn(
    &ClosedList,
    &[Ballot],
    Terms,
    &mut dyn Chance,
    &mut dyn FnMut(VoteKey, i64, i64),
) -> Result<(), DrawError>;

/// The product's.
pub(crate) const HONEST: Road = noised;

/// Faults that the exact test must find.
pub(crate) const FAULTS: &[(&str, Road)] = &[
    ("sensitivity 1 instead of 5", |list, ballots, terms, chance, each| {
        noised(list, ballots, terms, &mut Louder { chance, times: terms.max_keys as u64 }, each)
    }),
    ("noise on non-empty keys only", |list, ballots, terms, chance, each| {
        let voted: BTreeSet<VoteKey> = counts(list, ballots, terms, chance)?.into_keys().collect();
        let (num, den) = terms.rate();
        for (key, (yes, no)) in counts(list, ballots, terms, chance)? {
            each(key, yes + chance.laplace(num, den)?, no + chance.laplace(num, den)?);
        }
        list.keys().filter(|key| !voted.contains(key)).for_each(|key| each(key, 0, 0));
        Ok(())
    }),
    ("no noise where a side is empty", |list, ballots, terms, chance, each| {
        let counts = counts(list, ballots, terms, chance)?;
        let (num, den) = terms.rate();
        for key in list.keys() {
            let (yes, no) = counts.get(&key).copied().unwrap_or_default();
            let mut side = |n: i64| Ok(if n == 0 { 0 } else { n + chance.laplace(num, den)? });
            each(key, side(yes)?, side(no)?);
        }
        Ok(())
    }),
    ("sampling skipped", |list, ballots, terms, chance, each| {
        let all = Terms { max_keys: usize::MAX, ..terms };
        let counts = counts(list, ballots, all, chance)?;
        add_noise(list, &counts, terms, chance, each)
    }),
    ("one more than the five", |list, ballots, terms, chance, each| {
        let more = Terms { max_keys: terms.max_keys + 1, ..terms };
        let counts = counts(list, ballots, more, chance)?;
        add_noise(list, &counts, terms, chance, each)
    }),
    ("a vote counts as yes and no", |list, ballots, terms, chance, each| {
        let mut counts = counts(list, ballots, terms, chance)?;
        counts.values_mut().for_each(|(yes, no)| *no += *yes);
        add_noise(list, &counts, terms, chance, each)
    }),
    ("drawn twice", |list, ballots, terms, chance, each| {
        let counts = counts(list, ballots, terms, chance)?;
        add_noise(list, &counts, terms, chance, each)?;
        add_noise(list, &counts, terms, chance, each)
    }),
    ("the number of members shown", |list, ballots, terms, chance, each| {
        noised(list, ballots, terms, chance, each)?;
        list.keys().take(1).for_each(|key| each(key, ballots.len() as i64, 0));
        Ok(())
    }),
];

/// Noise of a rate that many times higher.
struct Louder<'a> {
    chance: &'a mut dyn Chance,
    times: u64,
}

impl Chance for Louder<'_> {
    fn below(&mut self, n: u64) -> Result<u64, DrawError> {
        self.chance.below(n)
    }

    fn laplace(&mut self, num: u64, den: u64) -> Result<i64, DrawError> {
        self.chance.laplace(num * self.times, den)
    }
}

fn counts(
    list: &ClosedList,
    ballots: &[Ballot],
    terms: Terms,
    chance: &mut dyn Chance,
) -> Result<BTreeMap<VoteKey, (i64, i64)>, DrawError> {
    let mut counts: BTreeMap<VoteKey, (i64, i64)> = BTreeMap::new();
    for ballot in ballots {
        for vote in sample(ballot, list, terms.max_keys, chance)? {
            let (yes, no) = counts.entry(vote.into()).or_default();
            *(if vote.yes { yes } else { no }) += 1;
        }
    }
    Ok(counts)
}

fn add_noise(
    list: &ClosedList,
    counts: &BTreeMap<VoteKey, (i64, i64)>,
    terms: Terms,
    chance: &mut dyn Chance,
    each: &mut dyn FnMut(VoteKey, i64, i64),
) -> Result<(), DrawError> {
    let (num, den) = terms.rate();
    for key in list.keys() {
        let (yes, no) = counts.get(&key).copied().unwrap_or_default();
        each(key, yes + chance.laplace(num, den)?, no + chance.laplace(num, den)?);
    }
    Ok(())
}
