//! One keyed 64-bit hash a field, which feeds value counts and distinct counts alike.

use std::sync::atomic::{AtomicU64, Ordering};

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

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

fn read(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

fn read_half(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)))
}

/// The hash of `bytes`: folded multiplications, as in wyhash and its descendants.
pub(crate) fn hash(bytes: &[u8], key: [u64; 2]) -> u64 {
    let n = bytes.len();
    let (a, b) = if n <= 16 {
        if n >= 8 {
            (read(bytes, 0), read(bytes, n - 8))
        } else if n >= 4 {
            (read_half(bytes, 0), read_half(bytes, n - 4))
        } else if n > 0 {
            (u64::from(bytes[0]) << 16 | u64::from(bytes[n / 2]) << 8 | u64::from(bytes[n - 1]), 0)
        } else {
            (0, 0)
        }
    } else {
        let mut state = key[1];
        let mut at = 0;
        while at + 16 < n {
            state = fold(read(bytes, at) ^ key[0], read(bytes, at + 8) ^ state);
            at += 16;
        }
        (read(bytes, n - 16) ^ state, read(bytes, n - 8))
    };
    // The length is spread over the word: two lengths differ in a few low bits, and so do two digits.
    let length = (n as u64).wrapping_mul(0xE703_7ED1_A0B4_28DB);
    fold(fold(a ^ key[0], b ^ key[1]) ^ key[0] ^ length, key[1] ^ 0xA076_1D64_78BD_642F)
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
