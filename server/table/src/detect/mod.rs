//! Which dialect a text is written in, and where in it the table lies.

mod candidate;
mod choose;
mod field_code;
mod grid;
mod header;
mod layout;
mod sample;
mod weights;

pub use sample::{
    HEAD_BYTES, N_PIECES, PIECE_BYTES, SEARCHED_BYTES, Sample, further_pieces, holds_few_lines,
};

use crate::{Delimiter, Dialect, Parsed, Parser};

/// Where the table lies in the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// Bytes before the header record (title lines, `sep=`); the parser starts here.
    pub table_start: usize,
    /// How many lines that is; a line end inside quotes does not count.
    pub preamble_lines: usize,
    /// How many records make the header: 0 when there is none.
    pub header_records: usize,
    /// Where the table ends and a footer or a second table begins; `None` when it reaches the end.
    pub table_end: Option<usize>,
    /// Records after that end, header included, when they are a table of their own; 0 for a footer.
    pub n_further: usize,
    /// Fields of a normal record (the majority).
    pub width: usize,
}

/// What detection found.
#[derive(Clone, PartialEq, Debug)]
pub struct Detection {
    /// The dialect.
    pub dialect: Dialect,
    /// Where the table lies.
    pub layout: Layout,
    /// 0 to 1: how sure the dialect is against the runner-up.
    pub confidence: f64,
    /// The next best dialect.
    pub runner_up: Option<Dialect>,
    /// Fields of a normal record under the runner-up; 0 without one.
    pub runner_up_width: usize,
    /// 0 to 1: how sure it is that the header records are a header. Below 0.95 they count as data for
    /// privacy: nothing about their names is ever stored.
    pub header_confidence: f64,
}

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct DetectOptions {
    /// The file's extension in lower case, without the dot.
    pub extension: Option<String>,
    /// A dialect chosen by the person: only the layout is detected.
    pub pinned: Option<Dialect>,
    /// A delimiter chosen by the person: the rest of the dialect is detected with it.
    pub delimiter: Option<Delimiter>,
    /// A dialect chosen before for files like this one: preferred where the evidence leaves room.
    pub remembered: Option<Dialect>,
}

/// The dialect and layout of `text`, judged by a sample of it: a matter of milliseconds at any size.
pub fn detect(text: &str, options: &DetectOptions) -> Detection {
    detect_with(text, "", options)
}

/// As [`detect`], with what `further`, text that follows later on, tells of the escape.
pub fn detect_with(text: &str, further: &str, options: &DetectOptions) -> Detection {
    let sample = Sample::of(text).and_further(further);
    let mut detection = detect_sample(&sample, options);
    if let Some(width) = long_width(text, sample.head(), &detection) {
        detection.layout.width = width;
    }
    detection
}

/// Records from which the width of a table of long ones is learned, and below which a head holds too few.
const LONG_RECORDS: usize = 5;

/// The width of records so long that the head of the sample cuts them; `None` where it holds enough whole ones.
fn long_width(text: &str, head: &str, detection: &Detection) -> Option<usize> {
    let start = detection.layout.table_start;
    let lines =
        |text: &str| memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).take(LONG_RECORDS + 1).count();
    if head.len() == text.len() || lines(head.get(start..)?) > LONG_RECORDS {
        return None;
    }
    let parser = Parser::new(&detection.dialect, None);
    let mut parsed = Parsed::default();
    let mut at = start;
    while at < text.len() && parsed.records.len() < LONG_RECORDS {
        at += parser.piece(&text[at..], 1, true, &mut parsed).consumed;
    }
    let whole = at < text.len() || text.ends_with(['\n', '\r']) || parsed.records.len() == 1;
    let widths: Vec<usize> = parsed.records.iter().map(|record| record.fields.len()).collect();
    let widths = &widths[..widths.len() - usize::from(!whole)];
    let n_alike = |width: &usize| widths.iter().filter(|other| *other == width).count();
    widths.iter().copied().max_by_key(|width| (n_alike(width), *width)).filter(|&width| width > 0)
}

