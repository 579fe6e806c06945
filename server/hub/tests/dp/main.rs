//! The proofs of dp mode: the exact test of the whole road, the audit of its draws, and faults that each must catch.
#![allow(clippy::unwrap_used, reason = "a test program")]

mod audit;
mod exact;
mod ledger;
mod roads;

use aurora_hub::model::{Ballot, MemberId, VoteKey};
use aurora_hub::share::dp::ClosedList;
use aurora_privacy::{DrawError, Entropy};

/// A key of the small lists.
fn key(group: u16) -> VoteKey {
    VoteKey { domain: 0, group, cell: 0, action: 1 }
}

/// A list of `n` keys.
fn list(n: u16) -> ClosedList {
    ClosedList::of([0], 0..n, [0], [1])
}

/// The ballot of `member`: for each key in order yes, no or nothing.
fn ballot(member: i64, sides: &[Option<bool>]) -> Ballot {
    let votes = (0..).zip(sides).filter_map(|(group, side)| Some(key(group).vote((*side)?))).collect();
    Ballot { member: MemberId(member), votes }
}

/// Pseudo-random bytes with a seed, for tests that must repeat (SplitMix64).
struct Dice(u64);

impl Dice {
    /// Seeds are scattered: a generator steps by a constant, so that neighbouring starts would give one stream, shifted.
    fn new(seed: u64) -> Self {
        let mut start = Self(seed);
        Self(start.next() ^ start.next().rotate_left(17))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}
