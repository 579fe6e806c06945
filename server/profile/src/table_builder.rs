//! Summarises all columns of a table block by block, one column at a time: the fields of a column are alike, so
//! the processor guesses their branches right, and what is known of their values stays in its cache.

use std::ops::Range;

use aurora_table::{Dialect, Escape, Records};

use crate::{ColumnBuilder, ColumnSummary};

/// Columns that are summarised; the rest of a wider table is parsed and checked, but has no profile.
pub const MAX_COLUMNS: usize = 16_384;

/// Builds the summaries of all columns.
#[derive(Debug)]
pub struct TableBuilder {
    columns: Vec<ColumnBuilder>,
    n_records: u64,
}

impl TableBuilder {
    /// A builder for a table of `width` columns.
    pub fn new(width: usize) -> Self {
        Self {
            columns: (0..width.min(MAX_COLUMNS)).map(|_| ColumnBuilder::default()).collect(),
            n_records: 0,
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
        let plain = dialect.escape != Escape::Backslash;
        for (idx, column) in self.columns.iter_mut().enumerate() {
            let mut record = self.n_records;
            for bounds in all {
                if (bounds.n_fields as usize) > idx {
                    let field = &records.fields[bounds.first_field as usize + idx];
                    if plain && !field.quoted {
                        column.observe(record, field.raw(text));
                    } else {
                        column.observe(record, &field.value(text, dialect));
                    }
                }
                record += u64::from(bounds.n_fields > 0);
            }
        }
        self.n_records += all.iter().filter(|bounds| bounds.n_fields > 0).count() as u64;
    }

    /// The summaries of all columns.
    pub fn finish(self) -> Vec<ColumnSummary> {
        let n_records = self.n_records;
        self.columns.into_iter().map(|column| column.finish(n_records)).collect()
    }
}

/// Appends the summaries of the records that follow, column by column.
pub fn merge(columns: &mut [ColumnSummary], next: &[ColumnSummary]) {
    for (column, next) in columns.iter_mut().zip(next) {
        column.merge(next);
    }
}
