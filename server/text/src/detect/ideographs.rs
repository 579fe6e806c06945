//! Readings of several bytes a character, and UTF-8 with faults: how likely their characters are.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::alphabets::Scored;
use super::language::{Kind, Languages};
use super::samples::{CHINESE_SIMPLIFIED, CHINESE_TRADITIONAL, JAPANESE, KOREAN};
use crate::Decoder;

/// Label, rarity and script of the readings.
const READINGS: &[(&str, f32, Script)] = &[
    ("gbk", -4.0, Script::Simplified),
    ("big5", -4.0, Script::Traditional),
    ("shift_jis", -4.0, Script::Japanese),
    ("euc-jp", -4.5, Script::Japanese),
    ("euc-kr", -4.0, Script::Korean),
    ("johab", -6.0, Script::Korean),
    ("euc-tw", -6.0, Script::Traditional),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Script {
    Simplified,
    Traditional,
    Japanese,
    Korean,
}

/// Natural log-probability of a sequence that the encoding cannot hold.
const FAULT: f32 = -16.0;

/// Characters with their log-probability in each script.
struct Frequencies {
    scripts: [HashMap<char, f32>; 4],
}

impl Frequencies {
    fn get() -> &'static Self {
        static FREQUENCIES: OnceLock<Frequencies> = OnceLock::new();
        FREQUENCIES.get_or_init(|| {
            let make = |list: &str, encoding, first: (u8, u8), second: (u8, u8), share: (f32, f32)| {
                let mut costs = HashMap::new();
                rows(&mut costs, encoding, second, share.1);
                rows(&mut costs, encoding, first, share.0);
                listed(&mut costs, list);
                punctuation(&mut costs);
                costs
            };
            Self {
                scripts: [
                    make(CHINESE_SIMPLIFIED, encoding_rs::GBK, (0xB0, 0xD7), (0xD8, 0xF7), (0.25, 0.006)),
                    make(CHINESE_TRADITIONAL, encoding_rs::BIG5, (0xA4, 0xC6), (0xC9, 0xF9), (0.25, 0.006)),
                    make(JAPANESE, encoding_rs::EUC_JP, (0xB0, 0xCF), (0xD0, 0xF4), (0.12, 0.004)),
                    make(KOREAN, encoding_rs::EUC_KR, (0xB0, 0xC8), (0xCA, 0xFD), (0.2, 0.006)),
                ],
            }
        })
    }

    fn cost(&self, script: Script, ch: char) -> f32 {
        self.scripts[script as usize].get(&ch).copied().unwrap_or_else(|| match (script, ch) {
            (Script::Korean, '가'..='힣') => -13.0,
            (Script::Japanese, '\u{FF61}'..='\u{FF9F}') => -9.0,
            (_, '\u{4E00}'..='\u{9FFF}') => -14.0,
            (_, '\u{FF01}'..='\u{FF5E}') => -8.5,
            (_, '\u{2000}'..='\u{27FF}' | '\u{3000}'..='\u{30FF}') => -10.5,
            (_, '\u{E000}'..='\u{F8FF}') => -17.0,
            _ => -13.0,
        })
    }
}

/// Spreads `share` evenly over the characters of the rows of an encoding.
fn rows(
    costs: &mut HashMap<char, f32>,
    encoding: &'static encoding_rs::Encoding,
    rows: (u8, u8),
    share: f32,
) {
    let trails: Vec<u8> = if encoding == encoding_rs::BIG5 {
        (0x40..=0x7E).chain(0xA1..=0xFE).collect()
    } else {
        (0xA1..=0xFE).collect()
    };
    let n = (usize::from(rows.1 - rows.0) + 1) * trails.len();
    let cost = (share / n as f32).ln();
    for lead in rows.0..=rows.1 {
        let row: Vec<u8> = trails.iter().flat_map(|&trail| [lead, trail]).collect();
        let (text, _) = encoding.decode_without_bom_handling(&row);
        for ch in text.chars().filter(|&ch| ch != '\u{FFFD}') {
            costs.insert(ch, cost);
        }
    }
}

/// Gives 70 % to the characters of `list`, by Zipf's law (flattened at the head).
fn listed(costs: &mut HashMap<char, f32>, list: &str) {
    let total: f32 = (0..list.chars().count()).map(|rank| 1.0 / (rank as f32 + 12.0)).sum();
    for (rank, ch) in list.chars().enumerate() {
        let cost = (0.7 / (rank as f32 + 12.0) / total).ln();
        let known = costs.entry(ch).or_insert(cost);
        *known = known.max(cost);
    }
}

fn punctuation(costs: &mut HashMap<char, f32>) {
    for ch in "，。、：；？！（）".chars() {
        costs.insert(ch, -4.5);
    }
    for ch in "　「」『』《》【】“”‘’…・·—～％－／".chars() {
        costs.insert(ch, -6.0);
    }
}

/// The readings that hold nearly all of `words`, with their likelihood.
pub(crate) fn score(words: &[u8]) -> Vec<Scored> {
    READINGS
        .iter()
        .filter_map(|&(label, rarity, script)| {
            let frequencies = Frequencies::get();
            let (chars, n_faults, n) = characters(words, label)?;
            if n_faults * 20 > n {
                return None;
            }
            let sum: f32 =
                chars.iter().map(|(&ch, &count)| count as f32 * frequencies.cost(script, ch)).sum();
            let score = sum + rarity + n_faults as f32 * FAULT;
            Some(Scored { label, score })
        })
        .collect()
}

/// UTF-8 with faults: `None` when the words hold no well-formed sequence of several bytes.
pub(crate) fn score_utf8(words: &[u8]) -> Option<Scored> {
    let (chars, n_faults, n) = characters(words, "utf-8")?;
    if n == n_faults {
        return None;
    }
    let (frequencies, languages) = (Frequencies::get(), Languages::get());
    let cost = |ch: char| match languages.kind(ch) {
        Kind::Letter { .. } => -5.0,
        Kind::Symbol { cost, .. } if cost > -10.0 => cost,
        _ => [Script::Simplified, Script::Traditional, Script::Japanese, Script::Korean]
            .into_iter()
            .map(|script| frequencies.cost(script, ch))
            .fold(-13.0, f32::max),
    };
    let sum: f32 = chars.iter().map(|(&ch, &count)| count as f32 * cost(ch)).sum();
    Some(Scored { label: "utf-8", score: sum + 2.0 + n_faults as f32 * FAULT * 0.75 })
}

/// Non-ASCII characters of the words with their counts, faults, and how many of both; `None` once it is
/// clear that the bytes are something else.
fn characters(words: &[u8], label: &str) -> Option<(HashMap<char, u32>, usize, usize)> {
    let mut chars = HashMap::new();
    let (mut n, mut n_faults) = (0, 0);
    let mut decoder = Decoder::new(label);
    for part in words.chunks(2_048) {
        for ch in decoder.feed(part).chars().filter(|ch| !ch.is_ascii()) {
            n += 1;
            if ch == '\u{FFFD}' {
                n_faults += 1;
            } else {
                *chars.entry(ch).or_insert(0) += 1;
            }
        }
        if label != "utf-8" && n_faults > 20 && n_faults * 10 > n {
            return None;
        }
    }
    let rest = decoder.finish().chars().count();
    n_faults += rest;
    n += rest;
    (n > 0).then_some((chars, n_faults, n))
}
