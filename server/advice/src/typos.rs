//! Values that look like a slip of a frequent value, or hold a word that looks like a slip of a frequent word.

use std::collections::HashMap;

use aurora_profile::ValueKind;

use crate::spelling::distance;
use crate::whole_table::CodedColumn;

/// A value that may be a slip.
#[derive(Clone, Debug)]
pub struct Typo {
    /// Index of the value.
    pub code: usize,
    /// What seems to be meant: a value, or a word of it.
    pub meant: String,
    /// Index of the value that is meant, when a whole value is.
    pub meant_code: Option<usize>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Frequent and rare values compared at most.
const MAX_PAIRS: usize = 4_000_000;

/// The slips of whole values: rare values near a value at least `ratio` times as frequent.
pub fn values(column: &CodedColumn, ratio: f64) -> Vec<Typo> {
    let present: Vec<usize> = column.present().collect();
    let n = column.n_present();
    let frequent: Vec<usize> = present.iter().copied().filter(|&code| column.counts[code] >= 4).collect();
    let covered: u64 = frequent.iter().map(|&code| u64::from(column.counts[code])).sum();
    let coverage = covered as f64 / n.max(1) as f64;
    let numeric = present
        .iter()
        .filter(|&&code| column.kinds[code] != ValueKind::Text && column.kinds[code] != ValueKind::Boolean);
    if numeric.count() * 2 > present.len() || frequent.len().saturating_mul(present.len()) > MAX_PAIRS {
        return Vec::new();
    }
    let short_allowed = frequent.len() <= 20 && coverage >= 0.6;
    let few = frequent.len() <= 8 && coverage >= 0.7;
    let crowd = crowding(column, &frequent);
    let mut found = Vec::new();
    for &code in &present {
        let count = column.counts[code];
        if u64::from(count) > 3.max(n / 100) || column.kinds[code] == ValueKind::Null {
            continue;
        }
        let value = column.values[code].trim();
        let chars = value.chars().count();
        let best = frequent
            .iter()
            .filter(|&&other| f64::from(column.counts[other]) >= ratio * f64::from(count))
            .filter_map(|&other| {
                let meant = column.values[other].trim();
                let length = meant.chars().count();
                let most = farthest(length);
                let d = if meant.len() >= 2
                    && value
                        .strip_prefix(meant)
                        .is_some_and(|rest| rest.chars().all(|c| !c.is_alphanumeric()))
                {
                    1
                } else {
                    distance(value, meant, most)?
                };
                let close = (length >= 5 && chars >= 4) || (short_allowed && (length >= 3 || few));
                let same = crate::spelling::folded(value) == crate::spelling::folded(meant);
                (d > 0 && close && !same && !is_other_word(value, meant)).then_some((
                    d,
                    std::cmp::Reverse(column.counts[other]),
                    other,
                ))
            })
            .min();
        if let Some((d, _, other)) = best {
            let length = column.values[other].chars().count();
            let times = f64::from(column.counts[other]) / f64::from(count);
            let mut confidence = 0.62 + 0.05 * times.log2().min(5.0) - 0.08 * (d as f64 - 1.0);
            if length < 5 {
                confidence -= 0.15;
            }
            if coverage >= 0.75 {
                confidence += 0.08;
            }
            // BRA is no slip of FRA: short codes in capitals are made to differ by one letter. A letter too many or
            // too few makes no code.
            let meant = column.values[other].trim();
            if is_code(value) && is_code(meant) && value.len() == meant.len() {
                confidence -= 0.3;
            }
            // Where right values lie this near to each other, nearness to a seldom one tells little.
            let weight = 1.0 - (20.0 * f64::from(column.counts[other]) / n as f64).min(1.0);
            confidence -= (0.6 * crowd).min(0.2) * weight;
            found.push(Typo {
                code,
                meant: column.values[other].clone(),
                meant_code: Some(other),
                confidence: confidence.clamp(0.05, 0.95),
            });
        }
    }
    found
}

/// Whether `value` is a short code in capitals.
fn is_code(value: &str) -> bool {
    (2..=4).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Edits up to which two values of `length` characters are near.
fn farthest(length: usize) -> usize {
    match length {
        12.. => 3,
        6..12 => 2,
        _ => 1,
    }
}

/// Frequent values compared with each other at most.
const MAX_CROWD: usize = 200;

/// Share of the `frequent` values that lie near another one.
fn crowding(column: &CodedColumn, frequent: &[usize]) -> f64 {
    let mut few: Vec<usize> = frequent.to_vec();
    few.sort_by_key(|&code| std::cmp::Reverse(column.counts[code]));
    few.truncate(MAX_CROWD);
    let near = |&a: &usize| {
        let value = column.values[a].trim();
        let most = farthest(value.chars().count());
        few.iter().any(|&b| {
            let other = column.values[b].trim();
            a != b && distance(value, other, most).is_some_and(|d| d > 0) && !is_other_word(value, other)
        })
    };
    few.iter().filter(|code| near(code)).count() as f64 / few.len().max(1) as f64
}

/// Whether two near values are known to be different words: other digits, a plural, a negation.
fn is_other_word(value: &str, meant: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (digits(value), digits(meant));
    if a != b && !a.is_empty() && !b.is_empty() {
        return true;
    }
    let (a, b) = (value.to_lowercase(), meant.to_lowercase());
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    if let Some(rest) = long.strip_prefix(short.as_str())
        && matches!(rest, "s" | "es" | "'s" | "d" | "ed" | "r" | "er" | "ly")
    {
        return true;
    }
    if let Some(rest) = long.strip_suffix(short.as_str())
        && matches!(rest, "un" | "in" | "non" | "fe" | "non-" | "dis" | "ir" | "im" | "re" | "a")
    {
        return true;
    }
    // `Very unfavorably`: a word of one is a word of the other with a prefix.
    for prefix in ["un", "in", "fe", "im", "non", "dis"] {
        if long.replace(prefix, "") == short.replace(prefix, "")
            && long.matches(prefix).count() != short.matches(prefix).count()
        {
            return true;
        }
    }
    // Roman numerals and single letters tell members of a series apart.
    let last = |text: &str| text.rsplit([' ', '-', '_', '.']).next().unwrap_or_default().to_owned();
    let numeral = |text: &str| {
        !text.is_empty() && text.chars().all(|c| matches!(c, 'i' | 'v' | 'x')) || text.chars().count() == 1
    };
    let (x, y) = (last(&a), last(&b));
    x != y && a != x && numeral(&x) && numeral(&y)
}

/// The slips of words in texts that hardly repeat: a word of one value, near a word of at least `least` values.
pub fn words(column: &CodedColumn, least: u32) -> Vec<Typo> {
    let mut frequency: HashMap<&str, u32> = HashMap::new();
    let mut total = 0_u64;
    for code in column.present().filter(|&code| column.kinds[code] == ValueKind::Text) {
        let text = &column.values[code];
        if text.len() > 400 || !is_wordy(text) {
            continue;
        }
        for word in tokens(text) {
            // Once a value: a repeated value repeats its slip.
            *frequency.entry(word).or_default() += 1;
            total += 1;
        }
    }
    // In long texts and titles rare words are the rule.
    let texts = column.present().filter(|&code| column.kinds[code] == ValueKind::Text).count() as u64;
    if total < 30 || total > 6 * texts || frequency.len() > 20_000 {
        return Vec::new();
    }
    let mut by_length: HashMap<usize, Vec<(&str, u32)>> = HashMap::new();
    for (&word, &count) in frequency.iter().filter(|(_, count)| **count >= least) {
        by_length.entry(word.chars().count()).or_default().push((word, count));
    }
    let mut found = Vec::new();
    for code in
        column.present().filter(|&code| column.kinds[code] == ValueKind::Text && column.counts[code] <= 3)
    {
        if column.values[code].len() > 400 || !is_wordy(&column.values[code]) {
            continue;
        }
        for word in tokens(&column.values[code]) {
            let chars = word.chars().count();
            if chars < 4 || frequency[word] > 1 {
                continue;
            }
            let near = (chars.saturating_sub(1)..=chars + 1)
                .filter_map(|length| by_length.get(&length))
                .flatten()
                .filter(|(other, _)| distance(word, other, 1) == Some(1) && !is_other_word(word, other))
                .max_by_key(|(other, count)| (*count, *other));
            if let Some((meant, count)) = near {
                let long = if chars >= 6 { 0.1 } else { 0.0 };
                let confidence = (0.45 + 0.05 * f64::from(*count).log2().min(6.0) + long).min(0.85);
                found.push(Typo { code, meant: (*meant).to_owned(), meant_code: None, confidence });
                break;
            }
        }
    }
    found
}

/// Whether most of `text` is letters: codes and keys have no words.
fn is_wordy(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic() || *c == ' ').count();
    letters * 10 >= text.chars().count() * 7
}

/// Words of letters, at least three long.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| word.len() >= 3)
}

