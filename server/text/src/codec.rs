//! The encodings by label, and which machine decodes each.

pub(crate) mod charts;
pub(crate) mod pairs;
mod taiwan;

use encoding_rs as rs;

use charts::{CHARTS, SingleByte};
use pairs::Scheme;

/// What decodes and encodes a label.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Codec {
    /// UTF-8, validated in place.
    Utf8,
    /// UTF-16 or UTF-32: bytes a unit, and whether the first byte is the lowest.
    Wide { unit: usize, little: bool },
    /// One byte a character, by a chart of our own.
    Chart(&'static SingleByte),
    /// Several bytes or a shift state, not known to encoding_rs.
    Pairs(Scheme),
    /// Whatever encoding_rs knows.
    Rs(&'static rs::Encoding),
}

/// Labels of the encodings that encoding_rs decodes, by its objects.
static WEB: &[(&str, &rs::Encoding)] = &[
    ("windows-1252", rs::WINDOWS_1252),
    ("windows-1250", rs::WINDOWS_1250),
    ("windows-1251", rs::WINDOWS_1251),
    ("windows-1253", rs::WINDOWS_1253),
    ("windows-1254", rs::WINDOWS_1254),
    ("windows-1255", rs::WINDOWS_1255),
    ("windows-1256", rs::WINDOWS_1256),
    ("windows-1257", rs::WINDOWS_1257),
    ("windows-1258", rs::WINDOWS_1258),
    ("windows-874", rs::WINDOWS_874),
    ("iso-8859-2", rs::ISO_8859_2),
    ("iso-8859-3", rs::ISO_8859_3),
    ("iso-8859-4", rs::ISO_8859_4),
    ("iso-8859-5", rs::ISO_8859_5),
    ("iso-8859-6", rs::ISO_8859_6),
    ("iso-8859-7", rs::ISO_8859_7),
    ("iso-8859-8", rs::ISO_8859_8),
    ("iso-8859-10", rs::ISO_8859_10),
    ("iso-8859-13", rs::ISO_8859_13),
    ("iso-8859-14", rs::ISO_8859_14),
    ("iso-8859-15", rs::ISO_8859_15),
    ("iso-8859-16", rs::ISO_8859_16),
    ("koi8-r", rs::KOI8_R),
    ("koi8-u", rs::KOI8_U),
    ("ibm866", rs::IBM866),
    ("macroman", rs::MACINTOSH),
    ("x-mac-cyrillic", rs::X_MAC_CYRILLIC),
    ("gbk", rs::GBK),
    ("gb18030", rs::GB18030),
    ("big5", rs::BIG5),
    ("euc-jp", rs::EUC_JP),
    ("shift_jis", rs::SHIFT_JIS),
    ("iso-2022-jp", rs::ISO_2022_JP),
    ("euc-kr", rs::EUC_KR),
];

static WIDE: &[(&str, usize, bool)] =
    &[("utf-16le", 2, true), ("utf-16be", 2, false), ("utf-32le", 4, true), ("utf-32be", 4, false)];

/// Further names under which files and people call an encoding, beside those of the WHATWG standard.
static ALIASES: &[(&str, &str)] = &[
    ("maccentraleurope", "x-mac-ce"),
    ("mac-ce", "x-mac-ce"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("mac-cyrillic", "x-mac-cyrillic"),
    ("mac-roman", "macroman"),
    ("iso-8859-9", "windows-1254"),
    ("iso-8859-11", "windows-874"),
    ("cp737", "cp737"),
    ("ibm737", "cp737"),
    ("ibm00858", "ibm858"),
    ("x-johab", "johab"),
    ("cp1361", "johab"),
    ("ms949", "euc-kr"),
    ("cp949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("cp932", "shift_jis"),
    ("hz", "hz-gb-2312"),
    ("big5-hkscs", "big5"),
    ("utf-8-sig", "utf-8"),
    ("utf-16", "utf-16le"),
    ("utf-32", "utf-32le"),
    ("ascii", "utf-8"),
    ("us-ascii", "utf-8"),
];

/// The label of a WHATWG encoding as this crate writes it.
pub(crate) fn web_label(encoding: &'static rs::Encoding) -> Option<&'static str> {
    WEB.iter().find(|(_, known)| *known == encoding).map(|(label, _)| *label)
}

/// Every label that can be decoded and encoded.
pub fn labels() -> impl Iterator<Item = &'static str> {
    std::iter::once("utf-8")
        .chain(WIDE.iter().map(|wide| wide.0))
        .chain(WEB.iter().map(|web| web.0))
        .chain(CHARTS.iter().map(|chart| chart.label))
        .chain(Scheme::ALL.iter().map(|scheme| scheme.label()))
}

/// The label that this crate uses for the encoding called `name` (any case, `_` or `-`, IBM or CP
/// numbers, WHATWG labels), or `None` when it cannot be decoded.
///
/// ```
/// assert_eq!(aurora_text::canonical_label("Latin1"), Some("windows-1252"));
/// assert_eq!(aurora_text::canonical_label("CP850"), Some("ibm850"));
/// assert_eq!(aurora_text::canonical_label("klingon"), None);
/// ```
pub fn canonical_label(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    let own = |name: &str| labels().find(|label| *label == name);
    if let Some(label) = own(&name) {
        return Some(label);
    }
    let dashed = name.replace('_', "-");
    if let Some((_, label)) = ALIASES.iter().find(|(alias, _)| *alias == dashed) {
        return Some(label);
    }
    if let Some(encoding) = rs::Encoding::for_label_no_replacement(name.as_bytes())
        .or_else(|| rs::Encoding::for_label_no_replacement(dashed.as_bytes()))
    {
        return match encoding.name() {
            "UTF-8" => Some("utf-8"),
            "UTF-16LE" => Some("utf-16le"),
            "UTF-16BE" => Some("utf-16be"),
            "ISO-8859-8-I" => Some("iso-8859-8"),
            _ => web_label(encoding),
        };
    }
    let number = name.trim_start_matches("cp").trim_start_matches("ibm").trim_start_matches(['-', '_']);
    own(&format!("ibm{number}"))
}

impl Codec {
    /// The machine of a canonical label.
    pub(crate) fn of(label: &str) -> Option<Self> {
        if label == "utf-8" {
            return Some(Self::Utf8);
        }
        if let Some(&(_, unit, little)) = WIDE.iter().find(|wide| wide.0 == label) {
            return Some(Self::Wide { unit, little });
        }
        if let Some((_, encoding)) = WEB.iter().find(|web| web.0 == label) {
            return Some(Self::Rs(encoding));
        }
        if let Some(chart) = CHARTS.iter().find(|chart| chart.label == label) {
            return Some(Self::Chart(chart));
        }
        Scheme::ALL.iter().find(|scheme| scheme.label() == label).map(|&scheme| Self::Pairs(scheme))
    }

    /// The byte order mark that a file in this encoding may begin with.
    pub(crate) fn bom(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xEF, 0xBB, 0xBF],
            Self::Wide { unit: 2, little: true } => &[0xFF, 0xFE],
            Self::Wide { unit: 2, little: false } => &[0xFE, 0xFF],
            Self::Wide { little: true, .. } => &[0xFF, 0xFE, 0, 0],
            Self::Wide { little: false, .. } => &[0, 0, 0xFE, 0xFF],
            Self::Rs(encoding) if encoding == rs::GB18030 => &[0x84, 0x31, 0x95, 0x33],
            _ => &[],
        }
    }

    /// The character of every code of a single-byte encoding; U+FFFD where there is none.
    pub(crate) fn single_bytes(self) -> Option<[char; 256]> {
        match self {
            Self::Chart(chart) => Some(chart.chars()),
            Self::Rs(encoding) if encoding.is_single_byte() => {
                let bytes: [u8; 256] = std::array::from_fn(|code| code as u8);
                let (text, _) = encoding.decode_without_bom_handling(&bytes);
                let mut chars = text.chars();
                Some(std::array::from_fn(|_| chars.next().unwrap_or('\u{FFFD}')))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_its_own_canonical_label_and_has_a_machine() {
        for label in labels() {
            assert_eq!(canonical_label(label), Some(label), "{label}");
            assert!(Codec::of(label).is_some(), "{label}");
        }
    }

    #[test]
    fn names_in_use_are_understood() {
        let names = [
            ("UTF8", "utf-8"),
            ("ISO_8859-1", "windows-1252"),
            ("latin1", "windows-1252"),
            ("CP1252", "windows-1252"),
            ("Shift-JIS", "shift_jis"),
            ("GB2312", "gbk"),
            ("TIS-620", "windows-874"),
            ("ibm437", "ibm437"),
            ("850", "ibm850"),
            ("MacRoman", "macroman"),
            ("macintosh", "macroman"),
        ];
        for (name, label) in names {
            assert_eq!(canonical_label(name), Some(label), "{name}");
        }
    }

    #[test]
    fn charts_hold_a_character_for_every_code() {
        for chart in CHARTS {
            assert_eq!(chart.high.chars().count(), 128, "{}", chart.label);
        }
    }
}
