//! For tests of record-scope checks and transforms: a text in, what is found and what a fix makes of it out.

use aurora_table::source::TextSource;
use aurora_table::{Counts, DetectOptions, Detection, Dialect, Layout, Parsed, Parser, Shape, detect};
use aurora_text::Span;

use crate::table_view::{OddRecord, Structure};
use crate::{FileFacts, Finding, Settings, TableView, checks, transforms};

/// Hands `read` the table of `text`, without columns: record-scope advice does not look at them.
pub(crate) fn with_table<T>(text: &str, read: impl FnOnce(&TableView<'_>) -> T) -> T {
    let dialect = Dialect::default();
    let mut detection = detect(text, &DetectOptions { pinned: Some(dialect), ..DetectOptions::default() });
    let width = aurora_table::parse(text, &dialect).records.get(0).map_or(1, |record| record.fields.len());
    detection.layout = Layout { header_records: 1, width, ..Layout::default() };
    with_detected(text, &detection, read)
}

/// As [`with_table`], under a dialect and layout chosen by the test.
pub(crate) fn with_detected<T>(
    text: &str,
    detection: &Detection,
    read: impl FnOnce(&TableView<'_>) -> T,
) -> T {
    let (dialect, layout) = (&detection.dialect, &detection.layout);
    let shape = std::sync::Arc::new(Shape::learn(text, dialect, layout));
    let mut parsed = Parsed::default();
    Parser::new(dialect, Some(&shape)).piece(text, usize::MAX, true, &mut parsed);
    let mut structure = Structure { width: layout.width, shape, ..Structure::default() };
    for (idx, record) in parsed.records.iter().enumerate() {
        let own: Vec<_> = parsed.oddities.iter().filter(|o| o.record_idx == idx).copied().collect();
        let data = idx >= layout.header_records && !record.is_blank();
        if !own.is_empty() || (!record.is_blank() && record.fields.len() != layout.width) {
            structure.odd.push(OddRecord {
                record: data.then_some(structure.n_records),
                span: record.span(),
                n_fields: record.fields.len(),
                oddities: own,
            });
        }
        structure.n_records += u64::from(data);
        structure.n_blank += u64::from(idx >= layout.header_records && record.is_blank());
    }
    structure.n_odd = structure.odd.len() as u64;
    parsed.records.bounds.drain(..layout.header_records.min(parsed.records.bounds.len()));
    let source = TextSource { text, records: &parsed.records, dialect, before: Counts::default() };
    read(&TableView {
        file: &FileFacts::default(),
        detection,
        structure: &structure,
        columns: &[],
        source: &source,
        settings: &Settings::default(),
    })
}

/// Every finding of the record scope in `text`.
pub(crate) fn findings(text: &str) -> Vec<Finding> {
    with_table(text, |table| checks::run_all(table).0)
}

/// Code and marked text of every finding.
pub(crate) fn found(text: &str) -> Vec<(&'static str, &str)> {
    findings(text).iter().map(|f| (f.code, f.place.span.of(text))).collect()
}

/// The text after the fix `code` of its first finding that offers it.
pub(crate) fn fixed(text: &str, code: &str) -> String {
    with_table(text, |table| {
        let (found, _) = checks::run_all(table);
        let fix = found.iter().flat_map(|f| &f.fixes).find(|fix| fix.transform == code);
        let fix = fix.unwrap_or_else(|| panic!("no finding offers {code}: {found:?}"));
        let transform = transforms::find(code).unwrap();
        assert!(transform.propose(table, fix.target).is_some(), "offered but not proposed");
        let edits = transform.edits(table, fix.target);
        let after = aurora_text::edit::apply(text, &edits);
        let untouched = edits.iter().map(|e| e.span.len()).sum::<usize>();
        assert!(Span::new(0, text.len()).len() >= untouched);
        after
    })
}
