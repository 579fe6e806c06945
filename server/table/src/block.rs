//! A table is read block by block: a block is a piece of text that ends at a record end.

use aurora_text::Span;
use memchr::memchr2_iter;

use crate::parser::{Oddity, Parsed, Records};
use crate::{Dialect, Layout};

/// What lies before a block, or in it: every dimension one can seek by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Bytes of decoded text.
    pub bytes: usize,
    /// Physical lines, as LSP counts them.
    pub lines: usize,
    /// Data records (blank ones, the header and the preamble do not count).
    pub records: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            lines: self.lines + other.lines,
            records: self.records + other.records,
        }
    }
}

/// One block as a reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct BlockView<'a> {
    /// What lies before the block: add `before.bytes` to a span of this block to make it absolute.
    pub before: Counts,
    /// Its text.
    pub text: &'a str,
    /// Its records, relative to `text`.
    pub records: &'a Records,
    /// How to read field values.
    pub dialect: &'a Dialect,
}

/// A ragged or oddly written record. Places are relative to the block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockOdd {
    /// Data records of the block before it.
    pub record: u64,
    /// The record without its terminator.
    pub span: Span,
    /// How many fields it has.
    pub n_fields: usize,
    /// Its oddities.
    pub oddities: Vec<Oddity>,
}

/// Odd records kept by place in one block; all are counted.
pub const MAX_ODD: usize = 2_000;

/// What is kept of a block: enough to find it, to know when it must be parsed again, and what is odd in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Block {
    /// What it holds.
    pub counts: Counts,
    /// One past the furthest byte its records depend on, from its first byte.
    pub reach: usize,
    /// Data records by number of fields, ascending.
    pub widths: Vec<(u32, u64)>,
    /// Records with another width than the table's, or with oddities, at most [`MAX_ODD`].
    pub odd: Vec<BlockOdd>,
    /// How many such records there are.
    pub n_odd: u64,
    /// Records without a field: blank lines and comments.
    pub n_blank: u64,
    /// A hash of its last bytes: where groups of blocks end.
    pub(crate) mark: u64,
}

/// How large blocks are, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockSize {
    /// No block ends before (but the last).
    pub min: usize,
    /// What blocks have in the mean.
    pub mean: usize,
    /// Blocks end at the first record end from here on.
    pub max: usize,
}

impl Default for BlockSize {
    fn default() -> Self {
        Self { min: 32 << 10, mean: 64 << 10, max: 128 << 10 }
    }
}

impl BlockSize {
    /// Whether a block of `len` bytes ends at the record end after `tail`, whose record has `record_len` bytes.
    /// The answer depends on the text alone, so that after an edit the cuts soon fall where they fell before,
    /// and a text that came about by edits is cut like the same text opened anew.
    fn ends(&self, len: usize, record_len: usize, tail: &[u8]) -> bool {
        if len >= self.max {
            return true;
        }
        if len < self.min {
            return false;
        }
        // A record end is a cut with a probability of its length over the mean span past the minimum.
        let span = (self.mean - self.min).max(1) as u64;
        let chance = (record_len as u64).saturating_mul(u64::from(u32::MAX)) / span;
        mark(tail) >> 32 < chance
    }
}

/// A hash of the last bytes of a record.
fn mark(tail: &[u8]) -> u64 {
    let tail = &tail[tail.len().saturating_sub(64)..];
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let (words, rest) = tail.as_chunks();
    let mut add = |word: u64| {
        hash = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 29;
    };
    words.iter().for_each(|word| add(u64::from_be_bytes(*word)));
    if !rest.is_empty() {
        add(rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)));
    }
    hash.wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// Blocks cut from the front of `parsed`, the records of `text`. Of the records after the last cut nothing is
/// said, unless `last` (the text ends here) or `align` (a cut is wanted at that byte as soon as a record ends
/// there). At most `most` blocks.
pub fn cut(
    text: &str,
    parsed: &Parsed,
    size: &BlockSize,
    width: usize,
    last: bool,
    align: Option<usize>,
    most: usize,
) -> Vec<Block> {
    let bytes = text.as_bytes();
    let mut blocks = Vec::new();
    let mut start = 0;
    let mut first_record = 0;
    for (idx, bounds) in parsed.records.bounds.iter().enumerate() {
        let end = bounds.end as usize;
        let tail = &bytes[bounds.start as usize..end];
        let is_last = last && idx + 1 == parsed.records.len();
        if align == Some(end) || is_last || size.ends(end - start, tail.len(), tail) {
            let mut block = block(text, parsed, first_record..idx + 1, width);
            if last && start + block.reach >= text.len() {
                // That the text ends there counted too: whatever is appended may change the block.
                block.reach = text.len() - start + 1;
            }
            blocks.push(block);
            start = end;
            first_record = idx + 1;
            if blocks.len() == most {
                break;
            }
        }
    }
    blocks
}

