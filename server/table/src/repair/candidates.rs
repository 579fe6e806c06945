//! The ways in which one slip of the pen could explain a broken record.

use aurora_text::Span;

use super::Slip;
use crate::parser::parse;
use crate::{Delimiter, Dialect, Escape, Field, Oddity, OddityKind, Shape};

/// What each slip costs, in the same unit as the columns' log-likelihoods.
const LITERAL_QUOTE: f64 = 1.0;
const LOST_DELIMITER: f64 = 2.0;
const LOST_BETWEEN_QUOTES: f64 = 0.5;
/// A delimiter lost within a word, beyond that.
const WITHIN_WORD: f64 = 1.5;
const OTHER_DELIMITER: f64 = 3.0;
const PADDED_QUOTE: f64 = 0.5;
const BROKEN_LINE: f64 = 1.5;
/// Below that of a quote as text: the backslash says that it is one.
const BACKSLASH: f64 = 0.5;
/// An oddity that the reading leaves unexplained.
const UNEXPLAINED: f64 = 2.0;
/// A closing quote that stands before the end of its field.
const EARLY_QUOTE: f64 = 0.5;

/// Quotes of a record that are tried one by one.
const MAX_QUOTES: usize = 64;
/// Fields longer than this are split only where the kind of character changes.
const SPLIT_ANYWHERE: usize = 120;
/// Places in one field where a delimiter may have been lost.
const MAX_SPLITS: usize = 256;

/// A token with its place in the text that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) value: String,
    pub(super) span: Span,
}

/// One way to cut a record into tokens.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    pub(super) slip: Slip,
    pub(super) cost: f64,
    /// Whether the delimiter is blank itself, so that a leading blank says nothing.
    pub(super) blank_delimiter: bool,
    /// A quote that was taken as text: the slip explains it, so a value is judged without it.
    literal: Option<char>,
    text: String,
}

impl Reading {
    /// `value` as its column is to judge it.
    pub(super) fn judged<'v>(&self, value: &'v str) -> &'v str {
        self.literal.and_then(|quote| value.strip_prefix(quote)).unwrap_or(value)
    }

    /// The text of `n` tokens from `first` on as one value, delimiters included.
    pub(super) fn joined(&self, first: usize, n: usize) -> &str {
        Span::new(self.tokens[first].span.start, self.tokens[first + n - 1].span.end).of(&self.text)
    }
}

fn tokens(text: &str, fields: &[Field], dialect: &Dialect) -> Vec<Token> {
    fields.iter().map(|f| Token { value: f.value(text, dialect).into_owned(), span: f.span() }).collect()
}

/// `text` read by the letter under `dialect`; `None` when that makes more than one record.
fn read(text: String, dialect: &Dialect, slip: Slip, cost: f64) -> Option<Reading> {
    let parsed = parse(&text, dialect);
    if parsed.records.len() != 1 {
        return None;
    }
    let fields = parsed.records.get(0)?.fields;
    let unexplained = |oddity: &Oddity| match (oddity.kind, dialect.quote) {
        // `"a" b` has one pair of quotes, only not around all of it.
        (OddityKind::TextAfterQuote, Some(quote)) if slip == Slip::None && parsed.oddities.len() == 1 => {
            let field = fields.get(oddity.field_idx).map_or("", |field| field.raw(&text));
            if memchr::memchr_iter(quote, field.as_bytes()).count() == 2 { EARLY_QUOTE } else { UNEXPLAINED }
        }
        _ => UNEXPLAINED,
    };
    let cost = cost + parsed.oddities.iter().take(4).map(unexplained).sum::<f64>();
    let tokens = tokens(&text, fields, dialect);
    let blank_delimiter = dialect.delimiter.as_str().trim().is_empty();
    let literal = dialect.quote.map(char::from).filter(|_| slip == Slip::LiteralQuote);
    Some(Reading { tokens, slip, cost, blank_delimiter, literal, text })
}

