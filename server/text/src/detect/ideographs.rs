//! Readings of several bytes a character, and UTF-8 with faults: how likely their characters are.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::alphabets::Scored;
use super::frequent::{CHINESE_SIMPLIFIED, CHINESE_TRADITIONAL, JAPANESE, KOREAN};
use super::language::{Kind, Languages};
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

/// Log-probability of each character up to U+FFFF; 0 where a script's list does not have it.
type Costs = Vec<f32>;

/// With fewer runs of bytes beyond ASCII, how many are lone ones says little.
const FEW_RUNS: usize = 8;

impl Script {
    /// Log-probability of each character that the script's frequencies know, made when first asked for.
    fn costs(self) -> &'static Costs {
        static COSTS: [OnceLock<Costs>; 4] = [const { OnceLock::new() }; 4];
        COSTS[self as usize].get_or_init(|| {
            let (list, encoding, first, second, share) = match self {
                Self::Simplified => {
                    (CHINESE_SIMPLIFIED, encoding_rs::GBK, 0xB0..=0xD7, 0xD8..=0xF7, (0.25, 0.006))
                }
                Self::Traditional => {
                    (CHINESE_TRADITIONAL, encoding_rs::BIG5, 0xA4..=0xC6, 0xC9..=0xF9, (0.25, 0.006))
                }
                Self::Japanese => (JAPANESE, encoding_rs::EUC_JP, 0xB0..=0xCF, 0xD0..=0xF4, (0.12, 0.004)),
                Self::Korean => (KOREAN, encoding_rs::EUC_KR, 0xB0..=0xC8, 0xCA..=0xFD, (0.2, 0.006)),
            };
            let mut costs = vec![0.0; 0x1_0000];
            rows(&mut costs, encoding, second, share.1);
            rows(&mut costs, encoding, first, share.0);
            listed(&mut costs, list);
            punctuation(&mut costs);
            costs
        })
    }

    fn cost(self, ch: char) -> f32 {
        let known = self.costs().get(ch as usize).copied().filter(|&cost| cost < 0.0);
        known.unwrap_or_else(|| match (self, ch) {
            (Self::Korean, '가'..='힣') => -13.0,
            (Self::Japanese, '\u{FF61}'..='\u{FF9F}') => -9.0,
            (_, '\u{4E00}'..='\u{9FFF}') => -14.0,
            (_, '\u{FF01}'..='\u{FF5E}') => -8.5,
            (_, '\u{2000}'..='\u{27FF}' | '\u{3000}'..='\u{30FF}') => -10.5,
            (_, '\u{E000}'..='\u{F8FF}') => -17.0,
            _ => -13.0,
        })
    }
}

fn set(costs: &mut Costs, ch: char, cost: f32) {
    if let Some(slot) = costs.get_mut(ch as usize) {
        *slot = cost;
    }
}

/// Spreads `share` evenly over the characters of the rows of an encoding.
fn rows(costs: &mut Costs, encoding: &'static encoding_rs::Encoding, leads: RangeInclusive<u8>, share: f32) {
    let low = if encoding == encoding_rs::BIG5 { 0x40..0x7F } else { 0..0 };
    let trails = || low.clone().chain(0xA1..=0xFE);
    let cost = (share / (leads.len() * trails().count()) as f32).ln();
    let codes: Vec<u8> = leads.flat_map(|lead| trails().flat_map(move |trail| [lead, trail])).collect();
    let (text, _) = encoding.decode_without_bom_handling(&codes);
    for ch in text.chars().filter(|&ch| ch != '\u{FFFD}') {
        set(costs, ch, cost);
    }
}

/// Gives 70 % to the characters of `list`, by Zipf's law (flattened at the head).
fn listed(costs: &mut Costs, list: &str) {
    let total: f32 = (0..list.chars().count()).map(|rank| 1.0 / (rank as f32 + 12.0)).sum();
    for (rank, ch) in list.chars().enumerate() {
        let cost = (0.7 / (rank as f32 + 12.0) / total).ln();
        let known = costs.get(ch as usize).copied().filter(|&cost| cost < 0.0).unwrap_or(cost);
        set(costs, ch, known.max(cost));
    }
}

fn punctuation(costs: &mut Costs) {
    for ch in "，。、：；？！（）".chars() {
        set(costs, ch, -4.5);
    }
    for ch in "　「」『』《》【】“”‘’…・·—～％－／".chars() {
        set(costs, ch, -6.0);
    }
}

