//! The closed list: every key that could be voted on, whether or not anybody did. Public, from shipped dictionaries.

use std::collections::BTreeSet;

use aurora_advice::{FindingKind, checks, transforms};
use aurora_learning::{NameGroup, name_group};
use aurora_team::dictionary::{self, Domain, N_CELLS};

use crate::model::VoteKey;

/// A product of four ascending lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedList {
    domains: Vec<u8>,
    groups: Vec<u16>,
    cells: Vec<u8>,
    actions: Vec<u16>,
}

impl ClosedList {
    /// The list of this build's dictionaries. Votes are about columns, so checks of how records and files are written
    /// are left out, and transforms that only such checks name: no vote is lost by it, and fewer empty keys are drawn.
    pub fn shipped() -> Self {
        let is_of_columns = |kind| matches!(kind, FindingKind::Column | FindingKind::Value);
        let named_by = |of_columns: bool| -> BTreeSet<&str> {
            let metas = checks::CHECKS.iter().map(|check| check.meta());
            metas
                .filter(|meta| is_of_columns(meta.kind) == of_columns)
                .flat_map(|meta| meta.transforms)
                .copied()
                .collect()
        };
        let (of_columns, of_others) = (named_by(true), named_by(false));
        let mut left_out: BTreeSet<u16> = transforms::TRANSFORMS
            .iter()
            .map(|transform| transform.meta())
            .filter(|meta| of_others.contains(meta.code) && !of_columns.contains(meta.code))
            .map(|meta| meta.number)
            .collect();
        let metas = checks::CHECKS.iter().map(|check| check.meta());
        left_out.extend(metas.filter(|meta| !is_of_columns(meta.kind)).map(|meta| meta.number));
        let actions = dictionary::actions().into_iter().filter(|action| !left_out.contains(action));
        let groups =
            (0..=u16::MAX).filter(|&group| group == 0 || name_group::label(NameGroup(group)).is_some());
        Self::of(Domain::all().map(|domain| domain.0), groups, 0..N_CELLS, actions)
    }

    /// The list of all combinations of these numbers.
    pub fn of(
        domains: impl IntoIterator<Item = u8>,
        groups: impl IntoIterator<Item = u16>,
        cells: impl IntoIterator<Item = u8>,
        actions: impl IntoIterator<Item = u16>,
    ) -> Self {
        fn ascending<T: Ord>(numbers: impl IntoIterator<Item = T>) -> Vec<T> {
            numbers.into_iter().collect::<BTreeSet<T>>().into_iter().collect()
        }
        Self {
            domains: ascending(domains),
            groups: ascending(groups),
            cells: ascending(cells),
            actions: ascending(actions),
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> u64 {
        let lengths = [self.domains.len(), self.groups.len(), self.cells.len(), self.actions.len()];
        lengths.into_iter().map(|n| n as u64).product()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it holds `key`.
    pub fn contains(&self, key: VoteKey) -> bool {
        self.domains.binary_search(&key.domain).is_ok()
            && self.groups.binary_search(&key.group).is_ok()
            && self.cells.binary_search(&key.cell).is_ok()
            && self.actions.binary_search(&key.action).is_ok()
    }

    /// Every key, ascending.
    pub fn keys(&self) -> impl Iterator<Item = VoteKey> + '_ {
        self.domains.iter().flat_map(move |&domain| {
            self.groups.iter().flat_map(move |&group| {
                self.cells.iter().flat_map(move |&cell| {
                    self.actions.iter().map(move |&action| VoteKey { domain, group, cell, action })
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_that_of_the_dictionaries_about_columns() {
        let list = ClosedList::shipped();
        assert!(list.len() > 5_000_000, "{}", list.len());
        let all = dictionary::actions();
        assert!(list.actions.iter().all(|action| all.binary_search(action).is_ok()));
        let number = |code: &str| {
            let transform = transforms::TRANSFORMS.iter().find(|t| t.meta().code == code).map(|t| t.meta());
            let check = checks::CHECKS.iter().find(|c| c.meta().code == code).map(|c| c.meta());
            transform.map(|meta| meta.number).or(check.map(|meta| meta.number)).unwrap()
        };
        let holds = |code| list.actions.binary_search(&number(code)).is_ok();
        assert!(["log1p-column", "impute-median", "skewed", "suspected-typo"].into_iter().all(holds));
        assert!(!["close-quote", "stray-quote", "blank-record"].into_iter().any(holds));
    }

    #[test]
    fn keys_are_ascending_and_as_many_as_said() {
        let list = ClosedList::of([2, 1], [0, 9, 4], [5, 6], [1000, 3, 7]);
        let keys: Vec<VoteKey> = list.keys().collect();
        assert_eq!(keys.len() as u64, list.len());
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(keys.iter().all(|&key| list.contains(key)));
        assert!(!list.contains(VoteKey { domain: 1, group: 4, cell: 5, action: 8 }));
    }
}