/// The record as it stands; a quoted field may hold line ends.
pub(super) fn as_it_stands(raw: &str, dialect: &Dialect) -> Reading {
    // Without a quote the text can only fall apart at line ends, which the caller's record does not hold
    // outside quotes.
    read(raw.to_owned(), dialect, Slip::None, 0.0).unwrap_or_else(|| {
        let whole = Token { value: raw.to_owned(), span: Span::new(0, raw.len()) };
        Reading {
            tokens: vec![whole],
            slip: Slip::None,
            cost: 0.0,
            blank_delimiter: false,
            literal: None,
            text: raw.to_owned(),
        }
    })
}

/// Several records as one: the line ends between them are text of the fields that they broke.
pub(super) fn joined(raws: &[&str], line_end: &str, dialect: &Dialect) -> Reading {
    let mut all: Vec<Token> = Vec::new();
    let mut text = String::new();
    for raw in raws {
        let part = as_it_stands(raw, dialect);
        let mut tokens = part.tokens.into_iter();
        let base = if all.is_empty() { 0 } else { text.len() + line_end.len() };
        if let (Some(last), Some(first)) = (all.last_mut(), tokens.next_if_joined(&text)) {
            last.value.push_str(line_end);
            last.value.push_str(&first.value);
            last.span.end = first.span.end + base;
        }
        if base > 0 {
            text.push_str(line_end);
        }
        text.push_str(raw);
        all.extend(tokens.map(|token| Token { span: token.span.shift(base), ..token }));
    }
    let cost = BROKEN_LINE * (raws.len() - 1) as f64;
    Reading { tokens: all, slip: Slip::BrokenLine, cost, blank_delimiter: false, literal: None, text }
}

/// The first token of the next part belongs to the last one of the part before.
trait NextIfJoined {
    fn next_if_joined(&mut self, before: &str) -> Option<Token>;
}

impl NextIfJoined for std::vec::IntoIter<Token> {
    fn next_if_joined(&mut self, before: &str) -> Option<Token> {
        if before.is_empty() { None } else { self.next() }
    }
}

/// Every reading of `raw` that one slip could explain.
pub(super) fn all(raw: &str, dialect: &Dialect, shape: &Shape) -> Vec<Reading> {
    let plain = as_it_stands(raw, dialect);
    let mut readings = Vec::new();
    if let Some(quote) = dialect.quote {
        literal_quotes(raw, quote, dialect, &mut readings);
        readings.extend(quotes_at_edges(raw, quote, dialect));
        lost_beside_quotes(raw, quote, dialect, &mut readings);
        padded_quotes(raw, quote, dialect, &mut readings);
        readings.extend(backslashes(raw, quote, dialect));
    }
    if plain.tokens.len() + 1 == shape.width {
        readings.extend(lost_in_field(&plain, dialect, shape));
    }
    if plain.tokens.len() != shape.width {
        other_delimiters(raw, dialect, shape, &mut readings);
    }
    readings.push(plain);
    readings
}

/// One quote is text: the reading with it doubled inside a quoted field of its own.
fn literal_quotes(raw: &str, quote: u8, dialect: &Dialect, out: &mut Vec<Reading>) {
    let mark = char::from(quote);
    let parsed = parse(raw, dialect);
    let fields = parsed.records.get(0).map_or(&[][..], |record| record.fields);
    for oddity in parsed.oddities.iter().filter(|o| o.record_idx == 0).take(MAX_QUOTES) {
        let Some(field) = fields.get(oddity.field_idx) else { continue };
        if oddity.kind == OddityKind::StrayQuote {
            continue;
        }
        let open = field.span().start;
        // The opening quote is text of an unquoted field.
        let rest = &raw[open + 1..];
        let delimiter = dialect.delimiter.as_str();
        let end = if delimiter.is_empty() { rest.len() } else { rest.find(delimiter).unwrap_or(rest.len()) };
        let own = &rest[..end];
        if !own.contains(['\n', '\r']) {
            let value = crate::writer::quoted(&raw[open..open + 1 + end], dialect);
            let text = format!("{}{value}{}", &raw[..open], &rest[end..]);
            out.extend(read(text, dialect, Slip::LiteralQuote, LITERAL_QUOTE));
        }
        // The opening quote is right and the field goes on to a later closing quote: all between is text.
        let mut closings = rest.match_indices(mark).filter(|(at, _)| {
            let after = &rest[at + 1..];
            after.is_empty() || (!delimiter.is_empty() && after.starts_with(delimiter))
        });
        let farther = closings.find(|(at, _)| open + 1 + at + 1 > oddity.span.start && *at > 0);
        if let Some((close, _)) = farther {
            let inner = undoubled(&rest[..close], mark, dialect.escape);
            let value = crate::writer::quoted(&inner, dialect);
            let text = format!("{}{value}{}", &raw[..open], &rest[close + 1..]);
            out.extend(read(text, dialect, Slip::LiteralQuote, LITERAL_QUOTE));
        }
    }
}

