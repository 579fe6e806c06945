//! Where the mechanism's randomness comes from.

use aurora_privacy::sampler::{below, discrete_laplace};
use aurora_privacy::{DrawError, Entropy};

/// The two kinds of draws of a release. In the product only [`Exact`]; the exact test walks every outcome of one.
pub trait Chance {
    /// A uniform integer below `n` (> 0).
    fn below(&mut self, n: u64) -> Result<u64, DrawError>;

    /// An integer z with P(z) ∝ exp(−|z|·num/den).
    fn laplace(&mut self, num: u64, den: u64) -> Result<i64, DrawError>;
}

/// Draws by integers from true entropy.
pub struct Exact<'a>(pub &'a mut dyn Entropy);

impl Chance for Exact<'_> {
    fn below(&mut self, n: u64) -> Result<u64, DrawError> {
        below(self.0, n)
    }

    fn laplace(&mut self, num: u64, den: u64) -> Result<i64, DrawError> {
        discrete_laplace(self.0, num, den)
    }
}

/// The operating system's entropy, fetched a page at a time: a release takes hundreds of millions of small draws.
pub struct SystemEntropy {
    page: Box<[u8; 4096]>,
    used: usize,
}

impl SystemEntropy {
    /// Holds nothing yet.
    pub fn new() -> Self {
        Self { page: Box::new([0; 4096]), used: 4096 }
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        for byte in bytes {
            if self.used == self.page.len() {
                getrandom::fill(&mut self.page[..]).map_err(|_| DrawError::NoEntropy)?;
                self.used = 0;
            }
            // What was given out is not kept.
            *byte = std::mem::take(&mut self.page[self.used]);
            self.used += 1;
        }
        Ok(())
    }
}
