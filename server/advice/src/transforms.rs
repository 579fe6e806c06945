//! The catalogue of transforms, in the order a user should read them.

pub mod add_final_newline;
pub mod add_missing_indicator;
pub mod add_zero_indicator;
pub mod apply_pattern;
pub mod box_cox_column;
pub mod clip_iqr;
pub mod close_quote;
pub mod collapse_whitespace;
pub mod convert_dialect;
pub mod copy_dependent_value;
pub mod cube_root;
pub mod cyclical_encode;
pub mod double_quotes;
pub mod drop_column;
pub mod drop_empty_columns;
pub mod drop_empty_extra_fields;
pub mod drop_null_records;
pub mod escape_quote;
pub mod explode_records;
pub mod extract_date_parts;
pub mod fill_backward;
pub mod fill_forward;
pub mod flag_outliers;
pub mod frequency_encode;
pub mod group_rare_categories;
pub mod hash_encode;
pub mod impute_constant;
pub mod impute_group_median;
pub mod impute_mean;
pub mod impute_median;
pub mod impute_mode;
pub mod insert_header;
pub mod integer_column;
pub mod interpolate_linear;
pub mod iso_8601_date;
pub mod join_broken_records;
pub mod log1p_column;
pub mod log_column;
pub mod mark_as_null;
pub mod mask;
pub mod merge_categories;
pub mod merge_header_records;
pub mod min_max_scale;
pub mod multi_label_encode;
pub mod name_header;
pub mod neutralise_formula;
pub mod normalise_line_endings;
pub mod number_duplicates;
pub mod one_hot_encode;
pub mod ordinal_encode;
pub mod pad_record;
pub mod parse_number;
pub mod pseudonymise;
pub mod quantile_normal;
pub mod quote_overflow;
pub mod rank;
pub mod reciprocal;
pub mod reencode_utf8;
pub mod reinterpret_as;
pub mod remove_blank_records;
pub mod remove_bom;
pub mod remove_control_characters;
pub mod remove_duplicate_records;
pub mod remove_preamble;
pub mod remove_record;
pub mod reopen_with_encoding;
pub mod repair_mojibake;
pub mod repair_record;
pub mod requote_field;
pub mod robust_scale;
pub mod shift_record;
pub mod snake_case_headers;
pub mod sort_records;
pub mod split_column;
pub mod split_tables;
pub mod sqrt_column;
pub mod standardise;
pub mod strip_unit_to_header;
pub mod trim_whitespace;
pub mod truncate_record;
pub mod unify_booleans;
pub mod unify_null_tokens;
pub mod unify_number_format;
pub mod winsorize;
pub mod yeo_johnson_column;
pub mod zero_pad;

use crate::Transform;

/// Every transform.
pub const TRANSFORMS: &[&dyn Transform] = &[
    &reencode_utf8::ReencodeUtf8,
    &reopen_with_encoding::ReopenWithEncoding,
    &repair_mojibake::RepairMojibake,
    &normalise_line_endings::NormaliseLineEndings,
    &add_final_newline::AddFinalNewline,
    &remove_bom::RemoveBom,
    &convert_dialect::ConvertDialect,
    &reinterpret_as::ReinterpretAs,
    &remove_preamble::RemovePreamble,
    &insert_header::InsertHeader,
    &name_header::NameHeader,
    &number_duplicates::NumberDuplicates,
    &snake_case_headers::SnakeCaseHeaders,
    &remove_record::RemoveRecord,
    &remove_duplicate_records::RemoveDuplicateRecords,
    &split_tables::SplitTables,
    &merge_header_records::MergeHeaderRecords,
    &drop_empty_columns::DropEmptyColumns,
    &pad_record::PadRecord,
    &quote_overflow::QuoteOverflow,
    &repair_record::RepairRecord,
    &drop_empty_extra_fields::DropEmptyExtraFields,
    &truncate_record::TruncateRecord,
    &join_broken_records::JoinBrokenRecords,
    &close_quote::CloseQuote,
    &escape_quote::EscapeQuote,
    &requote_field::RequoteField,
    &shift_record::ShiftRecord,
    &double_quotes::DoubleQuotes,
    &remove_blank_records::RemoveBlankRecords,
    &remove_control_characters::RemoveControlCharacters,
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
    &collapse_whitespace::CollapseWhitespace,
    &merge_categories::MergeCategories,
    &unify_booleans::UnifyBooleans,
    &iso_8601_date::Iso8601Date,
    &extract_date_parts::ExtractDateParts,
    &cyclical_encode::CyclicalEncode,
    &one_hot_encode::OneHotEncode,
    &ordinal_encode::OrdinalEncode,
    &frequency_encode::FrequencyEncode,
    &hash_encode::HashEncode,
    &group_rare_categories::GroupRareCategories,
    &integer_column::IntegerColumn,
    &zero_pad::ZeroPad,
    &unify_number_format::UnifyNumberFormat,
    &strip_unit_to_header::StripUnitToHeader,
    &split_column::SplitColumn,
    &explode_records::ExplodeRecords,
    &multi_label_encode::MultiLabelEncode,
    &sort_records::SortRecords,
    &pseudonymise::Pseudonymise,
    &mask::Mask,
    &apply_pattern::ApplyPattern,
    &copy_dependent_value::CopyDependentValue,
    &neutralise_formula::NeutraliseFormula,
];

/// The transform called `code`.
pub fn find(code: &str) -> Option<&'static dyn Transform> {
    TRANSFORMS.iter().copied().find(|transform| transform.meta().code == code)
}
