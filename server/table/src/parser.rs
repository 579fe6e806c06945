//! The total parser: any text becomes records of fields with spans, and a list of what was odd.

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

    /// Its value: without quotes, escapes undone.
    pub fn value<'t>(&self, text: &'t str, dialect: &Dialect) -> Cow<'t, str> {
        let raw = self.raw(text);
        match dialect.quote {
            Some(quote) if self.quoted => unquote(raw, quote, dialect.escape),
            _ => Cow::Borrowed(raw),
        }
    }
}

/// The value of a quoted field's text: the outer quotes gone, escapes undone. Where text follows the closing
/// quote, `"a"b` reads as `ab`, and `"say "hi" now"`, whose last character is a quote too, as `say "hi" now`.
pub fn unquote(raw: &str, quote: u8, escape: Escape) -> Cow<'_, str> {
    let quote = char::from(quote);
    let inner = raw.strip_prefix(quote).unwrap_or(raw);
    if let Some(body) = inner.strip_suffix(quote) {
        if !body.contains(quote) && (escape == Escape::Doubled || !body.contains('\\')) {
            return Cow::Borrowed(body);
        }
    }
    let mut out = String::with_capacity(inner.len());
    let lone = |body: &str| body.split_once(quote).is_some_and(|(_, rest)| !rest.starts_with(quote));
    let body = inner.strip_suffix(quote).filter(|body| lone(body) && !body.ends_with(quote));
    let keep = body.is_some();
    let mut chars = body.unwrap_or(inner).chars().peekable();
    let mut open = true;
    while let Some(c) = chars.next() {
        if open && c == '\\' && escape == Escape::Backslash {
            out.extend(chars.next());
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
}

/// The records of `text` under `dialect`. Never fails; every byte of the text belongs to exactly one field,
/// delimiter, terminator or skipped line.
pub fn parse(text: &str, dialect: &Dialect) -> Parsed {
    let mut parsed = Parsed::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = parse_record(bytes, at, dialect, &mut parsed);
    }
    parsed
}

fn parse_record(bytes: &[u8], start: usize, dialect: &Dialect, out: &mut Parsed) -> usize {
    let first_field = out.records.fields.len();
    let record_idx = out.records.bounds.len();
    let delimiter = dialect.delimiter.as_bytes();
    let is_end = |at: usize| matches!(bytes.get(at), None | Some(b'\n' | b'\r'));
    let is_delimiter = |at: usize| !delimiter.is_empty() && bytes[at..].starts_with(delimiter);
    let mut at = start;
    if !(is_end(at) && !delimiter.is_empty()) {
        loop {
            let field_start = at;
            let field_idx = out.records.fields.len() - first_field;
            let quoted = dialect.quote.is_some_and(|quote| bytes.get(at) == Some(&quote));
            if quoted {
                let quote = bytes[at];
                at += 1;
                while at < bytes.len() {
                    if bytes[at] == b'\\' && dialect.escape == Escape::Backslash {
                        at += 2;
                    } else if bytes[at] != quote {
                        at += 1;
                    } else if bytes.get(at + 1) == Some(&quote) {
                        at += 2;
                    } else {
                        break;
                    }
                }
                at = at.min(bytes.len());
                if at == bytes.len() {
                    let span = Span::new(field_start, field_start + 1);
                    out.oddities.push(Oddity {
                        kind: OddityKind::UnclosedQuote,
                        span,
                        record_idx,
                        field_idx,
                    });
                } else {
                    at += 1;
                }
                let after = at;
                while !is_end(at) && !is_delimiter(at) {
                    at += 1;
                }
                if at > after {
                    let span = Span::new(after, at);
                    out.oddities.push(Oddity {
                        kind: OddityKind::TextAfterQuote,
                        span,
                        record_idx,
                        field_idx,
                    });
                }
            } else {
                while !is_end(at) && !is_delimiter(at) {
                    if Some(bytes[at]) == dialect.quote {
                        let span = Span::new(at, at + 1);
                        out.oddities.push(Oddity {
                            kind: OddityKind::StrayQuote,
                            span,
                            record_idx,
                            field_idx,
                        });
                    }
                    at += 1;
                }
            }
            out.records.fields.push(Field { start: field_start as u32, end: at as u32, quoted });
            if is_end(at) {
                break;
            }
            at += delimiter.len();
            while dialect.delimiter.runs() && is_delimiter(at) {
                at += delimiter.len();
            }
        }
    }
    let content_end = at;
    match bytes.get(at) {
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => at += 2,
        Some(_) => at += 1,
        None => {}
    }
    out.records.bounds.push(RecordBounds {
        start: start as u32,
        content_end: content_end as u32,
        end: at as u32,
        first_field: first_field as u32,
        n_fields: (out.records.fields.len() - first_field) as u32,
    });
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<Vec<String>> {
        let dialect = Dialect::default();
        let parsed = parse(text, &dialect);
        parsed
            .records
            .iter()
            .map(|record| record.fields.iter().map(|f| f.value(text, &dialect).into_owned()).collect())
            .collect()
    }

    #[test]
    fn quotes_hide_delimiters_and_line_ends() {
        assert_eq!(values("a,\"b,\"\"c\"\"\nd\"\r\ne"), [vec!["a", "b,\"c\"\nd"], vec!["e"]]);
    }

    #[test]
    fn an_empty_line_is_a_blank_record() {
        assert_eq!(values("a,b\n\nc,"), [vec!["a", "b"], vec![], vec!["c", ""]]);
    }
}
