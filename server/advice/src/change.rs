//! What a transform does to the text: minimal edits of fields, columns and records, in the dialect's own quoting.

use std::borrow::Cow;
use std::ops::ControlFlow;

use aurora_table::{BlockView, Dialect, RecordRef, writer};
use aurora_text::{Span, TextEdit};

use crate::TableView;

/// Looks at a record number and a field's value; the new value, or `None` when the field stays.
pub type FieldMap<'a> = Box<dyn FnMut(u64, &str) -> Option<String> + 'a>;

/// A column to be added.
pub struct NewColumn<'a> {
    /// Its name.
    pub name: String,
    /// Its value for a record, from the record number and the value of the column it stands beside.
    pub value: Box<dyn FnMut(u64, &str) -> String + 'a>,
}

/// What is done to the text.
pub enum Change<'a> {
    /// Fields of a column get new values, but not in records that are broken: their values may belong elsewhere.
    Replace(usize, FieldMap<'a>),
    /// Columns are added beside a column.
    Add(usize, Vec<NewColumn<'a>>),
    /// A column goes.
    DropColumn(usize),
    /// Records go: those for whose values (one a column) the answer is yes.
    DropRecords(Box<dyn FnMut(u64, &[Cow<'_, str>]) -> bool + 'a>),
    /// A record becomes several: the values of the given column in each; one or none leaves it alone.
    Explode(usize, Box<dyn FnMut(&str) -> Vec<String> + 'a>),
    /// Pieces of the text become files of their own, and the text stays.
    Files(Vec<Span>),
    /// Edits made otherwise.
    Edits(Vec<TextEdit>),
}

impl Change<'_> {
    /// The edits, sorted and not overlapping.
    pub fn edits(self, table: &TableView<'_>) -> Vec<TextEdit> {
        match self {
            Self::Replace(column, map) => replace(table, column, map),
            Self::Add(column, columns) => add(table, column, columns),
            Self::DropColumn(column) => drop_column(table, column),
            Self::DropRecords(goes) => drop_records(table, goes),
            Self::Explode(column, split) => explode(table, column, split),
            Self::Files(_) => Vec::new(),
            Self::Edits(edits) => edits,
        }
    }
}

/// Shows every data record with its number and its block.
fn each_record(table: &TableView<'_>, mut see: impl FnMut(u64, RecordRef<'_>, &BlockView<'_>)) {
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            see(record, r, block);
            record += 1;
        }
        ControlFlow::Continue(())
    });
}

/// `value` written as the field was: quoted if it was quoted, else only where it must be.
fn written(value: &str, quoted: bool, dialect: &Dialect) -> String {
    if quoted { writer::quoted(value, dialect) } else { writer::quote_if_needed(value, dialect).into_owned() }
}

fn replace(table: &TableView<'_>, column: usize, mut map: FieldMap<'_>) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    each_record(table, |record, r, block| {
        let Some(field) = r.fields.get(column).filter(|_| !table.is_broken(record, r.fields.len())) else {
            return;
        };
        let value = field.value(block.text, block.dialect);
        let Some(new) = map(record, &value) else { return };
        if new != value {
            let text = written(&new, field.quoted, block.dialect);
            edits.push(TextEdit::new(field.span().shift(block.before.bytes), text));
        }
    });
    edits
}

fn add(table: &TableView<'_>, column: usize, mut columns: Vec<NewColumn<'_>>) -> Vec<TextEdit> {
    let dialect = &table.detection.dialect;
    let delimiter = dialect.delimiter.as_str();
    let mut edits = Vec::new();
    if table.detection.layout.header_records > 0 {
        let names: String = columns
            .iter()
            .map(|new| format!("{delimiter}{}", writer::quote_if_needed(&new.name, dialect)))
            .collect();
        edits.push(TextEdit::new(Span::empty(table.column(column).map_or(0, |c| c.header.span.end)), names));
    }
    each_record(table, |record, r, block| {
        let Some(field) = r.fields.get(column) else { return };
        let value = field.value(block.text, block.dialect);
        let mut text = String::new();
        for new in &mut columns {
            text.push_str(delimiter);
            text.push_str(&writer::quote_if_needed(&(new.value)(record, &value), dialect));
        }
        edits.push(TextEdit::new(Span::empty(field.span().end + block.before.bytes), text));
    });
    edits
}

