//! Tables: which dialect a text is written in, and its records and fields.

pub mod block;
pub mod detect;
pub mod dialect;
pub mod parser;
pub mod source;
pub mod writer;

pub use block::{BlockView, Counts};
pub use detect::{DetectOptions, Detection, Layout, detect};
pub use dialect::{Delimiter, Dialect, Escape, Terminator};
pub use parser::{Field, Oddity, OddityKind, Parsed, RecordBounds, RecordRef, Records, parse};
pub use source::TableSource;
