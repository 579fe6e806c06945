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
    /// Without a quote: fields whose only `"` opens them, and the other fields with any.
    pub(crate) n_openings: usize,
    pub(crate) n_marked: usize,
    /// Delimiters followed by a blank, and all delimiters.
    pub(crate) padded: (usize, usize),
    /// The most frequent width and how many records have it.
    pub(crate) mode: (usize, usize),
    /// The width of the first record, and how many records have it before the first that has not.
    pub(crate) first_width: usize,
    pub(crate) n_first_alike: usize,
    /// After each record that is not blank: the bytes and the bits up to it.
    trail: Vec<(usize, f64)>,
}

/// A description of the same pieces that another one must not fall too far behind.
#[derive(Clone, Copy)]
pub(crate) struct Rival<'g> {
    pub(crate) grid: &'g Grid,
    /// By how many bits the other may be longer.
    pub(crate) slack: f64,
}

/// A description must first learn its columns: how many records that takes at least, and by which part of a rival's bits
/// for them it may fall behind meanwhile.
const LEARNING_RECORDS: usize = 16;
const LEARNING: f64 = 0.25;

/// A description beside a rival's.
struct Race<'g> {
    rival: Rival<'g>,
    /// Where the rival's trail is as far as the other.
    next: usize,
    /// Bits by which the other may be behind; infinite while it learns.
    allowance: f64,
}

impl<'g> Race<'g> {
    fn against(rival: &Rival<'g>) -> Self {
        Self { rival: *rival, next: 0, allowance: f64::INFINITY }
    }

    /// The bits of a description of which `grid` is known so far, once it is hopeless: as if from there on it were as good
    /// as the rival.
    fn lost(&mut self, grid: &Grid) -> Option<f64> {
        let &(n_bytes, bits) = grid.trail.last()?;
        let limit = self.rival.grid.bits + self.rival.slack;
        if bits > limit {
            return Some(bits);
        }
        let trail = &self.rival.grid.trail;
        self.next += trail[self.next..].iter().take_while(|(until, _)| *until < n_bytes).count();
        let &(_, own) = trail.get(self.next)?;
        if grid.n_records == LEARNING_RECORDS {
            self.allowance = self.rival.slack + own * LEARNING;
        }
        (bits - own > self.allowance).then_some(limit + bits - own)
    }
}

/// Columns further right share the last one's statistics.
const MAX_COLUMNS: usize = 1024;
/// Widths beyond count as this one.
const MAX_WIDTH: usize = 4096;

/// How often each of `N` options was seen, in a column or in all together.
#[derive(Clone)]
struct Counts<const N: usize> {
    of: [u32; N],
    total: u32,
}

impl<const N: usize> Default for Counts<N> {
    fn default() -> Self {
        Self { of: [0; N], total: 0 }
    }
}

impl<const N: usize> Counts<N> {
    /// Sightings of one option after which a column counts what it saw half.
    const MOST: u32 = 1_500;

    /// Probability of option `idx` in the whole table.
    fn general(&self, idx: usize) -> f32 {
        (2 * self.of[idx] + 1) as f32 / (2 * self.total + N as u32) as f32
    }

    /// The same in a column, `general` being that in the whole table.
    fn own(&self, idx: usize, general: f32) -> f32 {
        (self.of[idx] as f32 + general) / (self.total + 1) as f32
    }

    fn learn(&mut self, idx: usize) {
        self.of[idx] += 1;
        self.total += 1;
    }

    fn forget(&mut self) {
        self.of.iter_mut().for_each(|n| *n /= 2);
        self.total = self.of.iter().sum();
    }
}

/// Probability of option `idx` in a column, which learns it. What the column has not shown yet is judged by the
/// whole table (`all`), so that the first record of a wide table is no surprise in every column anew.
fn probability<const N: usize>(column: &mut Counts<N>, all: &mut Counts<N>, idx: usize) -> f32 {
    let p = column.own(idx, all.general(idx));
    all.learn(idx);
    column.learn(idx);
    if column.of[idx] > Counts::<N>::MOST {
        column.forget();
    }
    p
}

#[derive(Clone, Default)]
struct ColumnCode {
    shapes: Counts<N_SHAPES>,
    quoted: Counts<2>,
    padded: Counts<2>,
}

/// What all columns together have shown.
#[derive(Default)]
struct TableCode {
    shapes: Counts<N_SHAPES>,
    quoted: Counts<2>,
    padded: Counts<2>,
}

static LOG2: LazyLock<[f32; 4096]> = LazyLock::new(|| std::array::from_fn(|n| (n.max(1) as f32).log2()));

fn log2(n: usize) -> f32 {
    LOG2.get(n).copied().unwrap_or_else(|| (n as f32).log2())
}

