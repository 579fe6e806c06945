//! What a person did with a recommendation.

use aurora_privacy::LiveCell;

/// Catalogue number of a check, transform or role answer; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ActionId(pub u16);

/// Keyed hash of a domain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct DomainId(pub i64);

/// Group of header names in the shipped dictionary; 0 is "other or not known".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct NameGroup(pub u16);

/// Keyed hash of an exact header, 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NameHash(pub [u8; 8]);

/// Where a column stands among the beliefs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ColumnKey {
    /// The domain of its file.
    pub domain: DomainId,
    /// The group of its name.
    pub group: NameGroup,
    /// Its exact name, keyed; `None` when the header is not certain.
    pub name: Option<NameHash>,
    /// Its exact buckets; memory only.
    pub cell: Option<LiveCell>,
}

/// What a correction is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// What the column is.
    Role,
    /// What to do with it.
    Transform,
    /// Whether to report.
    Check,
    /// Whether a value is wrong.
    Value,
}

/// What the person did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Took it. Of a value: it is wrong.
    Accept,
    /// Refused it. Of a value: it is right.
    Dismiss,
    /// Wanted something else.
    Override,
    /// Took an accepted edit back.
    Undo,
    /// Did by hand what a transform does, and confirmed it.
    Manual,
}

/// How far an answer reaches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Scope {
    /// This column of this file.
    Column,
    /// Columns like this.
    #[default]
    Alike,
    /// Everywhere.
    All,
}

/// One answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Correction {
    /// Days since 1970-01-01.
    pub day: i32,
    /// The column.
    pub key: ColumnKey,
    /// What it is about.
    pub target: Target,
    /// The action asked about.
    pub asked: ActionId,
    /// What the person did.
    pub kind: Kind,
    /// How far it reaches.
    pub scope: Scope,
    /// What the person wanted instead (override, manual).
    pub wanted: Option<ActionId>,
}
