//! The closed dictionaries of what is shared: domains, name groups, cells, actions. Numbers are never reused.

use aurora_advice::{checks, transforms};
use aurora_learning::correction::LEAVE_AS_IS;
use aurora_learning::{NameGroup, name_group};

use crate::wire::Key;

/// The version of the dictionaries in this build. It grows when a list grows; both sides name theirs.
pub const VERSION: u32 = 1;

/// How many cells there are: `aurora_privacy::LiveCell::id` is below it.
pub const N_CELLS: u8 = 108;

/// What kind of data a team works on; a person chooses one when joining. Never a workspace's name or its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Domain(pub u8);

/// Words of the domains by number; append only.
const DOMAINS: [&str; 12] = [
    "other",
    "finance",
    "sales",
    "health",
    "science",
    "public",
    "engineering",
    "people",
    "logistics",
    "energy",
    "education",
    "media",
];

impl Domain {
    /// Every domain, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..DOMAINS.len() as u8).map(Self)
    }

    /// Its word, `None` for a number outside the list.
    pub fn word(self) -> Option<&'static str> {
        DOMAINS.get(usize::from(self.0)).copied()
    }

    /// The domain called `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|domain| domain.word() == Some(word))
    }
}

/// Every action that can be voted on: checks, transforms and leaving a column as it is. Ascending.
pub fn actions() -> Vec<u16> {
    let mut numbers: Vec<u16> = checks::CHECKS.iter().map(|check| check.meta().number).collect();
    numbers.extend(transforms::TRANSFORMS.iter().map(|transform| transform.meta().number));
    numbers.push(LEAVE_AS_IS.0);
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Why a vote on `key` is refused: the name of the field whose number is in no dictionary.
pub fn unknown_field(key: Key, actions: &[u16]) -> Option<&'static str> {
    if Domain(key.domain).word().is_none() {
        return Some("domain");
    }
    if key.group != 0 && name_group::label(NameGroup(key.group)).is_none() {
        return Some("group");
    }
    if key.cell >= N_CELLS {
        return Some("cell");
    }
    actions.binary_search(&key.action).is_err().then_some("action")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key { domain: 1, group: 1, cell: 20, action: 1000 };

    #[test]
    fn a_key_of_the_dictionaries_is_taken_and_one_number_outside_is_named() {
        let actions = actions();
        assert_eq!(unknown_field(KEY, &actions), None);
        let outside = [
            Key { domain: 200, ..KEY },
            Key { group: 60_000, ..KEY },
            Key { cell: 108, ..KEY },
            Key { action: 2000, ..KEY },
        ];
        let named = outside.map(|key| unknown_field(key, &actions).unwrap());
        assert_eq!(named, ["domain", "group", "cell", "action"]);
    }

    #[test]
    fn every_domain_is_found_by_its_word() {
        for domain in Domain::all() {
            assert_eq!(Domain::from_word(domain.word().unwrap()), Some(domain));
        }
        assert_eq!(Domain::from_word("my workspace"), None);
    }
}