/// The first word of `text` that changes from lower to upper case inside, as no language does: `eFmale`,
/// `SkECURITIES`.
pub fn odd_case(text: &str) -> Option<&str> {
    tokens(text).find(|word| {
        let chars: Vec<char> = word.chars().collect();
        let lower_then_upper = chars.windows(2).any(|w| w[0].is_lowercase() && w[1].is_uppercase());
        let name = ["Mc", "Mac", "De", "La", "Le", "Van", "Di", "Da", "Du", "Fitz", "St"]
            .iter()
            .any(|p| word.starts_with(p));
        let n_upper = chars.iter().filter(|c| c.is_uppercase()).count();
        lower_then_upper && !name && (chars[0].is_lowercase() || n_upper + 1 >= chars.len())
    })
}

/// The values with a word of odd case that stands in hardly any other: a word that recurs is a name of its own.
pub fn odd_cases(column: &CodedColumn) -> Vec<usize> {
    let cased: Vec<(usize, &str)> =
        column.present().filter_map(|code| Some((code, odd_case(&column.values[code])?))).collect();
    let mut times: HashMap<&str, u32> = HashMap::new();
    for (_, word) in &cased {
        *times.entry(word).or_default() += 1;
    }
    cased.into_iter().filter(|(_, word)| times[word] <= 2).map(|(code, _)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WholeTable;
    use crate::sample::Sample;

    fn slips(values: &[(&str, usize)]) -> Vec<String> {
        let list = values.iter().flat_map(|(value, n)| std::iter::repeat_n(*value, *n));
        let whole = Sample::column("c", list).with(WholeTable::read);
        super::values(&whole.columns[0], 5.0)
            .iter()
            .map(|t| whole.columns[0].values[t.code].clone())
            .collect()
    }

    #[test]
    fn a_rare_near_value_is_a_slip() {
        assert_eq!(slips(&[("birmingham", 20), ("birminghxm", 1), ("ozark", 20)]), ["birminghxm"]);
        assert_eq!(slips(&[("Fully Supporting", 20), ("FullyS upporting", 1)]), ["FullyS upporting"]);
    }

    #[test]
    fn opposites_plurals_series_and_other_digits_are_no_slips() {
        assert!(slips(&[("Very favorably", 30), ("Very unfavorably", 1)]).is_empty());
        assert!(slips(&[("apples", 30), ("apple", 1)]).is_empty());
        assert!(slips(&[("Ward 11 north", 30), ("Ward 12 north", 1)]).is_empty());
        assert!(slips(&[("World War I", 30), ("World War V", 1)]).is_empty());
    }

    #[test]
    fn case_inside_a_word() {
        assert_eq!(
            (odd_case("eFmale"), odd_case("DEPARTMENT OF SkECURITIES")),
            (Some("eFmale"), Some("SkECURITIES"))
        );
        assert_eq!((odd_case("McDonald"), odd_case("New York"), odd_case("JavaScript")), (None, None, None));
    }
}
