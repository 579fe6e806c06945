//! A table read from front to back in constant memory, for files that need not fit in it.
//!
//! Units of about two megabytes, cut by the text alone, are summarised each for itself and merged in order: how
//! many threads do it, and how the text arrives, changes nothing.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use aurora_advice::table_view::OddRecord;
use aurora_advice::{ColumnView, FileFacts, HeaderField, Settings, Structure, TableView};
use aurora_profile::table_builder::{self, MAX_COLUMNS};
use aurora_profile::{ColumnProfile, ColumnSummary, RoleGuess, TableBuilder, role};
use aurora_table::block::{count_lines, cut};
use aurora_table::{
    Block, BlockSize, BlockView, Counts, DetectOptions, Detection, Dialect, Oddity, Parsed, Parser, Records,
    SEARCHED_BYTES, Shape, TableSource, detect, holds_few_lines,
};
use aurora_text::Span;

use crate::OpenOptions;

/// Appends more text to the string and says whether there may be more; text ends at character borders.
pub type Chunks<'a> = Box<dyn FnMut(&mut String) -> bool + 'a>;

/// Text surveyed before it is cut into units, in bytes: at least one is cut from so much.
const BATCH: usize = 4 << 20;
/// Text surveyed at once, in bytes: what has just been read is still in the processor's cache.
const SURVEYED: usize = 256 << 10;
/// What is summarised at once.
pub(crate) const UNIT: BlockSize = BlockSize { min: 1 << 20, mean: 2 << 20, max: 4 << 20 };
/// Text whose fields are held at once, in bytes.
const PIECE: usize = 64 << 10;

/// How much is wanted.
#[derive(Clone, Debug)]
pub struct StreamOptions {
    /// The file, and a dialect chosen by the person.
    pub open: OpenOptions,
    /// Whether columns are profiled, or only the structure is read.
    pub profiles: bool,
    /// Threads that summarise; 1 does all on the caller's.
    pub n_threads: usize,
    /// Odd records kept by place; all are counted.
    pub max_odd: usize,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self { open: OpenOptions::default(), profiles: true, n_threads: 1, max_odd: 20_000 }
    }
}

/// A table that was read from front to back.
#[derive(Clone, Debug)]
pub struct Streamed {
    /// The file.
    pub file: FileFacts,
    /// Dialect and layout, judged by the first few megabytes.
    pub detection: Detection,
    /// The names of the columns.
    pub headers: Vec<HeaderField>,
    /// Records as written.
    pub structure: Structure,
    /// Data records by number of fields, ascending.
    pub widths: Vec<(u32, u64)>,
    /// What the columns hold; empty profiles when they were not wanted.
    pub profiles: Vec<ColumnProfile>,
    /// What the columns are for.
    pub roles: Vec<RoleGuess>,
    /// The text, before the data and up to their end.
    pub counts: Counts,
    shape: Arc<Shape>,
    data_start: Counts,
}

/// A piece of text that is summarised at once: whole records, and what they depend on beyond their end.
#[derive(Clone, Copy)]
struct Unit<'t> {
    text: &'t str,
    /// Bytes of its records.
    len: usize,
    /// The text ends with it for good.
    last: bool,
}

impl Unit<'_> {
    /// Shows its records, in pieces that the processor's cache holds.
    fn parse(&self, parser: &Parser<'_>, parsed: &mut Parsed, see: &mut dyn FnMut(&str, &Records)) {
        let mut at = 0;
        while at < self.len {
            parsed.clear();
            let rest = &self.text[at..];
            let progress = parser.piece(rest, PIECE.min(self.len - at), self.last, parsed);
            if progress.consumed == 0 {
                return;
            }
            see(&rest[..progress.consumed], &parsed.records);
            at += progress.consumed;
        }
    }
}

/// Text that arrives in chunks, cut into units.
struct Units<'a> {
    chunks: Chunks<'a>,
    carry: String,
    more: bool,
}

impl<'a> Units<'a> {
    fn new(chunks: Chunks<'a>) -> Self {
        Self { chunks, carry: String::new(), more: true }
    }

    fn fill(&mut self, want: usize) {
        while self.more && self.carry.len() < want {
            self.more = (self.chunks)(&mut self.carry);
        }
    }

