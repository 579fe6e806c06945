//! The first thirty-two bytes of a field as four machine words, so that short fields are hashed, read and classed
//! without a loop over their bytes.

use crate::date;

/// Bytes that a window holds.
pub(crate) const WIDTH: usize = 32;

/// Little-endian words of the first bytes; those past the field's end are zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Window(pub(crate) [u64; 4]);

/// Thirty-two times all ones, then as many zeros: the slice that begins `n` bytes before the middle keeps `n` bytes.
static KEEP: [u8; 2 * WIDTH] = {
    let mut keep = [0; 2 * WIDTH];
    let mut at = 0;
    while at < WIDTH {
        keep[at] = 0xFF;
        at += 1;
    }
    keep
};

/// For each number of bytes up to sixteen, two words that keep as many.
static SHORT: [[u64; 2]; 17] = {
    let mut masks = [[0; 2]; 17];
    let mut n = 0;
    while n < 17 {
        let all = if n < 16 { (1_u128 << (8 * n)) - 1 } else { u128::MAX };
        masks[n] = [all as u64, (all >> 64) as u64];
        n += 1;
    }
    masks
};

/// The same byte in every place of a word.
pub(crate) const fn each(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

#[inline]
fn words(bytes: &[u8; WIDTH]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, eight) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*eight);
    }
    words
}

impl Window {
    /// The window of the field at `start..end` of `text`.
    #[inline]
    pub(crate) fn at(text: &[u8], start: usize, end: usize) -> Self {
        let n = (end - start).min(WIDTH);
        if n <= 16
            && let Some(sixteen) = text.get(start..).and_then(|rest| rest.first_chunk::<16>())
        {
            let found = u128::from_le_bytes(*sixteen);
            let [low, high] = SHORT[n];
            return Self([found as u64 & low, (found >> 64) as u64 & high, 0, 0]);
        }
        let whole = text.get(start..).and_then(|rest| rest.first_chunk::<WIDTH>());
        let keep = KEEP[WIDTH - n..].first_chunk::<WIDTH>();
        match (whole, keep) {
            (Some(whole), Some(keep)) => {
                let (mut found, keep) = (words(whole), words(keep));
                for (word, keep) in found.iter_mut().zip(keep) {
                    *word &= keep;
                }
                Self(found)
            }
            // The last few fields of a text.
            _ => {
                let mut padded = [0; WIDTH];
                padded[..n].copy_from_slice(&text[start..start + n]);
                Self(words(&padded))
            }
        }
    }

    /// The window of a whole value.
    pub(crate) fn of(value: &str) -> Self {
        Self::at(value.as_bytes(), 0, value.len())
    }

    /// Its bytes.
    #[inline]
    pub(crate) fn bytes(self) -> [u8; WIDTH] {
        let mut bytes = [0; WIDTH];
        for (eight, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *eight = word.to_le_bytes();
        }
        bytes
    }

    /// The first eight bytes as a number that sorts as they do.
    #[inline]
    pub(crate) fn prefix(self) -> u64 {
        self.0[0].swap_bytes()
    }

    /// Whether all its bytes are ASCII.
    #[inline]
    pub(crate) fn is_ascii(self) -> bool {
        (self.0[0] | self.0[1] | self.0[2] | self.0[3]) & each(0x80) == 0
    }

    /// Whether its first `n` bytes are ASCII and none of them is a blank or a control character below it.
    #[inline]
    pub(crate) fn is_graphic(self, n: usize) -> bool {
        self.is_ascii() && !self.is_any_below(0x21, n)
    }

    /// Whether its first `n` bytes are ASCII and none of them is a control character.
    #[inline]
    pub(crate) fn is_printable(self, n: usize) -> bool {
        let delete = |word: &u64| {
            let x = word ^ each(0x7F);
            x.wrapping_sub(each(1)) & !x & each(0x80)
        };
        let any_delete = self.0.iter().map(delete).fold(0, |all, one| all | one) != 0;
        self.is_ascii() && !any_delete && !self.is_any_below(0x20, n)
    }

    /// Whether one of its first `n` bytes, which are ASCII, is less than `least`.
    #[inline]
    fn is_any_below(self, least: u8, n: usize) -> bool {
        let keep = KEEP[WIDTH - n.min(WIDTH)..].first_chunk::<WIDTH>().map_or([0; 4], words);
        let low = |(word, keep): (&u64, u64)| {
            // Bytes past the end count as digits. A borrow can only come from a byte that is low itself.
            let word = word | (!keep & each(b'0'));
            word.wrapping_sub(each(least)) & !word & each(0x80)
        };
        self.0.iter().zip(keep).map(low).fold(0, |all, one| all | one) != 0
    }
}

