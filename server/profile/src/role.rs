//! What a column is for: the nine roles of the SortingHat benchmark.

mod features;
mod forest;
mod names;

use crate::ColumnProfile;

pub use features::{Evidence, N_FEATURES, NumberRange, features};
pub use names::tokens;

/// What a column is for. The words are those of the SortingHat benchmark (Shah et al., SIGMOD 2021).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Role {
    /// A quantity one may calculate with.
    Numeric,
    /// One of a few values, also when written as integers.
    Categorical,
    /// A date or time.
    Datetime,
    /// Prose.
    Sentence,
    /// A web address.
    Url,
    /// A number inside text (`12 kg`).
    EmbeddedNumber,
    /// Several values in one field.
    List,
    /// Nothing to learn from: ids, constants, empty columns.
    NotGeneralizable,
    /// Only a person can say.
    ContextSpecific,
}

impl Role {
    /// All roles, in the order of their catalogue numbers.
    pub const ALL: [Self; 9] = [
        Self::Numeric,
        Self::Categorical,
        Self::Datetime,
        Self::Sentence,
        Self::Url,
        Self::EmbeddedNumber,
        Self::List,
        Self::NotGeneralizable,
        Self::ContextSpecific,
    ];

    /// The benchmark's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Numeric => "numeric",
            Self::Categorical => "categorical",
            Self::Datetime => "datetime",
            Self::Sentence => "sentence",
            Self::Url => "url",
            Self::EmbeddedNumber => "embedded-number",
            Self::List => "list",
            Self::NotGeneralizable => "not-generalizable",
            Self::ContextSpecific => "context-specific",
        }
    }

    /// The role that the benchmark calls `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A probability for each role, most probable first; they sum to 1.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleGuess {
    /// Role and probability.
    pub ranked: Vec<(Role, f64)>,
}

impl RoleGuess {
    /// Of a column that was not looked at: every role alike.
    pub fn unknown() -> Self {
        Self::new([1.0 / 9.0; 9])
    }

    /// The roles with the probabilities `p`, in the order of [`Role::ALL`].
    pub fn new(p: [f64; 9]) -> Self {
        let mut ranked: Vec<_> = Role::ALL.into_iter().zip(p).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self { ranked }
    }

    /// The most probable role.
    pub fn best(&self) -> Role {
        self.ranked[0].0
    }

    /// The probability of `role`.
    pub fn p(&self, role: Role) -> f64 {
        self.ranked.iter().find(|(r, _)| *r == role).map_or(0.0, |(_, p)| *p)
    }
}

/// The role of the column called `name`.
pub fn guess(name: &str, profile: &ColumnProfile) -> RoleGuess {
    guess_from(&Evidence::of(name, profile))
}

/// Share of nulls from which there is nothing to learn from a column, whatever else it holds.
const NEARLY_EMPTY: f64 = 0.98;

/// The role that `evidence` speaks for: a boosted forest, and two rules that hold where it saw too few examples
/// (columns that are nearly empty or constant; fields that are bracketed lists).
pub fn guess_from(evidence: &Evidence<'_>) -> RoleGuess {
    judge(evidence, &features(evidence))
}

/// The role of the column called `name`, and where it stands: both from one look at it.
pub fn guess_and_standing(name: &str, profile: &ColumnProfile) -> (RoleGuess, Standing) {
    let evidence = Evidence::of(name, profile);
    let features = features(&evidence);
    (judge(&evidence, &features), Standing(forest::passed(&features)))
}

fn judge(evidence: &Evidence<'_>, features: &[f64; N_FEATURES]) -> RoleGuess {
    let mut p = forest::probabilities(features);
    let mut believe = |role: Role, weight: f64| {
        for each in &mut p {
            *each *= 1.0 - weight;
        }
        p[role as usize] += weight;
    };
    if evidence.bracketed_share() >= 0.8 {
        believe(Role::List, 0.9);
    }
    if evidence.distinct <= 1 || evidence.null_share() >= NEARLY_EMPTY {
        believe(Role::NotGeneralizable, 0.85);
    }
    RoleGuess::new(p)
}

/// Where a column stands among all that the forest tells apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Standing([u16; N_FEATURES]);

impl Standing {
    /// The share of the forest's splits that lie between two columns, 0 to 1: what tells roles apart in general is what
    /// two columns are compared by.
    pub fn apart(&self, other: &Self) -> f64 {
        let between: u32 = self.0.iter().zip(&other.0).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum();
        f64::from(between) / forest::n_splits() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnSummary;

    fn role(name: &str, values: &[&str]) -> Role {
        let mut summary = ColumnSummary::default();
        for value in values {
            summary.observe(Some(value));
        }
        guess(name, &summary.profile()).best()
    }

    fn many(n: usize, value: impl Fn(usize) -> String) -> Vec<String> {
        (0..n).map(value).collect()
    }

    #[test]
    fn plain_columns_have_plain_roles() {
        let cases: Vec<(&str, Vec<String>, Role)> = vec![
            ("amount", many(300, |i| format!("{}.{:02}", (i * i * 37) % 9_973, i % 100)), Role::Numeric),
            ("gender", many(300, |i| ["female", "male"][i % 2].to_owned()), Role::Categorical),
            (
                "created_at",
                many(300, |i| format!("2024-{:02}-{:02}", i % 12 + 1, i % 28 + 1)),
                Role::Datetime,
            ),
            ("website", many(300, |i| format!("https://www.example.org/page/{i}")), Role::Url),
            ("weight", many(300, |i| format!("{} kg", 40 + i % 70)), Role::EmbeddedNumber),
            ("tags", many(300, |i| format!("['red', 'blue', 'tag{}']", i % 9)), Role::List),
            ("id", many(300, |i| i.to_string()), Role::NotGeneralizable),
            ("version", many(300, |_| "7".to_owned()), Role::NotGeneralizable),
        ];
        for (name, values, expected) in cases {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(role(name, &values), expected, "{name}");
        }
    }

    #[test]
    fn probabilities_sum_to_one_for_any_column() {
        for values in [&[][..], &["", "", "x"], &["\u{0}", "∞", "1e999"], &["a"]] {
            let mut summary = ColumnSummary::default();
            for value in values {
                summary.observe(Some(value));
            }
            let guess = guess("", &summary.profile());
            let sum: f64 = guess.ranked.iter().map(|(_, p)| p).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{values:?}: {sum}");
        }
    }
}
