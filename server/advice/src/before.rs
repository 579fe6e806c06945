//! What is known of the same file in an earlier version, to be compared with what it is now.

use std::collections::HashMap;

use aurora_profile::ColumnProfile;

use crate::{ColumnView, TableView};

/// A file as it was.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Before {
    /// Which version that was, for people: `HEAD (1a2b3c4)`.
    pub revision: String,
    /// Its columns in order: name and profile.
    pub columns: Vec<(String, ColumnProfile)>,
}

impl Before {
    /// Each column of `table` with the one it was: by name where both have that name once; by place where no column of
    /// either has a name. Nothing when less than half of the old columns are found again: it is another table.
    pub fn matched<'a>(&'a self, table: &TableView<'a>) -> Vec<(&'a ColumnView<'a>, &'a ColumnProfile)> {
        let names = || table.columns.iter().map(|column| column.header.name.trim());
        let nameless =
            names().all(str::is_empty) && self.columns.iter().all(|(name, _)| name.trim().is_empty());
        let found: Vec<_> = if nameless {
            let same_width = self.columns.len() == table.columns.len();
            let old = self.columns.iter().filter(|_| same_width).map(|(_, profile)| profile);
            table.columns.iter().zip(old).collect()
        } else {
            let mut n_now: HashMap<&str, usize> = HashMap::new();
            names().for_each(|name| *n_now.entry(name).or_default() += 1);
            let mut old: HashMap<&str, Option<&ColumnProfile>> = HashMap::new();
            for (name, profile) in &self.columns {
                // A name that occurs twice tells nothing.
                old.entry(name.trim()).and_modify(|known| *known = None).or_insert(Some(profile));
            }
            let was = |column: &'a ColumnView<'a>| {
                let name = column.header.name.trim();
                let once = !name.is_empty() && n_now.get(name) == Some(&1);
                Some((column, old.get(name).copied().flatten().filter(|_| once)?))
            };
            table.columns.iter().filter_map(was).collect()
        };
        if found.len() * 2 < self.columns.len() { Vec::new() } else { found }
    }
}

/// How likely as few as `k_before` of the `k_before + k_now` events fall among the `n_before` earlier of all trials, if
/// they were as frequent then as they are among the `n_now` of now: the tail of a binomial distribution, which compares
/// two rates whatever they are (Przyborowski and Wilenski 1940, <https://doi.org/10.1093/biomet/31.3-4.313>).
///
/// A file that grew holds its old records still, so that the true likelihood is smaller: this errs on the calm side.
pub(crate) fn chance(k_before: u64, n_before: u64, k_now: u64, n_now: u64) -> f64 {
    let (n, share) = ((k_before + k_now) as f64, n_before as f64 / (n_before + n_now).max(1) as f64);
    if share >= 1.0 || share <= 0.0 {
        return 1.0;
    }
    let (log_hit, log_miss) = (share.ln(), (-share).ln_1p());
    let (mut tail, mut log_ways) = (0.0, 0.0);
    for i in 0..=k_before {
        let i = i as f64;
        tail += (log_ways + i * log_hit + (n - i) * log_miss).exp();
        log_ways += ((n - i) / (i + 1.0)).ln();
    }
    f64::min(tail, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn the_chance_is_that_of_the_binomial_distribution() {
        // `scipy.stats.binom.cdf(k_before, k_before + k_now, n_before / (n_before + n_now))`, SciPy 1.17.
        for (k_before, n_before, k_now, n_now, expected) in [
            (0, 50, 10, 50, 0.000_976_562_5),
            (1, 40, 11, 60, 0.019_591_041_024),
            (3, 1_000, 40, 3_000, 0.002_429_922_389_680_66),
            (120, 700, 100, 300, 9.740_194_402_395_79e-7),
        ] {
            let found = chance(k_before, n_before, k_now, n_now);
            assert!((found / expected - 1.0).abs() < 1e-9, "{k_before} of {n_before}: {found}");
        }
    }

    #[test]
    fn columns_are_found_again_by_name_and_another_table_is_not_compared() {
        let matched = |before: &str, now: &str| {
            let sample = Sample::new(now).since(before);
            let before = sample.file.before.clone().unwrap();
            sample
                .with(|table| before.matched(table).iter().map(|(column, _)| column.idx).collect::<Vec<_>>())
        };
        assert_eq!(matched("a,b,c\n1,2,3\n", "x,c,a\n1,2,3\n"), [1, 2]);
        assert_eq!(matched("a,a,c\n1,2,3\n", "a,c,d\n1,2,3\n"), [] as [usize; 0]);
        assert_eq!(matched("a,b,c\n1,2,3\n", "x,y,c\n1,2,3\n"), [] as [usize; 0]);
        assert_eq!(matched(",\n1,2\n", ",\n3,4\n"), [0, 1]);
    }
}
