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
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Structure, Self::Record, Self::Value, Self::Column, Self::File];

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

impl Severity {
    /// The next louder severity, for advice and hints in the audit profile; the others stay.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Hint | Self::Advice => Self::Information,
            louder => louder,
        }
    }
}

impl Finding {
    /// A finding about `column` as a whole, on its header, with the fixes that apply to it.
    pub fn on_column(
        meta: &crate::CheckMeta,
        table: &crate::TableView<'_>,
        column: &crate::ColumnView<'_>,
        message: String,
    ) -> Self {
        let target = Target::Column(column.idx);
        Self {
            code: meta.code,
            severity: if table.settings.audit() { meta.severity.raised() } else { meta.severity },
            kind: meta.kind,
            message,
            place: Place { span: column.header.span, record: None, field: Some(column.idx), confidence: 1.0 },
            related: Vec::new(),
            n_places: 1,
            confidence: 1.0,
            fixes: fixes(meta, table, target),
        }
    }

    /// The one column it is about; `None` when it names several.
    pub fn only_column(&self) -> Option<usize> {
        self.place.field.filter(|_| self.related.iter().all(|place| place.field == self.place.field))
    }

    /// The same finding with this severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with `records` of its column as further places: the first five, all in the audit
    /// profile; `n` says how many there are. `confidence` is that of each place.
    #[must_use]
    pub fn with_records(mut self, table: &crate::TableView<'_>, records: &[(u64, f64)], n: u64) -> Self {
        let Some(column) = self.place.field else { return self };
        let bound = table.settings.either(5, usize::MAX);
        let bound =
            if table.settings.max_findings == 0 { bound } else { bound.min(table.settings.max_findings) };
        let shown = &records[..records.len().min(bound)];
        let numbers: Vec<_> = shown.iter().map(|(record, _)| *record).collect();
        let spans = table.field_spans(column, &numbers);
        self.related = spans
            .into_iter()
            .zip(shown)
            .map(|((record, span), (_, confidence))| Place {
                span,
                record: Some(record),
                field: Some(column),
                confidence: *confidence,
            })
            .collect();
        self.n_places = n;
        self
    }
}

/// The transforms of `meta` that apply to `target`, in its order.
pub fn fixes(meta: &crate::CheckMeta, table: &crate::TableView<'_>, target: Target) -> Vec<Fix> {
    let known = meta.transforms.iter().filter_map(|code| crate::transforms::find(code));
    let fitting = known.filter(|transform| transform.applies(table, target));
    fitting
        .enumerate()
        .map(|(i, transform)| Fix { transform: transform.meta().code, target, preferred: i == 0 })
        .collect()
}
