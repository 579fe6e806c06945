//! Votes that the hub holds of a member and that no answer here says any more: these were forgotten, or belong to a
//! project that is said to be about something else now, or to another machine of the member's.
//!
//! What was published is not noted here, for a note of it would outlive the answers that were forgotten: the hub is
//! asked.

use std::collections::{BTreeMap, HashSet};

use crate::dictionary;
use crate::votes::Own;
use crate::wire::{Key, Me, Vote};

/// The votes in `me` on keys of which `own` says nothing, ascending by key, each once. What the dictionaries of this
/// version do not know is left out: the hub would take nothing of a request that names it.
pub(crate) fn unsaid(own: &Own, me: &Me) -> Vec<Vote> {
    let actions = dictionary::actions();
    let said: HashSet<Key> =
        own.votes.iter().map(|&vote| vote.into()).chain(own.withdrawn.iter().copied()).collect();
    let held = me.votes.iter().map(|&(vote, _)| (Key::from(vote), vote));
    let unsaid: BTreeMap<Key, Vote> = held
        .filter(|(key, _)| !said.contains(key) && dictionary::unknown_field(*key, &actions).is_none())
        .collect();
    unsaid.into_values().collect()
}

/// Whether they are this machine's for certain: the member has no other.
pub(crate) fn are_of_this_machine(me: &Me) -> bool {
    me.installs.len() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Role;

    fn vote(group: u16, action: u16) -> Vote {
        Vote { domain: 1, group, cell: 20, action, yes: true }
    }

    fn me(votes: &[Vote], n_installs: i64) -> Me {
        Me {
            tenant: 1,
            member: 2,
            role: Role::Member,
            installs: (0..n_installs).map(|n| (n, 20_000)).collect(),
            votes: votes.iter().map(|&vote| (vote, 20_000)).collect(),
            meps: 0,
        }
    }

    #[test]
    fn what_is_neither_said_nor_taken_back_is_unsaid_once_and_known() {
        let own = Own { votes: vec![vote(1, 1001)], withdrawn: vec![vote(2, 1001).into()] };
        let no = Vote { yes: false, ..vote(1, 1001) };
        let held = [
            vote(4, 1002),
            vote(3, 1001),
            no,
            vote(2, 1001),
            vote(3, 1001),
            vote(9_999, 1001),
            vote(3, 1999),
        ];
        assert_eq!(unsaid(&own, &me(&held, 1)), [vote(3, 1001), vote(4, 1002)]);
        assert_eq!(unsaid(&Own::default(), &me(&[], 1)), []);
    }

    #[test]
    fn with_a_second_machine_they_may_be_of_that() {
        assert!(are_of_this_machine(&me(&[], 1)));
        assert!(!are_of_this_machine(&me(&[], 2)));
    }
}
