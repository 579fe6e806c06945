//! The catalogue of checks, in the order a user should read them.

pub mod backslash_escape;
pub mod blank_header;
pub mod blank_record;
pub mod byte_order_mark;
pub mod code_as_number;
pub mod constant;
pub mod control_character;
pub mod correlated_columns;
pub mod date_as_text;
pub mod disguised_nulls;
pub mod doubtful_dialect;
pub mod drifted_column;
pub mod duplicate_column;
pub mod duplicate_header;
pub mod duplicate_records;
pub mod empty_columns;
pub mod encodable_category;
pub mod epoch_timestamp;
pub mod excel_serial_date;
pub mod extra_fields;
pub mod formula_injection;
pub mod functional_dependency_break;
pub mod header_like_record;
pub mod heavy_zeros;
pub mod high_cardinality;
pub mod identifier;
pub mod imbalanced;
pub mod impossible_date;
pub mod inconsistent_categories;
pub mod infinite_values;
pub mod integer_as_float;
pub mod invalid_encoding;
pub mod list_column;
pub mod misleading_extension;
pub mod mismatched_encoding;
pub mod missing_fields;
pub mod missing_final_newline;
pub mod missing_header;
pub mod mixed_booleans;
pub mod mixed_date_formats;
pub mod mixed_kinds;
pub mod mixed_line_endings;
pub mod mixed_null_tokens;
pub mod mixed_number_formats;
pub mod mixed_units;
pub mod mojibake;
pub mod not_a_table;
pub mod null_heavy;
pub mod number_as_text;
pub mod outliers;
pub mod overlong_field;
pub mod personal_data;
pub mod preamble;
pub mod quasi_constant;
pub mod rare_value;
pub mod repeated_header;
pub mod repeated_key;
pub mod scale;
pub mod sequence_gap;
pub mod several_tables;
pub mod shifted_record;
pub mod skewed;
pub mod sort_order_broken;
pub mod spreadsheet_damage;
pub mod stray_quote;
pub mod suspected_typo;
pub mod text_after_quote;
pub mod totals_record;
pub mod unclosed_quote;
pub mod unexpected_kind;
pub mod unexpected_pattern;
pub mod unsafe_header;
pub mod untidy_whitespace;

use crate::limits;
use crate::one_cause;
use crate::reader::Readers;
use crate::{Check, Checker, ColumnView, Finding, FindingKind, Severity, TableView, WholeTable};

/// Code of the finding that says how many others were left out; not a check.
pub const MORE_FINDINGS: &str = "more-findings";

