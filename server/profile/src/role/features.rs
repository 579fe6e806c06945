//! The numbers that the role model looks at. Both a column profile and the benchmark's published statistics provide
//! them: name, counts, range of the numbers, and up to five sample values.

use std::collections::{HashMap, HashSet};

use super::names::{FAMILIES, tokens};
use crate::ColumnProfile;
use crate::value_kind::{ValueKind, classify, is_null_token, number};

/// How many sample values the model looks at.
pub(super) const N_SAMPLES: usize = 5;

/// Range of a column whose present values are all numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NumberRange {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

/// What is known of a column when its role is guessed.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence<'a> {
    /// Its name.
    pub name: &'a str,
    /// Data records.
    pub n: f64,
    /// Null fields.
    pub n_null: f64,
    /// Distinct values that are not null.
    pub distinct: u64,
    /// The range of its values, when all present ones are numbers.
    pub range: Option<NumberRange>,
    /// Sample values, at most [`N_SAMPLES`] are used.
    pub samples: Vec<&'a str>,
}

impl<'a> Evidence<'a> {
    /// What a profile says of the column called `name`.
    pub fn of(name: &'a str, profile: &'a ColumnProfile) -> Self {
        let all_numbers = profile.number_share() >= 1.0;
        let range = profile.numbers.as_ref().filter(|_| all_numbers).map(|numbers| NumberRange {
            mean: numbers.mean,
            deviation: numbers.variance.sqrt(),
            min: numbers.min,
            max: numbers.max,
        });
        Self {
            name,
            n: profile.n as f64,
            n_null: profile.n_null() as f64,
            distinct: profile.distinct,
            range,
            samples: profile.examples.iter().take(N_SAMPLES).map(String::as_str).collect(),
        }
    }

    /// Share of nulls, 0 to 1.
    pub fn null_share(&self) -> f64 {
        self.n_null / self.n.max(1.0)
    }

    /// The samples that are not null, trimmed.
    fn present(&self) -> impl Iterator<Item = &'a str> + '_ {
        let unknown = |value: &&str| !value.eq_ignore_ascii_case("unknown") && !is_null_token(value);
        self.samples.iter().take(N_SAMPLES).map(|value| value.trim()).filter(unknown)
    }

    /// Share of the samples that are lists in brackets.
    pub fn bracketed_share(&self) -> f64 {
        let (mut n, mut bracketed) = (0.0_f64, 0.0);
        for value in self.present() {
            n += 1.0;
            let inside = value.starts_with(['[', '(', '{']) && value.ends_with([']', ')', '}']);
            bracketed += f64::from(u8::from(inside && (value.contains(',') || value.contains("=>"))));
        }
        bracketed / n.max(1.0)
    }
}

/// How many features there are.
pub const N_FEATURES: usize = 74 + FAMILIES.len();

/// The features of `evidence`, all finite. Their meaning stands beside each; the model file counts them from 0.
pub fn features(evidence: &Evidence<'_>) -> [f64; N_FEATURES] {
    let mut out = Out { values: [0.0; N_FEATURES], n: 0 };
    counts(evidence, &mut out);
    let present: Vec<&str> = evidence.present().collect();
    texts(&present, &mut out);
    shapes(&present, &mut out);
    parts(&present, &mut out);
    numbers(&present, &mut out);
    name(evidence.name, &mut out);
    debug_assert_eq!(out.n, N_FEATURES, "every feature is filled");
    out.values
}

struct Out {
    values: [f64; N_FEATURES],
    n: usize,
}

impl Out {
    fn push(&mut self, value: f64) {
        if let Some(slot) = self.values.get_mut(self.n) {
            *slot = if value.is_finite() { value } else { 0.0 };
        }
        self.n += 1;
    }

    fn flag(&mut self, value: bool) {
        self.push(f64::from(u8::from(value)));
    }
}

/// sign(x) · log10(1 + |x|): large numbers of either sign on one scale.
fn signed_log(x: f64) -> f64 {
    x.signum() * (1.0 + x.abs()).log10()
}

