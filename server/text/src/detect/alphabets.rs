//! Single-byte readings: which of them makes the likeliest letters.

use std::collections::HashMap;

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
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    counts: HashMap<(u8, u8), u32>,
}

impl Pairs {
    /// Counts those of `piece`.
    pub(crate) fn count(&mut self, piece: &[u8]) {
        let mut before = b'\n';
        for &byte in piece {
            if (byte | before) >= 0x80 {
                *self.counts.entry((before, byte)).or_insert(0) += 1;
            }
            before = byte;
        }
    }

    /// Which bytes occur.
    pub(crate) fn bytes(&self) -> [bool; 256] {
        let mut seen = [false; 256];
        for &(first, second) in self.counts.keys() {
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

/// Every single-byte reading with its likelihood.
pub(crate) fn score(pairs: &Pairs) -> Vec<Scored> {
    let languages = Languages::get();
    let pairs: Vec<((u8, u8), f32)> =
        pairs.counts.iter().map(|(&pair, &count)| (pair, count as f32)).collect();
    let mut scored = Vec::with_capacity(READINGS.len());
    for &(label, rarity, groups) in READINGS {
        let Some(chars) = Codec::of(label).and_then(Codec::single_bytes) else { continue };
        let kinds: [Kind; 256] = chars.map(|ch| languages.kind(ch));
        let codes = groups.iter().flat_map(|group| group.iter());
        let best = codes
            .filter_map(|code| languages.of(code))
            .map(|language| likelihood(&pairs, &kinds, language))
            .max_by(f32::total_cmp);
        if let Some(score) = best {
            scored.push(Scored { label, score: score + rarity });
        }
    }
    scored
}

fn likelihood(pairs: &[((u8, u8), f32)], kinds: &[Kind; 256], language: &Language) -> f32 {
    pairs
        .iter()
        .map(|&((before, now), weight)| {
            weight * language.cost(kinds[usize::from(before)], kinds[usize::from(now)])
        })
        .sum()
}