/// Every check.
pub const CHECKS: &[&dyn Check] = &[
    &not_a_table::NotATable,
    &invalid_encoding::InvalidEncoding,
    &mismatched_encoding::MismatchedEncoding,
    &mojibake::Mojibake,
    &mixed_line_endings::MixedLineEndings,
    &missing_final_newline::MissingFinalNewline,
    &byte_order_mark::ByteOrderMark,
    &doubtful_dialect::DoubtfulDialect,
    &misleading_extension::MisleadingExtension,
    &preamble::Preamble,
    &missing_header::MissingHeader,
    &blank_header::BlankHeader,
    &duplicate_header::DuplicateHeader,
    &unsafe_header::UnsafeHeader,
    &repeated_header::RepeatedHeader,
    &header_like_record::HeaderLikeRecord,
    &totals_record::TotalsRecord,
    &empty_columns::EmptyColumns,
    &several_tables::SeveralTables,
    &duplicate_records::DuplicateRecords,
    &missing_fields::MissingFields,
    &extra_fields::ExtraFields,
    &unclosed_quote::UnclosedQuote,
    &stray_quote::StrayQuote,
    &text_after_quote::TextAfterQuote,
    &shifted_record::ShiftedRecord,
    &backslash_escape::BackslashEscape,
    &blank_record::BlankRecord,
    &control_character::ControlCharacter,
    &overlong_field::OverlongField,
    &null_heavy::NullHeavy,
    &mixed_null_tokens::MixedNullTokens,
    &skewed::Skewed,
    &mixed_kinds::MixedKinds,
    &untidy_whitespace::UntidyWhitespace,
    &number_as_text::NumberAsText,
    &disguised_nulls::DisguisedNulls,
    &outliers::Outliers,
    &heavy_zeros::HeavyZeros,
    &infinite_values::InfiniteValues,
    &constant::Constant,
    &quasi_constant::QuasiConstant,
    &identifier::Identifier,
    &duplicate_column::DuplicateColumn,
    &correlated_columns::CorrelatedColumns,
    &high_cardinality::HighCardinality,
    &imbalanced::Imbalanced,
    &inconsistent_categories::InconsistentCategories,
    &encodable_category::EncodableCategory,
    &unexpected_kind::UnexpectedKind,
    &unexpected_pattern::UnexpectedPattern,
    &suspected_typo::SuspectedTypo,
    &impossible_date::ImpossibleDate,
    &functional_dependency_break::FunctionalDependencyBreak,
    &spreadsheet_damage::SpreadsheetDamage,
    &formula_injection::FormulaInjection,
    &rare_value::RareValue,
    &repeated_key::RepeatedKey,
    &mixed_number_formats::MixedNumberFormats,
    &mixed_units::MixedUnits,
    &integer_as_float::IntegerAsFloat,
    &code_as_number::CodeAsNumber,
    &date_as_text::DateAsText,
    &mixed_date_formats::MixedDateFormats,
    &epoch_timestamp::EpochTimestamp,
    &excel_serial_date::ExcelSerialDate,
    &mixed_booleans::MixedBooleans,
    &list_column::ListColumn,
    &scale::Scale,
    &sort_order_broken::SortOrderBroken,
    &sequence_gap::SequenceGap,
    &personal_data::PersonalData,
    &drifted_column::DriftedColumn,
];

/// The check called `code`.
pub fn find(code: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().code == code)
}

/// Runs every check that is wanted and decides what is said: advice is left out, at most
/// [`crate::Settings::max_information`] findings of severity information stay in the standard profile, and at
/// most [`crate::Settings::max_findings`] in all; what is left out is counted in a last finding. Suppressed findings
/// ([`crate::Settings::suppressed`]) take nobody's place and are not counted: the first of each code and column is kept, so
/// that it is known which suppressions are needed. A check that
/// panics is left out of the result and named in the second list.
pub fn run_all(table: &TableView<'_>) -> (Vec<Finding>, Vec<&'static str>) {
    let (mut findings, broken) = run_unrouted(table);
    findings.retain(|finding| finding.severity != Severity::Advice);
    several_tables::explain(&mut findings);
    if !table.settings.audit() {
        one_cause::leave_one(&mut findings);
    }
    findings.sort_by_key(|finding| (finding.place.span, finding.severity, finding.code));
    (limits::keep(findings, table), broken)
}

/// What every wanted check finds, advice included, in the order of the catalogue.
pub fn run_unrouted(table: &TableView<'_>) -> (Vec<Finding>, Vec<&'static str>) {
    let mut findings = Vec::new();
    if table.file.binary.is_some() {
        // Nothing else about it means anything.
        not_a_table::look(table, &mut findings);
        return (findings, Vec::new());
    }
    let mut broken = Vec::new();
    let wanted =
        || CHECKS.iter().copied().filter(|check| table.settings.wants(check.meta().code, check.meta().kind));
    let mut readers = Readers::read(table, wanted());
    let whole = readers.take_whole();
    for check in wanted() {
        let meta = check.meta();
        if table.source.is_cancelled() {
            break;
        }
        let run = std::panic::AssertUnwindSafe(|| run_one(check, table, &mut readers, whole.as_ref()));
        match std::panic::catch_unwind(run) {
            Ok(found) => findings.extend(found),
            Err(_) => broken.push(meta.code),
        }
    }
    (findings, broken)
}

