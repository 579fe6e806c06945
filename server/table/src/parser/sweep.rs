//! Records of the usual form, sixty-four bytes at a time: one-byte delimiters, quotes doubled, each quote where it
//! belongs, no line end inside. Whatever looks otherwise is left to [`super::plain`], record by record.
//!
//! Within a chunk the exclusive or of all quotes so far says which bytes stand inside quotes; what is left of
//! delimiters and line ends are the borders of fields. A quote that opens must follow a border (or the quote that
//! it doubles), one that closes must precede one: the first that does not ends the sweep before its record.

use super::records::{Field, Parsed, RecordBounds};
use super::scan::{Masks, Needles};

/// What to sweep over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'t> {
    /// The text.
    pub(super) bytes: &'t [u8],
    /// Delimiter and quote.
    pub(super) needles: Needles,
    /// The quote once more.
    pub(super) quote: Option<u8>,
    /// A record that begins with it is left alone.
    pub(super) comment: Option<u8>,
    /// Records that begin here or later are not wanted.
    pub(super) until: usize,
    /// Whether the fields are wanted, or only how many there are.
    pub(super) fields: bool,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Swept {
    /// Where the first record begins that was not read.
    pub(super) end: usize,
    /// One past the last byte that the records depend on.
    pub(super) reach: usize,
}

/// Reads records from `from`, where one begins, and appends them to `out`; ends before a record that needs a closer
/// look and before the last of the text.
#[inline(always)]
pub(super) fn sweep(
    job: &Job<'_>,
    from: usize,
    out: &mut Parsed,
    look: impl Fn(&[u8; 64], Needles) -> Masks,
) -> Swept {
    let bytes = job.bytes;
    let (fields, bounds) = (&mut out.records.fields, &mut out.records.bounds);
    let mut swept = Swept { end: from, reach: from };
    let mut first_field = fields.len();
    let mut n_fields = 0;
    let mut field_start = from;
    let mut quoted = begins_quoted(job, from);
    let mut chunk = from / 64 * 64;
    // All ones inside quotes, and whether the byte before the chunk is a border or a quote that closed.
    let mut open = 0_u64;
    let mut before = 0_u64;
    'chunks: while swept.end < job.until
        && job.comment.is_none_or(|comment| bytes.get(swept.end) != Some(&comment))
    {
        // The byte after the chunk is looked at, too.
        let Some(window) = bytes.get(chunk..).and_then(|rest| rest.first_chunk::<65>()) else { break };
        let Some(sixty_four) = window.first_chunk::<64>() else { break };
        let next = window[64];
        let masks = look(sixty_four, job.needles);
        let here = u64::MAX << field_start.saturating_sub(chunk);
        let all = (masks.delimiter | masks.end) & here;
        let (mut borders, mut bad) = (all, 0);
        let quotes = masks.quote & here;
        if quotes | open != 0 {
            let inside = parity(quotes) ^ open;
            let closing = quotes & !inside;
            borders = all & !inside;
            let start =
                if chunk <= swept.end && swept.end < chunk + 64 { 1 << (swept.end - chunk) } else { 0 };
            let may_open = ((borders | closing) << 1) | before | start;
            let next_ends = Some(next) == job.quote || is_border(next, job);
            let may_close = ((all | quotes) >> 1) | (u64::from(next_ends) << 63);
            bad = (quotes & inside & !may_open) | (closing & !may_close) | (masks.end & here & inside);
            if bad != 0 {
                borders &= (1 << bad.trailing_zeros()) - 1;
            }
            open = 0_u64.wrapping_sub(inside >> 63);
            before = (borders | closing) >> 63;
        } else {
            before = borders >> 63;
        }
        let mut ends = borders & masks.end;
        if job.fields {
            while borders != 0 {
                let bit = borders.trailing_zeros() as usize;
                borders &= borders - 1;
                let at = chunk + bit;
                let is_end = ends >> bit & 1 != 0;
                if !(is_end && at == swept.end) {
                    fields.push(Field { start: field_start as u32, end: at as u32, quoted });
                }
                field_start = at + 1;
                quoted =
                    if bit < 63 { masks.quote >> (bit + 1) & 1 != 0 } else { begins_quoted(job, at + 1) };
                if is_end {
                    n_fields = (fields.len() - first_field) as u32;
                    let end = record_end(bytes, at);
                    bounds.push(record(swept.end, at, end, first_field, n_fields));
                    if end == at + 2 {
                        // The LF belongs to the CR.
                        borders &= !(2_u64 << bit.min(62));
                        field_start = end;
                        quoted = begins_quoted(job, end);
                    }
                    swept = Swept { end, reach: end + usize::from(bytes[end - 1] == b'\r') };
                    first_field = fields.len();
                    if stops(job, end) {
                        break 'chunks;
                    }
                }
            }
        } else {
            let mut delimiters = borders & masks.delimiter;
            while ends != 0 {
                let bit = ends.trailing_zeros() as usize;
                ends &= ends - 1;
                let at = chunk + bit;
                let passed = (1_u64 << bit) - 1;
                n_fields += (delimiters & passed).count_ones();
                delimiters &= !passed;
                let end = record_end(bytes, at);
                let is_blank = at == swept.end;
                bounds.push(record(swept.end, at, end, 0, if is_blank { 0 } else { n_fields + 1 }));
                n_fields = 0;
                if end == at + 2 {
                    ends &= !(2_u64 << bit.min(62));
                }
                field_start = end;
                swept = Swept { end, reach: end + usize::from(bytes[end - 1] == b'\r') };
                if stops(job, end) {
                    break 'chunks;
                }
            }
            n_fields += delimiters.count_ones();
        }
        if bad != 0 {
            break;
        }
        chunk += 64;
    }
    fields.truncate(first_field);
    swept
}

/// Each bit says whether the bits up to and with it are odd in number.
#[inline(always)]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[inline(always)]
fn is_border(byte: u8, job: &Job<'_>) -> bool {
    byte == b'\n' || byte == b'\r' || job.needles.is_delimiter(byte)
}

/// Whether a quote stands at `at`.
#[inline(always)]
fn begins_quoted(job: &Job<'_>, at: usize) -> bool {
    job.quote.is_some() && job.bytes.get(at).copied() == job.quote
}

/// Whether the record that begins at `start` is not to be read.
#[inline(always)]
fn stops(job: &Job<'_>, start: usize) -> bool {
    start >= job.until || (job.comment.is_some() && job.bytes.get(start).copied() == job.comment)
}

/// One past the terminator at `at`.
#[inline(always)]
fn record_end(bytes: &[u8], at: usize) -> usize {
    at + 1 + usize::from(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'))
}

#[inline(always)]
fn record(start: usize, content_end: usize, end: usize, first_field: usize, n_fields: u32) -> RecordBounds {
    RecordBounds {
        start: start as u32,
        content_end: content_end as u32,
        end: end as u32,
        first_field: first_field as u32,
        n_fields,
    }
}
