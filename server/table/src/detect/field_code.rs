//! What a field costs to write down, in bits, and what kind it is: the evidence that a cut was made where the
//! writer made one. A date in one piece is cheaper than its three numbers, a tab inside a text is dear.

/// What a field looks like, for detection only (profiles have finer kinds).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Shape {
    Empty,
    Token,
    Integer,
    Real,
    Amount,
    Date,
    Time,
    DateTime,
    Address,
    Word,
    Code,
    Phrase,
}

/// How many shapes there are.
pub(crate) const N_SHAPES: usize = 12;

impl Shape {
    /// A number, an amount with a sign or unit, a date or a time: what a header name never is.
    pub(crate) const fn is_value(self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Amount | Self::Date | Self::Time | Self::DateTime)
    }
}

/// Entropy of a decimal digit.
const DIGIT: f32 = 3.32;
/// Where a number ends.
const NUMBER_END: f32 = 3.0;
/// Where a text ends.
const TEXT_END: f32 = 4.5;

/// A digit or point that follows a digit inside a text.
const NEXT_DIGIT: f32 = 3.4;
/// A digit that begins a word inside a text.
const NUMBER_WORD: f32 = 5.5;
/// Bits of a character inside a text: frequent ones are cheap. What people use as a delimiter is dear,
/// because it is rare in texts.
const CHAR_BITS: [f32; 256] = char_bits();

const fn char_bits() -> [f32; 256] {
    let mut bits = [3.0; 256];
    let mut byte = 0;
    while byte < 128 {
        bits[byte] = match byte as u8 {
            b'a'..=b'z' => 4.2,
            b'A'..=b'Z' => 5.2,
            b'0'..=b'9' => 3.7,
            b' ' => 3.0,
            b'.' | b'-' => 5.0,
            b'_' | b'/' | b'(' | b')' => 5.5,
            b',' | b'\'' | b'@' | b':' => 6.0,
            b'%' => 6.5,
            b'\n' | b'\r' => 4.5,
            b'#' | b'&' | b'*' => 7.5,
            b'\\' => 8.0,
            b';' | b'"' => 9.0,
            b'|' | b'^' | b'~' | b'`' | b'\t' => 10.0,
            0..=31 | 127 => 14.0,
            _ => 7.0,
        };
        byte += 1;
    }
    bits
}

/// What was described already: many candidates cut a text at the same places.
pub(crate) struct Descriptions<'t> {
    /// Each at the place that its address names; a newer one replaces an older one there.
    slots: Vec<Option<(&'t str, Shape, f32)>>,
}

impl<'t> Descriptions<'t> {
    /// Fields that are remembered: those of one reading of what detection reads.
    const N: usize = 1 << 12;
    /// Shorter ones are described sooner than found.
    const MIN_BYTES: usize = 6;

    pub(crate) fn new() -> Self {
        Self { slots: vec![None; Self::N] }
    }

    /// As [`describe`].
    pub(crate) fn of(&mut self, value: &'t str) -> (Shape, f32) {
        if value.len() < Self::MIN_BYTES {
            return describe(value);
        }
        let slot = &mut self.slots[(value.as_ptr() as usize * 5 + value.len()) % Self::N];
        match *slot {
            Some((known, shape, bits)) if std::ptr::eq(known, value) => (shape, bits),
            _ => {
                let (shape, bits) = describe(value);
                *slot = Some((value, shape, bits));
                (shape, bits)
            }
        }
    }
}

/// Shape and bits of a field without outer blanks and quotes.
pub(crate) fn describe(value: &str) -> (Shape, f32) {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return (Shape::Empty, 1.0);
    }
    if bytes.len() <= 5 && is_token(value) {
        return (Shape::Token, 3.0);
    }
    if bytes.len() <= 40
        && bytes.iter().any(u8::is_ascii_digit)
        && let Some(found) = number(bytes).or_else(|| date_time(value))
    {
        return found;
    }
    text(bytes)
}

fn is_token(value: &str) -> bool {
    const TOKENS: [&str; 13] =
        [".", "na", "n/a", "nan", "null", "none", "nil", "-", "?", "true", "false", "yes", "no"];
    TOKENS.iter().any(|token| token.eq_ignore_ascii_case(value))
}

