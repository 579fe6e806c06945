//! What a transform is.

use aurora_text::TextEdit;

use crate::{Docs, TableView};

/// What a transform may change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FixClass {
    /// Only form changes, nothing is lost; allowed in "fix all".
    Safe,
    /// Values change or go; single action only.
    Unsafe,
    /// Adds a column and leaves the original alone.
    New,
}

impl FixClass {
    /// The word for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::New => "new",
        }
    }
}

/// What a transform is applied to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// The whole file.
    File,
    /// A column, from 0.
    Column(usize),
    /// A data record, from 0.
    Record(u64),
    /// A field: data record and column.
    Field(u64, usize),
}

/// What is fixed about a transform.
#[derive(Debug)]
pub struct TransformMeta {
    /// Kebab-case name of what is done.
    pub code: &'static str,
    /// Catalogue number, never reused.
    pub number: u16,
    /// Default class; a proposal may be milder or stricter.
    pub class: FixClass,
    /// Whether applying it twice is applying it once.
    pub idempotent: bool,
    /// Its page.
    pub docs: Docs,
}

/// A transform that fits a target, with its fitted parameters.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// For the menu, in the imperative: `Fill 12 nulls of "age" with the median 37`.
    pub title: String,
    /// What it may change here.
    pub class: FixClass,
    /// Parameters under the field's standard names (`lambda`, `strategy`, `fill_value`), as text.
    pub parameters: Vec<(&'static str, String)>,
}

/// A transform is an edit recipe that answers findings.
pub trait Transform: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static TransformMeta;

    /// Whether and how it fits `target`: looks at profiles only, so that menus are quick.
    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal>;

    /// The minimal edits, sorted and not overlapping; all bytes that need not change stay.
    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit>;
}
