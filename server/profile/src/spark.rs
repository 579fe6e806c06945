//! A column's distribution in a line of text or a small picture.

use crate::ColumnProfile;

/// The most frequent values that are shown of a column that is no number.
const MAX_TOP: usize = 8;

/// Eighths of a line's height.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl ColumnProfile {
    /// Whether what is shown of the column is how its numbers are distributed.
    pub fn is_mostly_numbers(&self) -> bool {
        self.numbers.is_some() && self.number_share() >= 0.5
    }

    /// Counts to draw as bars: of numbers, those in equal intervals from the smallest to the largest; else those of the
    /// most frequent values, the most frequent first, if any occurs twice.
    pub fn spark(&self) -> Vec<u64> {
        match &self.numbers {
            Some(numbers) if self.is_mostly_numbers() => numbers.bins.clone(),
            _ if self.top.iter().all(|count| count.n < 2) => Vec::new(),
            _ => self.top.iter().take(MAX_TOP).map(|count| count.n).collect(),
        }
    }
}

/// `counts` as bars of eight heights, a character each; a blank where there is nothing.
pub fn bars(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or_default();
    let bar = |&n: &u64| match n {
        0 => ' ',
        n => HEIGHTS[(n as f64 / most as f64 * 7.0).round() as usize],
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnSummary;

    #[test]
    fn the_tallest_bar_is_full_and_what_is_seldom_is_seen() {
        assert_eq!(bars(&[1000, 500, 1, 0]), "█▅▁ ");
        assert_eq!(bars(&[]), "");
    }

    #[test]
    fn numbers_show_their_spread_and_texts_their_most_frequent_values() {
        let of = |values: &[&str]| ColumnSummary::of(values.iter().copied().map(Some)).profile().spark();
        let numbers = of(&["1", "1", "1", "2", "21"]);
        assert_eq!((numbers.len(), numbers[0], numbers[19]), (20, 3, 1));
        assert_eq!(of(&["a", "b", "a"]), [2, 1]);
        assert_eq!(of(&["a", "b"]), []);
    }
}
