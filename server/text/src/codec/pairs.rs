//! Encodings of several bytes a character, or with a shift state, that encoding_rs does not decode.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::charts::chars_of;
use super::taiwan::cns_char;

/// Which encoding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Scheme {
    /// EUC of CNS 11643 (planes 1 and 2).
    EucTw,
    /// Korean by jamo (KS X 1001 annex 3).
    Johab,
    /// Korean in seven bits (RFC 1557).
    Iso2022Kr,
    /// Simplified Chinese in seven bits (RFC 1843).
    Hz,
}

/// What the first bytes of the input are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Step {
    /// Not to be told before more bytes come.
    More,
    /// A character of so many bytes.
    Char(char, usize),
    /// A shift of so many bytes, without a character.
    Shift(usize),
    /// So many bytes that mean nothing.
    Fault(usize),
}

/// Longest sequence of any scheme, in bytes.
pub(crate) const LONGEST: usize = 4;

impl Scheme {
    pub(crate) const ALL: &'static [Self] = &[Self::EucTw, Self::Johab, Self::Iso2022Kr, Self::Hz];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::EucTw => "euc-tw",
            Self::Johab => "johab",
            Self::Iso2022Kr => "iso-2022-kr",
            Self::Hz => "hz-gb-2312",
        }
    }

    /// Reads the first character of `bytes` (not empty, at most [`LONGEST`] are looked at). `shifted` is the
    /// state between calls: whether two-byte codes are switched on.
    pub(crate) fn step(self, bytes: &[u8], shifted: &mut bool) -> Step {
        match self {
            Self::EucTw => step_euc_tw(bytes),
            Self::Johab => step_johab(bytes),
            Self::Iso2022Kr => step_iso_2022_kr(bytes, shifted),
            Self::Hz => step_hz(bytes, shifted),
        }
    }

    /// The code of `ch`, without shifts; `None` when the encoding has none.
    pub(crate) fn code(self, ch: char) -> Option<&'static [u8]> {
        static CODES: [OnceLock<HashMap<char, Vec<u8>>>; 4] = [const { OnceLock::new() }; 4];
        let codes = CODES[self as usize].get_or_init(|| self.all_codes());
        codes.get(&ch).map(Vec::as_slice)
    }

    fn all_codes(self) -> HashMap<char, Vec<u8>> {
        let mut codes = HashMap::new();
        let prefixes: &[&[u8]] = if self == Self::EucTw { &[&[], &[0x8E, 0xA2]] } else { &[&[]] };
        for prefix in prefixes {
            for lead in 0x21..=0xFE_u8 {
                for trail in 0x21..=0xFE_u8 {
                    let code = [prefix, &[lead, trail][..]].concat();
                    // Seven-bit codes count where the shift is on, the others without a shift.
                    let mut shifted = matches!(self, Self::Iso2022Kr | Self::Hz);
                    if let Step::Char(ch, len) = self.step(&code, &mut shifted)
                        && len == code.len()
                    {
                        codes.entry(ch).or_insert(code);
                    }
                }
            }
        }
        codes
    }
}

fn step_euc_tw(bytes: &[u8]) -> Step {
    let high = 0xA1..=0xFE;
    let (plane, cells) = match bytes[0] {
        ascii @ 0..=0x7F => return Step::Char(ascii as char, 1),
        0x8E => match bytes {
            [_] => return Step::More,
            [_, plane, ..] if !(0xA1..=0xB0).contains(plane) => return Step::Fault(1),
            [_, _] => return Step::More,
            [_, plane, cells @ ..] => (plane - 0xA0, cells),
            [] => return Step::More,
        },
        lead if high.contains(&lead) => (1, bytes),
        _ => return Step::Fault(1),
    };
    match cells {
        [lead, trail, ..] if high.contains(lead) && high.contains(trail) => {
            let used = bytes.len() - cells.len() + 2;
            match cns_char(plane, grid_cell(*lead, *trail)) {
                Some(ch) => Step::Char(ch, used),
                None => Step::Fault(used),
            }
        }
        [lead] if high.contains(lead) => Step::More,
        _ => Step::Fault(1),
    }
}