    /// Reads the head by which all is judged.
    fn fill_head(&mut self) {
        let mut want = SEARCHED_BYTES;
        self.fill(want);
        while self.more && holds_few_lines(self.carry.as_bytes()) {
            want *= 2;
            self.fill(want);
        }
    }

    /// Shows every unit in order, until the visitor breaks.
    fn each(
        &mut self,
        parser: &Parser<'_>,
        width: usize,
        see: &mut dyn FnMut(&Block, Unit<'_>) -> ControlFlow<()>,
    ) {
        let mut parsed = Parsed::default();
        let mut surveyed = 0;
        let mut want = self.carry.len();
        loop {
            self.fill(want);
            surveyed = parser.survey(&self.carry, surveyed, usize::MAX, !self.more, &mut parsed).consumed;
            if self.more && surveyed < BATCH {
                // A record that does not end here is not begun again with every chunk.
                let open = self.carry.len() - surveyed;
                want = self.carry.len() + open.max(SURVEYED);
                continue;
            }
            let blocks = cut(&self.carry, &parsed, &UNIT, width, !self.more, None, usize::MAX);
            let mut at = 0;
            for block in blocks {
                let len = block.counts.bytes;
                let end = (at + block.reach.max(len)).min(self.carry.len());
                let end = self.carry.ceil_char_boundary(end);
                let last = !self.more && end == self.carry.len();
                let unit = Unit { text: &self.carry[at..end], len, last };
                if see(&block, unit).is_break() {
                    return;
                }
                at += len;
            }
            if !self.more {
                return;
            }
            self.carry.drain(..at);
            parsed.forget(parsed.records.bounds.partition_point(|bounds| bounds.start < at as u32), at);
            surveyed -= at;
            want = self.carry.len() + SURVEYED;
        }
    }
}

impl Streamed {
    /// Reads the text that `chunks` gives, once.
    pub fn read(chunks: Chunks<'_>, options: &StreamOptions) -> Self {
        let mut units = Units::new(chunks);
        units.fill_head();
        let mut streamed = Self::judge(&units, options);
        let start = streamed.data_start;
        units.carry.drain(..start.bytes.min(units.carry.len()));
        if let Some(end) = streamed.detection.layout.table_end {
            units.carry.truncate(end.saturating_sub(start.bytes));
        }
        let (dialect, shape) = (streamed.detection.dialect, streamed.shape.clone());
        let parser = Parser::new(&dialect, Some(&shape));
        let width = streamed.structure.width;
        let columns = if options.profiles { width.min(MAX_COLUMNS) } else { 0 };
        let whole = if columns == 0 || options.n_threads <= 1 {
            let mut whole: Option<Vec<ColumnSummary>> = None;
            let mut summariser = Summariser::new(columns, &parser, &dialect);
            units.each(&parser, width, &mut |block, unit| {
                streamed.add(block, options.max_odd);
                if columns > 0 {
                    append(&mut whole, summariser.of(unit));
                }
                ControlFlow::Continue(())
            });
            whole
        } else {
            streamed.in_threads(&mut units, &parser, columns, options)
        };
        let none = vec![ColumnProfile::default(); width.min(MAX_COLUMNS)];
        streamed.profiles = whole.map_or(none, |whole| whole.iter().map(ColumnSummary::profile).collect());
        let named = streamed.headers.iter().zip(&streamed.profiles);
        let guess = |(header, profile): (&HeaderField, &ColumnProfile)| {
            if options.profiles { role::guess(&header.name, profile) } else { RoleGuess::unknown() }
        };
        streamed.roles = named.map(guess).collect();
        streamed
    }

