//! Tokens that were verified, by their hash, until they end: a signature costs more than everything else of a read.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::token::Verified;

/// Two generations of tokens: when the younger is full the older is dropped, so that room is bounded and nothing is
/// searched for.
#[derive(Debug)]
pub struct VerifiedTokens {
    kept: Mutex<Kept>,
    half: usize,
}

#[derive(Default, Debug)]
struct Kept {
    /// Which key set verified them.
    generation: u64,
    young: HashMap<[u8; 32], Verified>,
    old: HashMap<[u8; 32], Verified>,
}

impl VerifiedTokens {
    /// Room for `n` tokens.
    pub fn new(n: usize) -> Self {
        Self { kept: Mutex::default(), half: (n / 2).max(1) }
    }

    /// The token, if it was verified by the same key set and has not ended.
    pub fn get(&self, token: &str, generation: u64, now: i64) -> Option<Verified> {
        let hash = Sha256::digest(token.as_bytes()).into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation != generation {
            *kept = Kept { generation, ..Kept::default() };
            return None;
        }
        if let Some(verified) = kept.young.get(&hash) {
            return (verified.exp > now).then_some(*verified);
        }
        let verified = kept.old.remove(&hash).filter(|verified| verified.exp > now)?;
        self.insert(&mut kept, hash, verified);
        Some(verified)
    }

    /// Keeps a token that was verified by a key set.
    pub fn put(&self, token: &str, generation: u64, verified: Verified) {
        let hash = Sha256::digest(token.as_bytes()).into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation == generation {
            self.insert(&mut kept, hash, verified);
        }
    }

    fn insert(&self, kept: &mut Kept, hash: [u8; 32], verified: Verified) {
        if kept.young.len() >= self.half {
            kept.old = std::mem::take(&mut kept.young);
        }
        kept.young.insert(hash, verified);
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.young.len() + kept.old.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MemberId, TenantId};
    use aurora_team::wire::Role;

    fn verified(exp: i64) -> Verified {
        Verified { tenant: TenantId(1), member: MemberId(1), role: Role::Member, version: 0, exp }
    }

    #[test]
    fn a_token_is_kept_until_it_ends_or_the_keys_change() {
        let tokens = VerifiedTokens::new(10);
        tokens.put("a", 0, verified(100));
        assert_eq!(tokens.get("a", 0, 99), Some(verified(100)));
        assert_eq!(tokens.get("a", 0, 100), None);
        assert_eq!(tokens.get("a", 1, 99), None);
        assert!(tokens.is_empty());
    }

    #[test]
    fn room_is_bounded_and_what_is_used_stays() {
        let tokens = VerifiedTokens::new(100);
        tokens.put("used", 0, verified(100));
        for i in 0..10_000 {
            tokens.put(&i.to_string(), 0, verified(100));
            assert!(tokens.get("used", 0, 1).is_some());
            assert!(tokens.len() <= 101);
        }
    }
}
