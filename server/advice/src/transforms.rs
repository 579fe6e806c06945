//! The catalogue of transforms, in the order a user should read them.

pub mod add_final_newline;
pub mod close_quote;
pub mod drop_column;
pub mod escape_quote;
pub mod impute_median;
pub mod impute_mode;
pub mod log1p_column;
pub mod normalise_line_endings;
pub mod pad_record;
pub mod parse_number;
pub mod quote_overflow;
pub mod reencode_utf8;
pub mod remove_bom;
pub mod reopen_with_encoding;
pub mod repair_mojibake;
pub mod requote_field;
pub mod trim_whitespace;
pub mod unify_null_tokens;

use crate::Transform;

/// Every transform.
pub const TRANSFORMS: &[&dyn Transform] = &[
    &reencode_utf8::ReencodeUtf8,
    &reopen_with_encoding::ReopenWithEncoding,
    &repair_mojibake::RepairMojibake,
    &normalise_line_endings::NormaliseLineEndings,
    &add_final_newline::AddFinalNewline,
    &remove_bom::RemoveBom,
    &pad_record::PadRecord,
    &quote_overflow::QuoteOverflow,
    &close_quote::CloseQuote,
    &escape_quote::EscapeQuote,
    &requote_field::RequoteField,
    &trim_whitespace::TrimWhitespace,
    &unify_null_tokens::UnifyNullTokens,
    &impute_median::ImputeMedian,
    &impute_mode::ImputeMode,
    &log1p_column::Log1pColumn,
    &parse_number::ParseNumber,
    &drop_column::DropColumn,
];

/// The transform called `code`.
pub fn find(code: &str) -> Option<&'static dyn Transform> {
    TRANSFORMS.iter().copied().find(|transform| transform.meta().code == code)
}
