//! Exact discrete Laplace noise by integers (Canonne, Kamath, Steinke: "The Discrete Gaussian for Differential
//! Privacy", 2020, algorithms 1 and 2). No float, no seed, no log: a float sampler leaks through its gaps.

/// Why nothing was drawn. The spend is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DrawError {
    /// The system gave no entropy.
    NoEntropy,
    /// A number left its range.
    Overflow,
}

/// Where random bytes come from. In the product only the operating system; in proofs a script.
pub trait Entropy {
    /// Fills `bytes` with independent uniform bytes.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError>;
}

/// A uniform integer below `n` (> 0), by rejection.
pub fn below(entropy: &mut dyn Entropy, n: u64) -> Result<u64, DrawError> {
    // 2^64 mod n values at the top would make the first ones likelier: they are drawn again.
    let surplus = (u64::MAX % n + 1) % n;
    loop {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes)?;
        let x = u64::from_le_bytes(bytes);
        if x <= u64::MAX - surplus {
            return Ok(x % n);
        }
    }
}

/// True with probability e^(−a/b), for a ≤ b.
fn bernoulli_exp(entropy: &mut dyn Entropy, a: u64, b: u64) -> Result<bool, DrawError> {
    let mut k = 1_u64;
    while below(entropy, b.checked_mul(k).ok_or(DrawError::Overflow)?)? < a {
        k += 1;
    }
    Ok(k % 2 == 1)
}

/// An integer z with P(z) ∝ exp(−|z|·num/den), for num, den > 0.
pub fn discrete_laplace(entropy: &mut dyn Entropy, num: u64, den: u64) -> Result<i64, DrawError> {
    loop {
        let u = below(entropy, den)?;
        if !bernoulli_exp(entropy, u, den)? {
            continue;
        }
        let mut v = 0_u64;
        while bernoulli_exp(entropy, 1, 1)? {
            v += 1;
        }
        let x = den.checked_mul(v).and_then(|dv| dv.checked_add(u)).ok_or(DrawError::Overflow)?;
        let y = i64::try_from(x / num).map_err(|_| DrawError::Overflow)?;
        let negative = below(entropy, 2)? == 1;
        // Zero has two signs but must not count twice.
        if !(negative && y == 0) {
            return Ok(if negative { -y } else { y });
        }
    }
}
