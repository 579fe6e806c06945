//! Single-byte readings: which of them makes the likeliest letters.

use super::language::{Kind, Language, Languages};
use crate::codec::Codec;

/// Latin languages of the west of Europe.
const WEST: &[&str] = &["fr", "de", "es", "pt", "it", "nl", "da", "no", "sv", "fi", "is", "ca", "ga", "sq"];
const CENTRAL: &[&str] = &["pl", "cs", "sk", "hu", "ro-cedilla", "hr", "sl", "sq", "de"];
const BALTIC: &[&str] = &["et", "lv", "lt"];
const CYRILLIC: &[&str] = &["ru", "uk", "be", "bg", "sr", "mk"];

/// Label, natural log of how much rarer it is than the commonest of its script, and its languages.
type Reading = (&'static str, f32, &'static [&'static [&'static str]]);

const READINGS: &[Reading] = &[
    ("windows-1252", 0.0, &[WEST, &["et"]]),
    ("iso-8859-15", -2.5, &[WEST, &["et"]]),
    ("macroman", -3.0, &[WEST]),
    ("ibm850", -3.5, &[WEST]),
    ("ibm437", -4.0, &[WEST]),
    ("ibm858", -4.5, &[WEST]),
    ("ibm865", -4.5, &[&["da", "no"]]),
    ("ibm860", -6.0, &[&["pt"]]),
    ("ibm861", -6.0, &[&["is"]]),
    ("ibm863", -6.0, &[&["fr"]]),
    ("x-mac-icelandic", -6.0, &[&["is"]]),
    ("windows-1250", -0.7, &[CENTRAL]),
    ("iso-8859-2", -1.2, &[CENTRAL]),
    ("ibm852", -3.0, &[CENTRAL]),
    ("x-mac-ce", -3.5, &[CENTRAL, BALTIC]),
    ("x-mac-croatian", -6.0, &[&["hr", "sl"]]),
    ("iso-8859-16", -4.0, &[&["ro", "pl", "hr", "sl", "hu", "sq", "fr", "de", "it", "ga"]]),
    ("windows-1257", -1.0, &[BALTIC, &["pl"]]),
    ("iso-8859-13", -3.0, &[BALTIC, &["pl", "fi", "sl", "da", "sv", "no", "de", "hr"]]),
    ("iso-8859-4", -3.5, &[BALTIC, &["fi", "sv", "da", "no", "de", "sl"]]),
    ("iso-8859-10", -4.0, &[&["is", "lt", "lv", "et", "fi", "sv", "da", "no"]]),
    ("ibm775", -5.0, &[BALTIC, &["pl"]]),
    ("iso-8859-14", -4.0, &[&["ga", "cy"]]),
    ("iso-8859-3", -3.0, &[&["eo", "mt", "tr", "it", "es", "de", "fr"]]),
    ("windows-1254", -0.7, &[&["tr"], WEST]),
    ("ibm857", -4.0, &[&["tr"]]),
    ("x-mac-turkish", -5.0, &[&["tr"]]),
    ("windows-1258", -1.5, &[&["vi-marks"]]),
    ("viscii", -2.5, &[&["vi"]]),
    ("windows-1251", -1.0, &[CYRILLIC]),
    ("koi8-r", -1.0, &[&["ru", "bg"]]),
    ("koi8-u", -1.5, &[&["uk", "ru", "be"]]),
    ("iso-8859-5", -1.5, &[CYRILLIC]),
    ("ibm866", -2.0, &[&["ru", "uk", "be", "bg"]]),
    ("ibm855", -2.5, &[CYRILLIC]),
    ("x-mac-cyrillic", -2.5, &[CYRILLIC]),
    ("windows-1253", -1.0, &[&["el"]]),
    ("iso-8859-7", -0.7, &[&["el"]]),
    ("cp737", -3.0, &[&["el"]]),
    ("ibm869", -5.0, &[&["el"]]),
    ("x-mac-greek", -5.0, &[&["el"]]),
    ("windows-1255", -1.0, &[&["he"]]),
    ("iso-8859-8", -1.0, &[&["he"]]),
    ("ibm862", -4.0, &[&["he"]]),
    ("windows-1256", -1.0, &[&["ar", "fa"]]),
    ("iso-8859-6", -1.0, &[&["ar"]]),
    ("windows-874", -0.5, &[&["th"]]),
    ("georgian-academy", -4.0, &[&["ka"]]),
    ("georgian-ps", -4.5, &[&["ka"]]),
];

