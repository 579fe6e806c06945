//! What a check says.

use aurora_text::Span;

use crate::transform::Target;

/// How loud a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The file cannot be read as meant.
    Error,
    /// A person would correct it, in at least 8 of 10 cases.
    Warning,
    /// Worth knowing.
    Information,
    /// Form only.
    Hint,
    /// No finding at all: hover, outline, lens and actions only.
    Advice,
}

impl Severity {
    /// The word for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
            Self::Advice => "advice",
        }
    }
}

/// What a finding is about; also the groups of `--select`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FindingKind {
    /// How records are written: exactly missing-fields, extra-fields, unclosed-quote, stray-quote, text-after-quote, invalid-encoding.
    Structure,
    /// One record.
    Record,
    /// Single values.
    Value,
    /// A column.
    Column,
    /// The file.
    File,
}

impl FindingKind {
    /// The word for JSON and `--select`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Record => "record",
            Self::Value => "value",
            Self::Column => "column",
            Self::File => "file",
        }
    }
}

/// A place in the document.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// Bytes, absolute in the decoded text.
    pub span: Span,
    /// Data record, from 0; `None` when it is not one record.
    pub record: Option<u64>,
    /// Column, from 0; `None` when it is not one column.
    pub field: Option<usize>,
    /// 0 to 1.
    pub confidence: f64,
}

/// A way to mend a finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// Code of the transform.
    pub transform: &'static str,
    /// What it is applied to.
    pub target: Target,
    /// Whether it is the one a person would take.
    pub preferred: bool,
}

/// What a check found.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The check.
    pub code: &'static str,
    /// How loud.
    pub severity: Severity,
    /// What it is about.
    pub kind: FindingKind,
    /// What was found, how much of it, and what is normal here.
    pub message: String,
    /// Where: the smallest span a person would select.
    pub place: Place,
    /// Further places of the same finding.
    pub related: Vec<Place>,
    /// How many places there are in all, `place` included.
    pub n_places: u64,
    /// 0 to 1.
    pub confidence: f64,
    /// Ways to mend it, best first.
    pub fixes: Vec<Fix>,
}