/// The dialect and layout of the text that `sample` stands for.
pub fn detect_sample(sample: &Sample<'_>, options: &DetectOptions) -> Detection {
    let (start, announced) = layout::separator_line(sample.head());
    let body = if start > 0 { sample.skip(start) } else { sample.clone() };
    let delimiter = options.delimiter.or(announced);
    let pinned =
        options.pinned.or_else(|| delimiter.map(|delimiter| Dialect { delimiter, ..Dialect::default() }));
    let mut ranked = choose::rank(&body, options);
    if let Some(delimiter) = pinned.map(|dialect| dialect.delimiter) {
        let place = ranked.iter().position(|scored| scored.dialect.delimiter == delimiter);
        let mut first = place.map(|at| ranked.remove(at)).unwrap_or_else(|| ranked[0].clone());
        first.dialect.delimiter = delimiter;
        ranked.insert(0, first);
    }
    let mut dialect = ranked[0].dialect;
    if let Some(chosen) = options.pinned {
        dialect = chosen;
    }
    // What reads the same is no rival.
    let runner_up =
        ranked[1..].iter().find(|next| !read_alike(body.head(), &ranked[0].dialect, &next.dialect));
    let margin = runner_up.map_or(f64::INFINITY, |next| next.total - ranked[0].total);
    let confidence = if pinned.is_some() { 1.0 } else { weights::confidence(margin) };
    let found = layout::find(&body, &dialect);
    let mut layout = found.layout;
    layout.table_start += start;
    layout.preamble_lines += usize::from(start > 0);
    layout.table_end = layout.table_end.map(|end| end + start);
    dialect.comment = found.comment.or(dialect.comment);
    Detection {
        dialect,
        layout,
        confidence,
        runner_up: runner_up.map(|next| next.dialect),
        runner_up_width: runner_up.map_or(0, |next| next.grid.mode.0),
        header_confidence: found.header_confidence,
    }
}

/// Bytes by which two readings are compared.
const COMPARED_BYTES: usize = 4 * 1024;

/// Whether two dialects find the same values in the beginning of a text, blanks around them aside.
fn read_alike(text: &str, one: &Dialect, other: &Dialect) -> bool {
    let text = &text[..text.floor_char_boundary(COMPARED_BYTES)];
    let values = |dialect: &Dialect| {
        let parsed = crate::parse(text, dialect);
        let fields = parsed.records.fields.iter();
        fields.map(|field| field.value(text, dialect).trim().to_owned()).collect::<Vec<_>>()
    };
    values(one) == values(other)
}

/// A dialect that was considered.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The dialect.
    pub dialect: Dialect,
    /// Length of the shortest description of the sample that it gives, in weighed bits; less is better.
    pub bits: f64,
    /// Its most frequent record width.
    pub width: usize,
}

/// The dialects that were considered for `text`, one a delimiter, the best first.
pub fn candidates(text: &str, options: &DetectOptions) -> Vec<Candidate> {
    let ranked = choose::rank(&Sample::of(text), options);
    let candidate = |s: choose::Scored| Candidate { dialect: s.dialect, bits: s.total, width: s.grid.mode.0 };
    ranked.into_iter().map(candidate).collect()
}

/// What a fresh opening of the changed text would choose. To be called on a large edit, by command, or when
/// typing has paused for 300 ms, never on a single key: between two calls the dialect stays what it was.
///
/// Only a text without a sign of any dialect keeps the one it had.
pub fn redetect(previous: &Detection, text: &str, options: &DetectOptions) -> Detection {
    let fresh = detect(text, options);
    if text.trim().is_empty() { Detection { dialect: previous.dialect, ..fresh } } else { fresh }
}

/// As [`redetect`], for a long text of which only the `sample` is at hand; `None` where that does not tell: its records
/// are so long that the head holds only a few.
pub fn redetect_sample(sample: &Sample<'_>, options: &DetectOptions) -> Option<Detection> {
    let detection = detect_sample(sample, options);
    let body = sample.head().get(detection.layout.table_start..)?;
    let n_lines = memchr::memchr2_iter(b'\n', b'\r', body.as_bytes()).take(LONG_RECORDS + 1).count();
    (n_lines > LONG_RECORDS).then_some(detection)
}

#[cfg(test)]
mod tests;
