//! The mechanism: nine noised integers, and the four buckets that are all of them that is kept.

use crate::sampler::{DrawError, Entropy, discrete_laplace};
use crate::statistics::{ColumnStatistics, KINDS};
use crate::{LiveCell, Price};

/// By how much one substituted record moves the nine integers of a column, in L1, times 1000 (as prices are
/// in thousandths): the kinds by 2, skew and distinct by 1 each.
pub const SENSITIVITY_MILLI: u64 = 4_000;

/// A cell that the mechanism drew: the only kind that may rest on disk. [`release`] alone makes one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ReleasedCell(LiveCell);

impl ReleasedCell {
    /// A number for the cell, 0 to 107.
    pub const fn id(self) -> u8 {
        self.0.id()
    }

    /// The four buckets, as columns of the store.
    pub const fn buckets(self) -> LiveCell {
        self.0
    }
}

/// Draws the nine integers of a column of a table of `n_records` at `price`, once, and keeps their buckets.
/// All nine always, whatever the column holds; the bounds of the clamp are public.
pub fn release(
    statistics: &ColumnStatistics,
    n_records: u64,
    price: Price,
    entropy: &mut dyn Entropy,
) -> Result<ReleasedCell, DrawError> {
    let n = i64::try_from(n_records).map_err(|_| DrawError::Overflow)?;
    let mut drawn = [0_i64; 9];
    for ((value, low), out) in statistics.vector(n_records).into_iter().zip(lower_bounds(n)).zip(&mut drawn) {
        let noise = discrete_laplace(entropy, u64::from(price.meps), SENSITIVITY_MILLI)?;
        *out = value.saturating_add(noise).clamp(low, n);
    }
    Ok(ReleasedCell(buckets(&drawn, n)))
}

/// The least value of each of the nine: −n for skew, 0 for the counts. The greatest is n.
pub(crate) const fn lower_bounds(n: i64) -> [i64; 9] {
    [0, 0, 0, 0, 0, 0, 0, -n, 0]
}

/// The four buckets of nine integers: post-processing, so it costs nothing. [`LiveCell::of`] has the same borders but
/// other integers, those of a column's profile.
pub fn buckets(nine: &[i64; 9], n: i64) -> LiveCell {
    let kinds = &nine[..KINDS];
    let (null, skew, distinct) = (kinds[0], nine[7], nine[8]);
    // Ties go to the first kind.
    let mut kind = 1;
    for candidate in 2..KINDS {
        if kinds[candidate] > kinds[kind] {
            kind = candidate;
        }
    }
    let numbers = kinds[1] + kinds[2];
    LiveCell {
        kind: kind as u8 - 1,
        nulls: u8::from(5 * null >= n),
        skew: if 2 * numbers < n { 0 } else { 1 + u8::from(skew >= 0) },
        distinct: if 20 * distinct < n { 0 } else { 1 + u8::from(20 * distinct >= 19 * n) },
    }
}
