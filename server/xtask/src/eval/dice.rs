//! Pseudo-random numbers with a seed, for simulations that must repeat.

use aurora_privacy::{DrawError, Entropy};
use aurora_testing::random::Random;

pub(super) struct Dice(Random);

impl Dice {
    /// Seeds are scattered: the generator steps by a constant, so that neighbouring starts would give one stream, shifted.
    pub(super) fn new(seed: u64) -> Self {
        let mut start = Random::new(seed);
        Self(Random::new(start.bits() ^ start.bits().rotate_left(17)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0.bits()
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Between 0 and 1.
    pub(super) fn uniform(&mut self) -> f64 {
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