/// Describes `pieces` under `dialect`; stops once the description falls hopelessly behind one of `rivals`. The last
/// record of every piece but the text's own last one may be cut and does not count.
pub(crate) fn describe_grid<'t>(
    pieces: &[&'t str],
    whole: bool,
    dialect: &Dialect,
    rivals: &[Rival<'_>],
    known: &mut Descriptions<'t>,
) -> Grid {
    let mut grid = Grid::default();
    let mut columns: Vec<ColumnCode> = Vec::new();
    let mut all = TableCode::default();
    let mut widths = vec![0_u32; 64];
    let mut seen_widths = 0_usize;
    let mut bits = 0.0_f64;
    let mut first_lone = None;
    let mut n_bytes = 0;
    let mut races: Vec<Race<'_>> = rivals.iter().map(Race::against).collect();
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
                if grid.n_records == 1 {
                    grid.first_width = width;
                }
                if grid.n_first_alike + 1 == grid.n_records && width == grid.first_width {
                    grid.n_first_alike += 1;
                }
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
            let until = n_bytes + record.span().end;
            grid.trail.push((until, bits));
            if let Some(bits) = races.iter_mut().find_map(|race| race.lost(&grid)) {
                grid.mode = mode(&widths);
                grid.bits = bits;
                return grid;
            }
        }
        n_bytes += piece.len();
    }
    grid.mode = mode(&widths);
    if grid.n_records == 1 {
        // A single record can agree with no other.
        bits -= first_lone.unwrap_or_default();
    }
    if let [first, last] = &columns[..]
        && last.shapes.of[Shape::Empty as usize] == last.shapes.total
        && first.shapes.total > 0
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
        grid.padded.0 += usize::from(raw.as_bytes().first() == Some(&b' '));
    }
    // The blank of `, ` is no gain over a comma whose fields are padded.
    let mut bits = if column > 0 && dialect.delimiter.is_padded() { weights::PADDED } else { 0.0 };
    let mut inner = trimmed;
    let mut wrapped = false;
    if let Some(quote) = dialect.quote {
        let opened = trimmed.as_bytes().first() == Some(&quote);
        wrapped = opened && trimmed.len() > 1 && trimmed.as_bytes().last() == Some(&quote);
        let start = usize::from(wrapped || (quoted && opened));
        inner = &trimmed[start..trimmed.len() - usize::from(wrapped)];
        let n_inside = inner.bytes().filter(|&byte| byte == quote).count();
        if n_inside > 0 {
            let n_of = |escaped: [u8; 2]| memchr::memmem::find_iter(inner.as_bytes(), &escaped).count();
            let escaped = match dialect.escape {
                crate::Escape::Doubled if wrapped => 2 * n_of([quote, quote]),
                crate::Escape::Doubled => 0,
                crate::Escape::Backslash => n_of([b'\\', quote]),
            };
            // An escaped quote is one character, so its escape costs nothing.
            let pairs = match dialect.escape {
                crate::Escape::Doubled => escaped / 2,
                crate::Escape::Backslash => escaped,
            };
            bits -= weights::ESCAPED_QUOTE * pairs as f32;
            let stray = n_inside.saturating_sub(escaped);
            if !quoted || wrapped {
                bits += weights::stray_quote(quote) * stray as f32;
                if !wrapped && stray > 0 {
                    let opens =
                        |at: usize| at > 0 && matches!(inner.as_bytes()[at - 1], b',' | b';' | b'|' | b'\t');
                    let n = memchr::memchr_iter(quote, inner.as_bytes()).filter(|&at| opens(at)).count();
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
                || (!delimiter.is_empty()
                    && memchr::memmem::find(inner.as_bytes(), delimiter.as_bytes()).is_some())
            {
                grid.n_needed += 1;
            }
        }
    }
    if dialect.quote.is_none()
        && let Some(at) = memchr::memchr(b'"', inner.as_bytes())
    {
        let alone = at == 0 && memchr::memrchr(b'"', inner.as_bytes()) == Some(0);
        grid.n_openings += usize::from(alone);
        grid.n_marked += usize::from(!alone);
    }
    let (shape, value_bits) = known.of(trim_blanks(inner));
    bits += value_bits;
    let mut p = probability(&mut code.shapes, &mut all.shapes, shape as usize)
        * probability(&mut code.quoted, &mut all.quoted, usize::from(wrapped));
    if shape != Shape::Empty {
        p *= probability(&mut code.padded, &mut all.padded, usize::from(padded));
        if padded {
            bits += if dialect.delimiter.as_str() == " " { 4.0 } else { weights::PADDED };
            if raw.starts_with('\t') || raw.ends_with('\t') {
                bits += weights::TABBED;
            }
        }
    }
    // The surprise of all three.
    bits -= p.log2();
    bits
}

fn trim_blanks(value: &str) -> &str {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let bytes = value.as_bytes();
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let end = bytes.len() - bytes[start..].iter().rev().take_while(|byte| is_blank(byte)).count();
    &value[start..end]
}
