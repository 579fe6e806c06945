//! How the values of a column look, learned from good records: the yardstick of recovery and repair.
//!
//! A model answers one question, "how likely is this value in this column?", as a logarithm that can be added
//! up over the fields of a record. It has four views of a value, from the sharpest to the bluntest: the
//! value itself, its exact pattern (`99/99/9999`), its pattern with runs collapsed (`9/9/9`), and plain
//! features (class, first and last character, length). Each backs off to the next by
//! how often it was surprised while learning, as text compressors do (PPM).

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

/// Bytes of a value that a pattern looks at.
const PATTERN_BYTES: usize = 64;
/// Different values or patterns that a column remembers.
const REMEMBERED: usize = 1_024;
/// The least likelihood of a value, so that one bad field does not outweigh a whole record.
const FLOOR: f64 = 1e-6;

/// What a value is, at a glance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    Empty,
    Integer,
    Number,
    /// Digits and punctuation, no letter: a date, a time, an amount.
    Digits,
    /// Letters without a blank.
    Word,
    /// Letters and digits or punctuation without a blank.
    Code,
    /// Anything with a blank in it.
    Text,
    /// Punctuation only.
    Marks,
}

impl Class {
    const N: usize = 8;

    pub(crate) fn of(value: &str) -> Self {
        let value = value.trim();
        if value.is_empty() {
            return Self::Empty;
        }
        let mut signs = [0_usize; 4];
        if value.is_ascii() {
            value.bytes().for_each(|byte| signs[usize::from(ASCII_KINDS[usize::from(byte)])] += 1);
        } else {
            value.chars().for_each(|c| signs[usize::from(sign_kind(c))] += 1);
        }
        let [digits, letters, blanks, others] = signs;
        match (digits, letters, blanks, others) {
            (_, 0, 0, 0) => Self::Integer,
            (1.., 0, _, _) if value.parse::<f64>().is_ok() => {
                if others == 1 && value.starts_with(['-', '+']) { Self::Integer } else { Self::Number }
            }
            (1.., 0, _, _) => Self::Digits,
            (0, 0, _, _) => Self::Marks,
            (1.., 1.., 0, _) if value.parse::<f64>().is_ok() => Self::Number,
            (0, _, 0, 0) => Self::Word,
            (_, _, 0, _) => Self::Code,
            _ => Self::Text,
        }
    }
}

/// Digit, letter, blank or other, in this order.
fn sign_kind(c: char) -> u8 {
    match c {
        c if c.is_ascii() => ASCII_KINDS[c as usize],
        c if c.is_alphabetic() => 1,
        c if c.is_whitespace() => 2,
        _ => 3,
    }
}

static ASCII_KINDS: [u8; 128] = {
    let mut kinds = [3; 128];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => 0,
            b'a'..=b'z' | b'A'..=b'Z' => 1,
            b'\t'..=b'\r' | b' ' => 2,
            _ => 3,
        };
        byte += 1;
    }
    kinds
};

/// How often each was seen, by its hash. One state for all, so that the same text gives the same model.
type Counts = HashMap<u64, f64, FixedState>;

/// How the values of one column look.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnModel {
    n: f64,
    classes: [f64; Class::N],
    first: [f64; EDGES],
    last: [f64; EDGES],
    values: Counts,
    exact: Counts,
    collapsed: Counts,
    /// Sum and sum of squares of ln(1 + bytes) of the values that are not empty.
    lengths: (f64, f64),
}

const EDGES: usize = 12;

/// The kind of a value's first or last character.
fn edge(c: Option<char>) -> usize {
    match c {
        None => 0,
        Some('0'..='9') => 1,
        Some(c) if c.is_uppercase() => 2,
        Some(c) if c.is_alphabetic() => 3,
        Some('"' | '\'') => 4,
        Some('.' | ',' | ';' | ':' | '!' | '?') => 5,
        Some('-' | '+') => 6,
        Some('$' | '€' | '£' | '%') => 7,
        Some('(' | '[' | '{' | '<') => 8,
        Some(')' | ']' | '}' | '>') => 9,
        Some(c) if c.is_whitespace() => 10,
        Some(_) => 11,
    }
}

