//! What a check is.

use crate::{Docs, Finding, FindingKind, Reader, Severity, TableView};

/// What is fixed about a check.
#[derive(Debug)]
pub struct CheckMeta {
    /// Kebab-case name of what is there.
    pub code: &'static str,
    /// Catalogue number, never reused: the learner and the store know the check by it.
    pub number: u16,
    /// What its findings are about.
    pub kind: FindingKind,
    /// Default severity.
    pub severity: Severity,
    /// Confidence needed to show a finding, 0 to 1.
    pub confidence: f64,
    /// Codes of the transforms that answer its findings, best first.
    pub transforms: &'static [&'static str],
    /// Its page.
    pub docs: Docs,
}

/// A check looks at one scope and produces findings. What it takes as input is its invalidation scope.
pub trait Check: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static CheckMeta;

    /// Looks, with what it may look at.
    fn checker(&self) -> Checker;
}

/// The scopes; every function pushes what it finds.
pub enum Checker {
    /// Sees the whole table.
    Table(fn(&TableView<'_>, &mut Vec<Finding>)),
    /// Sees one ragged or oddly written record at a time.
    Record(fn(&TableView<'_>, &crate::table_view::OddRecord, &mut Vec<Finding>)),
    /// Sees one column at a time.
    Column(fn(&TableView<'_>, &crate::ColumnView<'_>, &mut Vec<Finding>)),
    /// Looks through the records, which are read once for all checks of this kind; nothing where no record can show
    /// what it looks for.
    Reading(for<'a> fn(&'a TableView<'a>) -> Option<Box<dyn Reader + 'a>>),
    /// Compares records or columns with each other: sees the whole table in memory, or a sample of it.
    Whole(fn(&TableView<'_>, &crate::WholeTable, &mut Vec<Finding>)),
}
