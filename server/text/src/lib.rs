//! Text: how bytes become characters, and how places and edits in a text are named.

pub mod binary;
mod codec;
pub mod decoder;
pub mod detect;
pub mod edit;
pub mod encoder;
pub mod encoding;
pub mod line_index;
pub mod mojibake;
pub mod span;

pub use codec::{canonical_label, labels};
pub use decoder::Decoder;
pub use detect::{detect_pieces, sample_ranges};
pub use edit::TextEdit;
pub use encoder::{Encoder, Unencodable, byte_order_mark};
pub use encoding::{Decoded, Encoded, EncodingGuess, Fault};
pub use line_index::LineIndex;
pub use span::Span;