/// Whether `words` may be ideographs at all: their bytes beyond ASCII come in runs, where an accented letter stands
/// alone among ASCII ones.
pub(crate) fn thinkable(words: &[u8]) -> bool {
    let (n_lone, n) = runs(words, |len| len == 1);
    // Among characters of two bytes whose second may be ASCII, hardly half of the runs are a single byte.
    n < FEW_RUNS || n_lone * 10 < n * 9
}

/// Runs of bytes beyond ASCII whose length is `such`, and all.
fn runs(words: &[u8], such: impl Fn(usize) -> bool) -> (usize, usize) {
    let runs = words.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).filter(|run| !run[0].is_ascii());
    runs.fold((0, 0), |(n_such, n), run| (n_such + usize::from(such(run.len())), n + 1))
}

/// The readings that hold nearly all of `words`, with their likelihood.
pub(crate) fn score(words: &[u8]) -> Vec<Scored> {
    // All characters of EUC-TW beyond ASCII have two or four bytes beyond it; its chart takes long to make.
    let (n_odd, n_runs) = runs(words, |len| len % 2 == 1);
    let even = n_odd * 10 <= n_runs;
    let scored = READINGS.iter().filter(|(label, ..)| *label != "euc-tw" || even).filter_map(
        |&(label, rarity, script)| {
            let read = Read::of(words, label)?;
            // What the encoding cannot hold needs no frequencies.
            if read.n_faults * 20 > read.n() {
                return None;
            }
            let cost = |ch| script.cost(ch);
            let mut sum = read.cost(cost);
            if label == "shift_jis" {
                sum = super::katakana::likelihood(&read.chars, cost).map_or(sum, |kana| kana.max(sum));
            }
            Some(Scored { label, score: sum + rarity + read.n_faults as f32 * FAULT })
        },
    );
    scored.collect()
}

/// UTF-8 with faults: `None` when the words hold no well-formed sequence of several bytes.
pub(crate) fn score_utf8(words: &[u8]) -> Option<Scored> {
    let cost = |ch: char| match Languages::get().kind(ch) {
        Kind::Letter { .. } => -5.0,
        Kind::Symbol { cost, .. } if cost > -10.0 => cost,
        _ => [Script::Simplified, Script::Traditional, Script::Japanese, Script::Korean]
            .into_iter()
            .map(|script| script.cost(ch))
            .fold(-13.0, f32::max),
    };
    let read = Read::of(words, "utf-8").filter(|read| !read.chars.is_empty())?;
    let score = read.cost(cost) + 2.0 + read.n_faults as f32 * FAULT * 0.75;
    Some(Scored { label: "utf-8", score })
}

/// A reading of words.
struct Read {
    /// Its characters beyond ASCII.
    chars: Vec<char>,
    n_faults: usize,
}

impl Read {
    /// Reads `words`; `None` once it is clear that they are something else, or when all is ASCII.
    fn of(words: &[u8], label: &str) -> Option<Self> {
        let mut read = Self { chars: Vec::new(), n_faults: 0 };
        let mut decoder = Decoder::new(label);
        for part in words.chunks(1_024) {
            for ch in decoder.feed(part).chars().filter(|ch| !ch.is_ascii()) {
                match ch {
                    '\u{FFFD}' => read.n_faults += 1,
                    ch => read.chars.push(ch),
                }
            }
            if label != "utf-8" && read.n_faults > 20 && read.n_faults * 10 > read.n() {
                return None;
            }
        }
        read.n_faults += decoder.finish().chars().count();
        (read.n() > 0).then_some(read)
    }

    /// Characters and faults.
    fn n(&self) -> usize {
        self.chars.len() + self.n_faults
    }

    fn cost(&self, cost: impl Fn(char) -> f32) -> f32 {
        self.chars.iter().map(|&ch| cost(ch)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_letters_are_no_ideographs() {
        let (spanish, _, _) =
            encoding_rs::WINDOWS_1252.encode("Peña Ávila Muñoz León Gómez Martín Díaz años");
        assert!(!thinkable(&spanish));
        for encoding in [encoding_rs::BIG5, encoding_rs::GBK, encoding_rs::SHIFT_JIS, encoding_rs::EUC_KR] {
            let words = match encoding.name() {
                "Big5" => "台北 高雄 臺中 新竹 花蓮 桃園 屏東 嘉義 宜蘭 基隆",
                "GBK" => "北京 上海 广州 深圳 天津 重庆 成都 武汉 西安 南京",
                "Shift_JIS" => "東京 大阪 名古屋 札幌 福岡 神戸 京都 広島 仙台 千葉",
                _ => "서울 부산 대구 인천 광주 대전 울산 수원 청주 전주",
            };
            assert!(thinkable(&encoding.encode(words).0), "{}", encoding.name());
        }
    }
}
