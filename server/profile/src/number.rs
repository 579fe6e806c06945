//! Plain numbers: one fixed grammar, parsed without allocation and without ever overflowing.

use crate::window::{Digits, Window};

/// A number as written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Written {
    /// The nearest `f64`; infinite when the text is beyond its range (`1e999`).
    pub value: f64,
    /// No point and no exponent.
    pub integer: bool,
    /// A zero before another digit (`007`).
    pub leading_zero: bool,
    /// Begins with `+`.
    pub plus: bool,
    /// Has an exponent.
    pub exponent: bool,
    /// Has a decimal point.
    pub point: bool,
    /// A point followed by zeros only (`3.0`).
    pub zero_fraction: bool,
}

/// Powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The number of at most sixteen bytes that a field's window shows, when it is written without exponent. As
/// [`parse`] reads it, without a loop.
#[inline]
pub(crate) fn parse_short(window: Window, len: usize) -> Option<Written> {
    let digits = window.digits(len)?;
    Some(Written {
        value: digits.value()?,
        integer: !digits.point,
        leading_zero: digits.leading_zero,
        plus: digits.sign == Some(b'+'),
        exponent: false,
        point: digits.point,
        zero_fraction: digits.n_fraction > 0 && !digits.has_fraction,
    })
}

impl Digits {
    /// The nearest `f64`, when one rounding of an exact quotient gives it.
    #[inline]
    pub(crate) fn value(self) -> Option<f64> {
        let size = self.mantissa as f64 / POWERS[self.n_fraction];
        (self.mantissa < 1 << 53).then_some(if self.sign == Some(b'-') { -size } else { size })
    }
}

/// The number that `text` writes in the grammar `[+-]? (digits [. digits*] | . digits) ([eE] [+-]? digits)?`,
/// white space not allowed. Correctly rounded: products and quotients of a mantissa below 2^53 and a power of
/// ten up to 22 are exact before their one rounding (Clinger 1990); everything else goes to the standard library.
pub fn parse(text: &[u8]) -> Option<Written> {
    let mut at = 0;
    let negative = text.first() == Some(&b'-');
    let plus = text.first() == Some(&b'+');
    at += usize::from(negative || plus);
    let digits_start = at;
    let mut mantissa = 0_u64;
    while let Some(&byte) = text.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let n_whole = at - digits_start;
    let leading_zero = n_whole > 1 && text[digits_start] == b'0';
    let mut n_fraction = 0;
    let mut zero_fraction = false;
    let point = text.get(at) == Some(&b'.');
    if point {
        at += 1;
        let start = at;
        zero_fraction = true;
        while let Some(&byte) = text.get(at) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            zero_fraction &= digit == 0;
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        n_fraction = at - start;
    }
    if n_whole + n_fraction == 0 {
        return None;
    }
    let exponent = matches!(text.get(at), Some(b'e' | b'E'));
    let mut power = 0_i64;
    if exponent {
        at += 1;
        let down = text.get(at) == Some(&b'-');
        at += usize::from(matches!(text.get(at), Some(b'-' | b'+')));
        let start = at;
        while let Some(digit) = text.get(at).map(|b| b.wrapping_sub(b'0')).filter(|&d| d <= 9) {
            power = (power * 10 + i64::from(digit)).min(100_000);
            at += 1;
        }
        if at == start {
            return None;
        }
        power = if down { -power } else { power };
    }
    if at != text.len() {
        return None;
    }
    let power = power - n_fraction as i64;
    let value = if n_whole + n_fraction <= 19 && mantissa < 1 << 53 && power.abs() <= 22 {
        let whole = mantissa as f64;
        let size = POWERS[power.unsigned_abs() as usize];
        let value = if power < 0 { whole / size } else { whole * size };
        if negative { -value } else { value }
    } else {
        std::str::from_utf8(text).ok()?.parse().ok()?
    };
    let integer = !point && !exponent;
    let zero_fraction = zero_fraction && n_fraction > 0 && !exponent;
    Some(Written { value, integer, leading_zero, plus, exponent, point, zero_fraction })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_plain_number() {
        for (text, value) in
            [("0", 0.0), ("-12", -12.0), ("+1.50", 1.5), (".5", 0.5), ("1.", 1.0), ("1E3", 1e3)]
        {
            assert_eq!(parse(text.as_bytes()).map(|w| w.value), Some(value), "{text}");
        }
        for text in ["", "+", ".", "1e", "1e+", "1_000", "0x1F", "1,5", "--1", "1-2", "1.2.3", "e5", " 1"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"1e999").map(|w| w.value), Some(f64::INFINITY));
        assert_eq!(parse(b"1e99999999999999999999").map(|w| w.value), Some(f64::INFINITY));
        assert!(parse(b"00123").is_some_and(|w| w.integer && w.leading_zero));
        assert!(parse(b"0.5").is_some_and(|w| !w.leading_zero));
        assert!(parse(b"2.00").is_some_and(|w| w.zero_fraction));
    }

    proptest! {
        #[test]
        fn short_numbers_are_read_alike(text in "[+-]?[0-9]{0,17}\\.?[0-9]{0,9}[0-9.e+x -]?") {
            let short = parse_short(Window::of(&text), text.len());
            let plain = parse(text.as_bytes());
            let fits = text.len() <= 16 && plain.is_some_and(|w| !w.exponent && w.value.abs() < 9e15);
            if fits || short.is_some() {
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                prop_assert!(short.is_some() || digits > 15, "{:?}", text);
                if let Some(short) = short {
                    prop_assert_eq!(Some(short), plain, "{:?}", text);
                    prop_assert_eq!(Some(short.value.to_bits()), plain.map(|w| w.value.to_bits()));
                }
            }
        }

        #[test]
        fn agrees_with_the_standard_library(text in "[+-]?[0-9]{0,22}(\\.[0-9]{0,22})?([eE][+-]?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().ok();
            prop_assert_eq!(parse(text.as_bytes()).map(|w| w.value.to_bits()), expected.map(f64::to_bits));
        }
    }
}