/// What the checks that look at profiles alone find in `column`, advice included: quick enough for a menu.
pub fn run_column_and_file(table: &TableView<'_>, column: &ColumnView<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if table.file.binary.is_some() {
        return found;
    }
    for check in CHECKS {
        let meta = check.meta();
        if !table.settings.wants(meta.code, meta.kind) {
            continue;
        }
        match check.checker() {
            Checker::Column(look) => look(table, column, &mut found),
            Checker::Table(look) if meta.kind == FindingKind::Column => {
                let one = TableView { columns: std::slice::from_ref(column), ..*table };
                look(&one, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// What `check` alone finds.
#[cfg(test)]
pub(crate) fn run_alone(check: &'static dyn Check, table: &TableView<'_>) -> Vec<Finding> {
    let mut readers = Readers::read(table, std::iter::once(check));
    let whole = readers.take_whole();
    run_one(check, table, &mut readers, whole.as_ref())
}

/// What `check` finds, which has read what it wants.
fn run_one(
    check: &dyn Check,
    table: &TableView<'_>,
    readers: &mut Readers<'_>,
    whole: Option<&WholeTable>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    match check.checker() {
        Checker::Table(look) => look(table, &mut found),
        Checker::Record(look) => {
            for record in &table.structure.odd {
                look(table, record, &mut found);
            }
        }
        Checker::Column(look) => {
            for column in table.columns {
                look(table, column, &mut found);
            }
        }
        Checker::Reading(_) => readers.finish(check.meta().code, &mut found),
        Checker::Whole(look) => {
            if let Some(whole) = whole {
                look(table, whole, &mut found);
            }
        }
    }
    found
}

/// At most 40 characters of `value`, for messages.
pub(crate) fn cut(value: &str) -> String {
    if value.chars().count() <= 40 {
        value.to_owned()
    } else {
        value.chars().take(39).chain(['…']).collect()
    }
}

/// Where more than `most` columns have the same finding, one that names them all.
pub(crate) fn merge_above(found: &mut Vec<Finding>, most: usize, what: &str) {
    if found.len() <= most {
        return;
    }
    let others = found.split_off(1);
    let first = &mut found[0];
    first.message = format!("{} {what}; here {}", others.len() + 1, first.message);
    first.severity = others.iter().map(|finding| finding.severity).fold(first.severity, Severity::min);
    first.n_places = others.len() as u64 + 1;
    first.related = others.iter().map(|finding| finding.place).collect();
}

/// When suspicious fields of a column are worth a finding in the standard profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    /// Confidence from which a field counts.
    pub(crate) confidence: f64,
    /// Fields that must count.
    pub(crate) n: usize,
    /// Fields from which it is a warning; `usize::MAX` leaves the check's own severity.
    pub(crate) warn: usize,
}

/// A finding of the value scope: one a column, its suspicious fields as places, each with its own confidence. The
/// standard profile keeps the fields that reach the bar, and says nothing when they are too few; audit keeps all.
pub(crate) fn value_finding(
    meta: &crate::CheckMeta,
    table: &TableView<'_>,
    column: usize,
    mut places: Vec<(u64, f64)>,
    bar: Bar,
    message: impl FnOnce(usize) -> String,
) -> Option<Finding> {
    let view = table.column(column)?;
    let n_sure = places.iter().filter(|(_, confidence)| *confidence >= bar.confidence).count();
    let mut severity = None;
    if !table.settings.audit() {
        places.retain(|(_, confidence)| *confidence >= bar.confidence);
        if n_sure < bar.n {
            return None;
        }
        severity = (n_sure >= bar.warn).then_some(Severity::Warning);
    }
    if places.is_empty() {
        return None;
    }
    places.sort_by_key(|(record, _)| *record);
    let n = places.len();
    let confidence = places.iter().map(|(_, confidence)| *confidence).fold(0.0, f64::max);
    let mut finding =
        Finding::on_column(meta, table, view, message(n)).with_records(table, &places, n as u64);
    // More fields make a finding stronger than a single one of the same confidence.
    finding.confidence = confidence * (1.0 - 0.3 / n as f64);
    finding.severity = severity.unwrap_or(finding.severity);
    Some(finding)
}