/// Bit 7 of each byte of `word` that is no digit.
#[inline]
fn non_digits(word: u64) -> u64 {
    let x = word ^ each(b'0');
    (((x & each(0x7F)) + each(0x76)) | x) & each(0x80)
}

/// The number that eight decimal digits write, each in a byte of `nibbles`, the first in the lowest.
#[inline]
fn eight_digits(nibbles: u64) -> u64 {
    let pairs = nibbles.wrapping_mul(10 * 256 + 1) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul((100 << 16) + 1) >> 16;
    (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul((10_000 << 32) + 1) >> 32
}

/// A run of at most sixteen digits with at most one point in or around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Digits {
    /// The number that the digits write, the point left out.
    pub(crate) mantissa: u64,
    /// Digits before the point.
    pub(crate) n_whole: usize,
    /// Digits after the point.
    pub(crate) n_fraction: usize,
    /// Whether there is a point.
    pub(crate) point: bool,
    /// Whether a digit after the point is not zero.
    pub(crate) has_fraction: bool,
    /// Whether a zero stands before another digit of the whole part.
    pub(crate) leading_zero: bool,
    /// `-` or `+`, when it leads.
    pub(crate) sign: Option<u8>,
}

impl Digits {
    /// Everything about it but which digits stand there; below 2^20.
    #[inline]
    pub(crate) fn code(self) -> u64 {
        let sign = match self.sign {
            None => 0,
            Some(b'-') => 1,
            Some(_) => 2,
        };
        let flags =
            u64::from(self.point) | u64::from(self.has_fraction) << 1 | u64::from(self.leading_zero) << 2;
        sign | flags << 2 | (self.n_whole as u64) << 5 | (self.n_fraction as u64) << 10
    }
}

impl Window {
    /// Reads the field, of `len` bytes, as `[+-]? digits* [. digits*]`; `None` when it is anything else or too long.
    #[inline(always)]
    pub(crate) fn digits(self, len: usize) -> Option<Digits> {
        if len > 16 {
            return None;
        }
        let first = self.0[0] as u8;
        let sign = (first == b'-' || first == b'+').then_some(first);
        let skipped = usize::from(sign.is_some());
        if len - skipped <= 8 {
            let text = if skipped == 0 { self.0[0] } else { self.0[0] >> 8 | self.0[1] << 56 };
            return eight(text, len - skipped, sign);
        }
        let text = (u128::from(self.0[0]) | u128::from(self.0[1]) << 64) >> (8 * skipped);
        sixteen(text, len - skipped, sign)
    }

    /// Reads the field, of `len` bytes, as `YYYY-MM-DD`, alone or with `HH:MM:SS` after a T or a blank, with `Z` or
    /// without; a number that tells these ways to write apart, below 2^16. `None` for everything else and for days
    /// that do not exist: what [`date::iso`] reads is more.
    #[inline]
    pub(crate) fn iso_moment(self, len: usize) -> Option<u64> {
        if !matches!(len, 10 | 19 | 20) {
            return None;
        }
        let [a, b, c, _] = self.0;
        const DASHES: u64 = 0x8000_0080_0000_0000;
        const DASH: u64 = 0x2D00_002D_0000_0000;
        let dashes = a & 0xFF00_00FF_0000_0000 == DASH;
        let day_digits = non_digits(b & 0xFFFF | each(b'0') & !0xFFFF) == 0;
        if non_digits(a) != DASHES || !dashes || !day_digits {
            return None;
        }
        let digit = |word: u64, at: u32| (word >> (8 * at)) as u32 & 0x0F;
        let year = digit(a, 0) * 1000 + digit(a, 1) * 100 + digit(a, 2) * 10 + digit(a, 3);
        if !date::exists(year, digit(a, 5) * 10 + digit(a, 6), digit(b, 0) * 10 + digit(b, 1)) {
            return None;
        }
        if len == 10 {
            return Some(10);
        }
        let between = (b >> 16) as u8;
        let time = b >> 24 | c << 40;
        const COLONS: u64 = 0x0000_8000_0080_0000;
        const COLON: u64 = 0x0000_3A00_003A_0000;
        let colons = time & 0x0000_FF00_00FF_0000 == COLON;
        let ends = len == 19 || (c >> 24) as u8 == b'Z';
        if !matches!(between, b'T' | b' ') || non_digits(time) != COLONS || !colons || !ends {
            return None;
        }
        let two = |at: u32| digit(time, at) * 10 + digit(time, at + 1);
        (two(0) < 24 && two(3) < 60 && two(6) < 61).then_some(len as u64 | u64::from(between) << 8)
    }
}

