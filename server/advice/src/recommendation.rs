//! What to do with a column, ranked, with the reason and the confidence.

use aurora_learning::{ActionId, Belief, Beliefs, ColumnKey};

use crate::{ColumnView, FixClass, TableView};

/// An action considered for a column.
#[derive(Clone, PartialEq, Debug)]
pub struct Recommendation {
    /// Code of the transform, or `leave-as-is`.
    pub action: &'static str,
    /// What it may change.
    pub class: FixClass,
    /// How sure, with what it rests on.
    pub belief: Belief,
    /// Codes of the findings it answers.
    pub findings: Vec<&'static str>,
    /// One sentence.
    pub why: String,
}

/// Every action considered for `column`, best first.
pub fn recommend(
    _table: &TableView<'_>,
    _column: &ColumnView<'_>,
    key: &ColumnKey,
    beliefs: &Beliefs,
) -> Vec<Recommendation> {
    vec![Recommendation {
        action: "leave-as-is",
        class: FixClass::Safe,
        belief: beliefs.belief(key, ActionId(1000), 0.5),
        findings: Vec::new(),
        why: "nothing speaks for a change".to_owned(),
    }]
}
