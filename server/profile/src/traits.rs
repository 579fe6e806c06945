//! Everything that is judged of one field by the field alone, packed into one word.

use crate::date::{self, Moment};
pub use crate::oddness::{LONG_TEXT, Oddness, Traits};

use crate::number::Written;
use crate::value_kind::{ValueKind, is_null_token};
use crate::window::{WIDTH, Window, each};
use crate::{decorated, number};

/// What one field tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Facts<'t> {
    /// Kind and traits.
    pub traits: Traits,
    /// The value of a finite plain number, else NaN.
    pub number: f64,
    /// Characters, outer white space included.
    pub chars: u32,
    /// Words (runs without white space).
    pub words: u32,
    /// Currency or unit as written.
    pub unit: Option<&'t str>,
}

/// Byte classes, to choose the few grammars worth trying.
mod class {
    pub(super) const DIGIT: u16 = 1;
    /// A letter that is in no number.
    pub(super) const LETTER: u16 = 2;
    pub(super) const SIGN: u16 = 4;
    pub(super) const POINT: u16 = 8;
    pub(super) const EXPONENT: u16 = 16;
    pub(super) const SPACE: u16 = 32;
    pub(super) const CONTROL: u16 = 64;
    pub(super) const LINE: u16 = 128;
    pub(super) const AT: u16 = 256;
    pub(super) const LIST: u16 = 512;
    pub(super) const NON_ASCII: u16 = 1024;
    pub(super) const UPPER: u16 = 2048;
    pub(super) const LOWER: u16 = 4096;
    pub(super) const COLON: u16 = 8192;
    /// Neither a hexadecimal digit nor `-`.
    pub(super) const NOT_HEX: u16 = 16_384;
    /// What no address holds.
    pub(super) const MARK: u16 = 32_768;
    /// White space and what may be some.
    pub(super) const BLANK: u16 = SPACE | LINE | CONTROL | NON_ASCII;

    const fn of(byte: u8) -> u16 {
        let hex = matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b'-');
        let mark = matches!(byte, b',' | b';' | b'<' | b'>' | b'(' | b')' | b'"');
        let more = if hex { 0 } else { NOT_HEX } | if mark { MARK } else { 0 };
        more | match byte {
            b'0'..=b'9' => DIGIT,
            b'e' => EXPONENT | LOWER,
            b'E' => EXPONENT | UPPER,
            b'a'..=b'z' => LETTER | LOWER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'+' | b'-' => SIGN,
            b'.' => POINT,
            b' ' => SPACE,
            b'\n' | b'\r' => LINE,
            b'\t' => SPACE,
            b'@' => AT,
            b':' => COLON,
            b';' | b'|' | b'[' | b'{' => LIST,
            0..=31 | 127 => CONTROL,
            128..=255 => NON_ASCII,
            _ => 0,
        }
    }

    pub(super) static TABLE: [u16; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = of(byte as u8);
            byte += 1;
        }
        table
    };

    /// The classes of all `bytes`.
    #[inline]
    pub(super) fn all_in(bytes: &[u8]) -> u16 {
        let of = |byte: u8| TABLE[usize::from(byte)];
        let (fours, rest) = bytes.as_chunks::<4>();
        let four = |seen, &[a, b, c, d]: &[u8; 4]| seen | of(a) | of(b) | of(c) | of(d);
        rest.iter().fold(fours.iter().fold(0, four), |seen, &byte| seen | of(byte))
    }
}

/// Judges one field; `value` is unquoted and unescaped.
pub fn facts(value: &str) -> Facts<'_> {
    facts_in(Window::of(value), value)
}