/// The `n` bytes of `text`, at most eight, as [`Window::digits`] reads them after the sign.
#[inline(always)]
fn eight(text: u64, n: usize, sign: Option<u8>) -> Option<Digits> {
    let marks = non_digits(text);
    let n_whole = (marks.trailing_zeros() / 8) as usize;
    let point = n_whole < n;
    let (mut digits, mut n_digits, mut fraction) = (text, n, 0);
    if point {
        let second = ((marks & (marks - 1)).trailing_zeros() / 8) as usize;
        if (text >> (8 * n_whole)) as u8 != b'.' || second < n {
            return None;
        }
        fraction = (text >> (8 * n_whole)) >> 8;
        digits = (text & ((1 << (8 * n_whole)) - 1)) | fraction << (8 * n_whole);
        n_digits = n - 1;
    }
    if n_digits == 0 {
        return None;
    }
    let mantissa = eight_digits((digits & each(0x0F)) << (8 * (8 - n_digits)));
    let has_fraction = fraction & each(0x0F) != 0;
    let leading_zero = n_whole > 1 && text as u8 == b'0';
    Some(Digits {
        mantissa,
        n_whole,
        n_fraction: n_digits - n_whole,
        point,
        has_fraction,
        leading_zero,
        sign,
    })
}

/// The `n` bytes of `text`, nine to sixteen, as [`Window::digits`] reads them after the sign.
fn sixteen(text: u128, n: usize, sign: Option<u8>) -> Option<Digits> {
    let marks = u128::from(non_digits(text as u64)) | u128::from(non_digits((text >> 64) as u64)) << 64;
    // Bytes past the end are no digits, so that the first mark is the point or the end.
    let n_whole = (marks.trailing_zeros() / 8) as usize;
    let below = |n: usize| if n >= 16 { u128::MAX } else { (1_u128 << (8 * n)) - 1 };
    let point = n_whole < n;
    let mut digits = text;
    let mut n_digits = n;
    let mut fraction = 0;
    if point {
        let second = ((marks & (marks - 1)).trailing_zeros() / 8) as usize;
        if (text >> (8 * n_whole)) as u8 != b'.' || second < n {
            return None;
        }
        fraction = (text >> (8 * n_whole)) >> 8;
        digits = (text & below(n_whole)) | fraction << (8 * n_whole);
        n_digits = n - 1;
    }
    let nibbles = (digits & u128::from_le_bytes([0x0F; 16])) << (8 * (16 - n_digits));
    let mantissa = eight_digits(nibbles as u64) * 100_000_000 + eight_digits((nibbles >> 64) as u64);
    let has_fraction = fraction & u128::from_le_bytes([0x0F; 16]) != 0;
    let leading_zero = n_whole > 1 && text as u8 == b'0';
    let n_fraction = n_digits - n_whole;
    Some(Digits { mantissa, n_whole, n_fraction, point, has_fraction, leading_zero, sign })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_is_the_padded_field(text in "[a-zé\"]{0,80}", from in 0..80_usize, len in 0..80_usize) {
            let bytes = text.as_bytes();
            let start = from.min(bytes.len());
            let end = (start + len).min(bytes.len());
            let mut padded = [0; WIDTH];
            let n = (end - start).min(WIDTH);
            padded[..n].copy_from_slice(&bytes[start..start + n]);
            let window = Window::at(bytes, start, end);
            prop_assert_eq!(window.bytes(), padded);
            prop_assert_eq!(window.is_ascii(), padded.is_ascii());
        }

        #[test]
        fn graphic_is_what_ascii_shows(value in "[ -~\t\u{0}\u{1f}\u{20}\u{7f}é!]{0,32}") {
            let n = value.len().min(WIDTH);
            let plain = value.as_bytes()[..n].iter().all(|&b| (0x21..0x80).contains(&b));
            prop_assert_eq!(Window::of(&value).is_graphic(value.len()), plain, "{:?}", value);
            let printable = value.as_bytes()[..n].iter().all(|&b| (0x20..0x7F).contains(&b));
            prop_assert_eq!(Window::of(&value).is_printable(value.len()), printable, "{:?}", value);
        }
    }
}