fn hash(value: impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

/// Hashes of the value's exact and collapsed patterns.
fn patterns(value: &str) -> (u64, u64) {
    let end = value.floor_char_boundary(PATTERN_BYTES);
    let mut pattern = [0; PATTERN_BYTES];
    let mut n = 0;
    if value.as_bytes()[..end].is_ascii() {
        for (sign, &byte) in pattern.iter_mut().zip(&value.as_bytes()[..end]) {
            *sign = ASCII_SIGNS[usize::from(byte)];
        }
        n = end;
    } else {
        for c in value[..end].chars() {
            n += sign(c).encode_utf8(&mut pattern[n..]).len();
        }
    }
    let exact = hash(&pattern[..n]);
    let mut n_runs = 0;
    for i in 0..n {
        if n_runs == 0 || pattern[n_runs - 1] != pattern[i] {
            pattern[n_runs] = pattern[i];
            n_runs += 1;
        }
    }
    (exact, hash(&pattern[..n_runs]))
}

/// What stands for a character in a pattern; never longer than the character itself.
fn sign(c: char) -> char {
    match c {
        '0'..='9' => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

static ASCII_SIGNS: [u8; 128] = {
    let mut signs = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        signs[byte as usize] = match byte {
            b'0'..=b'9' => b'9',
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            b'\t'..=b'\r' | b' ' => b' ',
            byte => byte,
        };
        byte += 1;
    }
    signs
};

fn count(map: &mut Counts, key: u64) {
    if map.len() < REMEMBERED || map.contains_key(&key) {
        *map.entry(key).or_default() += 1.0;
    }
}

impl ColumnModel {
    /// Learns one more value.
    pub fn observe(&mut self, value: &str) {
        self.n += 1.0;
        self.classes[Class::of(value) as usize] += 1.0;
        self.first[edge(value.chars().next())] += 1.0;
        self.last[edge(value.chars().next_back())] += 1.0;
        if !value.is_empty() {
            let length = ln_len(value);
            self.lengths.0 += length;
            self.lengths.1 += length * length;
        }
        let (exact, collapsed) = patterns(value);
        count(&mut self.values, hash(value));
        count(&mut self.exact, exact);
        count(&mut self.collapsed, collapsed);
    }

    /// How many values were learned.
    pub fn n(&self) -> usize {
        self.n as usize
    }

    /// Natural logarithm of how likely `value` is here, from about −14 (never seen the like) to 0.
    pub fn log_likelihood(&self, value: &str) -> f64 {
        if self.n == 0.0 {
            return -1.0;
        }
        let share = |seen: Option<&f64>| seen.copied().unwrap_or_default() / (self.n + 1.0);
        let smooth = |seen: f64, kinds: usize| (seen + 0.1) / (self.n + 0.1 * kinds as f64);
        let (exact, collapsed) = patterns(value);
        let class = smooth(self.classes[Class::of(value) as usize], Class::N);
        let edges = smooth(self.first[edge(value.chars().next())], EDGES)
            * smooth(self.last[edge(value.chars().next_back())], EDGES);
        let length = self.length_fit(value);
        // Each view backs off to the next blunter one, by as much as it was surprised while learning: where
        // one pattern fits all, a new pattern is unlikely; where every pattern is new, it says nothing.
        let novel = |seen: &Counts| ((seen.len() as f64 + 0.5) / (self.n + 1.0)).min(1.0);
        let blunt = class * edges * length;
        let by_collapsed = share(self.collapsed.get(&collapsed)) * length + novel(&self.collapsed) * blunt;
        let by_exact = share(self.exact.get(&exact)) + novel(&self.exact) * by_collapsed;
        let likelihood = 0.8 * by_exact + 0.2 * share(self.values.get(&hash(value)));
        likelihood.max(FLOOR).ln()
    }

    /// 1 for a length like the others', towards 0 the further it is off.
    fn length_fit(&self, value: &str) -> f64 {
        let filled = self.n - self.classes[Class::Empty as usize];
        if value.is_empty() || filled < 1.0 {
            return 1.0;
        }
        let mean = self.lengths.0 / filled;
        let variance = (self.lengths.1 / filled - mean * mean).max(0.02);
        let off = ln_len(value) - mean;
        (-off * off / (2.0 * variance)).exp()
    }

    /// Whether `value` looks like the others at all: its class is not rare here, or its pattern was seen. What
    /// was seen once may be the very record in doubt.
    pub fn is_plausible(&self, value: &str) -> bool {
        self.n < 5.0 || self.is_usual(Class::of(value)) || self.is_known_pattern(value)
    }

    /// Whether every value written like `pattern` is plausible: ASCII of at most 64 bytes, in which `A` and `a` stand
    /// for letters, `9` for digits, a blank for white space and everything else for itself. No where it does not tell.
    pub fn is_plausible_like(&self, pattern: &str) -> bool {
        let class = Class::of(pattern);
        // `1e5` is a number, `1f5` a code.
        let may_be_number = class == Class::Code && pattern.contains('9');
        self.n < 5.0
            || self.is_known_pattern(pattern)
            || (self.is_usual(class) && (!may_be_number || self.is_usual(Class::Number)))
    }

    /// Whether values of the class of `value` are usual here.
    pub fn is_of_usual_class(&self, value: &str) -> bool {
        self.n < 5.0 || self.is_usual(Class::of(value))
    }

    fn is_usual(&self, class: Class) -> bool {
        self.classes[class as usize] >= 2.0_f64.max(0.02 * self.n)
    }

    fn is_known_pattern(&self, value: &str) -> bool {
        self.exact.get(&patterns(value).0).copied().unwrap_or_default() >= 2.0
    }

    /// Whether empty fields are normal here.
    pub fn is_often_empty(&self) -> bool {
        self.classes[Class::Empty as usize] * 4.0 >= self.n
    }

    /// Whether the column's class says more than "text": it can tell a right value from a wrong one.
    pub fn is_telling(&self) -> bool {
        let text = self.classes[Class::Text as usize] + self.classes[Class::Empty as usize];
        text < 0.5 * self.n
    }
}

fn ln_len(value: &str) -> f64 {
    (value.len() as f64).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn learned(values: &[&str]) -> ColumnModel {
        let mut model = ColumnModel::default();
        values.iter().for_each(|value| model.observe(value));
        model
    }

    #[test]
    fn a_value_like_the_others_is_likelier() {
        let codes = learned(&["MG-8769", "RI-3895", "RI-8070", "CC-9259", "YY-2600"]);
        assert!(codes.log_likelihood("BH-7885") > codes.log_likelihood("2BH-7885"));
        assert!(codes.log_likelihood("BH-7885") > codes.log_likelihood("H-7885"));
        assert!(codes.log_likelihood("RI-8070") > codes.log_likelihood("BH-7885"));
        let texts = learned(&["Light-Up Running Jacket", "Men's Boots", "Fly rod, 8 wt.", "Tropic Cap"]);
        assert!(texts.log_likelihood("Women's Vest") > texts.log_likelihood("3Women's Vest"));
        assert!(texts.log_likelihood("Women's Vest") > texts.log_likelihood(""));
    }

    #[test]
    fn patterns_of_ascii_are_those_of_any_text() {
        for byte in 0..128_u8 {
            let c = char::from(byte);
            assert_eq!(char::from(ASCII_SIGNS[usize::from(byte)]), sign(c), "{c:?}");
        }
        assert_eq!(patterns("Ab-12"), patterns("Xy-90"));
        assert_eq!(patterns("Öl-1").1, patterns("Öl-22").1);
        assert_ne!(patterns("Ab-12").0, patterns("Ab-123").0);
    }

    proptest! {
        #[test]
        fn a_pattern_speaks_for_its_values(
            known in prop::collection::vec("[a-b1 .-]{0,4}", 5..12),
            value in "[a-eA-E0-9 .+-]{0,6}",
        ) {
            let model = learned(&known.iter().map(String::as_str).collect::<Vec<_>>());
            let pattern: String = value.chars().map(sign).collect();
            prop_assert!(!model.is_plausible_like(&pattern) || model.is_plausible(&value), "{pattern:?} {value:?}");
            prop_assert!(!model.is_of_usual_class(&value) || model.is_plausible(&value));
        }
    }

    #[test]
    fn classes_see_numbers_through_their_dress() {
        let classes = ["", "12", "-3", "1e5", "1.5", "$12", "2024-01-02", "abc", "AB-1", "a b", "--"];
        let expected = [
            Class::Empty,
            Class::Integer,
            Class::Integer,
            Class::Number,
            Class::Number,
            Class::Digits,
            Class::Digits,
            Class::Word,
            Class::Code,
            Class::Text,
            Class::Marks,
        ];
        assert_eq!(classes.map(Class::of), expected);
    }
}