fn block(text: &str, parsed: &Parsed, records: std::ops::Range<usize>, width: usize) -> Block {
    let start = parsed.records.bounds[records.start].start as usize;
    let end = parsed.records.bounds[records.end - 1].end as usize;
    let bytes = text.as_bytes();
    let mut found = Block { reach: end - start, ..Block::default() };
    found.reach += usize::from(bytes[end - 1] == b'\r');
    let far = &parsed.far[parsed.far.partition_point(|(idx, _)| *idx < records.start)..];
    for (_, reach) in far.iter().take_while(|(idx, _)| *idx < records.end) {
        found.reach = found.reach.max(reach - start);
    }
    let mut oddities = parsed.oddities[parsed.oddities.partition_point(|o| o.record_idx < records.start)..]
        .iter()
        .peekable();
    // Almost every record has the width of the one before: runs are counted, and the list of widths is short.
    let (mut run_width, mut run) = (u32::MAX, 0);
    let mut n_data = 0;
    let first = records.start;
    let n = records.len() as u64;
    for idx in records {
        let bounds = &parsed.records.bounds[idx];
        let is_odd = oddities.peek().is_some_and(|oddity| oddity.record_idx == idx);
        let is_data = bounds.n_fields > 0;
        if is_odd || (is_data && bounds.n_fields as usize != width) {
            let mut own = Vec::new();
            while let Some(oddity) = oddities.next_if(|oddity| oddity.record_idx == idx) {
                let span = Span::new(oddity.span.start - start, oddity.span.end - start);
                own.push(Oddity { span, record_idx: idx - first, ..*oddity });
            }
            found.n_odd += 1;
            if found.odd.len() < MAX_ODD {
                let span = Span::new(bounds.start as usize - start, bounds.content_end as usize - start);
                found.odd.push(BlockOdd {
                    record: n_data,
                    span,
                    n_fields: bounds.n_fields as usize,
                    oddities: own,
                });
            }
        }
        if is_data {
            n_data += 1;
            if bounds.n_fields == run_width {
                run += 1;
            } else {
                add_width(&mut found.widths, run_width, run);
                (run_width, run) = (bounds.n_fields, 1);
            }
        }
    }
    add_width(&mut found.widths, run_width, run);
    found.n_blank = n - n_data;
    found.counts = Counts { bytes: end - start, lines: count_lines(&bytes[start..end]), records: n_data };
    found.mark = mark(&bytes[start..end]);
    found
}

pub(crate) fn add_width(widths: &mut Vec<(u32, u64)>, width: u32, n: u64) {
    if n == 0 {
        return;
    }
    match widths.binary_search_by_key(&width, |entry| entry.0) {
        Ok(at) => widths[at].1 += n,
        Err(at) => widths.insert(at, (width, n)),
    }
}

/// Line ends in `bytes`: LF, CRLF and lone CR.
pub fn count_lines(bytes: &[u8]) -> usize {
    if memchr::memchr(b'\r', bytes).is_none() {
        return memchr::memchr_iter(b'\n', bytes).count();
    }
    memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
        .count()
}

/// Where the data of a table begins: after the header's records.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The header's records, relative to `layout.table_start`.
    pub parsed: Parsed,
    /// First byte of the first data record, absolute.
    pub data_start: usize,
}

impl Head {
    /// Reads the header of the table in `text`.
    pub fn read(
        text: &dyn crate::tree::Text,
        layout: &Layout,
        parser: &crate::Parser<'_>,
        table_end: usize,
    ) -> Self {
        let start = layout.table_start.min(table_end);
        let mut head = Self { data_start: start, ..Self::default() };
        if layout.header_records == 0 {
            return head;
        }
        let mut want = 64 << 10;
        loop {
            let piece = text.slice(start..(start + want).min(table_end));
            let last = start + piece.len() >= table_end;
            head.parsed.clear();
            parser.piece(&piece, usize::MAX, last, &mut head.parsed);
            if head.parsed.records.len() >= layout.header_records || last {
                break;
            }
            want *= 2;
        }
        let n = layout.header_records.min(head.parsed.records.len());
        let end = n.checked_sub(1).map_or(0, |at| head.parsed.records.bounds[at].end as usize);
        head.data_start = start + end;
        let n_fields = head.parsed.records.bounds[..n].iter().map(|b| b.n_fields as usize).sum();
        head.parsed.records.bounds.truncate(n);
        head.parsed.records.fields.truncate(n_fields);
        head.parsed.oddities.retain(|oddity| oddity.record_idx < n);
        head.parsed.far.retain(|(idx, _)| *idx < n);
        head
    }
}
