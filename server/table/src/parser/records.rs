//! What a parser yields: records of fields with spans, and what was odd about them.

use std::borrow::Cow;

use aurora_text::Span;

use crate::{Dialect, Escape};

/// One field of a record. Offsets are relative to the parsed piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// First byte, the opening quote if there is one.
    pub start: u32,
    /// One past the last byte, the closing quote if there is one. The delimiter is not part of it.
    pub end: u32,
    /// Whether it begins with the dialect's quote and is read as quoted.
    pub quoted: bool,
}

impl Field {
    /// Where it stands in the parsed piece.
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// Its bytes as they stand in `text`, quotes included.
    pub fn raw<'t>(&self, text: &'t str) -> &'t str {
        self.span().of(text)
    }

    /// Where its value stands in `text`, when it is quoted and nothing inside needs undoing.
    pub fn inner(&self, text: &str, dialect: &Dialect) -> Option<Span> {
        let quote = dialect.quote.filter(|_| self.quoted && dialect.escape == Escape::Doubled)?;
        let raw = &text.as_bytes()[self.start as usize..self.end as usize];
        let inside = raw.get(1..raw.len().max(2) - 1)?;
        let closed = raw.len() >= 2 && raw.last() == Some(&quote) && memchr::memchr(quote, inside).is_none();
        closed.then(|| Span::new(self.start as usize + 1, self.end as usize - 1))
    }

    /// Its value: without quotes, escapes undone.
    pub fn value<'t>(&self, text: &'t str, dialect: &Dialect) -> Cow<'t, str> {
        let raw = self.raw(text);
        match dialect.quote {
            Some(quote) if self.quoted => unquote(raw, quote, dialect.escape),
            _ if dialect.escape == Escape::Backslash && raw.contains('\\') => unescape(raw, dialect),
            _ => Cow::Borrowed(raw),
        }
    }
}

/// The value of a quoted field's text: the outer quotes gone, escapes undone. Where text follows the closing
/// quote, `"a"b` reads as `ab`, and `"say "hi" now"`, whose last character is a quote too, as `say "hi" now`.
/// A backslash escapes the quote and itself; before any other character it is text.
pub fn unquote(raw: &str, quote: u8, escape: Escape) -> Cow<'_, str> {
    let quote = char::from(quote);
    let inner = raw.strip_prefix(quote).unwrap_or(raw);
    let closed = inner.strip_suffix(quote);
    let plain = |body: &str| !body.contains(quote) && (escape == Escape::Doubled || !body.contains('\\'));
    if let Some(body) = closed.filter(|body| plain(body)) {
        return Cow::Borrowed(body);
    }
    if let Some(value) = closed.filter(|_| escape == Escape::Doubled).and_then(|body| halved(body, quote)) {
        return Cow::Owned(value);
    }
    // In `"say "hi" now"` every inner quote is text; `"a"b` has its closing quote in the middle.
    let body = closed.filter(|body| has_lone_quote(body, quote, escape));
    let keep = body.is_some();
    let mut chars = body.unwrap_or(inner).chars().peekable();
    let mut out = String::with_capacity(inner.len());
    let mut open = true;
    while let Some(c) = chars.next() {
        if open && c == '\\' && escape == Escape::Backslash {
            out.push(chars.next_if(|&next| next == quote || next == '\\').unwrap_or('\\'));
        } else if open && c == quote {
            if chars.next_if_eq(&quote).is_some() || keep {
                out.push(quote);
            } else {
                open = false;
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `body` with half of its quotes, when they all stand in pairs.
fn halved(body: &str, quote: char) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(quote) {
        let pair = at + quote.len_utf8();
        if !rest[pair..].starts_with(quote) {
            return None;
        }
        out.push_str(&rest[..pair]);
        rest = &rest[pair + quote.len_utf8()..];
    }
    out.push_str(rest);
    Some(out)
}

/// Whether `body` holds a quote that is neither doubled nor escaped.
fn has_lone_quote(body: &str, quote: char, escape: Escape) -> bool {
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && escape == Escape::Backslash {
            chars.next();
        } else if c == quote && chars.next_if_eq(&quote).is_none() {
            return true;
        }
    }
    false
}

/// The value of an unquoted field in a dialect with backslash escapes.
fn unescape<'t>(raw: &'t str, dialect: &Dialect) -> Cow<'t, str> {
    let first = dialect.delimiter.as_str().chars().next();
    let quote = dialect.quote.map(char::from);
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\')
            .then(|| chars.next_if(|&next| next == '\\' || Some(next) == first || Some(next) == quote));
        out.push(escaped.flatten().unwrap_or(c));
    }
    Cow::Owned(out)
}

