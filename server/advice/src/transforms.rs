//! The catalogue of transforms, in the order a user should read them.

pub mod close_quote;
pub mod escape_quote;
pub mod pad_record;
pub mod quote_overflow;
pub mod requote_field;

use crate::Transform;

/// Every transform.
pub const TRANSFORMS: &[&dyn Transform] = &[
    &pad_record::PadRecord,
    &quote_overflow::QuoteOverflow,
    &close_quote::CloseQuote,
    &escape_quote::EscapeQuote,
    &requote_field::RequoteField,
];

/// The transform called `code`.
pub fn find(code: &str) -> Option<&'static dyn Transform> {
    TRANSFORMS.iter().copied().find(|transform| transform.meta().code == code)
}
