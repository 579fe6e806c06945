//! Which encoding bytes are in.
//!
//! A byte order mark decides, then NULs (UTF-16 and UTF-32 without a mark), then escape sequences, then strict
//! UTF-8. What is left are readings that compete by likelihood: each is decoded and its characters judged by
//! how a language uses them ([`language`], counted from our own sentences), UTF-8 with faults among them.

mod alphabets;
mod frequent;
mod ideographs;
mod katakana;
pub(crate) mod language;
mod samples;
mod wide;

use std::collections::HashSet;
use std::ops::Range;

use crate::EncodingGuess;
use crate::codec::{Codec, web_label};
use alphabets::{Pairs, Scored};

/// Bytes of the head that are always looked at.
const HEAD: usize = 32 * 1024;
/// Bytes of each further piece, and how many there are.
const PIECE: usize = 8 * 1024;
const N_PIECES: usize = 12;
/// Bytes of distinct words that the readings are judged by.
const WORDS: usize = 10 * 1024;
/// How far a file in memory is searched for bytes that are not ASCII.
const SEARCHED: usize = 16 * 1024 * 1024;

/// Which parts of a file of `len` bytes to read for [`detect_pieces`]: its head and pieces spread over it, in
/// order, at offsets that units of four bytes divide. A short file is one part.
pub fn sample_ranges(len: u64) -> Vec<Range<u64>> {
    let (head, piece) = (HEAD as u64, PIECE as u64);
    if len <= head + N_PIECES as u64 * piece {
        return std::iter::once(0..len).collect();
    }
    let step = (len - head - piece) / (N_PIECES as u64 - 1);
    let starts = (0..N_PIECES as u64).map(|idx| (head + idx * step) & !3);
    std::iter::once(0..head).chain(starts.map(|start| start..start + piece)).collect()
}

/// The encoding of a file whose bytes are all in memory. Looks at a bounded part of them.
pub fn detect(bytes: &[u8]) -> EncodingGuess {
    let mut pieces: Vec<&[u8]> = sample_ranges(bytes.len() as u64)
        .iter()
        .map(|range| &bytes[range.start as usize..range.end as usize])
        .collect();
    if pieces.len() > 1 && pieces.iter().all(|piece| piece.is_ascii()) {
        // The one column with letters beyond ASCII may lie between the pieces.
        let stretch = (bytes.len().min(SEARCHED) / N_PIECES).max(1);
        for part in bytes[..bytes.len().min(SEARCHED)].chunks(stretch) {
            let at = encoding_rs::Encoding::ascii_valid_up_to(part);
            if at < part.len() {
                let start = at.saturating_sub(64) & !3;
                pieces.push(&part[start..part.len().min(start + PIECE)]);
            }
        }
    }
    detect_pieces(&pieces)
}

/// The encoding of a file of which `pieces` were read, the first from its start (see [`sample_ranges`]).
pub fn detect_pieces(pieces: &[&[u8]]) -> EncodingGuess {
    let head = pieces.first().copied().unwrap_or_default();
    let sure = |label, bom| EncodingGuess { label, confidence: 1.0, bom, runner_up: None };
    if let Some(label) = marked(head) {
        return sure(label, true);
    }
    if let Some(label) = wide::detect_wide(head) {
        return EncodingGuess { confidence: 0.98, ..sure(label, false) };
    }
    let pieces: Vec<&[u8]> = pieces.iter().enumerate().map(|(idx, piece)| trim(piece, idx == 0)).collect();
    if let Some(label) = wide::detect_escapes(&pieces) {
        return EncodingGuess { confidence: 0.97, ..sure(label, false) };
    }
    if pieces.iter().all(|piece| is_utf8_but_for_the_end(piece)) {
        return sure("utf-8", false);
    }
    contest(&pieces)
}

/// Whether a byte order mark, or NULs where letters have them, show that `head` is text.
pub(crate) fn is_marked_or_wide(head: &[u8]) -> bool {
    marked(head).is_some() || wide::detect_wide(head).is_some()
}

/// The encoding that a byte order mark at the start names.
fn marked(head: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 6] = [
        (&[0xEF, 0xBB, 0xBF], "utf-8"),
        (&[0xFF, 0xFE, 0, 0], "utf-32le"),
        (&[0, 0, 0xFE, 0xFF], "utf-32be"),
        (&[0xFF, 0xFE], "utf-16le"),
        (&[0xFE, 0xFF], "utf-16be"),
        (&[0x84, 0x31, 0x95, 0x33], "gb18030"),
    ];
    MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, label)| *label)
}

