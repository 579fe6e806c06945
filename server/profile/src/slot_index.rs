//! Finds the index of a hash.

/// Slots that are looked at together.
const GROUP: usize = 8;
/// Bit 7 of every slot of a group: the slot is taken.
const TAKEN: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Open addressing over a power of two of groups of eight slots, at most half full. A slot's tag holds seven bits of
/// the hash, and a group's tags are one word: whether a value is known is mostly one look at one word, whatever lies
/// in the other slots, so that the processor guesses the branches right.
#[derive(Clone, Debug)]
pub(crate) struct SlotIndex {
    /// The tags of each group; 0 is an empty slot.
    tags: Vec<u64>,
    indices: Vec<u16>,
    n: usize,
}

impl Default for SlotIndex {
    fn default() -> Self {
        Self::with_groups(8)
    }
}

/// What stands in the slot of a hash; the group is chosen by other bits.
#[inline]
fn tag(hash: u64) -> u64 {
    hash >> 57 | 0x80
}

impl SlotIndex {
    fn with_groups(n: usize) -> Self {
        Self { tags: vec![0; n], indices: vec![0; n * GROUP], n: 0 }
    }

    /// The index stored for `hash`, where `hash_at` gives the hash of a stored index.
    #[inline]
    pub(crate) fn find(&self, hash: u64, hash_at: impl Fn(usize) -> u64) -> Option<usize> {
        let mask = self.tags.len() - 1;
        let wanted = tag(hash) * ONES;
        let mut at = hash as usize & mask;
        loop {
            let tags = self.tags[at];
            // Bytes of zero are slots whose tag agrees; above one of them there may be a false one, which the hash
            // itself tells.
            let unlike = tags ^ wanted;
            let mut alike = unlike.wrapping_sub(ONES) & !unlike & TAKEN;
            while alike != 0 {
                let slot = at * GROUP + (alike.trailing_zeros() / 8) as usize;
                let index = usize::from(self.indices[slot]);
                if hash_at(index) == hash {
                    return Some(index);
                }
                alike &= alike - 1;
            }
            if tags & TAKEN != TAKEN {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Stores `index`, below 65,536, for `hash`; `hash_at` must know the stored indices.
    pub(crate) fn insert(&mut self, hash: u64, index: usize, hash_at: impl Fn(usize) -> u64) {
        if (self.n + 1) * 2 > self.indices.len() {
            self.grow(hash_at);
        }
        self.place(hash, index as u16);
        self.n += 1;
    }

    #[cold]
    fn grow(&mut self, hash_at: impl Fn(usize) -> u64) {
        let old = std::mem::take(self);
        *self = Self { n: old.n, ..Self::with_groups(old.tags.len() * 2) };
        for (slot, &index) in old.indices.iter().enumerate() {
            if old.tags[slot / GROUP] >> (8 * (slot % GROUP)) & 0x80 != 0 {
                self.place(hash_at(usize::from(index)), index);
            }
        }
    }

    #[inline]
    fn place(&mut self, hash: u64, index: u16) {
        let mask = self.tags.len() - 1;
        let mut at = hash as usize & mask;
        while self.tags[at] & TAKEN == TAKEN {
            at = (at + 1) & mask;
        }
        let shift = (!self.tags[at] & TAKEN).trailing_zeros() - 7;
        self.tags[at] |= tag(hash) << shift;
        self.indices[at * GROUP + (shift / 8) as usize] = index;
    }

    /// Forgets all, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.tags.fill(0);
        self.n = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_stored_is_found(hashes in prop::collection::vec(0..40_u64, 0..200), spread in any::<u64>()) {
            // Few different bits: full groups and equal tags are the rule.
            let hash = |n: u64| n.wrapping_mul(spread | 1) & 0xC000_0000_0000_00FF;
            let mut index = SlotIndex::default();
            let mut known: Vec<u64> = Vec::new();
            for n in hashes {
                let wanted = hash(n);
                let expected = known.iter().position(|&hash| hash == wanted);
                prop_assert_eq!(index.find(wanted, |at| known[at]), expected);
                if expected.is_none() {
                    known.push(wanted);
                    index.insert(wanted, known.len() - 1, |at| known[at]);
                }
            }
        }
    }
}
