//! The number of a rule: six digits that follow from what the rule is about, and from nothing else. So it is the same
//! after a decision, after other rules are forgotten, in another process and on the next day, and what was said of one
//! rule never hits another.

use crate::RuleKey;

/// The first of the short numbers; they end below ten times as many.
const FIRST: u64 = 100_000;
const N_SHORT: u64 = 9 * FIRST;
/// How many long numbers begin with the same short one.
const N_LONG: u64 = 1_000;

/// What a rule is called as long as no other known one is called so: 100000 to 999999.
pub(crate) fn short(key: &RuleKey) -> u32 {
    (FIRST + hash(key) % N_SHORT) as u32
}

/// What rules are called that share a short number: that number and three digits more. By index of `keys`; two of
/// them are only told apart by three digits that happen to be equal if there are a thousand others.
pub(crate) fn long(keys: &[RuleKey]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_unstable_by_key(|&at| keys[at]);
    let mut numbers = vec![0; keys.len()];
    for at in order {
        let (from, first) = (hash(&keys[at]) / N_SHORT, u64::from(short(&keys[at])) * N_LONG);
        let number = |step: u64| (first + (from % N_LONG + step) % N_LONG) as u32;
        numbers[at] = (0..N_LONG).map(number).find(|one| !numbers.contains(one)).unwrap_or(number(0));
    }
    numbers
}

/// FNV-1a (Fowler, Noll, Vo) of the key, its bits stirred as MurmurHash3 ends (Appleby). The domain in it is a keyed
/// hash already, and numbers go nowhere but to the person and into the derived table beside the key itself.
fn hash(key: &RuleKey) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let bytes = (key.domain.0.to_le_bytes().into_iter())
        .chain(key.group.0.to_le_bytes())
        .chain(key.cell_number().to_le_bytes())
        .chain(key.action.0.to_le_bytes());
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::{ActionId, DomainId, NameGroup};

    /// Keys of one domain, all different.
    pub(crate) fn keys() -> impl Iterator<Item = RuleKey> {
        let key = |n: u32| RuleKey {
            domain: DomainId(7),
            group: NameGroup((n / 50) as u16),
            cell: None,
            action: ActionId(1000 + (n % 50) as u16),
        };
        (0..60_000).map(key)
    }

    /// Two keys that share a short number.
    pub(crate) fn pair() -> [RuleKey; 2] {
        let mut seen = HashMap::new();
        keys().find_map(|key| seen.insert(short(&key), key).map(|other| [other, key])).unwrap()
    }

    #[test]
    fn short_numbers_have_six_digits_and_few_are_shared() {
        let numbers: Vec<u32> = keys().take(1_000).map(|key| short(&key)).collect();
        assert!(numbers.iter().all(|number| (100_000..1_000_000).contains(number)));
        // Of a thousand, 1000² / (2 · 900000) = .6 pairs are to be expected.
        assert!(numbers.iter().collect::<HashSet<_>>().len() >= 995);
    }

    #[test]
    fn long_numbers_are_told_apart_whatever_their_order() {
        let [one, other] = pair();
        let numbers = long(&[one, other]);
        assert_ne!(numbers[0], numbers[1]);
        assert!(numbers.iter().all(|number| number / 1_000 == short(&one)));
        assert_eq!(long(&[other, one]), [numbers[1], numbers[0]]);
        // As many of one number as there are places.
        let all = long(&vec![one; 1_000]);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 1_000);
        assert_eq!(long(&vec![one; 1_001]).len(), 1_001);
    }
}
