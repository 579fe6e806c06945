//! Text: how bytes become characters, and how places and edits in a text are named.

pub mod edit;
pub mod encoding;
pub mod line_index;
pub mod span;

pub use edit::TextEdit;
pub use encoding::{Decoded, EncodingGuess, Fault};
pub use line_index::LineIndex;
pub use span::Span;