    /// Dialect, layout, shape and header by the head that `units` holds.
    fn judge(units: &Units<'_>, options: &StreamOptions) -> Self {
        let head = units.carry.as_str();
        let detect_options = DetectOptions {
            extension: options.open.file.extension.clone(),
            pinned: options.open.pinned,
            delimiter: options.open.delimiter,
            remembered: options.open.remembered,
        };
        let mut detection = detect(head, &detect_options);
        if units.more {
            // Where the table ends cannot be seen from its head.
            detection.layout.table_end = None;
        }
        let layout = &detection.layout;
        let start = layout.table_start.min(head.len());
        let end = layout.table_end.unwrap_or(head.len()).clamp(start, head.len());
        let shape = Shape::learn(&head[start..end], &detection.dialect, layout);
        let reading = aurora_table::Reading {
            dialect: &detection.dialect,
            shape: Some(&shape),
            width: layout.width,
            table_end: end,
            size: UNIT,
        };
        let parsed_head = aurora_table::tree::head(&head, layout, &reading);
        let header_text = &head[start..parsed_head.data_start.max(start)];
        let headers = crate::analysis::names(&parsed_head.parsed, header_text, &detection);
        let shape = Arc::new(shape);
        let mut structure =
            Structure { width: layout.width, shape: Arc::clone(&shape), ..Structure::default() };
        crate::analysis::odd_in_header(&parsed_head.parsed, &detection, &mut structure);
        let lines = count_lines(&head.as_bytes()[..parsed_head.data_start]);
        let data_start = Counts { bytes: parsed_head.data_start, lines, records: 0 };
        Self {
            file: options.open.file.clone(),
            headers,
            structure,
            widths: Vec::new(),
            profiles: Vec::new(),
            roles: Vec::new(),
            counts: data_start,
            shape,
            data_start,
            detection,
        }
    }

    fn add(&mut self, block: &Block, max_odd: usize) {
        let before = self.counts;
        self.structure.n_odd += block.n_odd;
        self.structure.n_blank += block.n_blank;
        for odd in &block.odd {
            if self.structure.odd.len() >= max_odd {
                break;
            }
            let at = before.bytes;
            self.structure.odd.push(OddRecord {
                record: (odd.n_fields > 0).then_some(before.records + odd.record),
                span: odd.span.shift(at),
                n_fields: odd.n_fields,
                oddities: odd.oddities.iter().map(|o| Oddity { span: o.span.shift(at), ..*o }).collect(),
            });
        }
        for &(width, n) in &block.widths {
            match self.widths.binary_search_by_key(&width, |entry| entry.0) {
                Ok(at) => self.widths[at].1 += n,
                Err(at) => self.widths.insert(at, (width, n)),
            }
        }
        self.counts = before + block.counts;
        self.structure.n_records = self.counts.records;
    }