/// Judges one field, whose window is at hand: plain numbers and dates, of which most tables are made, at a glance.
#[inline]
pub(crate) fn facts_in(window: Window, value: &str) -> Facts<'_> {
    let bytes = value.as_bytes();
    let glance = |traits, number| Facts { traits, number, chars: bytes.len() as u32, words: 1, unit: None };
    if matches!(bytes.first(), Some(b'0'..=b'9' | b'-' | b'+' | b'.'))
        && let Some(written) = number::parse_short(window, bytes.len())
    {
        return glance(plain_number(&written), written.value);
    }
    let looks_iso = bytes.len() <= WIDTH && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if looks_iso && window.is_graphic(bytes.len()) {
        match date::iso(value) {
            Some(Moment::Date(format)) => return glance(Traits::dated(ValueKind::Date, format), f64::NAN),
            Some(Moment::DateTime(format)) => {
                return glance(Traits::dated(ValueKind::DateTime, format), f64::NAN);
            }
            _ => {}
        }
    }
    judged(value)
}

/// Judges one field of any kind.
fn judged(value: &str) -> Facts<'_> {
    let seen = class::all_in(value.as_bytes());
    let (words, doubled) = if seen & (class::SPACE | class::LINE) == 0 {
        (u32::from(!value.is_empty()), false)
    } else {
        words(value.as_bytes(), seen & class::LINE != 0)
    };
    let trimmed = if seen & (class::SPACE | class::LINE | class::CONTROL | class::NON_ASCII) == 0 {
        value
    } else {
        value.trim()
    };
    judged_by(value, trimmed, seen, words, doubled)
}

/// Runs without white space, and whether two blanks follow each other (the beginning counts as one); eight bytes at
/// a time. Without `lines` there is no line end among the bytes.
fn words(bytes: &[u8], lines: bool) -> (u32, bool) {
    // Bit 7 of each byte of the word that is `byte`.
    let is = |word: u64, byte: u8| {
        let x = word ^ each(byte);
        !(((x & each(0x7F)) + each(0x7F)) | x | each(0x7F))
    };
    let mut words = 0;
    let mut doubled = 0;
    let (mut blank_before, mut space_before) = (0x80, 0x80);
    let mut take = |word: u64, n: usize| {
        let space = is(word, b' ') | is(word, b'\t');
        let blank = if lines { space | is(word, b'\n') | is(word, b'\r') } else { space };
        let here = each(0x80) >> (8 * (8 - n));
        let begins = !blank & (blank << 8 | blank_before) & here;
        words += ((begins >> 7).wrapping_mul(each(1)) >> 56) as u32;
        doubled |= space & (space << 8 | space_before) & here;
        (blank_before, space_before) = (blank >> 56, space >> 56);
    };
    let (eights, rest) = bytes.as_chunks();
    eights.iter().for_each(|eight| take(u64::from_le_bytes(*eight), 8));
    if !rest.is_empty() {
        take(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)), rest.len());
    }
    (words, doubled != 0)
}

fn judged_by<'t>(value: &'t str, trimmed: &'t str, seen: u16, words: u32, doubled: bool) -> Facts<'t> {
    let outer = trimmed.len() != value.len();
    // Only a doubled space inside counts; the scan above also saw the edges.
    let doubled = doubled && (!outer || trimmed.as_bytes().windows(2).any(|w| w[0] == b' ' && w[1] == b' '));
    let mut number = f64::NAN;
    let mut unit = None;
    let traits = judge(trimmed, seen, &mut number, &mut unit);
    let mut chars = value.len() as u32;
    let mut traits = traits.with_if(outer, Oddness::OuterSpace);
    if seen & (class::SPACE | class::LINE | class::CONTROL) != 0 {
        traits = traits
            .with_if(doubled, Oddness::DoubledSpace)
            .with_if(seen & class::CONTROL != 0, Oddness::Control)
            .with_if(seen & class::LINE != 0 && trimmed.contains(['\n', '\r']), Oddness::MultiLine);
    }
    if seen & class::NON_ASCII != 0 {
        chars = value.chars().count() as u32;
        traits = beyond_ascii(value, traits);
    }
    if traits.kind() == ValueKind::Text {
        traits = text_traits(value, trimmed, seen, traits).with_if(chars > LONG_TEXT, Oddness::Long);
    }
    Facts { traits, number, chars, words, unit }
}

