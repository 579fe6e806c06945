//! How much of its privacy a file may spend, and the price of one column.

/// What a lineage may spend in its life, in thousandths of ε.
pub const CAP_MEPS: u32 = 900;

/// Below so many records nothing is ever drawn.
pub const MIN_RECORDS: u64 = 50;

/// The most columns of a lineage that are ever drawn.
pub const MAX_COLUMNS: u64 = 100;

/// The price of one column and how many columns can be paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// Thousandths of ε a column.
    pub meps: u32,
    /// Columns.
    pub columns: u32,
}

/// The price for a table of `n_records` and `n_columns` (both public): m = clamp(min(K, ⌊n/50⌋), 1, 100)
/// columns at ⌊900/m⌋. `None` when nothing may be drawn.
pub fn price(n_records: u64, n_columns: u64) -> Option<Price> {
    if n_records < MIN_RECORDS || n_columns == 0 {
        return None;
    }
    let columns = n_columns.min(n_records / MIN_RECORDS).clamp(1, MAX_COLUMNS) as u32;
    Some(Price { meps: CAP_MEPS / columns, columns })
}

/// The public band of a number of records: its number of bits. A bucket drawn in a lower band is old.
pub fn band(n_records: u64) -> u32 {
    u64::BITS - n_records.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_those_of_the_design() {
        let of = |n, k| price(n, k).map(|p| (p.meps, p.columns));
        assert_eq!(of(49, 5), None);
        assert_eq!(of(50, 20), Some((900, 1)));
        assert_eq!(of(200, 5), Some((225, 4)));
        assert_eq!(of(1_000, 5), Some((180, 5)));
        assert_eq!(of(1_000, 250), Some((45, 20)));
        assert_eq!(of(10_000, 250), Some((9, 100)));
    }

    #[test]
    fn a_lineage_never_pays_more_than_the_cap() {
        for n in (50..20_000).step_by(37) {
            for k in [1, 2, 3, 7, 19, 100, 101, 5_000] {
                let price = price(n, k).unwrap();
                assert!(price.meps * price.columns <= CAP_MEPS && price.meps > 0);
            }
        }
    }
}
