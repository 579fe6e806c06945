//! The four coarse buckets of a column: exact in memory, at rest only as the mechanism released them.

use aurora_profile::{ColumnProfile, ValueKind};

/// The four buckets of a column. Exact ones live in memory and have no place at rest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LiveCell {
    /// 0 integer, 1 real, 2 date, 3 Boolean, 4 short text, 5 long text.
    pub kind: u8,
    /// 0 below 20 % nulls, 1 from 20 %.
    pub nulls: u8,
    /// 0 none (half of the fields are no numbers), 1 flat, 2 skewed to the right.
    pub skew: u8,
    /// 0 below 5 % distinct, 1 below 95 %, 2 from 95 %.
    pub distinct: u8,
}

impl LiveCell {
    /// A number for the cell, 0 to 107.
    pub const fn id(self) -> u8 {
        ((self.kind * 2 + self.nulls) * 3 + self.skew) * 3 + self.distinct
    }

    /// The buckets behind a number, for showing; `None` above 107.
    pub const fn from_id(id: u8) -> Option<Self> {
        if id > 107 {
            return None;
        }
        Some(Self { kind: id / 18, nulls: id / 9 % 2, skew: id / 3 % 3, distinct: id % 3 })
    }

    /// The buckets of an open column by its profile, with the mechanism's borders but not of its integers: kinds and
    /// distinct values as the profile counts them, skew by its quantiles, and long text by its commonest values. The two
    /// may differ near a border.
    pub fn of(profile: &ColumnProfile) -> Self {
        let count = |kind| profile.count(kind);
        let text = count(ValueKind::Text) + count(ValueKind::DecoratedNumber);
        let long =
            profile.top.iter().filter(|top| top.value.chars().count() > 24).map(|top| top.n).sum::<u64>();
        let shown = profile.top.iter().map(|top| top.n).sum::<u64>().max(1);
        let counts = [
            count(ValueKind::Integer),
            count(ValueKind::Real),
            count(ValueKind::Date) + count(ValueKind::DateTime) + count(ValueKind::Time),
            count(ValueKind::Boolean),
            if 2 * long >= shown { 0 } else { text },
            if 2 * long >= shown { text } else { 0 },
        ];
        let mut kind = 0;
        for candidate in 1..counts.len() {
            if counts[candidate] > counts[kind] {
                kind = candidate;
            }
        }
        let skewed = profile.numbers.as_ref().is_some_and(|numbers| {
            let (q10, q50, q90) = (numbers.quantile(0.1), numbers.median(), numbers.quantile(0.9));
            (q90 - q50) * 0.65 >= (q50 - q10) * 1.35
        });
        let n = profile.n;
        Self {
            kind: kind as u8,
            nulls: u8::from(5 * profile.n_null() >= n),
            skew: if 2 * (counts[0] + counts[1]) < n { 0 } else { 1 + u8::from(skewed) },
            distinct: if 20 * profile.distinct < n {
                0
            } else {
                1 + u8::from(20 * profile.distinct >= 19 * n)
            },
        }
    }

    /// The four buckets in words, those that say something: `real, many nulls, skewed, few distinct`.
    pub fn words(self) -> String {
        let kind = ["integers", "reals", "dates", "yes or no", "short text", "long text"];
        let mut words = vec![kind[self.kind as usize % 6]];
        words.extend((self.nulls == 1).then_some("20 % nulls or more"));
        words.extend((self.skew == 2).then_some("strong right skew"));
        words.extend(
            [Some("few distinct values"), None, Some("nearly all distinct")][self.distinct as usize % 3],
        );
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_its_cell() {
        for id in 0..108 {
            assert_eq!(LiveCell::from_id(id).unwrap().id(), id);
        }
        assert_eq!(LiveCell::from_id(108), None);
    }
}
