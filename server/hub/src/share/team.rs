//! Team mode: which cards stand after a release, by thresholds of members. A pure function of counts.
//!
//! - A card **appears** at [`APPEARS_AT`] distinct members and **vanishes** below [`VANISHES_BELOW`].
//! - Nothing about a key changes unless at least [`MIN_CHANGED`] members' votes on it have changed since the key was
//!   last decided: neither appearing, nor vanishing, nor class, nor share. A key that was decided and got no card is
//!   decided just the same, else the fifth member would be seen to come. So each difference between a release and the
//!   one before is made by three members or more, and one person's joining, leaving or changing sides shows nothing.
//! - That holds **below three members too**: a card of three stands on when one or two of them leave, and goes with the
//!   third change. If it went at once, its going would say that this very person had voted on this very key, and that
//!   exactly two are left; its staying says nothing that was not published before. The votes of who left are gone at
//!   once; what stays is one of a few words about at least five people.
//! - With three or four members left there are too few to say anything new: a card that stands keeps what it says.
//! - The **share** is one of a few levels, the fewer the smaller the class ([`p_milli`]). Exact, it would give votes
//!   away: 4 of 5 tells the one who said no how all others voted, 5 of 5 tells it everyone. Levels are cut so that each
//!   level, for every number of voters, holds a tally with two members for it and one with two against it: hence who
//!   knows the card, how many voted, who they are and their own vote cannot tell the vote of any other. Two who
//!   collude may, at five voters (not from ten on): cards are k-anonymous, not differentially private.
//!
//! Not hidden: in which week the third change came. Someone who knows by other means that two members changed a key
//! before and that only one other was active this week can see that this one made the third.

use std::collections::BTreeMap;

use aurora_team::cards::CLASSES;
use aurora_team::wire::Card;

use crate::model::{MIN_CHANGED, Tally, VoteKey};

/// Members at which a card appears.
pub const APPEARS_AT: u32 = 5;

/// A card vanishes when fewer are left.
pub const VANISHES_BELOW: u32 = 3;

/// What every card of a team says of itself.
pub const NOTICE: &str = "k-anonymous, not differentially private; the operator sees votes; members who collude (of \
                          five voters two may do, four always) learn another's.";

/// The cards of the next release, ascending: `tallies` are the votes now, `published` the cards of the last release.
///
/// A published key without a tally has not changed; one whose voters all left has a tally of none.
pub fn cards(tallies: &[Tally], published: &[Card]) -> Vec<Card> {
    let mut next: BTreeMap<VoteKey, Card> = published.iter().map(|&card| (card.into(), card)).collect();
    for tally in tallies.iter().filter(|tally| tally.changed >= MIN_CHANGED) {
        let standing = next.remove(&tally.key);
        if let Some(card) = decide(tally, standing) {
            next.insert(tally.key, card);
        }
    }
    next.into_values().collect()
}

/// The card of a key that may change.
fn decide(tally: &Tally, standing: Option<Card>) -> Option<Card> {
    let n = tally.yes.saturating_add(tally.no);
    match class(n) {
        Some((members, levels)) => Some(tally.key.card(members, p_milli(tally.yes, n, levels))),
        None if n >= VANISHES_BELOW => standing,
        None => None,
    }
}

/// The class of `n` voters and its number of levels; `None` below five.
fn class(n: u32) -> Option<(u16, u32)> {
    CLASSES.into_iter().find(|&(least, _)| n >= u32::from(least))
}

/// The middle of the level in which `yes` of `n` (> 0) lies, in thousandths. A border belongs to the level below it:
/// where sides are level, nothing is recommended.
fn p_milli(yes: u32, n: u32, levels: u32) -> u16 {
    let (yes, n, levels) = (u64::from(yes), u64::from(n), u64::from(levels));
    let level = (yes * levels).div_ceil(n).clamp(1, levels) - 1;
    ((2 * level + 1) * 1_000 / (2 * levels)) as u16
}

#[cfg(test)]
mod tests;
