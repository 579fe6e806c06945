//! Where the table lies: title lines before it, its header, and what follows it.

use super::Layout;
use super::field_code::{Shape, describe};
use super::header::{self, Judged};
use super::sample::Sample;
use crate::{Delimiter, Dialect, RecordRef, Records, parse};

/// Records whose fields are looked at for the layout.
const MAX_ROWS: usize = 250;
/// Records that can be preamble.
const MAX_PREAMBLE: usize = 60;

/// A record as the layout sees it.
#[derive(Clone, Debug)]
pub(crate) struct Row<'t> {
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Fields, `None` for an empty line.
    pub(crate) width: usize,
    /// Fields that are not empty.
    pub(crate) fill: usize,
    /// Trimmed and unquoted values with their shapes.
    pub(crate) fields: Vec<(&'t str, Shape)>,
}

impl Row<'_> {
    /// No value at all: an empty line, or delimiters alone.
    pub(crate) fn is_empty(&self) -> bool {
        self.fill == 0
    }

    /// Whether all that it holds is text: no number, no date.
    pub(crate) fn is_text(&self) -> bool {
        self.fill > 0 && self.fields.iter().all(|(_, shape)| !shape.is_value())
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) layout: Layout,
    pub(crate) comment: Option<u8>,
    pub(crate) header_confidence: f64,
}

/// A first line `sep=;` as spreadsheets write it: its length with the line end, and the delimiter it names.
pub(crate) fn separator_line(head: &str) -> (usize, Option<Delimiter>) {
    let end = head.find(['\n', '\r']).unwrap_or(head.len());
    let line = head[..end].trim_start_matches('\u{feff}').trim_matches('"');
    let named = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).map(|_| &line[4..]);
    let Some(named) = named.filter(|text| (1..=2).contains(&text.chars().count())) else {
        return (0, None);
    };
    let after = if head[end..].starts_with("\r\n") { 2 } else { usize::from(end < head.len()) };
    (end + after, Delimiter::from_text(named))
}

/// The layout of the text that `sample` stands for.
pub(crate) fn find(sample: &Sample<'_>, dialect: &Dialect) -> Found {
    let head = sample.head();
    let parsed = parse(head, dialect);
    let records = &parsed.records;
    let width = majority(sample, records, dialect);
    let rows = rows(head, records, dialect);
    let first = preamble(&rows, width);
    let judged =
        rows.get(first).map_or(Judged { n: 0, confidence: 0.5 }, |_| header::judge(&rows[first..], width));
    let table_start = rows.get(first).map_or(0, |row| row.start);
    let end = if sample.is_whole() {
        let n_before = first + judged.n;
        end(head, records, n_before, width).or_else(|| second_table(head, records, n_before, width))
    } else {
        None
    };
    let layout = Layout {
        table_start,
        preamble_lines: first,
        header_records: judged.n,
        table_end: end.map(|(at, _)| at),
        n_further: end.map_or(0, |(_, n)| n),
        width: width.max(1),
    };
    Found { layout, comment: comment(&rows[first..], width), header_confidence: judged.confidence }
}

/// The first records of `head` as the layout sees them.
pub(crate) fn rows<'t>(head: &'t str, records: &Records, dialect: &Dialect) -> Vec<Row<'t>> {
    let quote = dialect.quote.map(char::from);
    let row = |record: crate::RecordRef<'_>| {
        let mut fill = 0;
        let fields: Vec<_> = record
            .fields
            .iter()
            .map(|field| {
                let raw = field.raw(head).trim();
                let value = match quote {
                    Some(quote) => {
                        raw.strip_prefix(quote).and_then(|v| v.strip_suffix(quote)).unwrap_or(raw).trim()
                    }
                    None => raw,
                };
                let shape = describe(value).0;
                fill += usize::from(shape != Shape::Empty);
                (value, shape)
            })
            .collect();
        Row { start: record.bounds.start as usize, width: record.fields.len(), fill, fields }
    };
    records.iter().take(MAX_ROWS).map(row).collect()
}

