//! The few numbers of detection that no theory gives: bits by which a reading is less likely beforehand, and
//! what a fault costs. Chosen by folds over data sets (see `xtask`), reviewed by hand.

use crate::Delimiter;

/// A quote that never closes, in a text known as a whole.
pub(crate) const UNCLOSED_QUOTE: f64 = 20.0;
/// The same at the end of a piece, where the quote may close later.
pub(crate) const CUT_QUOTE: f64 = 12.0;
/// Text between a closing quote and the next delimiter.
pub(crate) const TEXT_AFTER_QUOTE: f64 = 14.0;
/// A quote inside an unquoted field, beyond its bits as a character. Inch marks and names in quotes are
/// common and harm no reader; an apostrophe in a text says that apostrophes do not quote.
pub(crate) fn stray_quote(quote: u8) -> f32 {
    if quote == b'"' { 0.0 } else { 10.0 }
}
/// A quote inside an unquoted field, right behind what another dialect takes for a delimiter.
pub(crate) const OPENING_QUOTE: f32 = 6.0;
/// A delimiter in a record of a width that no other record has.
pub(crate) const LONE_DELIMITER: f64 = 1.0;
/// A record of a single column that holds, unquoted, the delimiter that the file's extension stands for; and
/// the most that this can cost.
pub(crate) const BARE_NOMINAL: (f64, f64) = (3.0, 25.0);
/// A delimiter that most records do not have.
pub(crate) const MOSTLY_ABSENT: f64 = 15.0;
/// A comment line, beyond its text.
pub(crate) const COMMENT_LINE: f64 = 2.0;
/// What an escape character costs as text, given back where it escapes.
pub(crate) const ESCAPED_QUOTE: f32 = 8.0;
/// Blanks around a field.
pub(crate) const PADDED: f32 = 1.5;
/// A blank taken for a part of the delimiter where it may as well be padding.
pub(crate) const IDLE_BLANK: f64 = 60.0;
/// A tab among them, beyond that.
pub(crate) const TABBED: f32 = 6.0;
/// What is given back to a quote other than `"` where it is nothing but a quote in all of the sample.
pub(crate) const ONLY_QUOTES: f64 = 7.0;
/// Records that count fully as evidence; of a longer sample every record counts for less, because records
/// of one table resemble each other and are no independent witnesses.
pub(crate) const FULL_RECORDS: f64 = 30.0;

/// A file without any delimiter must have so many records before it counts as a single column by intent; a
/// shorter one is a small table of the kind that its extension stands for, and reads the same.
pub(crate) const SILENT_RECORDS: usize = 10;

/// Bits by which a single column is less likely beforehand than commas.
pub(crate) const SINGLE_COLUMN: f64 = 8.0;

/// Bits by which `delimiter` is less likely beforehand than the likeliest one, in a file with this extension.
pub(crate) fn delimiter_prior(delimiter: &Delimiter, extension: Option<&str>) -> f64 {
    let csv = match delimiter.as_str() {
        "" => SINGLE_COLUMN,
        "," => 0.0,
        ";" | "\t" => 1.0,
        "|" => 2.0,
        ":" => 10.0,
        " " => 8.0,
        "^" | "~" | "#" | "&" | "::" | "||" => 8.0,
        ", " | "; " => 6.0,
        // Numbers, dates and words hold them.
        "." | "-" | "_" | "/" | "%" => 24.0,
        "\u{1f}" | "\u{1e}" | "\u{1}" => 4.0,
        _ => 14.0,
    };
    match (extension, delimiter.as_str()) {
        (Some("tsv" | "tab"), "\t") => csv - 7.0,
        (Some("psv"), "|") => csv - 8.0,
        (Some("ssv"), ";" | " ") => csv - 5.0,
        (Some("txt" | "dat" | "asc" | "log" | "prn"), "" | " ") => csv - 3.0,
        _ => csv,
    }
}

/// Bits by which `quote` is less likely beforehand than the double quote.
pub(crate) fn quote_prior(quote: Option<u8>) -> f64 {
    match quote {
        Some(b'"') => 0.0,
        None => 40.0,
        Some(b'\'') => 9.0,
        Some(_) => 14.0,
    }
}

/// Bits by which backslash escapes are less likely beforehand than doubled quotes.
pub(crate) const BACKSLASH_ESCAPE: f64 = 3.0;

/// Bits by which a dialect is less likely when another was chosen for files like this one.
pub(crate) const REMEMBERED: f64 = 12.0;

/// How sure the best dialect is, 0.5 to [`SUREST`], when the next best is longer by `margin` bits.
pub(crate) fn confidence(margin: f64) -> f64 {
    let odds = 1.0 / (1.0 + (-margin.max(0.0) / CONFIDENCE_SCALE).exp());
    0.5 + (odds - 0.5) * (SUREST - 0.5) / 0.5
}

/// Bits of margin by which the odds of the best dialect grow by e.
const CONFIDENCE_SCALE: f64 = 6.0;
/// However long the next best is: of tables rewritten in all dialects, about one in a hundred misleads.
const SUREST: f64 = 0.992;
