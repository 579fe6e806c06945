//! The shape of a value: letters and digits by class, everything else as it is.

use crate::window::{Window, each};

/// Characters up to which a value has a shape.
pub const MAX_SHAPE: usize = 24;

/// `AB-12` has the shape `AA-99`: `A` upper-case letter, `a` other letter, `9` digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Shape {
    len: u8,
    /// Other characters beyond ASCII stand as byte 1.
    classes: [u8; MAX_SHAPE],
}

static CLASS: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            b'0'..=b'9' => b'9',
            b'\t' | b'\n' | b'\r' => b' ',
            other => other,
        };
        byte += 1;
    }
    table
};

impl Shape {
    /// The shape of `value`, unless it is too long to have one.
    pub fn of(value: &str, chars: u32) -> Option<Self> {
        if chars as usize > MAX_SHAPE {
            return None;
        }
        let mut shape = Self { len: chars as u8, classes: [0; MAX_SHAPE] };
        if value.len() == chars as usize {
            for (class, byte) in shape.classes.iter_mut().zip(value.bytes()) {
                *class = CLASS[usize::from(byte & 127)];
            }
        } else {
            for (class, c) in shape.classes.iter_mut().zip(value.chars()) {
                *class = match c {
                    _ if c.is_ascii() => CLASS[c as usize],
                    _ if c.is_uppercase() => b'A',
                    _ if c.is_alphabetic() => b'a',
                    _ if c.is_numeric() => b'9',
                    _ if c.is_whitespace() => b' ',
                    _ => 1,
                };
            }
        }
        Some(shape)
    }

    /// The shape of an ASCII value of `len` bytes, at most [`MAX_SHAPE`], by its window: eight bytes at a time.
    #[inline]
    pub(crate) fn of_window(window: Window, len: usize) -> Self {
        let mut shape = Self { len: len as u8, classes: [0; MAX_SHAPE] };
        for (classes, word) in shape.classes.as_chunks_mut::<8>().0.iter_mut().zip(window.0) {
            if word == 0 {
                break;
            }
            *classes = classes_of(word).to_le_bytes();
        }
        shape
    }

    /// Its bytes as a window.
    #[inline]
    pub(crate) fn window(&self) -> Window {
        Window::at(&self.classes, 0, usize::from(self.len))
    }

    /// Its bytes, to hash it by.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.classes[..usize::from(self.len)]
    }

    /// As text, one character a character of the value.
    pub fn exact(&self) -> String {
        self.as_bytes().iter().map(|&class| if class == 1 { '□' } else { char::from(class) }).collect()
    }

    /// As text with runs of letters and of digits collapsed to one.
    pub fn collapsed(&self) -> String {
        let mut out = self.exact();
        let mut before = '\0';
        out.retain(|c| {
            let keep = c != before || !matches!(c, 'A' | 'a' | '9' | ' ');
            before = c;
            keep
        });
        out
    }
}

/// Bit 7 of each of eight bytes from `first` to `last`, for ASCII bytes.
#[inline]
pub(crate) fn within(word: u64, first: u8, last: u8) -> u64 {
    // No sum leaves its byte.
    let word = word & each(0x7F);
    let from = word + each(0x80 - first);
    let past = word + each(0x7F - last);
    from & !past & each(0x80)
}

/// The classes of eight ASCII bytes; a zero byte stays.
#[inline]
pub(crate) fn classes_of(word: u64) -> u64 {
    let within = |word: u64, first: u8, last: u8| (within(word, first, last) >> 7) * 0xFF;
    let letters = within(word | each(0x20), b'a', b'z');
    let digits = within(word, b'0', b'9');
    let blanks = within(word, b'\t', b'\n') | within(word, b'\r', b'\r');
    // The bit that tells upper case from lower stays.
    let class =
        (letters & (each(b'A') | (word & each(0x20)))) | (digits & each(b'9')) | (blanks & each(b' '));
    class | (word & !(letters | digits | blanks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_has_the_shape_of_its_value(value in "[ -~\t\r\n]{0,24}") {
            let shape = Shape::of_window(Window::of(&value), value.len());
            prop_assert_eq!(Some(shape), Shape::of(&value, value.len() as u32));
        }
    }

    #[test]
    fn shapes_show_classes() {
        let shape = Shape::of("AB-12 é", 7).unwrap();
        assert_eq!((shape.exact().as_str(), shape.collapsed().as_str()), ("AA-99 a", "A-9 a"));
        assert_eq!(Shape::of(&"x".repeat(25), 25), None);
    }
}