/// Integers, reals (point or comma), groups of thousands, exponents, with a currency before or a percent
/// sign behind.
fn number(bytes: &[u8]) -> Option<(Shape, f32)> {
    let mut rest = bytes;
    let mut amount = false;
    let mut bits = NUMBER_END;
    if let [b'+' | b'-', tail @ ..] = rest {
        rest = tail;
        bits += 1.0;
    }
    for sign in ["$", "\u{a3}", "\u{20ac}", "\u{a5}"] {
        if let Some(tail) = rest.strip_prefix(sign.as_bytes()) {
            rest = tail.strip_prefix(b" ").unwrap_or(tail);
            amount = true;
        }
    }
    if let [head @ .., b'%'] = rest {
        rest = head.strip_suffix(b" ").unwrap_or(head);
        amount = true;
    }
    let exponent = rest.iter().position(|b| matches!(b, b'e' | b'E'));
    if let Some(at) = exponent {
        let tail = &rest[at + 1..];
        let digits = tail.strip_prefix(b"-").or(tail.strip_prefix(b"+")).unwrap_or(tail);
        if at == 0 || digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        bits += 4.0 + DIGIT * digits.len() as f32;
        rest = &rest[..at];
    }
    let (mut digits, mut run, mut points, mut commas, mut groups) = (0, 0, 0, 0, true);
    for &b in rest {
        match b {
            b'0'..=b'9' => {
                digits += 1;
                run += 1;
            }
            b'.' => {
                groups &= commas == 0 || run == 3;
                points += 1;
                run = 0;
            }
            b',' => {
                groups &= points == 0 && (run == 3 || (commas == 0 && (1..=3).contains(&run)));
                commas += 1;
                run = 0;
            }
            _ => return None,
        }
    }
    if digits == 0 || points > 1 {
        return None;
    }
    let shape = match (points, commas) {
        (0, 0) => Shape::Integer,
        (1, 0) => {
            bits += 2.5;
            Shape::Real
        }
        (_, 1) if points == 0 && run != 3 && run > 0 => {
            bits += 6.0;
            Shape::Real
        }
        (_, _) if groups && (points == 1 || run == 3) => {
            bits += 5.0 * commas as f32 + 2.5 * points as f32;
            Shape::Amount
        }
        _ => return None,
    };
    let shape = if exponent.is_some() { Shape::Real } else { shape };
    Some((
        if amount { Shape::Amount } else { shape },
        bits + DIGIT * digits as f32 + if amount { 3.0 } else { 0.0 },
    ))
}

/// Dates, times and both, as digits with separators; and addresses of four numbers.
fn date_time(value: &str) -> Option<(Shape, f32)> {
    if let Some((date, time)) = value.split_once(['T', ' '])
        && let (Some(day), Some(hour)) = (date_bits(date), time_bits(time))
    {
        return Some((Shape::DateTime, day + hour));
    }
    if let Some(shape) = spelled_out(value) {
        return Some((shape, 30.0));
    }
    if let Some(bits) = date_bits(value) {
        return Some((Shape::Date, bits));
    }
    if let Some(bits) = time_bits(value) {
        return Some((Shape::Time, bits));
    }
    let parts: Vec<_> = value.split('.').collect();
    let octets = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    octets.then_some((Shape::Address, 26.0))
}

/// Dates of several words, such as `Fri Oct 16 00:00:00 UTC 2015` or `5 May 2014`: every word is a part of a
/// date or time, and there are at least three.
fn spelled_out(value: &str) -> Option<Shape> {
    const NAMES: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
        "wed", "thu", "fri", "sat", "sun",
    ];
    let (mut n, mut times, mut dates) = (0, 0, 0);
    for word in value.split(' ').filter(|word| !word.is_empty()) {
        let word = word.strip_suffix(',').unwrap_or(word);
        n += 1;
        let prefix = word.get(..3).unwrap_or_default().to_ascii_lowercase();
        let named =
            word.len() <= 9 && NAMES.contains(&&prefix[..]) && word.bytes().all(|b| b.is_ascii_alphabetic());
        let number = word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
        let zone = ["AM", "PM", "am", "pm", "UTC", "CET", "CEST", "EST", "EDT", "PST", "PDT", "BST", "GMT"]
            .contains(&word)
            || word.starts_with("GMT+")
            || word.starts_with("GMT-");
        if time_bits(word).is_some() {
            times += 1;
        } else if date_bits(word).is_some() {
            dates += 2;
        } else if named {
            dates += 1;
        } else if !number && !zone {
            return None;
        }
    }
    (n >= 3 && dates > 0).then_some(if times > 0 { Shape::DateTime } else { Shape::Date })
}

