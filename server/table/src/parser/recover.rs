//! Whole records one after the other, and what to do about quotes that cannot be trusted.

use aurora_text::Span;
use memchr::memchr2;

use super::plain::{Grammar, Plain, Suspect};
use super::push::LONG_RECORD;
use super::records::{Field, Oddity, OddityKind, Parsed, RecordBounds};
use super::scan::vector;
use super::sweep::Job;
use crate::{Dialect, Shape};

/// How many bytes past an opening quote are looked at before the quote is trusted.
pub const LOOK_AHEAD: usize = 8 << 20;
/// Records that must fit for a line end to be a record end.
const FITTING: usize = 3;
/// Records looked at to find them, so that one more fault nearby does no harm.
const LOOKED_AT: usize = 5;
/// Bytes that one trial record may have.
const TRIAL_BYTES: usize = 64 << 10;

/// How far a piece was parsed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Bytes of whole records; the next record begins here.
    pub consumed: usize,
    /// One past the furthest byte that these records depend on; at least `consumed`.
    pub reach: usize,
    /// Whether the record that begins at `consumed` has simply not ended yet. False when a quote in it could
    /// not be judged, or there is none.
    pub open: bool,
}

/// Parses pieces of a text under one dialect and one shape.
#[derive(Clone, Copy, Debug)]
pub struct Parser<'a> {
    dialect: &'a Dialect,
    grammar: Grammar<'a>,
    shape: Option<&'a Shape>,
}

/// More text is needed to judge the record.
struct Undecided;

impl<'a> Parser<'a> {
    /// A parser that recovers by `shape`, or goes by the letter without one.
    pub fn new(dialect: &'a Dialect, shape: Option<&'a Shape>) -> Self {
        Self { dialect, grammar: Grammar::new(dialect), shape }
    }

    /// Appends the records of `text` (which begins where a record begins) to `out`, whose offsets are relative
    /// to `text`: all that begin before `until` and, unless `last` says that the text ends here for good, are
    /// decided by the text at hand.
    pub fn piece(&self, text: &str, until: usize, last: bool, out: &mut Parsed) -> Progress {
        self.read(text, 0, until, last, self.grammar.sweep(text.as_bytes(), until, true), out)
    }

    /// As [`Self::piece`], but of the records only the bounds are wanted: `out` gets no fields, and
    /// [`RecordBounds::first_field`] means nothing. Goes on at `from`, as far as an earlier survey of the same text,
    /// or of less of it, came.
    pub fn survey(&self, text: &str, from: usize, until: usize, last: bool, out: &mut Parsed) -> Progress {
        let first_field = out.records.fields.len();
        let job = self.grammar.sweep(text.as_bytes(), until, false);
        let progress = self.read(text, from, until, last, job, out);
        out.records.fields.truncate(first_field);
        progress
    }

    /// The plain twin of [`Self::piece`], without sweeps.
    #[cfg(test)]
    pub(super) fn record_by_record(
        &self,
        text: &str,
        until: usize,
        last: bool,
        out: &mut Parsed,
    ) -> Progress {
        self.read(text, 0, until, last, None, out)
    }

