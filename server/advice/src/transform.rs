//! What a transform is.

use aurora_text::{Span, TextEdit};

use crate::{Change, ColumnView, Docs, TableView};

/// What a transform may change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FixClass {
    /// Only form changes, nothing is lost; allowed in "fix all".
    Safe,
    /// Values change or go; single action only.
    Unsafe,
    /// Adds columns or files and leaves the original alone.
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
    /// A column, from 0; a transform that computes new values adds them as a column beside it.
    Column(usize),
    /// A column, from 0, whose values are replaced by the computed ones.
    InPlace(usize),
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

impl Target {
    /// The column, if it is one.
    pub const fn column(self) -> Option<usize> {
        match self {
            Self::Column(column) | Self::InPlace(column) | Self::Field(_, column) => Some(column),
            Self::File | Self::Record(_) => None,
        }
    }

    /// Whether values are to be replaced rather than added beside.
    pub const fn in_place(self) -> bool {
        matches!(self, Self::InPlace(_))
    }
}

/// A transform fitted to a target: what it would say and what it would do.
pub struct Fitted<'a> {
    /// For the menu and the recipe.
    pub proposal: Proposal,
    /// What is done to the text.
    pub change: Change<'a>,
}

/// A transform is an edit recipe that answers findings. Most implement `fit` alone.
pub trait Transform: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static TransformMeta;

    /// Fits the transform to `target`; `None` when it does not apply.
    fn fit<'a>(&self, _table: &'a TableView<'_>, _target: Target) -> Option<Fitted<'a>> {
        None
    }

    /// Whether it fits `target`, from profiles alone: quick enough to ask for every column.
    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        self.propose(table, target).is_some()
    }

    /// The built-in belief that it is wanted for `column`, 0 to 1, where it knows better than the findings
    /// that name it.
    fn prior(&self, _table: &TableView<'_>, _column: &ColumnView<'_>) -> Option<f64> {
        None
    }

    /// Whether and how it fits `target`.
    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        self.fit(table, target).map(|fitted| fitted.proposal)
    }

    /// The pieces of the text that become files of their own, in order; the text itself stays.
    fn files(&self, table: &TableView<'_>, target: Target) -> Vec<Span> {
        match self.fit(table, target).map(|fitted| fitted.change) {
            Some(Change::Files(pieces)) => pieces,
            _ => Vec::new(),
        }
    }

    /// The minimal edits, sorted and not overlapping; all bytes that need not change stay.
    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        self.fit(table, target).map_or_else(Vec::new, |fitted| fitted.change.edits(table))
    }
}
