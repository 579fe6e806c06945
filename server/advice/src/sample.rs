//! Small tables for the tests of checks and transforms.

use std::sync::Arc;

use aurora_profile::{ColumnProfile, ColumnSummary, RoleGuess, role};
use aurora_table::source::TextSource;
use aurora_table::{Counts, DetectOptions, Detection, Parsed, Parser, Records, Shape, detect, parse};
use aurora_text::{Span, edit};

use crate::table_view::OddRecord;
use crate::{ColumnView, FileFacts, Finding, HeaderField, Settings, Structure, TableView, Target, checks};

/// A table of a test, analysed from scratch.
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) settings: Settings,
    pub(crate) file: FileFacts,
    detection: Detection,
    headers: Vec<HeaderField>,
    profiles: Vec<ColumnProfile>,
    roles: Vec<RoleGuess>,
    structure: Structure,
    records: Records,
    start: usize,
}

impl Sample {
    /// `text` with a header, in the dialect that its first delimiter says, with the settings of the docs' examples.
    pub(crate) fn new(text: &str) -> Self {
        let mut detection = detect(text, &DetectOptions::default());
        let first = text.find([',', ';', '\t', '|']).map_or(b',', |at| text.as_bytes()[at]);
        let delimiter = aurora_table::Delimiter::byte(first);
        detection.dialect = aurora_table::Dialect {
            delimiter,
            terminator: detection.dialect.terminator,
            ..Default::default()
        };
        let width = parse(text, &detection.dialect).records.get(0).map_or(1, |record| record.fields.len());
        detection.layout = aurora_table::Layout { header_records: 1, width, ..Default::default() };
        Self::of(text, detection)
    }

    /// `text` as it is detected.
    pub(crate) fn detected(text: &str) -> Self {
        Self::of(text, detect(text, &DetectOptions::default()))
    }

    fn of(text: &str, detection: Detection) -> Self {
        let (dialect, layout) = (detection.dialect, &detection.layout);
        let start = layout.table_start;
        let piece = &text[start..layout.table_end.unwrap_or(text.len())];
        let shape = Arc::new(Shape::learn(piece, &dialect, layout));
        let mut parsed = Parsed::default();
        Parser::new(&dialect, Some(&shape)).piece(piece, usize::MAX, true, &mut parsed);
        let n_header = layout.header_records.min(parsed.records.len());
        let header: Vec<_> =
            parsed.records.get(0).filter(|_| n_header > 0).map_or(Vec::new(), |r| r.fields.to_vec());
        let headers: Vec<_> = (0..layout.width)
            .map(|column| HeaderField {
                name: header.get(column).map_or(String::new(), |f| f.value(piece, &dialect).into_owned()),
                span: header.get(column).map_or(Span::empty(start), |f| f.span().shift(start)),
            })
            .collect();
        let mut structure = Structure { width: layout.width, shape, ..Structure::default() };
        let mut summaries = vec![ColumnSummary::default(); layout.width];
        for (idx, record) in parsed.records.iter().enumerate() {
            let data = idx >= n_header && !record.is_blank();
            let own: Vec<_> = parsed
                .oddities
                .iter()
                .filter(|oddity| oddity.record_idx == idx)
                .map(|oddity| aurora_table::Oddity { span: oddity.span.shift(start), ..*oddity })
                .collect();
            if !own.is_empty() || (data && record.fields.len() != layout.width) {
                structure.odd.push(OddRecord {
                    record: data.then_some(structure.n_records),
                    span: record.span().shift(start),
                    n_fields: record.fields.len(),
                    oddities: own,
                });
                structure.n_odd += 1;
            }
            structure.n_blank += u64::from(idx >= n_header && record.is_blank());
            if data {
                structure.n_records += 1;
                for (column, summary) in summaries.iter_mut().enumerate() {
                    summary.observe(record.fields.get(column).map(|f| f.value(piece, &dialect)).as_deref());
                }
            }
        }
        parsed.records.bounds.drain(..n_header);
        let profiles: Vec<_> = summaries.iter().map(ColumnSummary::profile).collect();
        let roles = headers.iter().zip(&profiles).map(|(h, p)| role::guess(&h.name, p)).collect();
        Self {
            text: text.to_owned(),
            settings: Settings::for_examples(),
            file: FileFacts::default(),
            detection,
            headers,
            profiles,
            roles,
            structure,
            records: parsed.records,
            start,
        }
    }