/// A piece from the middle of a file without the characters that its borders may have cut.
fn trim(piece: &[u8], first: bool) -> &[u8] {
    const NEAR: usize = 512;
    let border = |byte: &u8| *byte < b'0';
    let start = if first { 0 } else { piece.iter().take(NEAR).position(border).unwrap_or(0) };
    let piece = &piece[start..];
    if piece.len() < NEAR * 2 {
        return piece;
    }
    let back = piece.iter().rev().take(NEAR).position(border).unwrap_or(0);
    &piece[..piece.len() - back]
}

/// Whether `piece` is UTF-8, but for a character that is cut at its end.
fn is_utf8_but_for_the_end(piece: &[u8]) -> bool {
    match std::str::from_utf8(piece) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && piece.len() >= PIECE / 2,
    }
}

/// Lets the readings compete.
fn contest(pieces: &[&[u8]]) -> EncodingGuess {
    let words = distinct_words(pieces);
    let pairs = Pairs::of(&words);
    let mut scored = if ideographs::thinkable(&words) { ideographs::score(&words) } else { Vec::new() };
    scored.extend(ideographs::score_utf8(&words));
    let leader = scored.iter().map(|reading| reading.score).fold(f32::NEG_INFINITY, f32::max);
    scored.extend(alphabets::score(&pairs, leader));
    let opinion = chardetng_opinion(&words);
    favour(&mut scored, opinion);
    let Some(best) = scored.first() else {
        return EncodingGuess { label: "windows-1252", confidence: 0.1, bom: false, runner_up: None };
    };
    let seen = pairs.bytes();
    let rival = scored.iter().skip(1).find(|other| !same_text(best, other, &seen));
    let margin = rival.map_or(40.0, |rival| best.score - rival.score);
    EncodingGuess {
        label: if best.label == "gbk" && has_four_bytes(pieces) { "gb18030" } else { best.label },
        // The likelihoods take letters for independent, which they are not: the margin is worth less than it says.
        confidence: 1.0 / (1.0 + f64::from(-margin / 4.0).exp()),
        bom: false,
        // Readings far behind were not followed to their end; chardetng's is the best known of them.
        runner_up: rival.map(|rival| rival.label).or(Some(opinion).filter(|&label| label != best.label)),
    }
}

/// Whether a character of GB18030 has four bytes, which GBK does not know.
fn has_four_bytes(pieces: &[&[u8]]) -> bool {
    let is_lead = |byte: u8| (0x81..=0xFE).contains(&byte);
    let four = |piece: &&[u8]| {
        let mut rest = *piece;
        loop {
            match rest {
                [a, b, c, d, ..]
                    if is_lead(*a) && b.is_ascii_digit() && is_lead(*c) && d.is_ascii_digit() =>
                {
                    return true;
                }
                [a, _, tail @ ..] if is_lead(*a) => rest = tail,
                [_, tail @ ..] => rest = tail,
                [] => return false,
            }
        }
    };
    pieces.iter().any(four)
}

/// What chardetng's choice weighs, as a natural log of odds, and the bytes that it is shown.
const OPINION: f32 = 1.0;
const SHOWN: usize = 4 * 1024;

/// Adds the opinion and sorts, best first.
fn favour(scored: &mut [Scored], opinion: &str) {
    for reading in scored.iter_mut() {
        if reading.label == opinion {
            reading.score += OPINION;
        }
    }
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
}

fn chardetng_opinion(words: &[u8]) -> &'static str {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&words[..words.len().min(SHOWN)], true);
    web_label(detector.guess(None, chardetng::Utf8Detection::Deny)).unwrap_or("utf-8")
}

/// The words of the pieces that are not ASCII, each once, with a blank between: what a column repeats a
/// thousand times says no more than once, and markup and numbers say nothing.
fn distinct_words(pieces: &[&[u8]]) -> Vec<u8> {
    // No encoding has a later byte of a character below 0x30.
    let mut seen = HashSet::new();
    let mut text = Vec::with_capacity(WORDS);
    let quota = (WORDS / pieces.len().max(1)).max(PIECE / 2);
    for piece in pieces {
        let until = (text.len() + quota).min(WORDS);
        for word in piece.split(|&byte| byte < b'0').filter(|word| !word.is_ascii()) {
            if text.len() >= until {
                break;
            }
            if seen.insert(word) {
                text.push(b' ');
                text.extend_from_slice(&word[..word.len().min(PIECE)]);
            }
        }
    }
    text.push(b'\n');
    text
}

/// Whether two readings give the same characters for the bytes that were `seen`.
fn same_text(a: &Scored, b: &Scored, seen: &[bool; 256]) -> bool {
    match (single_bytes(a.label), single_bytes(b.label)) {
        (Some(a), Some(b)) => (0..256).all(|code| !seen[code] || a[code] == b[code]),
        _ => false,
    }
}

fn single_bytes(label: &str) -> Option<[char; 256]> {
    Codec::of(label).and_then(Codec::single_bytes)
}
