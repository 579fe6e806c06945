//! Which dialects the first line rules out: what parts all other lines but not the names of the columns is a part of the
//! values. A mark inside the values of one column (an IBAN in groups, a MAC, a telephone number) parts every record
//! alike, and finer than the real delimiter does; only the header tells.

use super::choose::Scored;
use super::header;
use super::layout;
use super::sample::Sample;
use crate::{Delimiter, parse};

/// Records at the beginning that a delimiter must part alike to rule out others.
const FIRST_RECORDS: usize = 3;
/// Bytes of the head that are looked at.
const LOOKED_BYTES: usize = 16 * 1024;
/// Records that a list needs: fewer show no pattern.
const LIST_RECORDS: usize = 3;
/// Of the lines of a list, those that must be one value each, in tenths.
const VALUES_IN_TEN: usize = 9;
/// Natural log-odds from which on a record surely names columns.
const NAMES: f64 = 2.5;

/// How seldom a mark is what parts fields.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rank {
    /// Commas, semicolons, tabs, bars, separators of ASCII, and what no value holds.
    Usual,
    /// Blanks, colons, and what some values hold.
    Seldom,
    /// What numbers, dates, words and formulas hold.
    Odd,
}

/// The rank of `delimiter`.
pub(crate) fn rank(delimiter: &Delimiter) -> Rank {
    match delimiter.as_str() {
        "," | ";" | "\t" | "|" | "||" | "^" | ", " | "; " | "\u{1f}" | "\u{1e}" | "\u{1}" => Rank::Usual,
        " " | ":" | "::" | "~" | "#" | "&" => Rank::Seldom,
        text if !text.is_ascii() => Rank::Seldom,
        _ => Rank::Odd,
    }
}

/// Takes the dialects that the first line rules out from `tried`, one a delimiter; the delimiters that went.
pub(crate) fn take_ruled_out<T>(
    tried: &mut Vec<T>,
    scored: impl Fn(&T) -> &Scored,
    sample: &Sample<'_>,
) -> Vec<Delimiter> {
    let regular: Vec<Delimiter> = tried
        .iter()
        .map(&scored)
        .filter(|one| parts_all_alike(one))
        .map(|one| one.dialect.delimiter)
        .collect();
    let has_list = tried.iter().any(|one| scored(one).dialect.delimiter == Delimiter::NONE);
    let ruled_out = |one: &Scored| {
        let own = one.dialect.delimiter;
        if own == Delimiter::NONE || one.grid.first_width == one.grid.mode.0 {
            return false;
        }
        let own_rank = rank(&own);
        let absent = one.grid.first_width == 1;
        let better = |rival: &Delimiter| *rival != own && rank(rival) <= own_rank;
        let by_table = (own_rank > Rank::Usual || absent) && regular.iter().any(better);
        by_table || (has_list && is_list(one, sample))
    };
    let mut gone = Vec::new();
    tried.retain(|one| {
        let one = scored(one);
        let out = ruled_out(one);
        if out {
            gone.push(one.dialect.delimiter);
        }
        !out
    });
    gone
}

/// Whether the first records and nearly all others have the same two fields or more.
fn parts_all_alike(one: &Scored) -> bool {
    let grid = &one.grid;
    let (width, n) = grid.mode;
    width >= 2
        && grid.n_records >= 2
        && grid.n_first_alike >= FIRST_RECORDS.min(grid.n_records)
        && n * 10 >= grid.n_records * 9
}

/// The dialect that `sorted`, the best first, should yield to when it stands first: one of a more usual delimiter that
/// parts all records alike, and in one of whose columns alone all marks of the first dialect stand.
pub(crate) fn better_than_first<T>(
    sorted: &[T],
    scored: impl Fn(&T) -> &Scored,
    sample: &Sample<'_>,
) -> Option<usize> {
    let one = scored(sorted.first()?);
    let own = rank(&one.dialect.delimiter);
    if own == Rank::Usual || one.grid.n_quoted > 0 {
        return None;
    }
    let text = looked_at(sample);
    let better = |rival: &Scored| {
        rank(&rival.dialect.delimiter) == Rank::Usual
            && !rival.dialect.delimiter.is_padded()
            && parts_all_alike(rival)
            && is_inside_a_column(text, one, rival)
    };
    sorted.iter().position(|rival| better(scored(rival)))
}