fn date_bits(value: &str) -> Option<f32> {
    let separator = value.find(['-', '/', '.'])?;
    let separator = &value[separator..=separator];
    let mut parts = value.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let month = |part: &str| {
        const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
        digits(part, 2) && part.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n))
            || part.len() == 3 && MONTHS.as_bytes().chunks(3).any(|m| m.eq_ignore_ascii_case(part.as_bytes()))
    };
    let day = |part: &str| digits(part, 2) && part.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n));
    let year = |part: &str| (part.len() == 4 || part.len() == 2) && digits(part, 4);
    let alphabetic = |part: &str| part.bytes().any(|b| b.is_ascii_alphabetic());
    match c {
        Some(c) if year(a) && a.len() == 4 && month(b) && day(c) => Some(16.0),
        Some(c) if month(a) && month(b) && year(c) => Some(16.0),
        None if (alphabetic(a) && month(a) && (year(b) || day(b)))
            || (alphabetic(b) && month(b) && (year(a) || day(a))) =>
        {
            Some(12.0)
        }
        None if separator != "." && a.len() == 4 && digits(a, 4) && b.len() == 2 && month(b) => Some(12.0),
        _ => None,
    }
}

fn time_bits(value: &str) -> Option<f32> {
    let mut bits = 0.0;
    let mut rest = value.trim_end_matches('Z');
    for suffix in [" AM", " PM", " am", " pm", "AM", "PM", " UTC"] {
        if let Some(head) = rest.strip_suffix(suffix) {
            rest = head;
            bits += 2.0;
            break;
        }
    }
    if let Some(at) = rest.rfind(['+', '-']) {
        let zone = &rest[at + 1..];
        if at < 4 || zone.len() > 5 || !zone.bytes().all(|b| b.is_ascii_digit() || b == b':') {
            return None;
        }
        rest = &rest[..at];
        bits += 4.0;
    }
    if let Some((head, fraction)) = rest.split_once('.') {
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        bits += DIGIT * fraction.len() as f32;
        rest = head;
    }
    let mut n = 0;
    for (idx, part) in rest.split(':').enumerate() {
        let long = part.len() == 2 || (idx == 0 && part.len() == 1);
        let below_60 = idx == 0 || part.as_bytes().first().is_some_and(|tens| *tens < b'6');
        if !long || !below_60 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        n += 1;
    }
    match n {
        2 => Some(bits + 11.0),
        3 => Some(bits + 17.0),
        _ => None,
    }
}

/// The bits of one character inside a text.
pub(crate) fn char_cost(byte: u8) -> f32 {
    CHAR_BITS[byte as usize]
}

/// What a byte is to the one that follows it: each punctuation mark for itself, all else by its kind.
const CLASS: [u8; 256] = classes();
const LETTER: u8 = 0;
const DIGIT_CLASS: u8 = 1;
const BLANK: u8 = 2;
const LINE: u8 = 3;
const TAB: u8 = 4;
const OTHER: u8 = 5;
const COMMA: u8 = 6;
const COLON: u8 = 7;
const N_CLASSES: usize = 38;

const fn classes() -> [u8; 256] {
    let mut classes = [OTHER; 256];
    let mut marks = COLON;
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | 128.. => LETTER,
            b'0'..=b'9' => DIGIT_CLASS,
            b' ' => BLANK,
            b'\n' | b'\r' => LINE,
            b'\t' => TAB,
            b',' => COMMA,
            b':' => COLON,
            mark if mark.is_ascii_punctuation() => {
                marks += 1;
                marks
            }
            _ => OTHER,
        };
        byte += 1;
    }
    classes
}

/// Bits of a byte (second index) after one of a class (first index) inside a text.
static PAIR_BITS: [[f32; 256]; N_CLASSES] = pair_bits();

/// The class before a text's first byte.
const START: u8 = OTHER;
/// What a mark costs that a blank should have followed.
const UNSPACED: f32 = 4.0;

const fn pair_bits() -> [[f32; 256]; N_CLASSES] {
    let mut bits = [[0.0; 256]; N_CLASSES];
    let mut previous = 0;
    while previous < N_CLASSES {
        let mut byte = 0;
        while byte < 256 {
            bits[previous][byte] = pair(previous as u8, byte as u8);
            byte += 1;
        }
        previous += 1;
    }
    bits
}

const fn pair(previous: u8, b: u8) -> f32 {
    let class = CLASS[b as usize];
    let white = class == LINE || class == TAB;
    let own = match previous {
        DIGIT_CLASS if class == DIGIT_CLASS || b == b'.' => NEXT_DIGIT,
        // A run, as a rule or a field that was too narrow; empty lines and indented ones.
        _ if class == previous && b.is_ascii_punctuation() => 1.5,
        LINE | TAB if white => 1.5,
        // An "and" between words.
        BLANK if b == b'&' => 4.0,
        // Few words of a text are numbers.
        BLANK if class == DIGIT_CLASS => NUMBER_WORD,
        BLANK if class == BLANK => CHAR_BITS[b as usize] - 2.0,
        // A blank is what follows a comma in a text.
        COMMA if class == BLANK => CHAR_BITS[b as usize] - 3.5,
        _ => CHAR_BITS[b as usize],
    };
    // In a text a blank follows a comma or colon; without it, it stands between fields.
    let unspaced = (previous == COMMA || (previous == COLON && b != b'/')) && class != BLANK && class != LINE;
    if unspaced { own + UNSPACED } else { own }
}