/// Only quotes at the edges of fields are quotes, all others are text: as where none was escaped.
fn quotes_at_edges(raw: &str, quote: u8, dialect: &Dialect) -> Option<Reading> {
    let mark = char::from(quote);
    let delimiter = dialect.delimiter.as_str();
    if delimiter.is_empty() || dialect.delimiter.runs() {
        return None;
    }
    let mut text = String::with_capacity(raw.len() + 8);
    let (mut rest, mut n_literal) = (raw, 0);
    loop {
        let closing = rest.strip_prefix(mark).and_then(|inner| {
            let mut quotes = inner.match_indices(mark).map(|(at, _)| at);
            quotes.find(|at| inner[at + 1..].is_empty() || inner[at + 1..].starts_with(delimiter))
        });
        let end = match closing {
            Some(close) => {
                let inner = undoubled(&rest[1..=close], mark, dialect.escape);
                n_literal += usize::from(inner.contains(mark));
                text.push_str(&crate::writer::quoted(&inner, dialect));
                close + 2
            }
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                text.push_str(&rest[..end]);
                end
            }
        };
        rest = &rest[end..];
        if rest.is_empty() {
            break;
        }
        text.push_str(delimiter);
        rest = &rest[delimiter.len()..];
    }
    if n_literal == 0 || text == raw {
        return None;
    }
    read(text, dialect, Slip::LiteralQuote, LITERAL_QUOTE)
}