/// Whether the delimiter of `one` is a mark inside the values of one column of `rival`'s, and that of the rival no
/// decimal comma or part of a text of `one`'s.
fn is_inside_a_column(text: &str, one: &Scored, rival: &Scored) -> bool {
    let (own, other) = (one.dialect.delimiter, rival.dialect.delimiter);
    let has = |text: &str, mark: &Delimiter| text.contains(mark.as_str());
    let mut in_column = vec![0_usize; rival.grid.mode.0];
    let (mut n, mut n_alone) = (0, 0);
    let width = in_column.len();
    for record in parse(text, &rival.dialect).records.iter().filter(|r| r.fields.len() == width) {
        let mut holding = (0..record.fields.len()).filter(|&at| has(record.fields[at].raw(text), &own));
        let Some(column) = holding.next() else { continue };
        n += 1;
        if holding.next().is_none() {
            n_alone += 1;
            in_column[column] += 1;
        }
    }
    let most = in_column.iter().copied().max().unwrap_or(0);
    if n == 0 || n_alone < n || most * 10 < n * 9 {
        return false;
    }
    let (mut n, mut n_own) = (0, 0);
    for record in parse(text, &one.dialect).records.iter() {
        for field in record.fields.iter().map(|field| field.raw(text)).filter(|raw| has(raw, &other)) {
            n += 1;
            let padded = field.split(other.as_str()).skip(1).any(|part| part.starts_with(' '));
            n_own += usize::from(padded || layout::is_value(field.trim()));
        }
    }
    n_own * 10 < n
}

/// The part of a sample that is looked at.
fn looked_at<'t>(sample: &Sample<'t>) -> &'t str {
    let head = sample.head();
    let text = &head[..head.floor_char_boundary(LOOKED_BYTES)];
    if text.len() < head.len() { text.rfind('\n').map_or(text, |at| &text[..=at]) } else { text }
}

