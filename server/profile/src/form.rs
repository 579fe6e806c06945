//! Values that are written alike tell alike: what a column's values show is worked out once a form, and a value
//! whose form is known is only counted.
//!
//! Two values of the same form agree in everything that is judged of a field by itself (traits, shape, length, words)
//! but for the number. A property test holds this against the judge.

use crate::hash::mix;
use crate::shape::{classes_of, within};
use crate::tally::Common;
use crate::window::{Window, each};

/// Pairs of forms remembered at once; a power of two.
const N_PAIRS: usize = 8;

const NUMBER: u64 = 1 << 62;
const MOMENT: u64 = 2 << 62;
const TEXT: u64 = 3 << 62;
const UUID: u64 = 1 << 61;

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Form {
    /// Equal for values written alike, never 0.
    code: u64,
    /// The value of a plain number, else NaN.
    pub(crate) number: f64,
}

impl Form {
    /// The form of the value `bytes`, which begins with `window`; `None` for values that only a judge can tell.
    #[inline]
    pub(crate) fn of(window: Window, bytes: &[u8], key: [u64; 2]) -> Option<Self> {
        let len = bytes.len();
        let first = window.0[0] as u8;
        if len == 36 {
            return Some(Self { code: UUID | uuid_code(window, bytes)?, number: f64::NAN });
        }
        if matches!(first, b'0'..=b'9' | b'-' | b'+' | b'.') {
            if len <= 16
                && let Some(digits) = window.digits(len)
                && let Some(number) = digits.value()
            {
                return Some(Self { code: NUMBER | digits.code(), number });
            }
            let code = window.iso_moment(len)?;
            return Some(Self { code: MOMENT | code, number: f64::NAN });
        }
        let code = text_code(window, len, key)?;
        Some(Self { code: TEXT | code, number: f64::NAN })
    }
}

/// The code of a UUID: whether it has letters of either case.
#[inline]
fn uuid_code(window: Window, bytes: &[u8]) -> Option<u64> {
    let [a, b, c, d] = window.0;
    let tail = u64::from(u32::from_le_bytes(*bytes.last_chunk()?));
    // The dashes at 8, 13, 18 and 23 become digits, as what fills up the tail.
    const DASHES: [u64; 2] = [0x0000_2D00_0000_002D, 0x2D00_0000_002D_0000];
    const PLACES: [u64; 2] = [0x0000_FF00_0000_00FF, 0xFF00_0000_00FF_0000];
    if b & PLACES[0] != DASHES[0] || c & PLACES[1] != DASHES[1] {
        return None;
    }
    let digit = each(b'0');
    let b = b & !PLACES[0] | digit & PLACES[0];
    let c = c & !PLACES[1] | digit & PLACES[1];
    let (mut other, mut upper, mut lower) = (0, 0, 0);
    for word in [a, b, c, d, tail | digit << 32] {
        let digits = within(word, b'0', b'9');
        let (capitals, small) = (within(word, b'A', b'F'), within(word, b'a', b'f'));
        other |= word & each(0x80) | (digits | capitals | small) ^ each(0x80);
        upper |= capitals;
        lower |= small;
    }
    (other == 0).then_some(u64::from(upper != 0) | u64::from(lower != 0) << 1)
}

/// The code of a text whose traits its shape decides: printable ASCII that begins with a letter, and either an `@` in
/// it, which is in no other grammar, or no digit and more letters than any word with a meaning has.
#[inline]
fn text_code(window: Window, len: usize, key: [u64; 2]) -> Option<u64> {
    let letter = (window.0[0] as u8).is_ascii_alphabetic();
    // "www." begins an address, whatever follows.
    if !letter || !(10..=24).contains(&len) || (window.0[0] >> 24) as u8 == b'.' || !window.is_printable(len)
    {
        return None;
    }
    let [a, b, c, _] = window.0;
    let classes = [classes_of(a), classes_of(b), classes_of(c)];
    let has = |byte: u8| {
        let is = |word: u64| {
            let x = word ^ each(byte);
            x.wrapping_sub(each(1)) & !x & each(0x80)
        };
        is(classes[0]) | is(classes[1]) | is(classes[2]) != 0
    };
    let ends_blank = (window.0[(len - 1) / 8] >> (8 * ((len - 1) % 8))) as u8 == b' ';
    (!ends_blank && (has(b'@') || !has(b'9'))).then(|| mix(classes, key) & !TEXT)
}

/// A form with what its values have in common, and how many there were since that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    code: u64,
    common: Common,
    n: u32,
    settled: bool,
}

