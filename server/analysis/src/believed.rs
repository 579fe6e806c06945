//! The same text after an answer: only what is believed has changed, and nothing is read again.

use aurora_advice::recommendation;
use aurora_learning::{Beliefs, roles};

use crate::{Analysis, Column};

impl Analysis {
    /// This analysis with what `beliefs` now make of it, within a millisecond. `None` when a column's role has
    /// changed: checks and transforms that depend on it must look again.
    pub fn believed(&self, beliefs: &Beliefs) -> Option<Self> {
        let is_same = |column: &Column| roles::learned(beliefs, &column.key, &column.guess) == column.role;
        let unchanged = self.columns.iter().all(is_same);
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