fn judge<'t>(trimmed: &'t str, seen: u16, number: &mut f64, unit: &mut Option<&'t str>) -> Traits {
    const PLAIN: u16 = class::DIGIT
        | class::SIGN
        | class::POINT
        | class::EXPONENT
        | class::SPACE
        | class::LINE
        | class::UPPER
        | class::LOWER
        | class::NOT_HEX;
    if seen & class::DIGIT == 0 {
        return without_digits(trimmed);
    }
    if seen & !PLAIN == 0
        && let Some(written) = number::parse(trimmed.as_bytes())
    {
        if written.value.is_finite() {
            *number = written.value;
        }
        return plain_number(&written);
    }
    // Neither an address nor a UUID is a date or an amount.
    if seen & class::AT != 0 || is_uuid(trimmed.as_bytes(), seen) {
        return Traits::of(ValueKind::Text);
    }
    match date::parse(trimmed) {
        Some(Moment::Date(format)) => return Traits::dated(ValueKind::Date, format),
        Some(Moment::DateTime(format)) => return Traits::dated(ValueKind::DateTime, format),
        Some(Moment::Time) => return Traits::of(ValueKind::Time),
        Some(Moment::Impossible) => return Traits::of(ValueKind::Text).with(Oddness::ImpossibleDate),
        None => {}
    }
    if let Some(found) = decorated::parse(trimmed) {
        *unit = found.currency.or(found.unit);
        return Traits::of(ValueKind::DecoratedNumber)
            .with_if(found.percent, Oddness::Percent)
            .with_if(found.currency.is_some(), Oddness::Currency)
            .with_if(found.unit.is_some(), Oddness::Unit)
            .with_if(found.comparator, Oddness::Comparator)
            .with_if(found.parentheses, Oddness::Parentheses)
            .with_if(found.decimal == Some('.'), Oddness::DecimalPoint)
            .with_if(found.decimal == Some(','), Oddness::DecimalComma)
            .with_if(found.thousands == Some(','), Oddness::ThousandsComma)
            .with_if(found.thousands == Some('.'), Oddness::ThousandsPoint)
            .with_if(found.thousands.is_some_and(|c| c != ',' && c != '.'), Oddness::ThousandsSpace)
            .with_if(found.ambiguous, Oddness::AmbiguousSeparator);
    }
    Traits::of(ValueKind::Text)
}

fn plain_number(written: &Written) -> Traits {
    let kind = if written.integer { ValueKind::Integer } else { ValueKind::Real };
    Traits::of(kind)
        .with_if(written.leading_zero, Oddness::LeadingZero)
        .with_if(written.plus, Oddness::Plus)
        .with_if(written.exponent, Oddness::Exponent)
        .with_if(written.point, Oddness::DecimalPoint)
        .with_if(written.zero_fraction, Oddness::ZeroFraction)
        .with_if(!written.value.is_finite(), Oddness::NotFinite)
}

fn without_digits(trimmed: &str) -> Traits {
    if is_null_token(trimmed) {
        return Traits::of(ValueKind::Null);
    }
    if trimmed.len() <= 9 {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(trimmed));
        if is(&["true", "false"]) {
            return Traits::of(ValueKind::Boolean).with(Oddness::BooleanLiteral);
        } else if is(&["yes", "no"]) {
            return Traits::of(ValueKind::Boolean).with(Oddness::BooleanWord);
        } else if is(&["y", "n"]) {
            return Traits::of(ValueKind::Boolean).with(Oddness::BooleanLetter);
        }
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        if ["inf", "infinity"].iter().any(|word| word.eq_ignore_ascii_case(unsigned)) || unsigned == "∞" {
            return Traits::of(ValueKind::Real).with(Oddness::NotFinite);
        }
    }
    Traits::of(ValueKind::Text)
}