fn counts(evidence: &Evidence<'_>, out: &mut Out) {
    let n = evidence.n.max(1.0);
    let present = (n - evidence.n_null).max(1.0);
    let distinct = evidence.distinct as f64;
    out.push((n + 1.0).log10());
    out.push(evidence.null_share());
    out.push((distinct + 1.0).log10());
    out.push((distinct / present).min(1.0));
    out.push((distinct / n).min(1.0));
    out.flag(evidence.range.is_some());
    let NumberRange { mean, deviation, min, max } =
        evidence.range.unwrap_or(NumberRange { mean: 0.0, deviation: 0.0, min: 0.0, max: 0.0 });
    for x in [mean, deviation, min, max, max - min] {
        out.push(signed_log(x));
    }
    out.push(if mean == 0.0 { -1.0 } else { (deviation / (mean.abs() + 1e-9)).min(1e3) });
    // How densely the integers of the range are used.
    out.push((distinct / (max - min + 1.0)).min(1e3));
    out.push(if max > min { (mean - min) / (max - min) } else { -1.0 });
    out.flag(min >= 1800.0 && max <= 2100.0 && max > min);
}

/// Mean and standard deviation of words, stop words, characters, blanks and separators in the samples.
fn texts(samples: &[&str], out: &mut Out) {
    let measures: [fn(&str) -> usize; 5] = [
        |text| text.split_whitespace().count(),
        |text| text.split_whitespace().filter(|word| is_stop_word(word)).count(),
        |text| text.chars().count(),
        |text| text.chars().filter(|c| c.is_whitespace()).count(),
        |text| text.chars().filter(|c| matches!(c, ',' | ';' | '|' | ' ')).count(),
    ];
    let n = samples.len().max(1) as f64;
    for measure in measures {
        let values: Vec<f64> = samples.iter().map(|text| measure(text) as f64).collect();
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        out.push(mean);
        out.push(variance.sqrt());
    }
}

fn is_stop_word(word: &str) -> bool {
    const STOP_WORDS: &[&str] = &[
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "he", "her",
        "his", "i", "in", "is", "it", "its", "my", "not", "of", "on", "or", "our", "she", "so", "that",
        "the", "their", "they", "this", "to", "was", "we", "were", "which", "who", "will", "with", "you",
        "your",
    ];
    STOP_WORDS.iter().any(|stop| stop.eq_ignore_ascii_case(word))
}

/// Shares of the samples that have a shape.
fn shapes(present: &[&str], out: &mut Out) {
    let n = present.len().max(1) as f64;
    let mut share = |holds: &dyn Fn(&str) -> bool| {
        out.push(present.iter().filter(|value| holds(value)).count() as f64 / n);
    };
    let kind_is = |value: &str, kind: ValueKind| classify(value) == kind;
    share(&|v| kind_is(v, ValueKind::Integer));
    share(&|v| number(v).is_some());
    share(&|v| kind_is(v, ValueKind::Real));
    share(&|v| v.ends_with(".0"));
    share(&|v| kind_is(v, ValueKind::DecoratedNumber));
    share(&|v| matches!(classify(v), ValueKind::Date | ValueKind::DateTime | ValueKind::Time));
    share(&|v| v.starts_with('0') && v[1..].starts_with(|c: char| c.is_ascii_digit()));
    share(&|v| v.chars().any(char::is_uppercase) && !v.chars().any(char::is_lowercase));
    share(&|v| v.chars().next().is_some_and(char::is_uppercase));
    share(&|v| v.chars().all(|c| c.is_alphabetic() || c == ' '));
    share(&|v| v.contains(|c: char| c.is_ascii_digit()) && v.contains(char::is_alphabetic));
    share(&|v| v.contains("://") || v.contains("www."));
    share(&|v| v.contains('@') && v.contains('.'));
    share(&|v| v.contains('%'));
    share(&|v| v.contains(['$', '€', '£', '¥', '₹']));
    share(&|v| {
        matches!(
            v.to_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "y" | "n" | "t" | "f" | "0" | "1"
        )
    });
    share(&|v| v.ends_with(['.', '!', '?']));
    share(&|v| v.starts_with(['[', '(', '{']));
    let mut mean = |measure: &dyn Fn(&str) -> f64| {
        out.push(present.iter().map(|value| measure(value)).sum::<f64>() / n);
    };
    let count = |value: &str, holds: fn(char) -> bool| value.chars().filter(|&c| holds(c)).count() as f64;
    let length = |value: &str| value.chars().count().max(1) as f64;
    mean(&|v| count(v, |c| c.is_ascii_digit()) / length(v));
    mean(&|v| count(v, |c| !c.is_alphanumeric() && c != ' ') / length(v));
    mean(&|v| count(v, |c| c == ','));
    mean(&|v| count(v, |c| c == ';' || c == '|'));
    mean(&|v| count(v, |c| c == '/'));
    mean(&|v| count(v, |c| c == ':'));
    mean(&|v| count(v, |c| c == '-'));
    let distinct: HashSet<&str> = present.iter().copied().collect();
    out.push(distinct.len() as f64 / n);
    let lengths: HashSet<usize> = present.iter().map(|value| value.len()).collect();
    out.flag(lengths.len() == 1);
    out.push(present.len() as f64);
}