/// The forms seen last; each has one of two slots.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pairs: [[Slot; 2]; N_PAIRS],
}

impl Forms {
    #[inline]
    fn pair(&mut self, form: Form) -> &mut [Slot; 2] {
        &mut self.pairs[(form.code.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize % N_PAIRS]
    }

    /// Counts a value of `form`, if the form is known and no place is to be noted any more.
    #[inline]
    pub(crate) fn count(&mut self, form: Form) -> Option<Common> {
        let slot = self.pair(form).iter_mut().find(|slot| slot.code == form.code && slot.settled)?;
        slot.n += 1;
        Some(slot.common)
    }

    /// What values of `form` have in common, if it is known.
    pub(crate) fn find(&mut self, form: Form) -> Option<Common> {
        self.pair(form).iter().find(|slot| slot.code == form.code).map(|slot| slot.common)
    }

    /// Remembers a form. What is forgotten for it is to be told: so many values with so much in common.
    pub(crate) fn remember(&mut self, form: Form, common: Common, settled: bool) -> (Common, u32) {
        let pair = self.pair(form);
        let known = pair.iter().position(|slot| slot.code == form.code);
        let slot = &mut pair[known.unwrap_or(usize::from(pair[1].n < pair[0].n))];
        let n = if slot.code == form.code { slot.n } else { 0 };
        let told = (slot.common, slot.n - n);
        *slot = Slot { code: form.code, common, n, settled };
        told
    }

    /// Shows what is still to be told.
    pub(crate) fn tell(&mut self, mut see: impl FnMut(Common, u32)) {
        for slot in self.pairs.as_flattened_mut() {
            see(slot.common, std::mem::take(&mut slot.n));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;
    use crate::shape::Shape;
    use crate::traits::facts;
    use proptest::prelude::*;

    fn form(value: &str) -> Option<Form> {
        Form::of(Window::of(value), value.as_bytes(), hash::key())
    }

    /// `value` with other letters and digits of the same class.
    fn alike(value: &str, by: &[u8]) -> String {
        let other = |(c, &by): (char, &u8)| match c {
            'a'..='z' => char::from(b'a' + by % 26),
            'A'..='Z' => char::from(b'A' + by % 26),
            '0'..='9' => char::from(b'0' + by % 10),
            c => c,
        };
        value.chars().zip(by.iter().cycle()).map(other).collect()
    }

    fn assert_alike(one: &str, other: &str) {
        let (Some(a), Some(b)) = (form(one), form(other)) else { return };
        let (mine, theirs) = (facts(one), facts(other));
        assert!(
            mine.number.to_bits() == a.number.to_bits() || (mine.number.is_nan() && a.number.is_nan()),
            "{one:?}"
        );
        if a.code == b.code {
            let told = |f: &crate::traits::Facts<'_>| (f.traits, f.chars, f.words, f.unit.map(str::to_owned));
            assert_eq!(told(&mine), told(&theirs), "{one:?} {other:?}");
            assert_eq!(Shape::of(one, mine.chars), Shape::of(other, theirs.chars), "{one:?} {other:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn values_of_a_form_tell_alike(
            value in prop_oneof![
                "[+-]?[0-9]{0,9}\\.?[0-9]{0,8}[0-9e.+x -]?",
                "[12][0-9]{3}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9]Z?)?)?",
                "[a-zA-Z][a-z0-9A-Z@._ -]{8,26}",
                "[A-Za-z]{9,12}",
                "[a-c]{3}[.@][a-z0-9.]{4,20}",
                "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-fA-F]{4}-[0-9a-f]{4}-[0-9a-fA-F]{11}[0-9a-g]",
                "[ -~é\t]{0,38}",
            ],
            by in prop::collection::vec(any::<u8>(), 30..40),
        ) {
            assert_alike(&value, &alike(&value, &by));
            assert_alike(&value, &value);
        }
    }

    #[test]
    fn usual_values_have_a_form() {
        for value in [
            "1",
            "-12.50",
            "007",
            "2024-02-29",
            "2024-02-29T10:00:59Z",
            "u1@example.org",
            "Christopher",
            "123e4567-e89b-12d3-A456-426614174000",
        ] {
            assert!(form(value).is_some(), "{value}");
        }
        for value in ["", "NA", "1e5", "2023-02-29", "true", "12 kg", "AB-12-CD-34", "www.example.org"] {
            assert!(form(value).is_none(), "{value}");
        }
    }
}
