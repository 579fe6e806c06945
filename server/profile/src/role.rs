//! What a column is for: the nine roles of the SortingHat benchmark.

use crate::{ColumnProfile, ValueKind};

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
}

/// A probability for each role, most probable first; they sum to 1.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleGuess {
    /// Role and probability.
    pub ranked: Vec<(Role, f64)>,
}

impl RoleGuess {
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
pub fn guess(_name: &str, profile: &ColumnProfile) -> RoleGuess {
    let best = match profile.kind() {
        ValueKind::Null => Role::NotGeneralizable,
        ValueKind::Integer | ValueKind::Real => Role::Numeric,
        ValueKind::Date | ValueKind::DateTime | ValueKind::Time => Role::Datetime,
        ValueKind::Boolean => Role::Categorical,
        ValueKind::DecoratedNumber => Role::EmbeddedNumber,
        ValueKind::Text if profile.distinct <= 20 => Role::Categorical,
        ValueKind::Text => Role::ContextSpecific,
    };
    let rest = 0.4 / (Role::ALL.len() - 1) as f64;
    let mut ranked: Vec<_> = Role::ALL.into_iter().map(|r| (r, if r == best { 0.6 } else { rest })).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    RoleGuess { ranked }
}