    /// A table of one column.
    pub(crate) fn column<T: std::fmt::Display>(name: &str, values: impl IntoIterator<Item = T>) -> Self {
        Self::new(&values.into_iter().fold(format!("{name}\n"), |text, value| format!("{text}{value}\n")))
    }

    /// The same table under the default settings.
    pub(crate) fn standard(mut self) -> Self {
        self.settings = Settings::default();
        self
    }

    /// The same table in the audit profile.
    pub(crate) fn audit(mut self) -> Self {
        self.settings.profile = crate::Profile::Audit;
        self
    }

    /// The same table beside `text` as its earlier version.
    pub(crate) fn since(mut self, text: &str) -> Self {
        let Self { headers, profiles, .. } = Self::new(text);
        let columns = headers.into_iter().map(|header| header.name).zip(profiles).collect();
        self.file.before = Some(Arc::new(crate::Before { revision: "HEAD (1a2b3c4)".to_owned(), columns }));
        self
    }

    /// Hands `read` the table as checks and transforms see it.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&TableView<'_>) -> T) -> T {
        let parts = self.headers.iter().zip(&self.profiles).zip(&self.roles).enumerate();
        let columns: Vec<_> =
            parts.map(|(idx, ((header, profile), role))| ColumnView { idx, header, profile, role }).collect();
        let source = TextSource {
            text: &self.text[self.start..],
            records: &self.records,
            dialect: &self.detection.dialect,
            before: Counts { bytes: self.start, ..Counts::default() },
        };
        read(&TableView {
            file: &self.file,
            detection: &self.detection,
            structure: &self.structure,
            columns: &columns,
            source: &source,
            settings: &self.settings,
        })
    }

    /// What the check called `code` finds, advice included.
    pub(crate) fn find(&self, code: &str) -> Vec<Finding> {
        let check = checks::find(code).expect("the check is in the catalogue");
        self.with(|table| checks::run_alone(check, table))
    }

    /// Whether the check called `code` finds anything.
    pub(crate) fn has(&self, code: &str) -> bool {
        !self.find(code).is_empty()
    }

    /// Whether the transform called `code` fits the first column.
    pub(crate) fn offers(&self, code: &str) -> bool {
        let transform = crate::transforms::find(code).expect("the transform is in the catalogue");
        self.with(|table| transform.applies(table, Target::Column(0)))
    }

    /// The text after the transform called `code`; `None` when it does not fit.
    pub(crate) fn after(&self, code: &str, target: Target) -> Option<String> {
        let transform = crate::transforms::find(code).expect("the transform is in the catalogue");
        self.with(|table| {
            transform.propose(table, target)?;
            Some(edit::apply(&self.text, &transform.edits(table, target)))
        })
    }

    /// The values of column `column` after the transform called `code` in place.
    pub(crate) fn values_after(&self, code: &str, column: usize) -> Vec<String> {
        let text = self.after(code, Target::InPlace(column)).expect("the transform fits");
        let mut values = Vec::new();
        Self::new(&text).with(|table| {
            table.each_value(column, |_, value| values.push(value.unwrap_or_default().to_owned()));
        });
        values
    }

    /// The parameter called `name` of the transform called `code` fitted to the first column.
    pub(crate) fn parameter(&self, code: &str, name: &str) -> Option<String> {
        let transform = crate::transforms::find(code).expect("the transform is in the catalogue");
        let proposal = self.with(|table| transform.propose(table, Target::InPlace(0)))?;
        proposal.parameters.into_iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
}