fn beyond_ascii(value: &str, traits: Traits) -> Traits {
    let mut traits = traits.with(Oddness::NonAscii);
    let mut before = '\0';
    for c in value.chars() {
        if (c as u32) < 0x80 {
            before = c;
            continue;
        }
        traits = match c {
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => traits.with(Oddness::ZeroWidth),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => traits.with(Oddness::Bidi),
            '\u{fffd}' => traits.with(Oddness::Replacement),
            '\u{80}'..='\u{9f}' => traits.with(Oddness::Control),
            _ if c.is_whitespace() => traits.with(Oddness::UnusualSpace),
            _ => traits,
        };
        // The lead byte of a two- or three-byte sequence read as windows-1252, and its continuation.
        let tail = matches!(c, '\u{a0}'..='\u{bf}' | '€' | '‚' | 'ƒ' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | 'Š' | '‹' | 'Œ'
            | 'Ž' | '‘' | '’' | '“' | '”' | '•' | '–' | '—' | '˜' | '™' | 'š' | '›' | 'œ' | 'ž' | 'Ÿ' | '\u{80}'..='\u{9f}');
        traits = traits.with_if(!before.is_ascii(), Oddness::NonAsciiRun);
        traits = traits.with_if(
            matches!(before, '\u{c2}'..='\u{c5}' | 'â' | '√' | 'Ð' | 'Ñ') && tail,
            Oddness::Mojibake,
        );
        before = c;
    }
    traits
}

fn text_traits(value: &str, trimmed: &str, seen: u16, traits: Traits) -> Traits {
    let bytes = trimmed.as_bytes();
    let first = bytes.first().copied().unwrap_or_default();
    let formula = matches!(first, b'=' | b'+' | b'-' | b'@')
        || (seen & class::BLANK != 0 && value.starts_with(['\t', '\r', '＝', '＋', '－', '＠']));
    let list = seen & class::LIST != 0
        && (trimmed.contains([';', '|'])
            || (trimmed.starts_with('[') && trimmed.ends_with(']'))
            || (trimmed.starts_with('{') && trimmed.ends_with('}')));
    let url = seen & class::COLON != 0 && is_url(trimmed)
        || trimmed.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("www."));
    traits
        .with_if(formula && trimmed.len() > 1, Oddness::FormulaStart)
        .with_if(seen & class::AT != 0 && is_email(trimmed, seen), Oddness::Email)
        .with_if(url, Oddness::Url)
        .with_if(is_uuid(bytes, seen), Oddness::Uuid)
        .with_if(seen & class::UPPER != 0, Oddness::Upper)
        .with_if(seen & class::LOWER != 0, Oddness::Lower)
        .with_if(list, Oddness::ListLike)
        .with_if(first == b'#' && is_spreadsheet_error(trimmed), Oddness::SpreadsheetError)
}

fn is_email(text: &str, seen: u16) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>()\"".contains(c))
    };
    let all_plain = if seen & (class::BLANK | class::MARK) == 0 {
        !local.is_empty() && !domain.is_empty() && !domain.as_bytes().contains(&b'@')
    } else {
        plain(local) && plain(domain)
    };
    all_plain
        && domain
            .rsplit_once('.')
            .is_some_and(|(host, top)| !host.is_empty() && top.len() >= 2 && !top.starts_with('-'))
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    !rest.is_empty()
        && (2..=8).contains(&scheme.len())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
        && !text.contains(char::is_whitespace)
}

fn is_uuid(bytes: &[u8], seen: u16) -> bool {
    let dashes = bytes.len() == 36 && [8, 13, 18, 23].iter().all(|&at| bytes[at] == b'-');
    // White space around it was seen, too.
    dashes
        && (seen & class::NOT_HEX == 0 || seen & class::BLANK != 0)
        && bytes.iter().filter(|b| b.is_ascii_hexdigit()).count() == 32
}

