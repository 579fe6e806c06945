//! One keyed 64-bit hash a field, which feeds value counts and distinct counts alike.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::window::{self, Window};

static KEY: [AtomicU64; 2] = [AtomicU64::new(0x9E37_79B9_7F4A_7C15), AtomicU64::new(0xD1B5_4A32_D192_ED03)];

/// Chooses the key of this process, so that nobody can prepare fields that collide. Call it once, before any
/// summary is made: summaries made under different keys do not merge.
pub fn set_key(key: [u64; 2]) {
    // An odd word keeps the multiplications from losing bits.
    KEY[0].store(key[0] | 1, Ordering::Relaxed);
    KEY[1].store(key[1] | 1, Ordering::Relaxed);
}

/// The key in use.
pub(crate) fn key() -> [u64; 2] {
    [KEY[0].load(Ordering::Relaxed), KEY[1].load(Ordering::Relaxed)]
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline]
fn read(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// The hash of `bytes`, whose window is at hand: folded multiplications, as in wyhash and its descendants.
#[inline]
pub(crate) fn hash_in(window: Window, bytes: &[u8], key: [u64; 2]) -> u64 {
    let n = bytes.len();
    let [a, b, c, d] = window.0;
    let mut state = key[1] ^ 0xA076_1D64_78BD_642F;
    // The length is spread over the word: two lengths differ in a few low bits, and so do two digits.
    let length = (n as u64).wrapping_mul(0xE703_7ED1_A0B4_28DB);
    if n <= 16 {
        return fold(fold(a ^ key[0], b ^ key[1]) ^ length, state);
    }
    let mut at = window::WIDTH;
    while at < n {
        // The last sixteen bytes may overlap what was taken in before.
        let from = at.min(n - 16);
        state = fold(read(bytes, from) ^ key[0], read(bytes, from + 8) ^ state);
        at += 16;
    }
    fold(fold(a ^ key[0], b ^ key[1]) ^ fold(c ^ key[1], d ^ !key[0]) ^ length, state)
}

/// The hash of three words.
#[inline]
pub(crate) fn mix(words: [u64; 3], key: [u64; 2]) -> u64 {
    fold(fold(words[0] ^ key[0], words[1] ^ key[1]), words[2] ^ key[1])
}

/// The hash of `bytes`.
#[cfg(test)]
pub(crate) fn hash(bytes: &[u8], key: [u64; 2]) -> u64 {
    hash_in(Window::at(bytes, 0, bytes.len()), bytes, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn near_fields_of_every_length_differ() {
        let mut seen = HashSet::new();
        for i in 0..200_000_u32 {
            assert!(seen.insert(hash(i.to_string().as_bytes(), key())));
        }
        for n in 0..200 {
            assert!(seen.insert(hash("x".repeat(n).as_bytes(), key())));
        }
    }
}
