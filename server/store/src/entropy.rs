//! The operating system's entropy, and the day: the only places where learning touches either.

use std::time::{SystemTime, UNIX_EPOCH};

use aurora_privacy::{Day, DrawError, Entropy};

/// Entropy of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        getrandom::fill(bytes).map_err(|_| DrawError::NoEntropy)
    }
}

/// Today, in days since 1970-01-01 (UTC).
pub fn today() -> Day {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Day::try_from(elapsed.as_secs() / 86_400).unwrap_or(Day::MAX)
}