/// Where a record stands. Offsets are relative to the parsed piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordBounds {
    /// First byte.
    pub start: u32,
    /// One past the last byte of the last field.
    pub content_end: u32,
    /// One past the terminator.
    pub end: u32,
    /// Index of its first field in the field list.
    pub first_field: u32,
    /// How many fields; 0 for an empty line of a table with several columns, and for a comment line.
    pub n_fields: u32,
}

/// Records in the order of the text, with one flat list of fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Records {
    /// All fields.
    pub fields: Vec<Field>,
    /// All records.
    pub bounds: Vec<RecordBounds>,
}

impl Records {
    /// How many records, blank ones included.
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// The record at `index` (from 0).
    pub fn get(&self, index: usize) -> Option<RecordRef<'_>> {
        self.bounds.get(index).map(|bounds| self.record(bounds))
    }

    /// All records in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = RecordRef<'_>> + ExactSizeIterator {
        self.bounds.iter().map(|bounds| self.record(bounds))
    }

    fn record<'a>(&'a self, bounds: &'a RecordBounds) -> RecordRef<'a> {
        let first = bounds.first_field as usize;
        RecordRef { bounds, fields: &self.fields[first..first + bounds.n_fields as usize] }
    }
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'a> {
    /// Where it stands.
    pub bounds: &'a RecordBounds,
    /// Its fields.
    pub fields: &'a [Field],
}

impl RecordRef<'_> {
    /// Whether it is an empty line or a comment, which counts as no data record.
    pub fn is_blank(&self) -> bool {
        self.fields.is_empty()
    }

    /// From its first byte to the end of its last field.
    pub fn span(&self) -> Span {
        Span::new(self.bounds.start as usize, self.bounds.content_end as usize)
    }
}

/// What can be odd about how a record is written. Field counts are judged by who knows the width.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum OddityKind {
    /// An opening quote without a closing one; the parser took the most plausible end.
    UnclosedQuote,
    /// A quote inside an unquoted field.
    StrayQuote,
    /// Text between a closing quote and the next delimiter.
    TextAfterQuote,
}

/// Something odd, with the place a person would select.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Oddity {
    /// What.
    pub kind: OddityKind,
    /// The quote for `UnclosedQuote` and `StrayQuote`, the text for `TextAfterQuote`; relative to the piece.
    pub span: Span,
    /// Index of the record in the piece.
    pub record_idx: usize,
    /// Index of the field in the record.
    pub field_idx: usize,
}

/// A parsed piece of text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parsed {
    /// The records.
    pub records: Records,
    /// What was odd, in the order of the text.
    pub oddities: Vec<Oddity>,
    /// Records that depend on text beyond their own end (by more than the byte after a CR): index of the record
    /// and one past the furthest byte looked at.
    pub far: Vec<(usize, usize)>,
}

impl Parsed {
    /// Empties it, keeping its memory for the next piece.
    pub fn clear(&mut self) {
        self.records.fields.clear();
        self.records.bounds.clear();
        self.oddities.clear();
        self.far.clear();
    }

    /// Drops the first `n_records`, which end at byte `end`: what stays is relative to the text from there on. For
    /// records of which only the bounds are known.
    pub fn forget(&mut self, n_records: usize, end: usize) {
        self.records.bounds.drain(..n_records);
        for bounds in &mut self.records.bounds {
            bounds.start -= end as u32;
            bounds.content_end -= end as u32;
            bounds.end -= end as u32;
        }
        self.oddities.retain(|oddity| oddity.record_idx >= n_records);
        for oddity in &mut self.oddities {
            oddity.record_idx -= n_records;
            oddity.span = Span::new(oddity.span.start - end, oddity.span.end - end);
        }
        self.far.retain(|(idx, _)| *idx >= n_records);
        for (idx, reach) in &mut self.far {
            *idx -= n_records;
            *reach -= end;
        }
    }

    /// The oddities of the record at `record_idx`.
    pub fn oddities_of(&self, record_idx: usize) -> &[Oddity] {
        let first = self.oddities.partition_point(|oddity| oddity.record_idx < record_idx);
        let rest = &self.oddities[first..];
        &rest[..rest.partition_point(|oddity| oddity.record_idx == record_idx)]
    }
}