/// Neighbouring bytes of which at least one is not ASCII, with how often they were seen.
#[derive(Debug)]
pub(crate) struct Pairs {
    /// At `256 × first + second`.
    counts: Vec<u32>,
}

impl Pairs {
    /// Counts those of `words`.
    pub(crate) fn of(words: &[u8]) -> Self {
        let mut counts = vec![0; 0x1_0000];
        let mut before = b'\n';
        for &byte in words {
            if (byte | before) >= 0x80 {
                counts[usize::from(before) << 8 | usize::from(byte)] += 1;
            }
            before = byte;
        }
        Self { counts }
    }

    /// Each pair that was seen, with how often.
    fn seen(&self) -> impl Iterator<Item = ((u8, u8), u32)> {
        let counted = (0_u32..).zip(&self.counts).filter(|(_, count)| **count > 0);
        counted.map(|(pair, &count)| (((pair >> 8) as u8, pair as u8), count))
    }

    /// Which bytes occur.
    pub(crate) fn bytes(&self) -> [bool; 256] {
        let mut seen = [false; 256];
        for ((first, second), _) in self.seen() {
            seen[usize::from(first)] = true;
            seen[usize::from(second)] = true;
        }
        seen
    }
}

/// A reading with its natural log-likelihood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    /// The encoding.
    pub(crate) label: &'static str,
    /// Natural log-likelihood of the sample, the label's rarity included.
    pub(crate) score: f32,
}

/// How far behind the leader (natural log) a reading is given up: far beyond any doubt.
const BEHIND: f32 = 60.0;

/// Every single-byte reading with its likelihood, but those that are far behind another one or behind `leader`.
pub(crate) fn score(pairs: &Pairs, leader: f32) -> Vec<Scored> {
    let languages = Languages::get();
    let mut pairs: Vec<((u8, u8), f32)> = pairs.seen().map(|(pair, count)| (pair, count as f32)).collect();
    // The frequent ones first: they tell soonest that a reading is wrong.
    pairs.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    let mut scored = Vec::with_capacity(READINGS.len());
    let mut leader = leader;
    for &(label, rarity, groups) in READINGS {
        let Some(chars) = Codec::of(label).and_then(Codec::single_bytes) else { continue };
        let kinds: [Kind; 256] = chars.map(|ch| languages.kind(ch));
        let mut best: Option<f32> = None;
        for language in groups.iter().flat_map(|group| group.iter()).filter_map(|code| languages.of(code)) {
            let least = best.unwrap_or(f32::NEG_INFINITY).max(leader - BEHIND - rarity);
            best = likelihood(&pairs, &kinds, language, least).or(best);
        }
        if let Some(score) = best {
            leader = leader.max(score + rarity);
            scored.push(Scored { label, score: score + rarity });
        }
    }
    scored
}

/// The likelihood, or `None` once it is below `least`: every further pair only lowers it.
fn likelihood(
    pairs: &[((u8, u8), f32)],
    kinds: &[Kind; 256],
    language: &Language,
    least: f32,
) -> Option<f32> {
    let mut sum = 0.0;
    for chunk in pairs.chunks(32) {
        for &((before, now), weight) in chunk {
            sum += weight * language.cost(kinds[usize::from(before)], kinds[usize::from(now)]);
        }
        if sum < least {
            return None;
        }
    }
    Some(sum)
}
