//! What the head of a table tells at a glance: dialect, layout, names and kinds, in a few milliseconds however long
//! the table is.

use aurora_advice::HeaderField;
use aurora_profile::table_builder::MAX_COLUMNS;
use aurora_profile::{ValueKind, traits};
use aurora_table::{DetectOptions, Detection, Parsed, Parser, Reading, Shape, detect_with};

use crate::stream::UNIT;

/// Text that the shape and the kinds are learned from, in bytes.
const LEARNED: usize = 16 << 10;
/// Text of a table known in part whose records are counted, in bytes.
const COUNTED: usize = 64 << 10;

/// A table at a glance.
#[derive(Clone, Debug)]
pub struct Glance {
    /// Dialect and layout.
    pub detection: Detection,
    /// The names of the columns.
    pub headers: Vec<HeaderField>,
    /// What the columns hold, by the first records.
    pub kinds: Vec<ValueKind>,
    /// Data records in the text that was counted.
    pub n_records: u64,
    /// How much text these records are, in bytes; all of a table known as a whole.
    pub n_bytes: usize,
    /// Where the data begin, in bytes.
    pub data_start: usize,
}

impl Glance {
    /// A glance at the text that begins with `head`, or is `head` when that is `whole`. `further` is text that
    /// follows it later on, as far as it was looked at.
    pub fn at(head: &str, further: &str, whole: bool, options: &DetectOptions) -> Self {
        // A last line that the head cuts off would count as a short record.
        let head = if whole { head } else { head.rfind(['\n', '\r']).map_or(head, |at| &head[..=at]) };
        let mut detection = detect_with(head, further, options);
        if !whole {
            // Where the table ends cannot be seen from its head.
            detection.layout.table_end = None;
        }
        let layout = &detection.layout;
        let start = layout.table_start.min(head.len());
        let end = layout.table_end.unwrap_or(head.len()).clamp(start, head.len());
        let learned = &head[start..head.floor_char_boundary(end.min(start + LEARNED))];
        let shape = Shape::learn(learned, &detection.dialect, layout);
        let reading = Reading {
            dialect: &detection.dialect,
            shape: Some(&shape),
            width: layout.width,
            table_end: end,
            size: UNIT,
        };
        let header = aurora_table::tree::head(&head, layout, &reading);
        let data_start = header.data_start.clamp(start, end);
        let headers = crate::analysis::names(&header.parsed, &head[start..data_start], &detection);
        let data = &head[data_start..end];
        let counted = if whole { data } else { &data[..data.floor_char_boundary(COUNTED)] };
        let mut parsed = Parsed::default();
        let parser = Parser::new(&detection.dialect, Some(&shape));
        let progress = parser.piece(counted, usize::MAX, whole, &mut parsed);
        let mut kinds = vec![[0; 9]; layout.width.min(MAX_COLUMNS)];
        for record in parsed.records.iter().take_while(|record| record.span().start < LEARNED) {
            for (counts, field) in kinds.iter_mut().zip(record.fields) {
                let kind = traits::facts(&field.value(counted, &detection.dialect)).traits.kind();
                counts[kind as usize] += 1;
            }
        }
        let kinds = kinds.into_iter().map(ValueKind::most_frequent).collect();
        let n_records = parsed.records.iter().filter(|record| !record.is_blank()).count() as u64;
        Self { headers, kinds, n_records, n_bytes: progress.consumed, data_start, detection }
    }
}
