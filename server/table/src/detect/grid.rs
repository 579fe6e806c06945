//! How well a dialect explains a sample: the length, in bits, of the shortest description of the sample as the
//! grid that the dialect makes of it.
//!
//! A record costs the surprise of its width, a field the surprise of its shape in its column (both learned
//! while reading, so that one odd record costs one record), and then its characters. A delimiter that makes a
//! regular grid of columns with one kind each is therefore cheap; one that cuts texts and dates is dear; and
//! a single column is a grid like any other.

use std::sync::LazyLock;

use super::field_code::{Descriptions, N_SHAPES, Shape, char_cost, describe};
use super::weights;
use crate::{Dialect, OddityKind, parse};

/// What a dialect makes of a sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    /// Length of the description, in bits.
    pub(crate) bits: f64,
    /// Records that are not blank.
    pub(crate) n_records: usize,
    /// Fields that are properly quoted.
    pub(crate) n_quoted: usize,
    /// Of these, those that hold a delimiter, a line end or a quote: where the quote matters.
    pub(crate) n_needed: usize,
    /// Quotes left open, text after a closing quote, quotes inside unquoted fields.
    pub(crate) n_faults: usize,
    /// Delimiters followed by a blank, and all delimiters.
    pub(crate) padded: (usize, usize),
    /// The most frequent width and how many records have it.
    pub(crate) mode: (usize, usize),
}

/// Columns further right share the last one's statistics.
const MAX_COLUMNS: usize = 1024;
/// Widths beyond count as this one.
const MAX_WIDTH: usize = 4096;

#[derive(Clone, Default)]
struct ColumnCode {
    shapes: [u16; N_SHAPES],
    quoted: [u16; 2],
    padded: [u16; 2],
}

impl ColumnCode {
    fn total(&self) -> u16 {
        self.shapes.iter().sum()
    }
}

static LOG2: LazyLock<[f32; 4096]> = LazyLock::new(|| std::array::from_fn(|n| (n.max(1) as f32).log2()));

fn log2(n: usize) -> f32 {
    LOG2.get(n).copied().unwrap_or_else(|| (n as f32).log2())
}

/// Bits of choosing option `idx` after these `counts` of the column, which then learn it. What the column has
/// not shown yet is judged by the whole table (`all`), so that the first record of a wide table is no surprise
/// in every column anew.
fn surprise<const N: usize>(counts: &mut [u16; N], all: &mut [u32; N], idx: usize) -> f32 {
    let n: u32 = counts.iter().map(|&n| u32::from(n)).sum();
    let n_all: u32 = all.iter().sum();
    let general = (2 * all[idx] + 1) as f32 / (2 * n_all + N as u32) as f32;
    let p = (f32::from(counts[idx]) + general) / (n + 1) as f32;
    all[idx] += 1;
    counts[idx] += 1;
    if counts[idx] > 1500 {
        for n in counts {
            *n /= 2;
        }
    }
    -p.log2()
}

/// What all columns together have shown.
#[derive(Default)]
struct TableCode {
    shapes: [u32; N_SHAPES],
    quoted: [u32; 2],
    padded: [u32; 2],
}

/// Describes `pieces` under `dialect`; stops once the description is longer than `limit`, its `bits` then being
/// a lower bound. The last record of
/// every piece but the text's own last one may be cut and does not count.
pub(crate) fn describe_grid<'t>(
    pieces: &[&'t str],
    whole: bool,
    dialect: &Dialect,
    limit: f64,
    known: &mut Descriptions<'t>,
) -> Grid {
    let mut grid = Grid::default();
    let mut columns: Vec<ColumnCode> = Vec::new();
    let mut all = TableCode::default();
    let mut widths = vec![0_u32; 64];
    let mut seen_widths = 0_usize;
    let mut bits = 0.0_f64;
    let mut first_lone = None;
    for &piece in pieces {
        let parsed = parse(piece, dialect);
        for oddity in &parsed.oddities {
            match oddity.kind {
                OddityKind::UnclosedQuote if whole => bits += weights::UNCLOSED_QUOTE,
                OddityKind::UnclosedQuote => bits += weights::CUT_QUOTE,
                OddityKind::TextAfterQuote if oddity.span.of(piece).trim().is_empty() => bits += 3.0,
                OddityKind::TextAfterQuote => bits += weights::TEXT_AFTER_QUOTE,
                OddityKind::StrayQuote => continue,
            }
            grid.n_faults += 1;
        }
        let n = parsed.records.len();
        for (idx, record) in parsed.records.iter().enumerate() {
            if record.is_blank() {
                bits += 2.0;
                continue;
            }
            let width = record.fields.len();
            let slot = width.min(MAX_WIDTH);
            if slot >= widths.len() {
                widths.resize(slot + 1, 0);
            }
            let n_alike = widths[slot];
            let raw = record.span().of(piece);
            if n_alike == 0 && raw.starts_with('#') && dialect.delimiter.as_str() != "#" {
                bits += weights::COMMENT_LINE + f64::from(describe(raw).1);
                continue;
            }
            // The piece may cut its last record, whose width then says nothing.
            let cut = !whole && n > 1 && idx + 1 == n;
            if !cut {
                grid.n_records += 1;
                bits += f64::from(if n_alike > 0 {
                    log2(seen_widths + 1) - log2(n_alike as usize)
                } else {
                    log2(seen_widths + 1)
                        + 1.0
                        + 2.0 * log2(slot + 1).min(6.0)
                        + if seen_widths > 0 { 4.0 } else { 0.0 }
                });
                widths[slot] += 1;
                seen_widths += 1;
                // Delimiters in a record unlike any other explain nothing: until a second record agrees they
                // cost what they would cost in a text.
                let lone = weights::LONE_DELIMITER * (width - 1) as f64;
                match widths[slot] {
                    1 => bits += lone,
                    2 => bits -= lone,
                    _ => {}
                }
                first_lone.get_or_insert(lone);
            }
            if columns.len() < width.min(MAX_COLUMNS) {
                columns.resize(width.min(MAX_COLUMNS), ColumnCode::default());
            }
            for (column, field) in record.fields.iter().enumerate() {
                let code = &mut columns[column.min(MAX_COLUMNS - 1)];
                bits += f64::from(describe_field(
                    field.raw(piece),
                    field.quoted,
                    column,
                    dialect,
                    (code, &mut all),
                    &mut grid,
                    known,
                ));
            }
            if bits > limit {
                grid.mode = mode(&widths);
                grid.bits = bits;
                return grid;
            }
        }
    }
    grid.mode = mode(&widths);
    if grid.n_records == 1 {
        // A single record can agree with no other.
        bits -= first_lone.unwrap_or_default();
    }
    if let [first, last] = &columns[..]
        && last.shapes[Shape::Empty as usize] == last.total()
        && first.total() > 0
    {
        // What only ends lines stands between nothing.
        let cost = dialect.delimiter.as_bytes().iter().map(|&b| char_cost(b) + 5.0).sum::<f32>();
        bits += f64::from(cost) * seen_widths as f64;
    }
    grid.bits = bits;
    grid
}