fn is_spreadsheet_error(text: &str) -> bool {
    matches!(
        text,
        "#REF!"
            | "#DIV/0!"
            | "#VALUE!"
            | "#NAME?"
            | "#NULL!"
            | "#NUM!"
            | "#SPILL!"
            | "#CALC!"
            | "#GETTING_DATA"
            | "#ERROR!"
    ) || (text.len() > 3 && text.bytes().all(|b| b == b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ValueKind::{Boolean, Date, DateTime, DecoratedNumber, Integer, Null, Real, Text, Time};
    use proptest::prelude::*;

    fn assert_alike(value: &str) {
        let (quick, plain) = (facts(value), judged(value));
        assert_eq!(quick.number.to_bits(), plain.number.to_bits(), "{value:?}");
        let (quick, plain) = (Facts { number: 0.0, ..quick }, Facts { number: 0.0, ..plain });
        assert_eq!(quick, plain, "{value:?}");
    }

    proptest! {
        #[test]
        fn a_glance_sees_what_the_judge_sees(
            number in "[+-]?[0-9]{0,17}\\.?[0-9]{0,6}(e[0-9])?[0-9 a-]?",
            date in "[12][0-9]{3}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?([ \u{a0}]?(Z|UTC|\\+01:00|am|PM))?)?",
            text in "[ -~é\t]{0,40}",
        ) {
            assert_alike(&number);
            assert_alike(&date);
            assert_alike(&text);
        }
    }

    proptest! {
        #[test]
        fn words_are_counted_as_one_by_one(value in "[a \t\n\ré]{0,40}") {
            let mut plain = (0, false);
            let mut before = ' ';
            let is_space = |c| matches!(c, ' ' | '\t');
            let is_blank = |c| is_space(c) || matches!(c, '\n' | '\r');
            for c in value.chars() {
                plain.0 += u32::from(!is_blank(c) && is_blank(before));
                plain.1 |= is_space(c) && is_space(before);
                before = c;
            }
            prop_assert_eq!(words(value.as_bytes(), true), plain);
            let line = value.replace(['\n', '\r'], "b");
            prop_assert_eq!(words(line.as_bytes(), false), words(line.as_bytes(), true));
        }
    }

    #[test]
    fn kinds_of_fields() {
        for (value, kind) in [
            ("", Null),
            (" NA ", Null),
            ("NaN", Null),
            ("#N/A", Null),
            ("-", Null),
            ("7", Integer),
            (" -7 ", Integer),
            ("00123", Integer),
            ("123456789012345678901234567890", Integer),
            ("1e999", Real),
            ("-Inf", Real),
            ("-0", Integer),
            ("1.5e-3", Real),
            ("1.5167666666666666", Real),
            ("0x1F", Text),
            ("1_000", Text),
            ("1,5", DecoratedNumber),
            ("$5", DecoratedNumber),
            ("2024-02-30", Text),
            ("2024-02-29", Date),
            ("2024-02-29T10:00:00Z", DateTime),
            ("10:00", Time),
            ("TRUE", Boolean),
            ("f", Text),
            ("y", Boolean),
            ("+49 170 1", Text),
        ] {
            assert_eq!(facts(value).traits.kind(), kind, "{value}");
        }
    }

    #[test]
    fn traits_of_fields() {
        use Oddness::*;
        for (value, oddness) in [
            (" a", OuterSpace),
            ("a\u{a0}b", UnusualSpace),
            ("a\u{200b}", ZeroWidth),
            ("a  b", DoubledSpace),
            ("a\0", Control),
            ("\u{202e}abc", Bidi),
            ("a\u{fffd}", Replacement),
            ("a\nb", MultiLine),
            ("1e999", NotFinite),
            ("3.0", ZeroFraction),
            ("2023-02-30", ImpossibleDate),
            ("=SUM(A1)", FormulaStart),
            ("a.b@example.org", Email),
            ("https://example.org/a", Url),
            ("123e4567-e89b-12d3-a456-426614174000", Uuid),
            ("a;b", ListLike),
            ("cafÃ©", Mojibake),
            ("#REF!", SpreadsheetError),
        ] {
            assert!(facts(value).traits.has(oddness), "{value:?} {oddness:?}");
        }
        for (value, oddness) in
            [("  a", DoubledSpace), ("café", Mojibake), ("-", FormulaStart), ("a@b", Email)]
        {
            assert!(!facts(value).traits.has(oddness), "{value:?} {oddness:?}");
        }
    }
}
