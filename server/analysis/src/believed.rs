//! The same text after an answer: only what is believed has changed, and nothing is read again.

use aurora_advice::recommendation;
use aurora_learning::{Beliefs, roles};
use aurora_profile::role;

use crate::Analysis;

impl Analysis {
    /// This analysis with what `beliefs` now make of it, within a millisecond. `None` when a column's role has
    /// changed: checks and transforms that depend on it must look again.
    pub fn believed(&self, beliefs: &Beliefs) -> Option<Self> {
        let unchanged = self.columns.iter().all(|column| {
            let guess = role::guess(&column.header.name, &column.profile);
            roles::learned(beliefs, &column.key, &guess) == column.role
        });
        if !unchanged {
            return None;
        }
        let mut believed = self.clone();
        for column in &mut believed.columns {
            recommendation::rank(&mut column.recommendations, &column.key, beliefs);
        }
        Some(believed)
    }
}
