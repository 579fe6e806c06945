//! What is kept, for `aurora privacy`.

use aurora_learning::AtRest;
use aurora_privacy::{Day, LineageTag, LiveCell};

/// Everything that is kept.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// Files by lineage.
    pub files: Vec<FileReport>,
    /// The sources themselves.
    pub at_rest: AtRest,
}

/// One file through its versions.
#[derive(Clone, PartialEq, Debug)]
pub struct FileReport {
    /// Its keyed hash.
    pub lineage: LineageTag,
    /// What it may spend, thousandths of ε.
    pub cap_meps: u32,
    /// What it has spent.
    pub used_meps: u32,
    /// Its columns that were paid for.
    pub columns: Vec<ColumnReport>,
}

/// One column that was paid for.
#[derive(Clone, PartialEq, Debug)]
pub struct ColumnReport {
    /// Position, from 0.
    pub column: u32,
    /// What it cost, thousandths of ε.
    pub meps: u32,
    /// When.
    pub day: Day,
    /// The four buckets that were drawn; `None` when nothing rests.
    pub buckets: Option<LiveCell>,
    /// Whether they were forgotten (or lost in a crash).
    pub forgotten: bool,
}
