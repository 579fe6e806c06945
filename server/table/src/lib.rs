//! Tables: which dialect a text is written in, and its records and fields.

pub mod block;
pub mod column_model;
pub mod convert;
pub mod detect;
pub mod dialect;
pub mod names;
pub mod padding;
pub mod parser;
pub mod repair;
pub mod shape;
pub mod source;
pub mod tree;
mod tree_source;
pub mod writer;

pub use block::{Block, BlockOdd, BlockSize, BlockView, Counts, Head};
pub use column_model::ColumnModel;
pub use convert::{ConvertOptions, Converted, Converter, Mending};
pub use detect::{
    DetectOptions, Detection, Layout, SEARCHED_BYTES, Sample, candidates, detect, detect_sample, detect_with,
    further_pieces, holds_few_lines, redetect, redetect_sample,
};
pub use dialect::{Delimiter, Dialect, Escape, Terminator};
pub use names::join_names;
pub use parser::{
    Field, Oddity, OddityKind, Parsed, Parser, Progress, PushParser, RecordBounds, RecordRef, Records, parse,
};
pub use repair::{Allowed, Repair, Repairer, Slip};
pub use shape::Shape;
pub use source::{Cancellable, TableSource};
pub use tree::{Change, Reading, Text, Tree, TreeSource};