/// Whether what `one`, whose delimiter does not part the first line as it does the others, takes for records are values
/// of a single column below its name.
fn is_list(one: &Scored, sample: &Sample<'_>) -> bool {
    let rank = rank(&one.dialect.delimiter);
    let grid = &one.grid;
    if grid.first_width > 1 {
        return rank == Rank::Odd;
    }
    if grid.n_quoted > 0 || grid.mode.1 < LIST_RECORDS {
        return false;
    }
    let text = looked_at(sample);
    let records = parse(text, &one.dialect).records;
    let rows = layout::rows(text, &records, &one.dialect);
    // A blank line below a title, or names of its own below: then the first line is a title.
    let Some(second) = rows.get(1).filter(|second| second.width == grid.mode.0) else { return false };
    if rank == Rank::Usual {
        let mut lines = text.lines().skip(1).take(rows.len() - 1).map(|line| layout::is_value(line.trim()));
        let n = rows.len() - 1;
        return !second.is_text()
            && lines.by_ref().filter(|is_value| *is_value).count() * 10 >= n * VALUES_IN_TEN;
    }
    header::evidence(&rows[1..], grid.mode.0) < NAMES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Delimiter, DetectOptions, Detection, detect};

    fn found(text: &str) -> Detection {
        detect(text, &DetectOptions { extension: Some("csv".to_owned()), ..DetectOptions::default() })
    }

    /// Ways of writing the values of a column, none of which holds a quote or line end.
    const COLUMNS: &[&str] = &[
        "[0-9a-f]{2}(:[0-9a-f]{2}){5}",
        "[0-9A-F]{2}(-[0-9A-F]{2}){5}",
        "[0-9a-f]{4}(:[0-9a-f]{4}){7}",
        "[2-9][0-9]{2}-[0-9]{3}-[0-9]{4}",
        "\\+49 [1-9][0-9]{2} [0-9]{6}",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "DE[0-9]{2}( [0-9]{4}){4} [0-9]{2}",
        "[0-9]{4}( [0-9]{4}){3}",
        "[012][0-3]:[0-5][0-9](:[0-5][0-9])?",
        "[0-5] - [0-5]",
        "[0-5]:[0-5]",
        "(size|width|colour)=[0-9]{1,3}",
        "(red|green|blue)\\|(big|small)\\|(old|new)",
        "[1-9][0-9]? x [1-9][0-9]? x [1-9][0-9]?",
        "978-[0-9]-[0-9]{2}-[0-9]{6}-[0-9]",
        "Q[1-4] 20[0-9]{2}",
        "[a-z]{3,6}\\.[a-z]{3,6}@[a-z]{4,6}\\.example",
        "/srv/[a-z]{2,5}/[a-z]{2,5}",
        "#[0-9a-f]{6}",
        "[*]{22}",
        "[a-z]{2,4}_[a-z]{2,4}_[0-9]{1,2}",
        "[A-Z]{2,4}~[0-9]{1,2}",
        "[a-z]{3,5} & [a-z]{3,5}",
    ];
    const OTHERS: &[&str] =
        &["[1-9][0-9]{0,3}", "A[0-9]{1,4}", "[A-Z][a-z]{2,7}", "[1-9][0-9]?\\.[0-9]{2}", "[YN]"];
    const NAMES: [&str; 3] = ["host", "amount", "city"];

    fn column(ways: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
        prop::sample::select(ways).prop_flat_map(|way| prop::collection::vec(way, 3..40))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn whatever_a_column_holds_the_writers_delimiter_is_found(
            marked in column(COLUMNS),
            other in column(OTHERS),
            third in prop::option::of(column(OTHERS)),
            first in any::<bool>(),
            delimiter in prop::sample::select(vec![",", ";", "\t"]),
        ) {
            let mut columns = if first { vec![marked, other] } else { vec![other, marked] };
            columns.extend(third);
            let mut text = NAMES[..columns.len()].join(delimiter) + "\n";
            for record in 0..columns.iter().map(Vec::len).min().unwrap() {
                let fields: Vec<&str> = columns.iter().map(|column| &column[record][..]).collect();
                text += &(fields.join(delimiter) + "\n");
            }
            let detection = found(&text);
            prop_assert_eq!(detection.dialect.delimiter.as_str(), delimiter, "{}", text);
            prop_assert_eq!((detection.layout.header_records, detection.layout.preamble_lines), (1, 0));
        }

        #[test]
        fn a_list_is_one_column(values in column(COLUMNS)) {
            prop_assume!(values.len() >= 10 && !values[0].contains('|'));
            let detection = found(&format!("host\n{}\n", values.join("\n")));
            prop_assert_eq!(detection.dialect.delimiter, Delimiter::NONE, "{:?}", &values[..3]);
            prop_assert_eq!(detection.layout.header_records, 1);
        }
    }

    #[test]
    fn a_list_of_decimals_with_a_comma_is_one_column() {
        let values: String = (1..30).map(|n| format!("{n},{:02}\n", n * 7 % 100)).collect();
        assert_eq!(found(&format!("Betrag\n{values}")).dialect.delimiter, Delimiter::NONE);
        // Two columns of integers have two names.
        assert_eq!(found(&format!("Betrag,Zahl\n{values}")).dialect.delimiter, Delimiter::COMMA);
    }

    #[test]
    fn addresses_of_machines_are_whole_without_a_header_too() {
        let text: String = (10..40).map(|n| format!("web{n},00:1a:2b:3c:4d:{n}\n")).collect();
        assert_eq!(found(&text).dialect.delimiter, Delimiter::COMMA);
    }

    #[test]
    fn seldom_delimiters_are_still_read() {
        for mark in [" ", ":", "^", "~", "#", "&", "*", "!", "$", "=", "\u{1f}"] {
            let body: String =
                (1..20).map(|n| format!("A{n}{mark}{}{mark}{n}.5{mark}Ann\n", n * 7 % 31)).collect();
            let header = ["code", "amount", "price", "owner"].join(mark);
            let texts = [body.clone(), format!("{header}\n{body}"), format!("Report\n{header}\n{body}")];
            for text in texts {
                assert_eq!(found(&text).dialect.delimiter.as_str(), mark, "{}", &text[..40]);
            }
        }
        // A decimal comma in every record does not make the comma a delimiter.
        let text: String = (1..20).map(|n| format!("A{n}:{n},5:Ann:{}\n", n * 7 % 31)).collect();
        assert_eq!(found(&text).dialect.delimiter.as_str(), ":");
    }
}