fn text(bytes: &[u8]) -> (Shape, f32) {
    let mut bits = TEXT_END - (5.0 - bytes.len() as f32).max(0.0) * 0.5;
    let mut seen = [0_u32; N_CLASSES];
    let mut open = [0_i32; 3];
    let mut broken = 0_u32;
    let (mut previous, mut before) = (START, START);
    for &b in bytes {
        let class = CLASS[b as usize];
        bits += PAIR_BITS[previous as usize][b as usize];
        seen[class as usize] += 1;
        if class == DIGIT_CLASS && before == DIGIT_CLASS && matches!(previous, COMMA | COLON) {
            // Between digits no blank is missed.
            bits -= UNSPACED;
        }
        if class > COLON {
            let bracket = match b {
                b'(' | b')' => Some(0),
                b'[' | b']' => Some(1),
                b'{' | b'}' => Some(2),
                _ => None,
            };
            if let Some(kind) = bracket {
                open[kind] += if matches!(b, b'(' | b'[' | b'{') { 1 } else { -1 };
                if open[kind] < 0 {
                    open[kind] = 0;
                    broken += 1;
                }
            }
        }
        before = previous;
        previous = class;
    }
    let [letters, digits, spaces, ..] = seen;
    let others = bytes.len() as u32 - letters - digits - spaces;
    broken += open.iter().sum::<i32>().unsigned_abs();
    bits += 6.0 * broken.min(2) as f32;
    // A text neither begins nor ends with what stands between fields.
    let edge = |b: Option<&u8>| matches!(b, Some(b',' | b';' | b'|' | b'\t'));
    if edge(bytes.first()) {
        bits += 5.0;
    }
    if edge(bytes.last()) {
        bits += 5.0;
    }
    let joined = spaces == 0;
    if joined && memchr::memmem::find(bytes, b"://").is_some() {
        return (Shape::Address, bits * 0.85);
    }
    if joined && bytes.contains(&b'@') {
        return (Shape::Address, bits - 3.0);
    }
    let shape = match () {
        () if joined && digits == 0 && others == 0 => Shape::Word,
        () if joined && letters < 40 => Shape::Code,
        () => Shape::Phrase,
    };
    (shape, bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(value: &str) -> Shape {
        describe(value).0
    }

    #[test]
    fn shapes_of_values() {
        for value in ["1", "-12", "007"] {
            assert_eq!(shape(value), Shape::Integer, "{value}");
        }
        for value in ["1.5", "1,5", "1e-3", "1.984000000000000000e+03", ".5", "18,46"] {
            assert_eq!(shape(value), Shape::Real, "{value}");
        }
        for value in ["$74.69", "1,234", "1,234,567.5", "96%", "£512.20"] {
            assert_eq!(shape(value), Shape::Amount, "{value}");
        }
        for value in ["2018-01-28", "28/01/2018", "1.2.2020", "31-Jan", "Oct-14", "03-Oct-2014"] {
            assert_eq!(shape(value), Shape::Date, "{value}");
        }
        for value in ["2018-12-06T00:00:26Z", "2011-08-11T13:57:03+00:00", "29/06/2008 12:00"] {
            assert_eq!(shape(value), Shape::DateTime, "{value}");
        }
        assert_eq!(shape("00:15"), Shape::Time);
        assert_eq!(shape("10:75"), Shape::Code);
        assert_eq!(shape("192.168.0.1"), Shape::Address);
        assert_eq!(shape("MG-8769"), Shape::Code);
        assert_eq!(shape("1.2.3"), Shape::Code);
        assert_eq!(shape("Jim Lee"), Shape::Phrase);
    }

    #[test]
    fn what_is_remembered_is_what_would_be_found() {
        let text = "Jim Lee, 2018-01-28; a,b ; c:d 12,5 (x)) --- tail";
        let mut known = Descriptions::new();
        for _ in 0..2 {
            for start in 0..text.len() {
                for end in start..text.len() {
                    let value = &text[start..end];
                    assert_eq!(known.of(value), describe(value), "{value:?}");
                }
            }
        }
    }

    #[test]
    fn a_date_in_one_piece_is_cheaper_than_its_parts() {
        let parts: f32 = ["28", "01", "2018"].iter().map(|part| describe(part).1).sum();
        assert!(describe("28/01/2018").1 < parts);
        assert!(describe("1.5").1 < describe("1").1 + describe("5").1);
    }
}
