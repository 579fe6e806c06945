//! A snapshot as the earlier version that a later one is compared with.

use aurora_advice::Before;

use crate::Snapshot;

impl Snapshot {
    /// What a later version is compared with, when this is the file in `revision`.
    pub fn as_before(&self, revision: String) -> Before {
        let names = self.headers().into_iter().map(|header| header.name);
        Before { revision, columns: names.zip(self.profiles()).collect() }
    }
}