    fn read(
        &self,
        text: &str,
        from: usize,
        until: usize,
        last: bool,
        job: Option<Job<'_>>,
        out: &mut Parsed,
    ) -> Progress {
        let bytes = text.as_bytes();
        let mut scanner = self.grammar.scanner(bytes);
        let sweep = vector::sweep();
        let mut progress = Progress { consumed: from, reach: from, open: false };
        while progress.consumed < bytes.len().min(until) {
            if let Some(job) = &job {
                let swept = sweep(job, progress.consumed, out);
                progress =
                    Progress { consumed: swept.end, reach: progress.reach.max(swept.reach), open: false };
                if swept.end >= bytes.len().min(until) {
                    break;
                }
            }
            let start = progress.consumed;
            let first_field = out.records.fields.len();
            let first_oddity = out.oddities.len();
            let plain = self.grammar.record(&mut scanner, bytes, start, None, out);
            let mut reach = known_at(bytes, plain.end);
            let odd = plain.suspect.is_some() || out.oddities.len() > first_oddity;
            let by_the_letter = plain.suspect.is_none() && plain.end - start > LONG_RECORD;
            let judged = if let (Some(shape), true) = (self.shape, odd && !by_the_letter) {
                let record_idx = out.records.bounds.len();
                let look = Look { parser: *self, shape, text, last, start, record_idx };
                look.judge(plain, out, first_field, first_oddity, &mut reach)
            } else {
                Ok(plain)
            };
            match judged {
                Ok(plain) if plain.complete || last => {
                    if reach > plain.end + 1 {
                        out.far.push((out.records.bounds.len(), reach));
                    }
                    out.records.bounds.push(RecordBounds {
                        start: start as u32,
                        content_end: plain.content_end as u32,
                        end: plain.end as u32,
                        first_field: first_field as u32,
                        n_fields: (out.records.fields.len() - first_field) as u32,
                    });
                    progress.consumed = plain.end;
                    progress.reach = progress.reach.max(reach);
                }
                undecided => {
                    progress.open = undecided.is_ok();
                    out.records.fields.truncate(first_field);
                    out.oddities.truncate(first_oddity);
                    break;
                }
            }
        }
        progress
    }
}

/// The judgement of one odd record.
struct Look<'a, 't> {
    parser: Parser<'a>,
    shape: &'a Shape,
    text: &'t str,
    last: bool,
    start: usize,
    record_idx: usize,
}

/// Another reading of a record.
struct Reading {
    fields: Vec<Field>,
    oddities: Vec<Oddity>,
    plain: Plain,
}

impl Look<'_, '_> {
    /// Keeps the plain reading or replaces it, in `out`, by a more plausible one.
    fn judge(
        &self,
        plain: Plain,
        out: &mut Parsed,
        first_field: usize,
        first_oddity: usize,
        reach: &mut usize,
    ) -> Result<Plain, Undecided> {
        let fields = &out.records.fields[first_field..];
        let oddities = &out.oddities[first_oddity..];
        let better = match plain.suspect {
            Some(suspect) => self.end_of(suspect, plain, fields.len(), reach)?,
            None if plain.complete || self.last => self.with_literal_quote(plain, fields, oddities),
            None => None,
        };
        let Some(better) = better else { return Ok(plain) };
        out.records.fields.truncate(first_field);
        out.records.fields.extend(better.fields);
        out.oddities.truncate(first_oddity);
        out.oddities.extend(better.oddities);
        Ok(better.plain)
    }

    /// A record on one line with text after a closing quote: is the opening quote a slip?
    fn with_literal_quote(&self, plain: Plain, fields: &[Field], oddities: &[Oddity]) -> Option<Reading> {
        let odd = oddities.iter().find(|oddity| oddity.kind == OddityKind::TextAfterQuote)?;
        let open = fields[odd.field_idx].start as usize;
        let reading = self.read(open, plain.end);
        let clean = reading.oddities.len() == 1 && reading.plain.suspect.is_none();
        (clean && reading.fields.len() == self.shape.width).then_some(reading)
    }

    /// The record up to `end` with the quote at `open` as text, and that as its first oddity.
    fn read(&self, open: usize, end: usize) -> Reading {
        let bytes = &self.text.as_bytes()[..end];
        let grammar = &self.parser.grammar;
        let mut scratch = Parsed::default();
        let plain = grammar.record(&mut grammar.scanner(bytes), bytes, self.start, Some(open), &mut scratch);
        let fields = scratch.records.fields;
        let field_idx = fields.iter().position(|field| field.start as usize == open).unwrap_or(0);
        let others = scratch.oddities.into_iter();
        let others = others.map(|oddity| Oddity { record_idx: self.record_idx, ..oddity });
        let oddities = std::iter::once(self.unclosed(open, field_idx)).chain(others).collect();
        // The piece that was read ends with the terminator, so the record is complete.
        Reading { fields, oddities, plain: Plain { complete: true, ..plain } }
    }

