//! The marker of what may be written to disk.

use crate::ReleasedCell;

mod sealed {
    pub trait Sealed {}
}

/// Implemented only for ids, released buckets, answer counts and keyed hashes. The store's API takes nothing
/// else, so a `String` from a field does not compile.
pub trait Persistable: sealed::Sealed {}

impl sealed::Sealed for ReleasedCell {}
impl Persistable for ReleasedCell {}
