//! Summarises all columns of a table block by block, one column at a time: the fields of a column are alike, so
//! the processor guesses their branches right, and what is known of their values stays in its cache.

use std::ops::Range;

use aurora_table::{Dialect, Escape, RecordBounds, Records};
use aurora_text::Span;

use crate::builder::Place;
use crate::{ColumnBuilder, ColumnSummary};

/// Columns that are summarised; the rest of a wider table is parsed and checked, but has no profile.
pub const MAX_COLUMNS: usize = 16_384;

/// Builds the summaries of all columns.
#[derive(Debug)]
pub struct TableBuilder {
    columns: Vec<ColumnBuilder>,
    n_records: u64,
    places: Vec<Place>,
}

impl TableBuilder {
    /// A builder for a table of `width` columns.
    pub fn new(width: usize) -> Self {
        Self {
            columns: (0..width.min(MAX_COLUMNS)).map(|_| ColumnBuilder::default()).collect(),
            n_records: 0,
            places: Vec::new(),
        }
    }

    /// Data records taken in so far.
    pub fn n_records(&self) -> u64 {
        self.n_records
    }

    /// Takes in the data records among `records`, which stand in `text`.
    pub fn block(&mut self, text: &str, records: &Records, dialect: &Dialect) {
        self.part(text, records, 0..records.len(), dialect);
    }

    /// Takes in the data records among those of `range`.
    pub fn part(&mut self, text: &str, records: &Records, range: Range<usize>, dialect: &Dialect) {
        let all = &records.bounds[range];
        for (idx, column) in self.columns.iter_mut().enumerate() {
            let fields = Fields { idx, first_record: self.n_records, all, records, text, dialect };
            fields.observe(column, &mut self.places);
        }
        self.n_records += all.iter().filter(|bounds| bounds.n_fields > 0).count() as u64;
    }

    /// The summaries of all columns; the builder is then ready for the records that follow, numbered anew.
    pub fn summaries(&mut self) -> Vec<ColumnSummary> {
        let n_records = std::mem::take(&mut self.n_records);
        self.columns.iter_mut().map(|column| column.summary(n_records)).collect()
    }
}

/// The fields of a column.
struct Fields<'a> {
    idx: usize,
    first_record: u64,
    all: &'a [RecordBounds],
    records: &'a Records,
    text: &'a str,
    dialect: &'a Dialect,
}

impl Fields<'_> {
    fn observe(&self, column: &mut ColumnBuilder, places: &mut Vec<Place>) {
        let (text, dialect) = (self.text, self.dialect);
        let plain = dialect.escape != Escape::Backslash;
        let mut record = self.first_record;
        places.clear();
        for bounds in self.all {
            if (bounds.n_fields as usize) > self.idx {
                let field = &self.records.fields[bounds.first_field as usize + self.idx];
                if plain && !field.quoted {
                    places.push(Place { record, start: field.start, end: field.end });
                } else if let Some(Span { start, end }) = field.inner(text, dialect) {
                    places.push(Place { record, start: start as u32, end: end as u32 });
                } else {
                    // A value that does not stand in the text as it is.
                    column.observe_all(text, places);
                    places.clear();
                    column.observe(record, &field.value(text, dialect));
                }
            }
            record += u64::from(bounds.n_fields > 0);
        }
        column.observe_all(text, places);
    }
}

/// Appends the summaries of the records that follow, column by column.
pub fn merge(columns: &mut [ColumnSummary], next: &[ColumnSummary]) {
    for (column, next) in columns.iter_mut().zip(next) {
        column.merge(next);
    }
}