/// Whether `text` is a number, an amount, a date or a time.
pub(crate) fn is_value(text: &str) -> bool {
    describe(text).0.is_value()
}

/// The most frequent width of the records that are not blank; of two equals the one of more than a few records that
/// comes first, else the wider. A table of a delimiter is
/// wider than one field as soon as a third of its records are: the others are titles and notes.
fn majority(sample: &Sample<'_>, head: &Records, dialect: &Dialect) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    let mut count = |records: &Records, n: usize| {
        for record in records.iter().take(n).filter(|record| !record.is_blank()) {
            *counts.entry(record.fields.len()).or_insert(0_usize) += 1;
        }
    };
    let cut = |records: &Records| if sample.is_whole() { records.len() } else { records.len().max(2) - 1 };
    count(head, cut(head));
    for piece in &sample.pieces()[1..] {
        let records = parse(piece, dialect).records;
        count(&records, cut(&records));
    }
    let n_all: usize = counts.values().sum();
    let place = |width: usize| head.iter().position(|record| record.fields.len() == width);
    let rank = |width: usize, n: usize| match place(width) {
        Some(first) if n > 2 => (n, usize::MAX - first),
        _ => (n, width),
    };
    let most = |least: usize| counts.range(least..).max_by_key(|&(&width, &n)| rank(width, n));
    match (most(1), most(2)) {
        (Some((1, _)), Some((&wide, &n))) if n >= 3 && 3 * n >= n_all => wide,
        (mode, _) => mode.map_or(1, |(&width, _)| width),
    }
}

