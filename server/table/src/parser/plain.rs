//! One record by the letter: what the quotes say, without judging whether it is plausible.

use aurora_text::Span;
use memchr::{memchr, memchr2};

use super::records::{Field, Oddity, OddityKind, Parsed};
use super::scan::{Needles, Scanner};
use super::sweep::Job;
use crate::{Dialect, Escape};

/// A dialect made ready for scanning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar<'d> {
    delimiter: &'d [u8],
    runs: bool,
    /// `, ` and the like: the blank may be absent before a line end, a quote or the next delimiter.
    blank_optional: bool,
    quote: Option<u8>,
    backslash: bool,
    comment: Option<u8>,
}

/// A quoted field whose text crosses a line end, or that never ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Suspect {
    /// The opening quote.
    pub(super) open: usize,
    /// The closing quote, if there is one.
    pub(super) close: Option<usize>,
    /// Whether a delimiter or the record's end follows the closing quote.
    pub(super) proper: bool,
    /// Index of the field in the record.
    pub(super) field_idx: usize,
}

/// One record by the letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Plain {
    /// One past the last field.
    pub(super) content_end: usize,
    /// One past the terminator.
    pub(super) end: usize,
    /// Whether the terminator was seen whole: false where the text ends first, or with a CR that an LF may follow.
    pub(super) complete: bool,
    /// The first suspicious field.
    pub(super) suspect: Option<Suspect>,
}

impl<'d> Grammar<'d> {
    pub(super) fn new(dialect: &'d Dialect) -> Self {
        let delimiter = dialect.delimiter.as_bytes();
        Self {
            delimiter,
            runs: dialect.delimiter.runs(),
            blank_optional: matches!(delimiter, [first, b' '] if *first != b' '),
            quote: dialect.quote,
            backslash: dialect.escape == Escape::Backslash,
            comment: dialect.comment,
        }
    }

