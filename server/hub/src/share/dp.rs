//! dp mode: cards that are differentially private for each member.
//!
//! **Claim.** Unit: one member, added or removed with all votes of theirs. Fix what is public: the closed list, the
//! number of seats, who is enrolled, when releases are made and at which price. Then everything published over the
//! life of a tenant is a function of draws that together are pure ε-DP, ε = Σ of the prices at which the member was
//! counted, at most [`CAP_MEPS`] thousandths (0.9).
//!
//! **Why.** At a price of `meps`, from each member at most [`MAX_KEYS`] votes are sampled ([`sample`]), whatever the
//! others hold. Fix the sample: one member moves the vector (yes, no of every key of the list) by at most
//! [`MAX_KEYS`] in L1, a vote being a yes or a no and never both. Every entry of the vector, also where nobody voted,
//! gets its own discrete Laplace noise of rate meps / (1,000 · [`MAX_KEYS`]), so the odds of any output move by at
//! most e^(meps / 1,000); and as that holds for each sample, it holds for the mixture over samples. What is published
//! (which keys, which share) is a function of the noised vector alone. Releases add: the ledger keeps Σ ≤ 0.9 for
//! each member for life, and after leaving; spend, commit, draw, store, so a crash wastes and never draws twice.
//!
//! **The list is huge** (domains × groups × cells × actions: ten million keys), and every key is drawn all the same,
//! one after the other, by the one proved sampler. That takes seconds of one core once or three times in the life of a
//! tenant; skipping ahead to the few empty keys that noise alone lifts over the bar would save these seconds at the
//! price of a second sampler with a proof of its own. Nothing but the bar is compared and nothing of the vector kept.
//!
//! **The bar.** A key is shared where yes − no > 1.64 sd of their noise, as each key alone would ask for. Over millions
//! of empty keys noise lifts 5 % over that: half a million cards that nobody voted for. So the bar is raised, by the
//! length of the list alone, until at most [`MAX_FALSE`] empty key is expected over it ([`Bar::of`]). Like all that
//! comes after the noise it costs no privacy; in usefulness it costs what `cargo xtask eval hub-dp` prints.

mod bar;
mod chance;
mod list;

use std::collections::{BTreeMap, BTreeSet};

use aurora_privacy::{DrawError, Entropy};
use aurora_team::wire::{Card, Vote};

pub use aurora_privacy::CAP_MEPS;
pub use bar::{Bar, MAX_FALSE};
pub use chance::{Chance, Exact, SystemEntropy};
pub use list::ClosedList;

use crate::model::{Ballot, VoteKey};

/// Fewest seats (a public number) of a tenant in dp mode.
pub const MIN_SEATS: u32 = 300;

/// At most so many votes of a member count in a release.
pub const MAX_KEYS: usize = 5;

/// What every card of a dp tenant says of itself.
pub const NOTICE: &str = "differentially private in each member's being there: at most five votes of each, noised, \
                          ε ≤ 0.9 for life; the operator sees votes.";

/// A tenant is too small for dp mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "dp mode needs {MIN_SEATS} seats, this tenant has {seats}: at ε = 0.9 too little comes through the noise (simulated, \
     of what team mode would recommend: nothing of 100 members, .05 of 1,000); make a tenant in team mode instead"
)]
pub struct TooFewSeats {
    /// What it has.
    pub seats: u32,
}

/// Whether a tenant of so many seats may be in dp mode.
pub const fn check_seats(seats: u32) -> Result<(), TooFewSeats> {
    if seats < MIN_SEATS { Err(TooFewSeats { seats }) } else { Ok(()) }
}

/// At which price a member is counted, and how often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Thousandths of ε.
    pub meps: u32,
    /// At most so many votes of a member.
    pub max_keys: usize,
}

impl Terms {
    /// Those of a release that spends `meps` thousandths of ε.
    pub const fn of(meps: u32) -> Self {
        Self { meps, max_keys: MAX_KEYS }
    }

    /// The rate of the noise on each number, as numerator and denominator: P(z) ∝ exp(−|z|·num/den).
    pub const fn rate(self) -> (u64, u64) {
        (self.meps as u64, 1_000 * self.max_keys as u64)
    }
}

/// Which votes of a member count: those on keys of the list, one a key, and of these `max_keys` by lot, each set of
/// that many as likely as any other. Looks at nobody else's votes.
pub fn sample(
    ballot: &Ballot,
    list: &ClosedList,
    max_keys: usize,
    chance: &mut dyn Chance,
) -> Result<Vec<Vote>, DrawError> {
    let by_key: BTreeMap<VoteKey, Vote> = ballot.votes.iter().map(|&vote| (vote.into(), vote)).collect();
    let mut votes: Vec<Vote> =
        by_key.into_iter().filter(|&(key, _)| list.contains(key)).map(|(_, vote)| vote).collect();
    if votes.len() > max_keys {
        // The first places of a Fisher–Yates shuffle.
        for place in 0..max_keys {
            let left = votes.len() - place;
            let ahead = usize::try_from(chance.below(left as u64)?).map_err(|_| DrawError::Overflow)?;
            votes.swap(place, place + ahead);
        }
        votes.truncate(max_keys);
    }
    Ok(votes)
}

/// The noised yes and no of every key of the list, in ascending order.
///
/// # Errors
/// Where a draw fails, nothing of what was given to `each` may be published.
pub fn noised(
    list: &ClosedList,
    ballots: &[Ballot],
    terms: Terms,
    chance: &mut dyn Chance,
    each: &mut dyn FnMut(VoteKey, i64, i64),
) -> Result<(), DrawError> {
    let mut counts: BTreeMap<VoteKey, (i64, i64)> = BTreeMap::new();
    let mut counted = BTreeSet::new();
    for ballot in ballots.iter().filter(|ballot| counted.insert(ballot.member)) {
        for vote in sample(ballot, list, terms.max_keys, chance)? {
            let (yes, no) = counts.entry(vote.into()).or_default();
            *(if vote.yes { yes } else { no }) += 1;
        }
    }
    let (num, den) = terms.rate();
    let mut counts = counts.into_iter().peekable();
    for key in list.keys() {
        let (yes, no) = counts.next_if(|&(counted, _)| counted == key).map_or((0, 0), |(_, n)| n);
        let yes = yes.saturating_add(chance.laplace(num, den)?);
        let no = no.saturating_add(chance.laplace(num, den)?);
        each(key, yes, no);
    }
    Ok(())
}

/// Draws the cards of a release, ascending: once for each spend, never again.
pub fn draw(
    list: &ClosedList,
    ballots: &[Ballot],
    meps: u32,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Card>, DrawError> {
    let terms = Terms::of(meps);
    let bar = Bar::of(terms, list.len());
    let mut cards = Vec::new();
    noised(list, ballots, terms, &mut Exact(entropy), &mut |key, yes, no| {
        cards.extend(bar.card(key, yes, no));
    })?;
    Ok(cards)
}