    fn in_threads(
        &mut self,
        units: &mut Units<'_>,
        parser: &Parser<'_>,
        columns: usize,
        options: &StreamOptions,
    ) -> Option<Vec<ColumnSummary>> {
        /// A unit with its number and a text of its own.
        type Job = (usize, String, usize, bool);
        let dialect = self.detection.dialect;
        let width = self.structure.width;
        // Few jobs wait, so that memory stays bounded however slow the workers are.
        let (give, take): (SyncSender<Job>, Receiver<Job>) = sync_channel(1);
        let take = Mutex::new(take);
        let (answer, answers) = channel();
        let mut merger = Merger::default();
        std::thread::scope(|scope| {
            for _ in 0..options.n_threads {
                let (take, answer) = (&take, answer.clone());
                scope.spawn(move || {
                    let mut summariser = Summariser::new(columns, parser, &dialect);
                    loop {
                        let job = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((idx, text, len, last)) = job else { return };
                        let summary = summariser.of(Unit { text: &text, len, last });
                        if answer.send((idx, summary)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(answer);
            let mut n_jobs = 0;
            units.each(parser, width, &mut |block, unit| {
                self.add(block, options.max_odd);
                // A worker that panicked ends the scope with its panic.
                let _ = give.send((n_jobs, unit.text.to_owned(), unit.len, unit.last));
                n_jobs += 1;
                answers.try_iter().for_each(|(idx, summary)| merger.add(idx, summary));
                ControlFlow::Continue(())
            });
            drop(give);
            answers.iter().for_each(|(idx, summary)| merger.add(idx, summary));
        });
        merger.whole
    }

    /// Hands `read` the table as checks see it. `reopen` begins the same text anew, for checks that read records;
    /// each time costs a pass.
    pub fn with_table<T>(
        &self,
        reopen: &dyn Fn() -> Chunks<'static>,
        settings: &Settings,
        read: impl FnOnce(&TableView<'_>) -> T,
    ) -> T {
        let named = self.headers.iter().zip(&self.profiles).zip(&self.roles).enumerate();
        let views: Vec<_> =
            named.map(|(idx, ((header, profile), role))| ColumnView { idx, header, profile, role }).collect();
        let source = StreamSource { streamed: self, reopen };
        read(&TableView {
            file: &self.file,
            detection: &self.detection,
            structure: &self.structure,
            columns: &views,
            source: &source,
            settings,
        })
    }
}

/// Summarises units one after the other, keeping its memory.
struct Summariser<'a> {
    builder: TableBuilder,
    parser: &'a Parser<'a>,
    dialect: &'a Dialect,
    parsed: Parsed,
}

impl<'a> Summariser<'a> {
    fn new(columns: usize, parser: &'a Parser<'a>, dialect: &'a Dialect) -> Self {
        Self { builder: TableBuilder::new(columns), parser, dialect, parsed: Parsed::default() }
    }

    fn of(&mut self, unit: Unit<'_>) -> Vec<ColumnSummary> {
        let (builder, dialect) = (&mut self.builder, self.dialect);
        unit.parse(self.parser, &mut self.parsed, &mut |text, records| builder.block(text, records, dialect));
        builder.summaries()
    }
}

fn append(whole: &mut Option<Vec<ColumnSummary>>, next: Vec<ColumnSummary>) {
    match whole {
        Some(whole) => table_builder::merge(whole, &next),
        None => *whole = Some(next),
    }
}

/// Merges summaries in order, whatever the order they come in.
#[derive(Default)]
struct Merger {
    whole: Option<Vec<ColumnSummary>>,
    n_merged: usize,
    waiting: BTreeMap<usize, Vec<ColumnSummary>>,
}

impl Merger {
    fn add(&mut self, idx: usize, summary: Vec<ColumnSummary>) {
        self.waiting.insert(idx, summary);
        while let Some(next) = self.waiting.remove(&self.n_merged) {
            append(&mut self.whole, next);
            self.n_merged += 1;
        }
    }
}

/// The data records of a streamed table, read once more.
struct StreamSource<'a> {
    streamed: &'a Streamed,
    reopen: &'a dyn Fn() -> Chunks<'static>,
}

impl TableSource for StreamSource<'_> {
    fn visit(&self, records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        let streamed = self.streamed;
        let dialect = streamed.detection.dialect;
        let parser = Parser::new(&dialect, Some(&streamed.shape));
        let mut units = Units::new((self.reopen)());
        units.fill_head();
        units.fill(streamed.data_start.bytes);
        units.carry.drain(..streamed.data_start.bytes.min(units.carry.len()));
        if let Some(end) = streamed.detection.layout.table_end {
            units.carry.truncate(end.saturating_sub(streamed.data_start.bytes));
        }
        let mut before = streamed.data_start;
        let mut parsed = Parsed::default();
        units.each(&parser, streamed.structure.width, &mut |block, unit| {
            if before.records >= records.end {
                return ControlFlow::Break(());
            }
            let mut flow = ControlFlow::Continue(());
            let mut at = before;
            if before.records + block.counts.records > records.start {
                unit.parse(&parser, &mut parsed, &mut |text, records| {
                    if flow.is_continue() {
                        flow = visitor(&BlockView { before: at, text, records, dialect: &dialect });
                    }
                    let n_data = records.bounds.iter().filter(|bounds| bounds.n_fields > 0).count() as u64;
                    let inside =
                        Counts { bytes: text.len(), lines: count_lines(text.as_bytes()), records: n_data };
                    at = at + inside;
                });
            }
            before = before + block.counts;
            flow
        });
    }
}

/// Line and column, both from 0 and the column in characters, of each byte offset in `offsets` (ascending): one
/// pass over the text.
pub fn positions(chunks: Chunks<'_>, offsets: &[usize]) -> Vec<(usize, usize)> {
    let mut chunks = chunks;
    let mut found = Vec::with_capacity(offsets.len());
    let mut piece = String::new();
    let (mut base, mut line, mut column) = (0, 0, 0);
    let mut after_cr = false;
    let mut more = true;
    while found.len() < offsets.len() && more {
        piece.clear();
        more = chunks(&mut piece);
        let end = base + piece.len();
        let mut at = base;
        loop {
            let next =
                offsets.get(found.len()).copied().filter(|&offset| offset <= end && (offset < end || !more));
            let stop = next.unwrap_or(end);
            let part = Span::new(at - base, stop - base).of(&piece);
            advance(part, &mut line, &mut column, &mut after_cr);
            at = stop;
            if next.is_none() {
                break;
            }
            found.push((line, column));
        }
        base = end;
    }
    found.resize(offsets.len(), (line, column));
    found
}

fn advance(part: &str, line: &mut usize, column: &mut usize, after_cr: &mut bool) {
    if part.is_empty() {
        return;
    }
    let mut lines = count_lines(part.as_bytes());
    // The CR was counted where it stood.
    lines -= usize::from(*after_cr && part.starts_with('\n'));
    let last_line = part.rfind(['\n', '\r']).map(|at| &part[at + 1..]);
    *line += lines;
    match last_line {
        Some(rest) => *column = rest.chars().count(),
        None => *column += part.chars().count(),
    }
    *after_cr = part.ends_with('\r');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_chunks(text: &str, size: usize) -> Chunks<'static> {
        let text = text.to_owned();
        let mut at = 0;
        Box::new(move |out| {
            let end = text.ceil_char_boundary((at + size).min(text.len()));
            out.push_str(&text[at..end]);
            at = end;
            at < text.len()
        })
    }

    fn table(n: u64) -> String {
        let mut text = "id,word,x,note\n".to_owned();
        for i in 0..n {
            let x = (i * 7919 % 10_007) as f64 / 8.0;
            match i % 997 {
                5 => text.push_str(&format!("{i},short,{x}\n")),
                9 => text.push_str(&format!("{i},w\"q,{x},é\n")),
                _ => text.push_str(&format!("{i},w{},{x},\"a, {i}\nb\"\n", i % 50)),
            }
        }
        text
    }

    #[test]
    fn threads_and_chunks_change_nothing() {
        // Several units: what was surveyed before a cut is kept.
        let text = table(200_000);
        let read = |size: usize, n_threads: usize| {
            let pinned = Some(Dialect::default());
            let open = OpenOptions { pinned, ..OpenOptions::default() };
            Streamed::read(
                in_chunks(&text, size),
                &StreamOptions { open, n_threads, ..StreamOptions::default() },
            )
        };
        let one = read(1 << 16, 1);
        assert_eq!((one.structure.n_records, one.counts.bytes), (200_000, text.len()));
        assert_eq!(one.structure.n_odd, (0..200_000).filter(|i| matches!(i % 997, 5 | 9)).count() as u64);
        for odd in &one.structure.odd {
            let (record, line) = (odd.record.unwrap(), odd.span.of(&text));
            assert!(line.starts_with(&format!("{record},")) && !line.contains('\n'), "{line:?}");
        }
        for other in [read(1 << 16, 3), read(999_983, 1), read(usize::MAX / 2, 2)] {
            assert_eq!(one.structure, other.structure);
            assert_eq!(one.profiles, other.profiles);
        }
    }

    #[test]
    fn a_streamed_table_reads_as_an_open_document() {
        let text = table(3_000);
        let open = OpenOptions { pinned: Some(Dialect::default()), ..OpenOptions::default() };
        let options = StreamOptions { open: open.clone(), ..StreamOptions::default() };
        let streamed = Streamed::read(in_chunks(&text, 4_000), &options);
        let snapshot = crate::Document::open(&text, &open).snapshot();
        assert_eq!(streamed.headers, snapshot.headers());
        let profiles = snapshot.profiles();
        assert_eq!(streamed.profiles.len(), profiles.len());
        for (a, b) in streamed.profiles.iter().zip(&profiles) {
            assert_eq!(
                (a.n, a.kinds, a.distinct, &a.top, &a.odd),
                (b.n, b.kinds, b.distinct, &b.top, &b.odd)
            );
        }
        let reopen = || in_chunks(&table(3_000), 4_000);
        let n = streamed.with_table(&reopen, &Settings::default(), |table| {
            let mut n = 0;
            table.source.visit(0..u64::MAX, &mut |block| {
                n += block.records.iter().filter(|record| !record.is_blank()).count();
                ControlFlow::Continue(())
            });
            n
        });
        assert_eq!(n, 3_000);
    }

    #[test]
    fn positions_count_lines_across_chunks() {
        let text = "a\r\nbé\rc\n\nd";
        let index = aurora_text::LineIndex::new(text);
        let offsets: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        // Between CR and LF the line depends on what comes; nobody asks for a place there.
        let offsets: Vec<usize> = offsets.into_iter().filter(|&at| at != 2).collect();
        let expected: Vec<_> = offsets.iter().map(|&at| index.line_column(text, at)).collect();
        for size in 1..text.len() {
            assert_eq!(positions(in_chunks(text, size), &offsets), expected, "{size}");
        }
    }
}