    pub(super) fn scanner<'t>(&self, bytes: &'t [u8]) -> Scanner<'t> {
        let escape = self.backslash.then_some(b'\\');
        Scanner::new(bytes, Needles::new(self.delimiter.first().copied(), self.quote, escape))
    }

    /// What a sweep over `bytes` is to do; `None` for dialects whose records need a closer look.
    pub(super) fn sweep<'t>(&self, bytes: &'t [u8], until: usize, fields: bool) -> Option<Job<'t>> {
        let [delimiter] = self.delimiter else { return None };
        let usual = !self.runs && !self.backslash && self.quote != Some(*delimiter);
        let needles = Needles::new(Some(*delimiter), self.quote, None);
        usual.then_some(Job { bytes, needles, quote: self.quote, comment: self.comment, until, fields })
    }

    /// Length of the delimiter at `at`; 0 when there is none.
    #[inline]
    fn delimiter_at(&self, bytes: &[u8], at: usize) -> usize {
        match self.delimiter {
            [] => 0,
            [one] => usize::from(bytes.get(at) == Some(one)),
            [first, _] if self.blank_optional => {
                if bytes.get(at) != Some(first) {
                    return 0;
                }
                match bytes.get(at + 1) {
                    Some(b' ') => 2,
                    None | Some(b'\n' | b'\r') => 1,
                    Some(next) => usize::from(next == first || Some(*next) == self.quote),
                }
            }
            all => {
                let here = bytes.get(at..).is_some_and(|rest| rest.starts_with(all));
                if here { all.len() } else { 0 }
            }
        }
    }

    /// End of the run of delimiters that begins at `at`.
    fn skip_run(&self, bytes: &[u8], mut at: usize) -> usize {
        while self.delimiter_at(bytes, at) > 0 {
            at += self.delimiter.len();
        }
        at
    }

    /// Reads the record that begins at `start`. A quote at `literal` is text. Fields and oddities are
    /// appended to `out`, the record's bounds are not; spans are offsets into `bytes`.
    #[inline]
    pub(super) fn record(
        &self,
        scanner: &mut Scanner<'_>,
        bytes: &[u8],
        start: usize,
        literal: Option<usize>,
        out: &mut Parsed,
    ) -> Plain {
        let record_idx = out.records.bounds.len();
        let (fields, oddities) = (&mut out.records.fields, &mut out.oddities);
        let first_field = fields.len();
        let mut suspect = None;
        let mut at = start;
        let first = bytes.get(at).copied();
        if first.is_some() && first == self.comment {
            let end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |n| at + n);
            return finish(bytes, end, end, None);
        }
        if self.runs {
            at = self.skip_run(bytes, at);
        }
        if matches!(bytes.get(at), None | Some(b'\n' | b'\r')) && !self.delimiter.is_empty() {
            return finish(bytes, at, at, None);
        }
        loop {
            let field_start = at;
            let quoted = self.quote.is_some() && bytes.get(at).copied() == self.quote && literal != Some(at);
            if quoted {
                let field_idx = fields.len() - first_field;
                let (after, found) = self.quoted(scanner, bytes, at, field_idx);
                if let Some(oddity) = found.oddity {
                    oddities.push(Oddity { record_idx, ..oddity });
                }
                suspect = suspect.or(found.suspect);
                at = after;
            } else {
                at = scanner.next(at);
                while let Some(&byte) = bytes.get(at) {
                    if byte == b'\n' || byte == b'\r' || self.delimiter_at(bytes, at) > 0 {
                        break;
                    }
                    if Some(byte) == self.quote && literal != Some(at) {
                        let span = Span::new(at, at + 1);
                        let field_idx = fields.len() - first_field;
                        oddities.push(Oddity { kind: OddityKind::StrayQuote, span, record_idx, field_idx });
                    }
                    let escapes = byte == b'\\'
                        && self.backslash
                        && bytes.get(at + 1).is_some_and(|&b| {
                            b == b'\\' || Some(b) == self.quote || self.delimiter_at(bytes, at + 1) > 0
                        });
                    at = scanner.next(at + 1 + usize::from(escapes));
                }
            }
            fields.push(Field { start: field_start as u32, end: at as u32, quoted });
            let delimiter = match bytes.get(at) {
                None | Some(b'\n' | b'\r') => return finish(bytes, at, at, suspect),
                Some(_) => self.delimiter_at(bytes, at),
            };
            let field_end = at;
            at += delimiter;
            if self.runs {
                at = self.skip_run(bytes, at);
                if matches!(bytes.get(at), None | Some(b'\n' | b'\r')) {
                    return finish(bytes, field_end, at, suspect);
                }
            }
        }
    }

    /// Reads the quoted field whose opening quote is at `open`; answers its end.
    fn quoted(
        &self,
        scanner: &mut Scanner<'_>,
        bytes: &[u8],
        open: usize,
        field_idx: usize,
    ) -> (usize, QuotedFound) {
        let close = self.closing_quote(bytes, open);
        let lines = memchr2(b'\n', b'\r', &bytes[open..close.unwrap_or(bytes.len())]).is_some();
        let Some(close) = close else {
            let oddity = Oddity {
                kind: OddityKind::UnclosedQuote,
                span: Span::new(open, open + 1),
                record_idx: 0,
                field_idx,
            };
            let suspect = Suspect { open, close: None, proper: false, field_idx };
            return (bytes.len(), QuotedFound { oddity: Some(oddity), suspect: Some(suspect) });
        };
        let after = close + 1;
        let mut at = after;
        let ends = |at: usize| {
            matches!(bytes.get(at), None | Some(b'\n' | b'\r')) || self.delimiter_at(bytes, at) > 0
        };
        while !ends(at) {
            at = scanner.next(at + 1);
        }
        let oddity = (at > after).then(|| Oddity {
            kind: OddityKind::TextAfterQuote,
            span: Span::new(after, at),
            record_idx: 0,
            field_idx,
        });
        let suspect =
            lines.then_some(Suspect { open, close: Some(close), proper: oddity.is_none(), field_idx });
        (at, QuotedFound { oddity, suspect })
    }

    /// The quote that closes the one at `open`.
    pub(super) fn closing_quote(&self, bytes: &[u8], open: usize) -> Option<usize> {
        let quote = bytes[open];
        let mut at = open + 1;
        loop {
            let rest = bytes.get(at..)?;
            let next = if self.backslash { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
            at += next?;
            let escapes = bytes[at] == b'\\' && self.backslash;
            if !escapes && bytes.get(at + 1) != Some(&quote) {
                return Some(at);
            }
            at += 2;
        }
    }
}

struct QuotedFound {
    oddity: Option<Oddity>,
    suspect: Option<Suspect>,
}

/// The record that ends with the terminator at `at`.
#[inline]
fn finish(bytes: &[u8], content_end: usize, at: usize, suspect: Option<Suspect>) -> Plain {
    let (end, complete) = match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => (at + 2, true),
        (Some(b'\r'), None) => (at + 1, false),
        (Some(_), _) => (at + 1, true),
        (None, _) => (at, false),
    };
    Plain { content_end, end, complete, suspect }
}