/// How many records lie before the table. Skips no more than the evidence supports: a record that has the
/// table's width and more than one value belongs to the table.
fn preamble(rows: &[Row<'_>], width: usize) -> usize {
    let n_filled = rows.iter().filter(|row| !row.is_empty()).count();
    let n_regular = rows.iter().filter(|row| row.width == width && !row.is_empty()).count();
    let leading_empty = rows.iter().take_while(|row| row.is_empty()).count();
    if width < 2 || n_regular * 3 < n_filled {
        return if leading_empty < rows.len() { leading_empty } else { 0 };
    }
    if let Some(names) = padded_preamble(rows, width) {
        return names;
    }
    for (idx, row) in rows.iter().enumerate().take(MAX_PREAMBLE) {
        if row.is_empty() {
            continue;
        }
        let next = rows[idx + 1..].iter().find(|next| !next.is_empty());
        let Some(next) = next else { return leading_empty };
        if row.width == width {
            // A title that was padded with delimiters: one value, and the names only come below.
            let title = row.fill == 1 && width > 2 && table_follows(&rows[idx + 1..], width);
            if title {
                continue;
            }
            return idx;
        }
        // A header that is ragged itself: as many names as it may be, and values right below.
        let names = row.fill >= 2 && row.fill * 2 >= width && row.is_text();
        if names && next.width == width && !next.is_text() {
            return idx;
        }
        if row.fill * 3 >= width * 2 && row.width.abs_diff(width) <= 1 && width >= 4 {
            return idx;
        }
        if !rows[idx + 1..].iter().take(MAX_PREAMBLE).any(|later| later.width == width && later.fill >= 2) {
            return leading_empty;
        }
    }
    leading_empty.min(MAX_PREAMBLE)
}

/// Natural log-odds from which on a record surely names the columns below it.
const SURE_NAMES: f64 = 2.5;

/// How many records stand before the first that names all columns, when they are a title and facts about the table (`Period:`
/// and a year) that a spreadsheet padded with delimiters: each filled from the left, none up to the last column.
fn padded_preamble(rows: &[Row<'_>], width: usize) -> Option<usize> {
    let padded = |row: &Row<'_>| {
        row.fill < width.min(row.width + 1)
            && row.fields.iter().skip(row.fill).all(|(_, shape)| *shape == Shape::Empty)
    };
    let names = rows.iter().take(MAX_PREAMBLE).position(|row| !padded(row))?;
    let row = &rows[names];
    let title = names > 0 && rows[0].fill <= 1;
    let apart = names > 0 && rows[names - 1].is_empty();
    let full = row.width == width && row.fill == width && row.is_text();
    let found =
        width > 2 && full && (title || apart) && header::evidence(&rows[names..], width) >= SURE_NAMES;
    found.then_some(names)
}

/// Whether the next record with more than one value looks like names: texts, and most of the columns; or all of
/// the next records fill most of the columns.
fn table_follows(rows: &[Row<'_>], width: usize) -> bool {
    let fills = |row: &Row<'_>| row.width == width && (row.fill >= 3 || row.fill * 3 >= width * 2);
    let mut next = rows.iter().take(8).skip_while(|row| row.fill <= 1);
    next.next().is_some_and(|row| {
        let full = |row: &Row<'_>| fills(row) && row.fill * 3 >= width * 2;
        fills(row) && (row.is_text() || (full(row) && next.all(full)))
    })
}

/// Where a table known as a whole ends: before an empty record after which no record fits it any more, not even as a
/// broken one; and how many records follow when they are a table of their own.
fn end(text: &str, records: &Records, n_before: usize, width: usize) -> Option<(usize, usize)> {
    if width < 2 {
        return None;
    }
    let filled = |record: &RecordRef<'_>| {
        let values = record.fields.iter().map(|field| bare(field.raw(text)));
        values.filter(|value| !value.is_empty()).count()
    };
    let fits = |record: &RecordRef<'_>| record.fields.len() == width && filled(record) >= 2;
    let fitting =
        || (n_before..records.len()).rev().filter(|&idx| records.get(idx).is_some_and(|r| fits(&r)));
    let last_fit = fitting().next()?;
    let rest: Vec<_> = (last_fit + 1..records.len()).filter_map(|idx| records.get(idx)).collect();
    let n_wide = |records: &[RecordRef<'_>]| {
        let used: Vec<usize> = records.iter().map(filled).filter(|&n| n > 0).collect();
        let widest = used.iter().copied().max().unwrap_or(0);
        (widest, used.iter().filter(|&&n| n == widest).count(), used.len())
    };
    let columns = Columns::of(text, fitting().filter_map(|idx| records.get(idx)).take(MAX_ROWS), width);
    // Names of other columns begin another table; broken records go on with this one.
    let is_table = |widest: usize, n: usize, n_all: usize| widest >= 2 && n_all >= 3 && n * 5 >= n_all * 4;
    let broken = rest.iter().rposition(|record| columns.might_hold(text, record));
    let goes_on = rest.iter().find(|record| filled(record) > 0).is_some_and(|r| columns.might_hold(text, r));
    let (widest, n, n_all) = n_wide(&rest);
    let after = match broken {
        Some(at) if goes_on || !is_table(widest, n, n_all) => &rest[at + 1..],
        _ => &rest[..],
    };
    let first_empty = after.iter().position(|record| filled(record) == 0)?;
    // What directly follows the last regular record is a ragged record of the table.
    if first_empty > 0 || last_fit < n_before + 1 {
        return None;
    }
    let (widest, n, n_all) = n_wide(after);
    let n_further = if is_table(widest, n, n_all) { n_all } else { 0 };
    (widest > 0).then(|| (after[first_empty].bounds.start as usize, n_further))
}

/// A raw field without blanks and quotes around it.
fn bare(raw: &str) -> &str {
    raw.trim_matches([' ', '\t', '"'])
}

/// What the columns of a table hold, as far as it tells a record that lost or gained fields from a note below the table.
struct Columns {
    /// By column whether it holds values (numbers, dates) or texts; `None` where both or neither.
    are_values: Vec<Option<bool>>,
}

impl Columns {
    /// Of ten filled fields, as many must be of a kind.
    const ALIKE_IN_TEN: usize = 9;

    fn of<'r>(text: &str, records: impl Iterator<Item = RecordRef<'r>>, width: usize) -> Self {
        let mut counts = vec![(0, 0); width];
        for record in records {
            for (count, field) in counts.iter_mut().zip(record.fields) {
                match describe(bare(field.raw(text))).0 {
                    Shape::Empty | Shape::Token => {}
                    shape => {
                        count.0 += usize::from(shape.is_value());
                        count.1 += 1;
                    }
                }
            }
        }
        let kind = |(values, n): (usize, usize)| match (values, n) {
            (_, 0) => None,
            _ if values * 10 >= n * Self::ALIKE_IN_TEN => Some(true),
            _ if (n - values) * 10 >= n * Self::ALIKE_IN_TEN => Some(false),
            _ => None,
        };
        Self { are_values: counts.into_iter().map(kind).collect() }
    }

    /// Whether `record` might be one of the table's that is too short or too long: field by field, from the first on, it
    /// holds what the columns hold, in one column a value at least, and it is no total.
    fn might_hold(&self, text: &str, record: &RecordRef<'_>) -> bool {
        let mut n_values = 0;
        let mut n = 0;
        for (kind, field) in self.are_values.iter().zip(record.fields) {
            let value = bare(field.raw(text));
            match (describe(value).0, kind) {
                (Shape::Empty | Shape::Token, _) => continue,
                (shape, Some(kind)) if shape.is_value() != *kind => return false,
                (shape, _) => n_values += usize::from(shape.is_value()),
            }
            if is_total(value) {
                return false;
            }
            n += 1;
        }
        n >= 2 && n_values > 0
    }
}