    fn unclosed(&self, open: usize, field_idx: usize) -> Oddity {
        let span = Span::new(open, open + 1);
        Oddity { kind: OddityKind::UnclosedQuote, span, record_idx: self.record_idx, field_idx }
    }

    /// A quoted field that crosses a line end: where does the record really end? `None`: where it says.
    fn end_of(
        &self,
        suspect: Suspect,
        plain: Plain,
        n_fields: usize,
        reach: &mut usize,
    ) -> Result<Option<Reading>, Undecided> {
        let bytes = self.text.as_bytes();
        let limit = bytes.len().min(suspect.open.saturating_add(LOOK_AHEAD));
        // Nothing beyond the window may count, and the window must be whole unless the text ends in it.
        let whole = self.last || limit == suspect.open.saturating_add(LOOK_AHEAD);
        let close = suspect.close.filter(|&close| close < limit);
        let ended = (plain.complete || self.last) && plain.end <= limit;
        if !whole && (close.is_none() || !ended) {
            return Err(Undecided);
        }
        let inside = close.unwrap_or(limit);
        // The byte after a closing quote says whether it closes.
        *reach = (*reach).max(if close.is_none() { limit } else { (inside + 2).min(bytes.len()) });
        // A record that goes on beyond the window has no width that could speak for the quote.
        let trusted = close.is_some() && suspect.proper && ended && n_fields == self.shape.width;
        let mut window = Window { look: self, limit, whole, spent: 0, seen: 0 };
        let found = if trusted {
            // Closed as it should be: doubted only when line after line of it reads as a record of the table.
            window.limit = inside;
            window.whole = true;
            let first = next_line(bytes, suspect.open, inside);
            match first {
                Some(first) if window.all_fit(first)? => Some(first),
                _ => None,
            }
        } else {
            window.first_record_end(suspect.open, inside, close.is_none())?
        };
        *reach = (*reach).max(window.seen);
        if found.is_none() && close.is_none() {
            if limit < bytes.len() || suspect.close.is_some() {
                // Too long to judge: the quote is trusted, wherever it closes.
                return if plain.complete || self.last { Ok(None) } else { Err(Undecided) };
            }
            if next_line(bytes, suspect.open, limit).is_none() {
                return Ok(Some(self.ended_at(suspect, limit)));
            }
        }
        Ok(found.map(|end| self.ended_at(suspect, end)))
    }

    /// The record up to the line end before `end`: with the quote as text when that gives the right width, or
    /// when the field as a whole does not either; else with the rest of the line in the quoted field.
    fn ended_at(&self, suspect: Suspect, end: usize) -> Reading {
        let literal = self.read(suspect.open, end);
        let n_whole = suspect.field_idx + 1;
        let one_line = literal.plain.end == end;
        if one_line && (literal.fields.len() == self.shape.width || n_whole != self.shape.width) {
            return literal;
        }
        let mut fields: Vec<Field> =
            literal.fields.into_iter().filter(|field| (field.start as usize) < suspect.open).collect();
        let bytes = self.text.as_bytes();
        let mut content_end = end;
        if content_end > suspect.open + 1 && matches!(bytes[content_end - 1], b'\n' | b'\r') {
            let crlf = bytes[content_end - 1] == b'\n' && bytes[content_end - 2] == b'\r';
            content_end -= 1 + usize::from(crlf && content_end - 2 > suspect.open);
        }
        let oddities = vec![self.unclosed(suspect.open, fields.len())];
        fields.push(Field { start: suspect.open as u32, end: content_end as u32, quoted: true });
        Reading { fields, oddities, plain: Plain { content_end, end, complete: true, suspect: None } }
    }
}

/// One past the last byte by which it is known that a record ends at `end`: after a CR, the byte that follows.
fn known_at(bytes: &[u8], end: usize) -> usize {
    end + usize::from(end > 0 && bytes[end - 1] == b'\r')
}

