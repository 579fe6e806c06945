//! Ways in which single fields can be special, and a word of bits that holds them.

use crate::date::DateFormat;
use crate::value_kind::ValueKind;

/// Ways in which single fields can be special. A summary counts them all and keeps the first few record numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Oddness {
    /// A field of this kind (the check asks for the kinds that are not the majority).
    Kind(ValueKind),
    /// White space at an edge.
    OuterSpace,
    /// A space other than U+0020 (no-break, thin, ideographic …) anywhere.
    UnusualSpace,
    /// A zero-width character or a byte order mark.
    ZeroWidth,
    /// Two or more spaces in a row inside.
    DoubledSpace,
    /// A control character other than tab and line ends.
    Control,
    /// A character that changes the direction of text (U+202A–202E, U+2066–2069).
    Bidi,
    /// U+FFFD, where a byte could not be decoded.
    Replacement,
    /// Beyond ASCII.
    NonAscii,
    /// A line end inside.
    MultiLine,
    /// An integer with a zero before another digit (`007`).
    LeadingZero,
    /// A number with `+`.
    Plus,
    /// A number with an exponent.
    Exponent,
    /// A decimal point.
    DecimalPoint,
    /// A decimal comma.
    DecimalComma,
    /// Groups of three by comma.
    ThousandsComma,
    /// Groups of three by point.
    ThousandsPoint,
    /// Groups of three by a space or an apostrophe.
    ThousandsSpace,
    /// `1,200`: thousands or decimals, the field alone cannot say.
    AmbiguousSeparator,
    /// A percent sign.
    Percent,
    /// A currency.
    Currency,
    /// A unit.
    Unit,
    /// `<`, `>`, `~` before a number.
    Comparator,
    /// Accountants' negative, `(12)`.
    Parentheses,
    /// An infinite literal, or a number beyond the range of a double.
    NotFinite,
    /// A fraction of zeros only (`3.0`).
    ZeroFraction,
    /// Written like a date, but there is no such day.
    ImpossibleDate,
    /// Begins with `=`, `+`, `-` or `@` and is no number, or with a tab or carriage return before them.
    FormulaStart,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A UUID.
    Uuid,
    /// Has an upper-case letter.
    Upper,
    /// Has a lower-case letter.
    Lower,
    /// Longer than [`LONG_TEXT`] characters.
    Long,
    /// Holds `;` or `|`, or stands in brackets.
    ListLike,
    /// Letters that UTF-8 leaves when read as a single-byte encoding (`Ã©`, `â€™`).
    Mojibake,
    /// `#REF!`, `#DIV/0!` and their like.
    SpreadsheetError,
    /// `y` or `n` (a Boolean).
    BooleanLetter,
    /// `yes` or `no` (a Boolean).
    BooleanWord,
    /// `true` or `false` (a Boolean).
    BooleanLiteral,
    /// Two neighbours beyond ASCII, as every misread letter leaves.
    NonAsciiRun,
}

/// Characters above which a text counts as long.
pub const LONG_TEXT: u32 = 40;

impl Oddness {
    /// Every one but the kinds; the position is its bit.
    pub const TRAITS: [Self; 40] = [
        Self::OuterSpace,
        Self::UnusualSpace,
        Self::ZeroWidth,
        Self::DoubledSpace,
        Self::Control,
        Self::Bidi,
        Self::Replacement,
        Self::NonAscii,
        Self::MultiLine,
        Self::LeadingZero,
        Self::Plus,
        Self::Exponent,
        Self::DecimalPoint,
        Self::DecimalComma,
        Self::ThousandsComma,
        Self::ThousandsPoint,
        Self::ThousandsSpace,
        Self::AmbiguousSeparator,
        Self::Percent,
        Self::Currency,
        Self::Unit,
        Self::Comparator,
        Self::Parentheses,
        Self::NotFinite,
        Self::ZeroFraction,
        Self::ImpossibleDate,
        Self::FormulaStart,
        Self::Email,
        Self::Url,
        Self::Uuid,
        Self::Upper,
        Self::Lower,
        Self::Long,
        Self::ListLike,
        Self::Mojibake,
        Self::SpreadsheetError,
        Self::BooleanLetter,
        Self::BooleanWord,
        Self::BooleanLiteral,
        Self::NonAsciiRun,
    ];