/// Whether `label` stands before a total.
fn is_total(label: &str) -> bool {
    const WORDS: &[&str] = &[
        "total",
        "totals",
        "sum",
        "subtotal",
        "count",
        "average",
        "mean",
        "summe",
        "gesamt",
        "somme",
        "suma",
        "totale",
        "moyenne",
        "media",
        "mittelwert",
    ];
    let words = || label.split(|ch: char| !ch.is_alphabetic());
    words().any(|word| WORDS.iter().any(|total| total.eq_ignore_ascii_case(word)))
}

/// Where a second table begins right below the first, and its records: a header, and records of the same other
/// width up to the end of the text.
fn second_table(text: &str, records: &Records, n_before: usize, width: usize) -> Option<(usize, usize)> {
    let filled = || records.iter().enumerate().filter(|(_, record)| !record.is_blank());
    let other = filled().next_back()?.1.fields.len();
    if other == width || other < 2 || width < 2 {
        return None;
    }
    let run: Vec<_> = filled().rev().take_while(|(_, record)| record.fields.len() == other).collect();
    let (first, header) = run.last()?;
    let is_text = |record: &crate::RecordRef<'_>| {
        let mut fields =
            record.fields.iter().map(|field| describe(field.raw(text).trim_matches([' ', '"'])).0);
        fields.all(|shape| !shape.is_value())
    };
    let values = || run.iter().filter(|(_, record)| !is_text(record)).count();
    let table = *first > n_before + 1 && run.len() >= 3;
    let found = table && is_text(header) && values() * 2 > run.len() - 1;
    found.then_some((header.bounds.start as usize, run.len()))
}

/// The comment mark, when lines inside the table begin with it and none of them fits the table.
fn comment(rows: &[Row<'_>], width: usize) -> Option<u8> {
    if width < 2 {
        return None;
    }
    let marked =
        || rows.iter().skip(1).filter(|row| row.fields.first().is_some_and(|(v, _)| v.starts_with('#')));
    let any = marked().count() > 0;
    let header = rows.first().is_some_and(|row| row.fields.first().is_some_and(|(v, _)| v.starts_with('#')));
    (any && !header && marked().all(|row| row.width != width)).then_some(b'#')
}
