//! What a team release may change: the rule that the store itself holds, whoever decides the cards.
//!
//! A key is *decided* in a release when at least [`MIN_CHANGED`] members' votes on it have changed since it was last
//! decided. Only then may its card appear, change or vanish, and only then what counts as "changed" begins anew —
//! also when the card came out as before, for "as before" is told too. So what two releases say of a key is either
//! the same decision or rests on votes that differ by at least so many members.

use std::collections::BTreeMap;

use aurora_team::wire::{Card, Vote};

use crate::model::{Ballot, Change, MIN_CHANGED, MemberId, Tally, VoteKey};
use crate::repo::RepoError;

/// What a change makes of each key that it names: yes, no or nothing. The last one on a key holds, a vote rather than
/// its taking back.
pub(crate) fn sides(change: &Change) -> BTreeMap<VoteKey, Option<bool>> {
    let withdrawn = change.withdrawn.iter().map(|&key| (key, None));
    withdrawn.chain(change.votes.iter().map(|&vote| (vote.into(), Some(vote.yes)))).collect()
}

/// Adds the changes of departed members to the tallies of votes; keys that have only the former get a tally of their
/// own. Both ascending; so is what comes out.
pub(crate) fn with_departed(votes: Vec<Tally>, departed: Vec<(VoteKey, u32)>) -> Vec<Tally> {
    let mut tallies: BTreeMap<VoteKey, Tally> = votes.into_iter().map(|tally| (tally.key, tally)).collect();
    for (key, n) in departed {
        let tally = tallies.entry(key).or_insert(Tally { key, yes: 0, no: 0, changed: 0 });
        tally.changed = tally.changed.saturating_add(n);
    }
    tallies.into_values().collect()
}

/// The keys whose cards this release decides.
pub(crate) fn decided(tallies: &[Tally]) -> impl Iterator<Item = VoteKey> + '_ {
    tallies.iter().filter(|tally| tally.changed >= MIN_CHANGED).map(|tally| tally.key)
}

/// Refuses cards that differ from those `before` on a key that is not decided, or name a key twice; gives them
/// ascending.
pub(crate) fn check(
    tallies: &[Tally],
    before: &[Card],
    mut after: Vec<Card>,
) -> Result<Vec<Card>, RepoError> {
    let refuse = |why: &str| Err(RepoError::Refused(why.to_owned()));
    after.sort_unstable();
    if after.windows(2).any(|pair| VoteKey::from(pair[0]) == VoteKey::from(pair[1])) {
        return refuse("two cards on one key");
    }
    let decided: std::collections::BTreeSet<VoteKey> = decided(tallies).collect();
    let kept = |cards: &[Card]| -> Vec<Card> {
        let mut kept: Vec<Card> =
            cards.iter().copied().filter(|&card| !decided.contains(&card.into())).collect();
        kept.sort_unstable();
        kept
    };
    if kept(before) != kept(&after) {
        return refuse("a card changed with fewer than three members' votes");
    }
    Ok(after)
}

/// Groups votes, ascending by member, into ballots.
pub(crate) fn ballots(votes: Vec<(i64, Vote)>) -> Vec<Ballot> {
    let mut ballots: Vec<Ballot> = Vec::new();
    for (member, vote) in votes {
        match ballots.last_mut() {
            Some(ballot) if ballot.member.0 == member => ballot.votes.push(vote),
            _ => ballots.push(Ballot { member: MemberId(member), votes: vec![vote] }),
        }
    }
    ballots
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn key(group: u16) -> VoteKey {
        VoteKey { domain: 1, group, cell: 3, action: 1000 }
    }

    fn tally(group: u16, changed: u32) -> Tally {
        Tally { key: key(group), yes: 5, no: 1, changed }
    }

    #[test]
    fn who_left_counts_and_keys_stay_in_order() {
        let merged = with_departed(vec![tally(2, 1), tally(4, 0)], vec![(key(1), 3), (key(2), 2)]);
        let changes: Vec<_> =
            merged.iter().map(|tally| (tally.key.group, tally.changed, tally.yes)).collect();
        assert_eq!(changes, [(1, 3, 0), (2, 3, 5), (4, 0, 5)]);
        assert_eq!(decided(&merged).collect::<Vec<_>>(), [key(1), key(2)]);
    }

    #[test]
    fn only_a_decided_key_may_get_lose_or_change_its_card() {
        let tallies = [tally(1, 2), tally(2, 3)];
        let before = [key(1).card(5, 900)];
        let both = vec![key(2).card(5, 800), key(1).card(5, 900)];
        assert_eq!(check(&tallies, &before, both).unwrap(), [key(1).card(5, 900), key(2).card(5, 800)]);
        let refused = [
            vec![],                                         // vanishes
            vec![key(1).card(10, 900)],                     // changes
            vec![key(1).card(5, 900), key(3).card(5, 900)], // appears
            vec![key(1).card(5, 900), key(2).card(5, 900), key(2).card(5, 800)],
        ];
        assert!(refused.into_iter().all(|cards| check(&tallies, &before, cards).is_err()));
        assert!(check(&tallies, &[key(2).card(5, 1)], vec![]).is_ok());
    }
}