/// Text between two quotes with doubled quotes read as one and lone ones kept.
fn undoubled(inner: &str, mark: char, escape: Escape) -> String {
    if escape == Escape::Backslash {
        return inner.replace(&format!("\\{mark}"), &mark.to_string());
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    // A lone quote right after the opening one is text; pairs further on are one quote.
    while let Some(c) = chars.next() {
        if c == mark {
            chars.next_if_eq(&mark);
        }
        out.push(c);
    }
    out
}

/// A delimiter was lost right before an opening quote or right after a closing one.
fn lost_beside_quotes(raw: &str, quote: u8, dialect: &Dialect, out: &mut Vec<Reading>) {
    let delimiter = dialect.delimiter.as_str();
    if delimiter.is_empty() {
        return;
    }
    let quotes: Vec<usize> = memchr::memchr_iter(quote, raw.as_bytes()).take(MAX_QUOTES).collect();
    let mut places: Vec<usize> = quotes.iter().flat_map(|&at| [at, at + 1]).collect();
    places.dedup();
    for at in places {
        let (before, after) = raw.split_at(at);
        let beside_one = before.is_empty()
            || after.is_empty()
            || before.ends_with(delimiter)
            || after.starts_with(delimiter);
        if !beside_one {
            let text = format!("{before}{delimiter}{after}");
            // Between two quotes a delimiter is more likely missing than anywhere else.
            let between =
                before.as_bytes().last() == Some(&quote) && after.as_bytes().first() == Some(&quote);
            let cost = if between { LOST_BETWEEN_QUOTES } else { LOST_DELIMITER };
            out.extend(read(text, dialect, Slip::LostDelimiter, cost));
        }
    }
}

/// Blanks stand between a delimiter and an opening quote, or a closing one and a delimiter.
fn padded_quotes(raw: &str, quote: u8, dialect: &Dialect, out: &mut Vec<Reading>) {
    let delimiter = dialect.delimiter.as_str();
    if delimiter.trim().is_empty() {
        return;
    }
    let mark = char::from(quote);
    let mut text = raw.to_owned();
    for blanks in ["  ", " ", "\t"] {
        text = text.replace(&format!("{delimiter}{blanks}{mark}"), &format!("{delimiter}{mark}"));
        text = text.replace(&format!("{mark}{blanks}{delimiter}"), &format!("{mark}{delimiter}"));
    }
    if text != raw {
        out.extend(read(text, dialect, Slip::PaddedQuote, PADDED_QUOTE));
    }
}

/// Quotes that a backslash escapes, in a table that doubles them.
fn backslashes(raw: &str, quote: u8, dialect: &Dialect) -> Option<Reading> {
    let mark = char::from(quote);
    let escaped = format!("\\{mark}");
    if dialect.escape != Escape::Doubled || !raw.contains(&escaped) {
        return None;
    }
    let text = raw.replace(&escaped, &format!("{mark}{mark}"));
    let reading = read(text, dialect, Slip::LiteralQuote, BACKSLASH)?;
    Some(Reading { literal: None, ..reading })
}

/// A delimiter was lost inside one field: the best place where both halves fit their columns.
fn lost_in_field(plain: &Reading, dialect: &Dialect, shape: &Shape) -> Option<Reading> {
    let columns = &shape.columns;
    let n = plain.tokens.len();
    if columns.len() != n + 1 {
        return None;
    }
    let fit = |column: usize, value: &str| columns[column].log_likelihood(value);
    let before: Vec<f64> = running(plain.tokens.iter().enumerate().map(|(i, t)| fit(i, &t.value)));
    let mut after: Vec<f64> =
        running(plain.tokens.iter().enumerate().rev().map(|(i, t)| fit(i + 1, &t.value)));
    after.reverse();
    let mut best: Option<(f64, usize, usize)> = None;
    for (i, token) in plain.tokens.iter().enumerate() {
        let value = &token.value;
        for at in split_places(value) {
            let (left, right) = value.split_at(at);
            let lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
            let within = lower(left.chars().next_back()) && lower(right.chars().next());
            let cost = if within { WITHIN_WORD } else { 0.0 };
            let score = before[i] + fit(i, left) + fit(i + 1, right) + after[i + 1] - cost;
            if best.is_none_or(|(best, ..)| score > best) {
                best = Some((score, i, at));
            }
        }
    }
    let (_, i, at) = best?;
    let mut tokens = plain.tokens.clone();
    let right = tokens[i].value.split_off(at);
    tokens.insert(i + 1, Token { value: right, span: Span::empty(tokens[i].span.end) });
    let blank_delimiter = dialect.delimiter.as_str().trim().is_empty();
    let cost = plain.cost + LOST_DELIMITER;
    Some(Reading {
        tokens,
        slip: Slip::LostDelimiter,
        cost,
        blank_delimiter,
        literal: None,
        text: plain.text.clone(),
    })
}

/// Sums before each item, and the whole sum at the end.
fn running(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

/// Where a field may be split: anywhere in a short one, where the kind of character changes in a long one.
fn split_places(value: &str) -> impl Iterator<Item = usize> {
    let anywhere = value.len() <= SPLIT_ANYWHERE;
    let kind = |c: char| match c {
        '0'..='9' => 0,
        c if c.is_lowercase() => 1,
        c if c.is_uppercase() => 2,
        c if c.is_alphabetic() => 3,
        c if c.is_whitespace() => 4,
        _ => 5,
    };
    let pairs = value.char_indices().zip(value.chars().skip(1));
    let places = pairs.filter(move |&((_, a), b)| anywhere || kind(a) != kind(b));
    places.map(|((at, a), _)| at + a.len_utf8()).take(MAX_SPLITS)
}

/// The record was written with another delimiter than the table's.
fn other_delimiters(raw: &str, dialect: &Dialect, shape: &Shape, out: &mut Vec<Reading>) {
    let others = [
        Delimiter::byte(b','),
        Delimiter::byte(b';'),
        Delimiter::byte(b'\t'),
        Delimiter::byte(b'|'),
        Delimiter::byte(b' '),
        Delimiter::byte(b':'),
    ];
    for delimiter in others.into_iter().filter(|delimiter| *delimiter != dialect.delimiter) {
        if raw.matches(delimiter.as_str()).count() + 1 < shape.width {
            continue;
        }
        let other = Dialect { delimiter, ..*dialect };
        out.extend(read(raw.to_owned(), &other, Slip::OtherDelimiter, OTHER_DELIMITER));
    }
}
