//! One record too long to be held in memory, read by the letter and handed out in parts.

use memchr::{memchr, memchr2};

use super::push::Event;
use crate::{Dialect, Escape};

/// Where in the record the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Place {
    #[default]
    RecordStart,
    FieldStart,
    Unquoted,
    Quoted,
    Comment,
    /// After a delimiter that counts once however often it is repeated.
    Run,
}

/// The state of such a record between two chunks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LongRecord {
    place: Place,
}

impl LongRecord {
    /// Reads on in `text`: how many bytes were taken, and whether the record has ended. Unless the text ends
    /// here for good (`last`), the bytes that need their successors to be understood are left.
    pub(super) fn feed(
        &mut self,
        text: &str,
        last: bool,
        dialect: &Dialect,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> (usize, bool) {
        let bytes = text.as_bytes();
        let delimiter = dialect.delimiter.as_bytes();
        // A delimiter, an escape or CR LF may be cut in two.
        let held = if last { 0 } else { delimiter.len().max(2) };
        let limit = text.floor_char_boundary(bytes.len().saturating_sub(held));
        let mut at = 0;
        while at < limit || (last && at == bytes.len()) {
            match self.place {
                Place::RecordStart => {
                    let comment = bytes.get(at).is_some() && bytes.get(at).copied() == dialect.comment;
                    self.place = if comment { Place::Comment } else { Place::FieldStart };
                    if dialect.delimiter.runs() && !comment {
                        self.place = Place::Run;
                    }
                }
                Place::Run => match bytes[at..].starts_with(delimiter) && at < limit {
                    true => at += delimiter.len(),
                    false if matches!(bytes.get(at), None | Some(b'\n' | b'\r')) => {
                        return (self.end(bytes, at, sink), true);
                    }
                    false => self.place = Place::FieldStart,
                },
                Place::FieldStart => {
                    let quoted = bytes.get(at).is_some() && bytes.get(at).copied() == dialect.quote;
                    at += usize::from(quoted);
                    self.place = if quoted { Place::Quoted } else { Place::Unquoted };
                }
                Place::Comment => {
                    at = memchr2(b'\n', b'\r', &bytes[at..limit]).map_or(limit, |n| at + n);
                    if at < limit || last {
                        return (self.end(bytes, at, sink), true);
                    }
                }
                Place::Unquoted => {
                    let stop = unquoted_end(&bytes[..limit], bytes, at, delimiter);
                    let part = &text[at..stop.unwrap_or(limit)];
                    at += part.len();
                    let ends = stop.is_some() || last;
                    sink(Event::LongField { part, ends });
                    if !ends {
                        break;
                    }
                    if matches!(bytes.get(at), None | Some(b'\n' | b'\r')) {
                        return (self.end(bytes, at, sink), true);
                    }
                    at += delimiter.len();
                    self.place = if dialect.delimiter.runs() { Place::Run } else { Place::FieldStart };
                }
                Place::Quoted => at = self.quoted(text, at, limit, last, dialect, sink),
            }
        }
        (at, false)
    }

    /// Hands out the quoted text from `at` on as far as it is certain; answers where to go on.
    fn quoted(
        &mut self,
        text: &str,
        at: usize,
        limit: usize,
        last: bool,
        dialect: &Dialect,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> usize {
        let bytes = text.as_bytes();
        let quote = dialect.quote.unwrap_or(b'"');
        let inside = &bytes[at..limit];
        let next = match dialect.escape {
            Escape::Doubled => memchr(quote, inside),
            Escape::Backslash => memchr2(quote, b'\\', inside),
        };
        let Some(next) = next.map(|n| at + n) else {
            sink(Event::LongField { part: &text[at..limit], ends: false });
            if last {
                self.place = Place::Unquoted;
            }
            return limit;
        };
        let after = bytes.get(next + 1).copied();
        if bytes[next] == b'\\' && dialect.escape == Escape::Backslash {
            let escapes = after == Some(quote) || after == Some(b'\\');
            let part = if escapes { &text[at..next] } else { &text[at..=next] };
            sink(Event::LongField { part, ends: false });
            if escapes {
                sink(Event::LongField { part: &text[next + 1..next + 2], ends: false });
            }
            next + 1 + usize::from(escapes)
        } else if after == Some(quote) {
            sink(Event::LongField { part: &text[at..=next], ends: false });
            next + 2
        } else {
            // What follows the closing quote up to the delimiter is read as more of the value.
            sink(Event::LongField { part: &text[at..next], ends: false });
            self.place = Place::Unquoted;
            next + 1
        }
    }

    fn end(&mut self, bytes: &[u8], at: usize, sink: &mut dyn FnMut(Event<'_>)) -> usize {
        sink(Event::LongRecordEnd);
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at + 2,
            (Some(_), _) => at + 1,
            (None, _) => at,
        }
    }
}

/// Where the unquoted text from `at` on ends within `within`, a prefix of `bytes`.
fn unquoted_end(within: &[u8], bytes: &[u8], mut at: usize, delimiter: &[u8]) -> Option<usize> {
    loop {
        let rest = &within[at..];
        let found = match delimiter.first() {
            Some(&first) => memchr::memchr3(first, b'\n', b'\r', rest),
            None => memchr2(b'\n', b'\r', rest),
        };
        at += found?;
        if matches!(bytes[at], b'\n' | b'\r') || bytes[at..].starts_with(delimiter) {
            return Some(at);
        }
        at += 1;
    }
}