/// The field with the one delimiter that goes with it: the one after it, or for a last field the one before.
fn with_delimiter(at: usize, n: usize, span: Span, before: Option<Span>, after: Option<Span>) -> Span {
    match (before, after) {
        (_, Some(next)) => Span::new(span.start, next.start),
        (Some(previous), None) if at + 1 == n => Span::new(previous.end, span.end),
        _ => span,
    }
}

fn drop_column(table: &TableView<'_>, column: usize) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    if table.detection.layout.header_records > 0 {
        let span = |idx: usize| table.column(idx).map(|c| c.header.span);
        if let Some(own) = span(column) {
            let before = column.checked_sub(1).and_then(span);
            let whole = with_delimiter(column, table.columns.len(), own, before, span(column + 1));
            edits.push(TextEdit::new(whole, ""));
        }
    }
    each_record(table, |_, r, block| {
        let span = |idx: usize| r.fields.get(idx).map(|f| f.span());
        let Some(own) = span(column) else { return };
        let before = column.checked_sub(1).and_then(span);
        let whole = with_delimiter(column, r.fields.len(), own, before, span(column + 1));
        edits.push(TextEdit::new(whole.shift(block.before.bytes), ""));
    });
    edits
}

fn drop_records(
    table: &TableView<'_>,
    mut goes: Box<dyn FnMut(u64, &[Cow<'_, str>]) -> bool + '_>,
) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    each_record(table, |record, r, block| {
        let values: Vec<_> = r.fields.iter().map(|f| f.value(block.text, block.dialect)).collect();
        if goes(record, &values) {
            let span = Span::new(r.bounds.start as usize, r.bounds.end as usize).shift(block.before.bytes);
            match edits.last_mut() {
                Some(last) if last.span.end == span.start => last.span.end = span.end,
                _ => edits.push(TextEdit::new(span, "")),
            }
        }
    });
    edits
}

fn explode(
    table: &TableView<'_>,
    column: usize,
    mut split: Box<dyn FnMut(&str) -> Vec<String> + '_>,
) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    each_record(table, |_, r, block| {
        let Some(field) = r.fields.get(column) else { return };
        let parts = split(&field.value(block.text, block.dialect));
        if parts.len() < 2 {
            return;
        }
        let (record, own) = (r.span(), field.span());
        let (head, tail) = (&block.text[record.start..own.start], &block.text[own.end..record.end]);
        let terminator = block.dialect.terminator.as_str();
        let records: Vec<_> = parts
            .iter()
            .map(|part| format!("{head}{}{tail}", written(part, field.quoted, block.dialect)))
            .collect();
        edits.push(TextEdit::new(record.shift(block.before.bytes), records.join(terminator)));
    });
    edits
}

/// What a change would do, computed in memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// Fields (or, where whole records go or come, records) that change.
    pub n_edits: usize,
    /// Records that change.
    pub n_records: usize,
    /// Up to three examples: before and after, as written in the file.
    pub examples: Vec<(String, String)>,
}

impl Preview {
    /// The preview of `edits`, which must be sorted.
    pub fn of(table: &TableView<'_>, edits: &[TextEdit]) -> Self {
        let mut preview = Self { n_edits: edits.len(), ..Self::default() };
        let mut at = 0;
        let header_end = table.columns.iter().map(|c| c.header.span.end).max().unwrap_or(0);
        while at < edits.len() && edits[at].span.start < header_end {
            at += 1;
        }
        each_record(table, |_, r, block| {
            let record = Span::new(r.bounds.start as usize, r.bounds.end as usize).shift(block.before.bytes);
            let first = at;
            while at < edits.len() && edits[at].span.start < record.end {
                at += 1;
            }
            if at == first {
                return;
            }
            preview.n_records += 1;
            if preview.examples.len() < 3 {
                let edit = &edits[first];
                let inside = edit.span.start >= record.start && edit.span.end <= record.end;
                let before = if inside {
                    Span::of(
                        Span::new(edit.span.start - block.before.bytes, edit.span.end - block.before.bytes),
                        block.text,
                    )
                } else {
                    ""
                };
                preview.examples.push((before.to_owned(), edit.new_text.clone()));
            }
        });
        preview
    }
}