fn step_johab(bytes: &[u8]) -> Step {
    let lead = bytes[0];
    if lead == b'\\' {
        // The chart has the won sign here; files mean the backslash of paths and escapes.
        return Step::Char('\\', 1);
    }
    if lead < 0x80 {
        return Step::Char(lead as char, 1);
    }
    let Some(&trail) = bytes.get(1) else { return Step::More };
    let ch = match lead {
        0x84..=0xD3 => johab_hangul(u16::from_be_bytes([lead, trail])),
        0xD9..=0xDE | 0xE0..=0xF9 => {
            // Two rows of KS X 1001 share a lead byte: symbols from row 1, hanja from row 42 on.
            let cell = match trail {
                0x31..=0x7E => usize::from(trail - 0x31),
                0x91..=0xFE => usize::from(trail - 0x91) + 78,
                _ => return Step::Fault(1),
            };
            let row =
                if lead < 0xE0 { 2 * usize::from(lead - 0xD9) } else { 2 * usize::from(lead - 0xE0) + 41 };
            // The jamo of row 4 have their codes among the syllables.
            let jamo = lead == 0xDA && (0xA1..=0xD3).contains(&trail);
            ks_char(row * 94 + cell).filter(|_| !jamo)
        }
        _ => None,
    };
    match ch {
        Some(ch) => Step::Char(ch, 2),
        None => Step::Fault(if trail < 0x80 { 1 } else { 2 }),
    }
}

/// The syllable or single jamo of a Johab code: five bits each for first consonant, vowel, last consonant.
fn johab_hangul(code: u16) -> Option<char> {
    const FIRST: &[u8; 19] = &[0, 1, 3, 6, 7, 8, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];
    const LAST: &[u8; 27] =
        &[0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29];
    let first = match (code >> 10) & 31 {
        1 => None,
        bits @ 2..=20 => Some(u32::from(bits) - 2),
        _ => return None,
    };
    let vowel = match (code >> 5) & 31 {
        2 => None,
        bits @ 3..=7 => Some(u32::from(bits) - 3),
        bits @ 10..=15 => Some(u32::from(bits) - 5),
        bits @ 18..=23 => Some(u32::from(bits) - 7),
        bits @ 26..=29 => Some(u32::from(bits) - 9),
        _ => return None,
    };
    let last = match code & 31 {
        1 => None,
        bits @ 2..=17 => Some(u32::from(bits) - 1),
        bits @ 19..=29 => Some(u32::from(bits) - 2),
        _ => return None,
    };
    // Single jamo are the compatibility jamo from U+3131 (consonants) and U+314F (vowels) on.
    let scalar = match (first, vowel, last) {
        (Some(first), Some(vowel), last) => 0xAC00 + (first * 21 + vowel) * 28 + last.unwrap_or(0),
        (Some(first), None, None) => 0x3131 + u32::from(*FIRST.get(first as usize)?),
        (None, Some(vowel), None) => 0x314F + vowel,
        (None, None, Some(last)) => 0x3131 + u32::from(*LAST.get(last as usize - 1)?),
        _ => return None,
    };
    char::from_u32(scalar)
}

fn step_iso_2022_kr(bytes: &[u8], shifted: &mut bool) -> Step {
    const HEADER: &[u8] = b"\x1B$)C";
    match bytes[0] {
        0x0E => {
            *shifted = true;
            Step::Shift(1)
        }
        0x0F => {
            *shifted = false;
            Step::Shift(1)
        }
        0x1B if HEADER.starts_with(&bytes[..bytes.len().min(4)]) => {
            if bytes.len() < HEADER.len() {
                Step::More
            } else {
                Step::Shift(HEADER.len())
            }
        }
        // RFC 1557: a line begins unshifted.
        b'\n' => {
            *shifted = false;
            Step::Char('\n', 1)
        }
        lead @ 0x21..=0x7E if *shifted => match bytes.get(1) {
            None => Step::More,
            Some(trail @ 0x21..=0x7E) => two_bytes(ks_char(grid_cell(lead | 0x80, trail | 0x80))),
            Some(_) => Step::Fault(1),
        },
        ascii @ 0..=0x7F => Step::Char(ascii as char, 1),
        _ => Step::Fault(1),
    }
}