    pub(crate) const fn bit(self) -> u64 {
        match self.rank() {
            0 => 0,
            rank => 1 << (rank - 1),
        }
    }

    /// Its place in [`Self::TRAITS`], from 1.
    const fn rank(self) -> u8 {
        match self {
            Self::Kind(_) => 0,
            Self::OuterSpace => 1,
            Self::UnusualSpace => 2,
            Self::ZeroWidth => 3,
            Self::DoubledSpace => 4,
            Self::Control => 5,
            Self::Bidi => 6,
            Self::Replacement => 7,
            Self::NonAscii => 8,
            Self::MultiLine => 9,
            Self::LeadingZero => 10,
            Self::Plus => 11,
            Self::Exponent => 12,
            Self::DecimalPoint => 13,
            Self::DecimalComma => 14,
            Self::ThousandsComma => 15,
            Self::ThousandsPoint => 16,
            Self::ThousandsSpace => 17,
            Self::AmbiguousSeparator => 18,
            Self::Percent => 19,
            Self::Currency => 20,
            Self::Unit => 21,
            Self::Comparator => 22,
            Self::Parentheses => 23,
            Self::NotFinite => 24,
            Self::ZeroFraction => 25,
            Self::ImpossibleDate => 26,
            Self::FormulaStart => 27,
            Self::Email => 28,
            Self::Url => 29,
            Self::Uuid => 30,
            Self::Upper => 31,
            Self::Lower => 32,
            Self::Long => 33,
            Self::ListLike => 34,
            Self::Mojibake => 35,
            Self::SpreadsheetError => 36,
            Self::BooleanLetter => 37,
            Self::BooleanWord => 38,
            Self::BooleanLiteral => 39,
            Self::NonAsciiRun => 40,
        }
    }
}

/// A kind, any number of traits and a date format in 64 bits: bits 0–39 traits, 48–54 date format, 60–63 kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Traits(u64);

impl Traits {
    pub(crate) const DATE: u32 = 48;
    const KIND: u32 = 60;

    pub(crate) const fn of(kind: ValueKind) -> Self {
        Self((kind as u64) << Self::KIND)
    }

    pub(crate) const fn with(self, oddness: Oddness) -> Self {
        Self(self.0 | oddness.bit())
    }

    pub(crate) fn with_if(self, yes: bool, oddness: Oddness) -> Self {
        if yes { self.with(oddness) } else { self }
    }

    /// A date or datetime in `format`.
    pub(crate) fn dated(kind: ValueKind, format: DateFormat) -> Self {
        Self(Self::of(kind).0 | u64::from(format.id()) << Self::DATE)
    }

    /// The kind.
    pub fn kind(self) -> ValueKind {
        ValueKind::ALL[(self.0 >> Self::KIND) as usize]
    }

    /// Whether the field has it.
    pub fn has(self, oddness: Oddness) -> bool {
        match oddness {
            Oddness::Kind(kind) => self.kind() == kind,
            _ => self.0 & oddness.bit() != 0,
        }
    }

    /// The format of a date.
    pub fn date_format(self) -> Option<DateFormat> {
        DateFormat::from_id((self.0 >> Self::DATE) as u8 & 127)
    }

    /// Kind and date format only: what remains when a column shows more combinations than are kept.
    pub(crate) fn coarse(self) -> Self {
        Self(self.0 & !((1 << Self::DATE) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trait_has_its_own_bit() {
        for (at, oddness) in Oddness::TRAITS.iter().enumerate() {
            assert_eq!(oddness.bit(), 1 << at);
        }
        assert!(1_u64 << Oddness::TRAITS.len() < 1 << Traits::DATE);
    }
}