/// How the samples look when split at `,`, `;` and `|`: what tells lists from prose.
fn parts(present: &[&str], out: &mut Out) {
    let n = present.len().max(1) as f64;
    let split = |value: &&str| -> Vec<String> {
        value
            .split([',', ';', '|'])
            .map(|part| part.trim().to_lowercase())
            .filter(|part| !part.is_empty())
            .collect()
    };
    let parts: Vec<Vec<String>> = present.iter().map(split).collect();
    let all = parts.iter().map(Vec::len).sum::<usize>();
    let several = parts.iter().filter(|parts| parts.len() > 1);
    out.push((1.0 + all as f64 / n).ln());
    out.push(several.clone().count() as f64 / n);
    let flat = || parts.iter().flatten();
    out.push(flat().map(|part| part.split_whitespace().count()).sum::<usize>() as f64 / all.max(1) as f64);
    out.push((1.0 + flat().map(|part| part.chars().count()).sum::<usize>() as f64 / all.max(1) as f64).ln());
    let mut records: HashMap<&str, usize> = HashMap::new();
    for parts in several {
        for part in parts.iter().map(String::as_str).collect::<HashSet<_>>() {
            *records.entry(part).or_default() += 1;
        }
    }
    let recurring: usize = records.values().filter(|&&n| n > 1).sum();
    out.push(recurring as f64 / records.values().sum::<usize>().max(1) as f64);
    let numbers_between_blanks = |value: &&&str| {
        let words = value.split_whitespace();
        words.clone().count() >= 4 && words.clone().all(|word| word.bytes().all(|b| b.is_ascii_digit()))
    };
    out.push(present.iter().filter(numbers_between_blanks).count() as f64 / n);
}

/// What the samples that are numbers look like together.
fn numbers(present: &[&str], out: &mut Out) {
    let values: Vec<f64> = present.iter().filter_map(|value| number(value)).collect();
    let pairs = || values.windows(2).map(|pair| pair[1] - pair[0]);
    out.flag(values.len() > 2 && pairs().all(|step| step > 0.0));
    out.flag(values.len() > 2 && pairs().all(|step| step == 1.0));
    let largest = values.iter().map(|x| x.abs()).fold(-1.0, f64::max);
    out.push(if largest < 0.0 { -1.0 } else { signed_log(largest) });
    let decimals = |value: &&str| value.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let all: usize = present.iter().filter(|value| number(value).is_some()).map(decimals).sum();
    out.push(all as f64 / present.len().max(1) as f64);
}

fn name(name: &str, out: &mut Out) {
    let tokens = tokens(name);
    let lower = name.trim().to_lowercase();
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    out.push(name.chars().count() as f64);
    out.push(tokens.len() as f64);
    out.flag(tokens.last().is_some_and(|token| all_digits(token)));
    out.flag(name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase));
    out.flag(all_digits(&lower.replace('.', "")));
    out.flag(lower.is_empty() || lower.contains("unnamed"));
    out.flag(lower.ends_with("id"));
    let letters = name.chars().filter(|c| c.is_alphabetic()).count().max(1) as f64;
    let vowels = name.chars().filter(|c| "aeiouAEIOU".contains(*c)).count() as f64;
    // Abbreviations have few vowels, short tokens, and digits amid letters.
    out.push(vowels / letters);
    out.push(tokens.iter().map(|token| token.chars().count()).max().unwrap_or(0) as f64);
    let chunks = || name.split(|c: char| !c.is_alphanumeric()).filter(|chunk| !chunk.is_empty());
    out.push(chunks().filter(|chunk| chunk.contains(|c: char| c.is_ascii_digit())).count() as f64);
    let kinds: Vec<u8> = lower
        .bytes()
        .map(|b| if b.is_ascii_digit() { 1 } else { u8::from(b.is_ascii_alphabetic()) * 2 })
        .collect();
    let mut runs = kinds.clone();
    runs.dedup();
    out.flag(runs.windows(3).any(|run| run == [2, 1, 2]));
    for family in FAMILIES {
        out.flag(tokens.iter().any(|token| family.contains(&token.as_str())));
    }
}
