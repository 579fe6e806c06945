//! The four coarse buckets of a column: exact in memory, at rest only as the mechanism released them.

/// The four buckets of a column, packed into an id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LiveCell {
    /// 0 integer, 1 real, 2 date, 3 Boolean, 4 short text, 5 long text.
    pub kind: u8,
    /// 0 below 20 % nulls, 1 from 20 %.
    pub nulls: u8,
    /// 0 none, 1 flat, 2 skewed.
    pub skew: u8,
    /// 0 below 5 % distinct, 1 below 95 %, 2 from 95 %.
    pub distinct: u8,
}

impl LiveCell {
    /// A number for the cell, 0 to 107.
    pub const fn id(self) -> u8 {
        ((self.kind * 2 + self.nulls) * 3 + self.skew) * 3 + self.distinct
    }
}

/// A cell that the mechanism drew: the only kind that may rest on disk. It has no public constructor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ReleasedCell(LiveCell);

impl ReleasedCell {
    /// A number for the cell, 0 to 107.
    pub const fn id(self) -> u8 {
        self.0.id()
    }
}
