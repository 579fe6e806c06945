//! Beta back-off: how likely an action is wanted for a column.

use crate::{ActionId, ColumnKey, Correction};

/// A belief with what it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Belief {
    /// Probability that the action is wanted, 0 to 1.
    pub p: f64,
    /// Its 10 % lower bound.
    pub lower: f64,
    /// The built-in prior it started from.
    pub prior: f64,
    /// Answers it rests on: for and against.
    pub answers: (f64, f64),
}

/// All beliefs: a value that readers clone cheaply (behind an `Arc`) and rank with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Beliefs {}

impl Beliefs {
    /// The belief that `action` is wanted for the column at `key`, starting from `prior`.
    pub fn belief(&self, _key: &ColumnKey, _action: ActionId, prior: f64) -> Belief {
        Belief { p: prior, lower: prior, prior, answers: (0.0, 0.0) }
    }

    /// Takes in one answer.
    pub fn learn(&mut self, _correction: &Correction) {}
}
