//! What a good record of a table looks like: its width and how the values of each column look.

use crate::column_model::ColumnModel;
use crate::parser::{Field, Parsed, Parser, RecordRef};
use crate::{Dialect, Layout};

/// Good records that a shape learns from.
const LEARNED: usize = 2_000;
/// Good records whose likelihood is averaged.
const JUDGED: usize = 200;
/// Columns of a table whose values are learned; wider ones are judged by their width alone.
const MAX_COLUMNS: usize = 16_384;
/// Bytes of a table that a shape learns from.
pub const SHAPE_BYTES: usize = 1 << 20;

/// What a good record looks like. It is learned once from the head of a table and then kept: recovery under
/// one shape is a function of the text alone, so every way to cut the text gives the same records.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Shape {
    /// Fields of a normal record (the majority).
    pub width: usize,
    /// One model a column; empty when nothing was learned, then only the width counts.
    pub columns: Vec<ColumnModel>,
    /// Mean log-likelihood of the good records that were learned.
    typical: f64,
}

impl Shape {
    /// A shape that knows only how many fields a record has.
    pub fn of_width(width: usize) -> Self {
        Self { width, columns: Vec::new(), typical: 0.0 }
    }

    /// A shape of known columns.
    pub fn of_columns(columns: Vec<ColumnModel>) -> Self {
        Self { width: columns.len(), columns, typical: 0.0 }
    }

    /// Learns from `head`, the text from the table's header on (`layout.table_start`); bytes past
    /// [`SHAPE_BYTES`] are left out, so a longer head teaches the same.
    pub fn learn(head: &str, dialect: &Dialect, layout: &Layout) -> Self {
        let mut end = head.len().min(SHAPE_BYTES);
        while !head.is_char_boundary(end) {
            end -= 1;
        }
        let by_width = Self::of_width(layout.width);
        let mut parsed = Parsed::default();
        // A record that the cut broke is left out, except where the head is all there is.
        let last = end == head.len() && head.len() < SHAPE_BYTES;
        Parser::new(dialect, Some(&by_width)).piece(&head[..end], usize::MAX, last, &mut parsed);
        if layout.width > MAX_COLUMNS {
            return by_width;
        }
        let mut columns = vec![ColumnModel::default(); layout.width];
        let records = parsed.records.iter().enumerate().skip(layout.header_records);
        let good = records.filter(|(idx, record)| {
            record.fields.len() == layout.width && parsed.oddities_of(*idx).is_empty()
        });
        let good: Vec<_> = good.take(LEARNED).map(|(_, record)| record).collect();
        for record in &good {
            for (model, field) in columns.iter_mut().zip(record.fields) {
                model.observe(&field.value(head, dialect));
            }
        }
        let judged = &good[..good.len().min(JUDGED)];
        let fit = |record: &RecordRef<'_>| -> f64 {
            let fields = columns.iter().zip(record.fields);
            fields.map(|(model, field)| model.log_likelihood(&field.value(head, dialect))).sum()
        };
        let typical = judged.iter().map(fit).sum::<f64>() / judged.len().max(1) as f64;
        Self { width: layout.width, columns, typical }
    }

    /// How a good record scores on average: the sum of its fields' log-likelihoods.
    pub fn typical(&self) -> f64 {
        self.typical
    }

    /// Whether a record of these fields is a good one: its width, and most of its kinds where they are known.
    pub fn fits(&self, text: &str, dialect: &Dialect, fields: &[Field]) -> bool {
        if fields.len() != self.width {
            return false;
        }
        let telling = self.columns.iter().zip(fields).filter(|(model, _)| model.is_telling());
        let (mut n, mut plausible) = (0, 0);
        for (model, field) in telling {
            n += 1;
            plausible += usize::from(model.is_plausible(&field.value(text, dialect)));
        }
        10 * plausible >= 7 * n
    }
}