/// The most frequent width, the least of several, and how many records have it.
fn mode(widths: &[u32]) -> (usize, usize) {
    let mode = widths.iter().enumerate().max_by_key(|&(width, &n)| (n, std::cmp::Reverse(width)));
    mode.map_or((1, 0), |(width, &n)| (width.max(1), n as usize))
}

fn describe_field<'t>(
    raw: &'t str,
    quoted: bool,
    column: usize,
    dialect: &Dialect,
    (code, all): (&mut ColumnCode, &mut TableCode),
    grid: &mut Grid,
    known: &mut Descriptions<'t>,
) -> f32 {
    let trimmed = trim_blanks(raw);
    let padded = !quoted && trimmed.len() != raw.len();
    if column > 0 {
        grid.padded.1 += 1;
        grid.padded.0 += usize::from(raw.starts_with(' '));
    }
    // The blank of `, ` is no gain over a comma whose fields are padded.
    let mut bits = if column > 0 && dialect.delimiter.is_padded() { weights::PADDED } else { 0.0 };
    let mut inner = trimmed;
    let mut wrapped = false;
    if let Some(quote) = dialect.quote.map(char::from) {
        let body = trimmed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        wrapped = body.is_some();
        inner = body.unwrap_or(if quoted { trimmed.strip_prefix(quote).unwrap_or(trimmed) } else { trimmed });
        let n_inside = if inner.is_ascii() || quote.is_ascii() {
            memchr::memchr_iter(quote as u8, inner.as_bytes()).count()
        } else {
            0
        };
        if n_inside > 0 {
            let escaped = match dialect.escape {
                crate::Escape::Doubled if wrapped => {
                    2 * inner.matches(&[quote, quote].iter().collect::<String>()[..]).count()
                }
                crate::Escape::Doubled => 0,
                crate::Escape::Backslash => {
                    inner.matches(&['\\', quote].iter().collect::<String>()[..]).count()
                }
            };
            // An escaped quote is one character, so its escape costs nothing.
            let pairs = match dialect.escape {
                crate::Escape::Doubled => escaped / 2,
                crate::Escape::Backslash => escaped,
            };
            bits -= weights::ESCAPED_QUOTE * pairs as f32;
            let stray = n_inside.saturating_sub(escaped);
            if !quoted || wrapped {
                bits += weights::stray_quote(quote as u8) * stray as f32;
                if !wrapped && stray > 0 {
                    let opens =
                        |at: usize| at > 0 && matches!(inner.as_bytes()[at - 1], b',' | b';' | b'|' | b'\t');
                    let n =
                        memchr::memchr_iter(quote as u8, inner.as_bytes()).filter(|&at| opens(at)).count();
                    bits += weights::OPENING_QUOTE * n as f32;
                }
                grid.n_faults += stray;
            }
        }
        if wrapped {
            grid.n_quoted += 1;
            // In `"1,5", "2"` the comma within matters to who takes the comma alone for the delimiter.
            let delimiter = dialect.delimiter.as_str();
            let delimiter = if dialect.delimiter.is_padded() { &delimiter[..1] } else { delimiter };
            if n_inside > 0
                || memchr::memchr2(b'\n', b'\r', inner.as_bytes()).is_some()
                || (!delimiter.is_empty() && inner.contains(delimiter))
            {
                grid.n_needed += 1;
            }
        }
    }
    let (shape, value_bits) = known.of(trim_blanks(inner));
    bits += value_bits;
    bits += surprise(&mut code.shapes, &mut all.shapes, shape as usize);
    bits += surprise(&mut code.quoted, &mut all.quoted, usize::from(wrapped));
    if shape != Shape::Empty {
        bits += surprise(&mut code.padded, &mut all.padded, usize::from(padded));
        if padded {
            bits += if dialect.delimiter.as_str() == " " { 4.0 } else { weights::PADDED };
            if raw.starts_with('\t') || raw.ends_with('\t') {
                bits += weights::TABBED;
            }
        }
    }
    bits
}

fn trim_blanks(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}