fn step_hz(bytes: &[u8], shifted: &mut bool) -> Step {
    match bytes[0] {
        b'\n' => {
            *shifted = false;
            Step::Char('\n', 1)
        }
        b'~' => match bytes.get(1) {
            None => Step::More,
            Some(b'{') if !*shifted => {
                *shifted = true;
                Step::Shift(2)
            }
            Some(b'}') if *shifted => {
                *shifted = false;
                Step::Shift(2)
            }
            Some(b'~') if !*shifted => Step::Char('~', 2),
            Some(b'\n') if !*shifted => Step::Shift(2),
            Some(_) => Step::Fault(1),
        },
        lead @ 0x21..=0x7D if *shifted => match bytes.get(1) {
            None => Step::More,
            Some(trail @ 0x21..=0x7E) => two_bytes(gb_char(grid_cell(lead | 0x80, trail | 0x80))),
            Some(_) => Step::Fault(1),
        },
        ascii @ 0..=0x7F => Step::Char(ascii as char, 1),
        _ => Step::Fault(1),
    }
}

fn two_bytes(ch: Option<char>) -> Step {
    ch.map_or(Step::Fault(2), |ch| Step::Char(ch, 2))
}

/// Cell of a 94 × 94 chart, from 0, of a code with both high bits set.
fn grid_cell(lead: u8, trail: u8) -> usize {
    usize::from(lead - 0xA1) * 94 + usize::from(trail - 0xA1)
}

fn ks_char(cell: usize) -> Option<char> {
    static KS: OnceLock<Vec<char>> = OnceLock::new();
    grid_char(&KS, encoding_rs::EUC_KR, cell)
}

fn gb_char(cell: usize) -> Option<char> {
    static GB: OnceLock<Vec<char>> = OnceLock::new();
    grid_char(&GB, encoding_rs::GBK, cell)
}

fn grid_char(
    chart: &OnceLock<Vec<char>>,
    encoding: &'static encoding_rs::Encoding,
    cell: usize,
) -> Option<char> {
    let chart = chart.get_or_init(|| {
        let codes = (0xA1..=0xFE).flat_map(|lead| (0xA1..=0xFE).map(move |trail| [lead, trail]));
        chars_of(encoding, codes)
    });
    chart.get(cell).copied().filter(|&ch| ch != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(scheme: Scheme, mut bytes: &[u8]) -> String {
        let (mut text, mut shifted) = (String::new(), false);
        while !bytes.is_empty() {
            let used = match scheme.step(&bytes[..bytes.len().min(LONGEST)], &mut shifted) {
                Step::Char(ch, used) => {
                    text.push(ch);
                    used
                }
                Step::Shift(used) => used,
                Step::Fault(used) => {
                    text.push('\u{FFFD}');
                    used
                }
                Step::More => break,
            };
            bytes = &bytes[used..];
        }
        text
    }

    #[test]
    fn the_charts_agree_with_published_codes() {
        // 中文 in CNS 11643 plane 1, and the first character of plane 2.
        assert_eq!(read(Scheme::EucTw, b"\xC4\xE3\xC5\xC6"), "中文");
        assert_eq!(read(Scheme::EucTw, b"\x8E\xA2\xA1\xA1a"), "乂a");
        assert_eq!(read(Scheme::Johab, b"\xD0\x65\x8B\x69"), "한글");
        assert_eq!(read(Scheme::Johab, b"\x88\x41"), "ㄱ");
        assert_eq!(read(Scheme::Iso2022Kr, b"\x1B$)C\x0EGQ1[\x0F.\n"), "한글.\n");
        assert_eq!(read(Scheme::Hz, b"~{VPND~}~~,a"), "中文~,a");
    }

    #[test]
    fn every_code_leads_back_to_its_character() {
        for &scheme in Scheme::ALL {
            let codes = scheme.all_codes();
            assert!(codes.len() > 7_000, "{scheme:?} {}", codes.len());
            for (ch, code) in codes {
                let mut shifted = matches!(scheme, Scheme::Iso2022Kr | Scheme::Hz);
                assert_eq!(scheme.step(&code, &mut shifted), Step::Char(ch, code.len()));
            }
        }
    }
}