/// The first line after `from` that begins before `limit`.
fn next_line(bytes: &[u8], from: usize, limit: usize) -> Option<usize> {
    let at = from + memchr2(b'\n', b'\r', &bytes[from..limit])?;
    let crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    Some(at + 1 + usize::from(crlf))
}

/// Trial records in the text after a quote, up to `limit`.
struct Window<'l, 'a, 't> {
    look: &'l Look<'a, 't>,
    limit: usize,
    /// Whether the text, or what may be looked at, ends at `limit`.
    whole: bool,
    /// Bytes of trial records read so far.
    spent: usize,
    /// One past the furthest byte read.
    seen: usize,
}

impl Window<'_, '_, '_> {
    /// The first line after `open`, beginning before `inside` (or at its end, when the quote is `unclosed`),
    /// with which the table goes on.
    fn first_record_end(
        &mut self,
        open: usize,
        inside: usize,
        unclosed: bool,
    ) -> Result<Option<usize>, Undecided> {
        let bytes = self.look.text.as_bytes();
        let budget = 4 * (inside - open) + (1 << 18);
        let mut at = open;
        while let Some(line) = next_line(bytes, at, inside) {
            if line >= self.limit {
                let at_end = unclosed && self.look.last && line == bytes.len();
                return Ok(at_end.then_some(line));
            }
            if self.goes_on(line)? {
                return Ok(Some(line));
            }
            if self.spent > budget {
                return Ok(None);
            }
            at = line;
        }
        Ok(None)
    }

    /// Whether the table goes on at `line`: the first record fits, and enough of the next few.
    fn goes_on(&mut self, line: usize) -> Result<bool, Undecided> {
        let mut at = line;
        let (mut n, mut n_fit) = (0, 0);
        while n < LOOKED_AT && n_fit < FITTING {
            let Some((end, fits)) = self.trial(at)? else { break };
            at = end;
            let Some(fits) = fits else { continue };
            n += 1;
            n_fit += usize::from(fits);
            if n == 1 && !fits {
                return Ok(false);
            }
        }
        Ok(n_fit >= FITTING || (n > 0 && n < LOOKED_AT && n_fit == n))
    }

    /// Whether each of the first few lines from `line` on is a record of the table, and there are enough.
    fn all_fit(&mut self, line: usize) -> Result<bool, Undecided> {
        if self.look.shape.width < 2 {
            return Ok(false);
        }
        let mut at = line;
        let mut n = 0;
        while n < FITTING {
            match self.trial(at)? {
                Some((end, Some(true))) if end < self.limit => (at, n) = (end, n + 1),
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Reads a record at `at` by the letter: its end, and whether it fits (`None` for a blank one). No answer
    /// at the end of the window.
    fn trial(&mut self, at: usize) -> Result<Option<(usize, Option<bool>)>, Undecided> {
        let look = self.look;
        let limit = self.limit.min(at + TRIAL_BYTES);
        if at >= limit {
            return if self.whole { Ok(None) } else { Err(Undecided) };
        }
        let bytes = &look.text.as_bytes()[..limit];
        let grammar = &look.parser.grammar;
        let mut scratch = Parsed::default();
        let plain = grammar.record(&mut grammar.scanner(bytes), bytes, at, None, &mut scratch);
        let fields = &scratch.records.fields;
        self.spent += plain.end - at;
        self.seen = self.seen.max(known_at(bytes, plain.end).min(look.text.len()));
        if !plain.complete && limit == self.limit {
            if !self.whole {
                return Err(Undecided);
            }
            // A record that the window cuts off says nothing, unless it is the last of the text.
            if limit < look.text.len() {
                return Ok(None);
            }
        }
        let fits = (!fields.is_empty())
            .then(|| scratch.oddities.is_empty() && look.shape.fits(look.text, look.parser.dialect, fields));
        Ok(Some((plain.end, fits)))
    }
}
