//! HyperLogLog with 4,096 registers: how many distinct hashes were seen, within 1.6 %.

/// The registers; merging takes the larger of each, so neither order nor grouping matters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registers(Box<[u8; N]>);

const BITS: u32 = 12;
const N: usize = 1 << BITS;

/// Relative standard error of [`Registers::estimate`]: 1.04 / √4096.
pub const STANDARD_ERROR: f64 = 0.01625;

impl Default for Registers {
    fn default() -> Self {
        Self(Box::new([0; N]))
    }
}

impl Registers {
    /// Takes in a hash.
    pub fn add(&mut self, hash: u64) {
        let at = (hash >> (64 - BITS)) as usize;
        let rank = ((hash << BITS) | 1 << (BITS - 1)).leading_zeros() as u8 + 1;
        self.0[at] = self.0[at].max(rank);
    }

    /// Takes in other registers.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0.iter()) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// How many distinct hashes: Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
    /// (2017), algorithm 6, which needs no correction by size.
    pub fn estimate(&self) -> f64 {
        const Q: usize = 64 - BITS as usize;
        let mut counts = [0_u32; Q + 2];
        for &register in self.0.iter() {
            counts[usize::from(register)] += 1;
        }
        let m = N as f64;
        let mut z = m * tau(1.0 - f64::from(counts[Q + 1]) / m);
        for k in (1..=Q).rev() {
            z = 0.5 * (z + f64::from(counts[k]));
        }
        z += m * sigma(f64::from(counts[0]) / m);
        m * m / (2.0 * std::f64::consts::LN_2 * z)
    }
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{hash, key};

    #[test]
    fn estimates_are_within_five_standard_errors() {
        let mut registers = Registers::default();
        let mut next = 1_u64;
        for n in 1..=300_000_u64 {
            registers.add(hash(&n.to_le_bytes(), key()));
            if n == next {
                let error = registers.estimate() / n as f64 - 1.0;
                assert!(error.abs() < 5.0 * STANDARD_ERROR, "{n}: {error}");
                next *= 3;
            }
        }
    }
}
