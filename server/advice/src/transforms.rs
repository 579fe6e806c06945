//! The catalogue of transforms, in the order a user should read them.

pub mod add_final_newline;
pub mod add_missing_indicator;
pub mod add_zero_indicator;
pub mod box_cox_column;
pub mod clip_iqr;
pub mod close_quote;
pub mod cube_root;
pub mod drop_column;
pub mod drop_null_records;
pub mod escape_quote;
pub mod fill_backward;
pub mod fill_forward;
pub mod flag_outliers;
pub mod impute_constant;
pub mod impute_group_median;
pub mod impute_mean;
pub mod impute_median;
pub mod impute_mode;
pub mod interpolate_linear;
pub mod log1p_column;
pub mod log_column;
pub mod mark_as_null;
pub mod min_max_scale;
pub mod normalise_line_endings;
pub mod pad_record;
pub mod parse_number;
pub mod quantile_normal;
pub mod quote_overflow;
pub mod rank;
pub mod reciprocal;
pub mod reencode_utf8;
pub mod remove_bom;
pub mod reopen_with_encoding;
pub mod repair_mojibake;
pub mod requote_field;
pub mod robust_scale;
pub mod sqrt_column;
pub mod standardise;
pub mod trim_whitespace;
pub mod unify_null_tokens;
pub mod winsorize;
pub mod yeo_johnson_column;

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
    &impute_mean::ImputeMean,
    &impute_constant::ImputeConstant,
    &fill_forward::FillForward,
    &fill_backward::FillBackward,
    &interpolate_linear::InterpolateLinear,
    &impute_group_median::ImputeGroupMedian,
    &add_missing_indicator::AddMissingIndicator,
    &drop_null_records::DropNullRecords,
    &mark_as_null::MarkAsNull,
    &log_column::LogColumn,
    &sqrt_column::SqrtColumn,
    &cube_root::CubeRoot,
    &reciprocal::Reciprocal,
    &box_cox_column::BoxCoxColumn,
    &yeo_johnson_column::YeoJohnsonColumn,
    &quantile_normal::QuantileNormal,
    &rank::Rank,
    &winsorize::Winsorize,
    &clip_iqr::ClipIqr,
    &flag_outliers::FlagOutliers,
    &add_zero_indicator::AddZeroIndicator,
    &standardise::Standardise,
    &min_max_scale::MinMaxScale,
    &robust_scale::RobustScale,
];

/// The transform called `code`.
pub fn find(code: &str) -> Option<&'static dyn Transform> {
    TRANSFORMS.iter().copied().find(|transform| transform.meta().code == code)
}
