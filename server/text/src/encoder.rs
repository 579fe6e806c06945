//! Text to bytes in pieces, saying what the encoding has no code for.

use std::collections::HashMap;

use crate::codec::pairs::Scheme;
use crate::codec::{Codec, canonical_label};
use crate::encoding::MAX_FAULTS;

/// A character for which the encoding has no code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unencodable {
    /// Byte offset in the text.
    pub at: usize,
    /// The character.
    pub ch: char,
}

/// Encodes a text piece by piece. Characters without a code become `?` and are counted.
///
/// ```
/// let mut encoder = aurora_text::Encoder::new("ibm850").unwrap();
/// let mut bytes = Vec::new();
/// encoder.feed("café ✓", &mut bytes);
/// encoder.finish(&mut bytes);
/// assert_eq!(bytes, b"caf\x82 ?");
/// assert_eq!((encoder.n_unencodable(), encoder.unencodable()[0].ch), (1, '✓'));
/// ```
pub struct Encoder {
    label: &'static str,
    machine: Machine,
    read: usize,
    unencodable: Vec<Unencodable>,
    n_unencodable: usize,
}

enum Machine {
    Utf8,
    Wide { unit: usize, little: bool },
    Chart(HashMap<char, u8>),
    Pairs { scheme: Scheme, shifted: bool, begun: bool },
    Rs(Box<encoding_rs::Encoder>),
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("label", &self.label).finish_non_exhaustive()
    }
}

impl Encoder {
    /// An encoder for `label` (any name that [`canonical_label`] knows); `None` for an unknown label.
    /// No byte order mark is written; [`byte_order_mark`] gives it.
    pub fn new(label: &str) -> Option<Self> {
        let label = canonical_label(label)?;
        let machine = match Codec::of(label)? {
            Codec::Utf8 => Machine::Utf8,
            Codec::Wide { unit, little } => Machine::Wide { unit, little },
            Codec::Chart(chart) => {
                let chars = chart.chars();
                let codes = chars.iter().enumerate().filter(|(_, ch)| **ch != '\u{FFFD}');
                // The first of two codes for one character wins, hence the reverse order.
                Machine::Chart(codes.rev().map(|(code, &ch)| (ch, code as u8)).collect())
            }
            Codec::Pairs(scheme) => Machine::Pairs { scheme, shifted: false, begun: false },
            Codec::Rs(encoding) => Machine::Rs(Box::new(encoding.new_encoder())),
        };
        Some(Self { label, machine, read: 0, unencodable: Vec::new(), n_unencodable: 0 })
    }

    /// The label that is encoded.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// Appends the bytes of `text` to `out`.
    pub fn feed(&mut self, text: &str, out: &mut Vec<u8>) {
        let mut machine = std::mem::replace(&mut self.machine, Machine::Utf8);
        match &mut machine {
            Machine::Utf8 => out.extend_from_slice(text.as_bytes()),
            Machine::Wide { unit, little } => encode_wide(*unit, *little, text, out),
            Machine::Chart(codes) => {
                for (at, ch) in text.char_indices() {
                    match codes.get(&ch) {
                        Some(&code) => out.push(code),
                        None => {
                            self.note(at, ch);
                            out.push(b'?');
                        }
                    }
                }
            }
            Machine::Pairs { scheme, shifted, begun } => {
                for (at, ch) in text.char_indices() {
                    if !push_pair(*scheme, shifted, begun, ch, out) {
                        self.note(at, ch);
                        push_pair(*scheme, shifted, begun, '?', out);
                    }
                }
            }
            Machine::Rs(encoder) => self.encode_rs(encoder, text, out),
        }
        self.machine = machine;
        self.read += text.len();
    }

    /// Appends what ends the file (a return to the unshifted state).
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.machine {
            Machine::Pairs { scheme, shifted, .. } => unshift(*scheme, shifted, out),
            Machine::Rs(encoder) => {
                out.reserve(16);
                let _ = encoder.encode_from_utf8_to_vec_without_replacement("", out, true);
            }
            _ => {}
        }
    }

    /// The first [`MAX_FAULTS`] characters without a code, in order.
    pub fn unencodable(&self) -> &[Unencodable] {
        &self.unencodable
    }

    /// How many characters had no code.
    pub fn n_unencodable(&self) -> usize {
        self.n_unencodable
    }

    /// Notes the character at `at` of the current piece.
    fn note(&mut self, at: usize, ch: char) {
        self.n_unencodable += 1;
        if self.unencodable.len() < MAX_FAULTS {
            self.unencodable.push(Unencodable { at: self.read + at, ch });
        }
    }

    fn encode_rs(&mut self, encoder: &mut encoding_rs::Encoder, text: &str, out: &mut Vec<u8>) {
        let mut from = 0;
        while from < text.len() {
            // What the standard's encoders would silently turn into another character is left to `note`.
            let changed = text[from..].char_indices().find(|&(_, ch)| self.would_change(ch));
            let until = changed.map_or(text.len(), |(at, _)| from + at);
            self.encode_rs_plain(encoder, text, from..until, out);
            from = until;
            if let Some((_, ch)) = changed {
                self.note(from, ch);
                self.encode_rs_plain(encoder, "?", 0..1, out);
                from += ch.len_utf8();
            }
        }
    }

    fn encode_rs_plain(
        &mut self,
        encoder: &mut encoding_rs::Encoder,
        text: &str,
        range: std::ops::Range<usize>,
        out: &mut Vec<u8>,
    ) {
        use encoding_rs::EncoderResult;
        let (mut from, until) = (range.start, range.end);
        while from < until {
            let rest = &text[from..until];
            let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
            out.reserve(room.unwrap_or(rest.len() * 4) + 16);
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, false);
            from += read;
            if let EncoderResult::Unmappable(ch) = result {
                self.note(from - ch.len_utf8(), ch);
                out.reserve(16);
                let _ = encoder.encode_from_utf8_to_vec_without_replacement("?", out, false);
            }
        }
    }

    /// Whether the WHATWG encoder writes `ch` as the code of another character.
    fn would_change(&self, ch: char) -> bool {
        match self.label {
            "shift_jis" | "euc-jp" => matches!(ch, '\u{A5}' | '\u{203E}' | '\u{2212}'),
            "iso-2022-jp" => matches!(ch, '\u{2212}' | '\u{FF61}'..='\u{FF9F}'),
            // Private use characters that GB 18030-2022 gave a place of their own.
            "gbk" | "gb18030" => matches!(
                ch,
                '\u{E78D}'
                    ..='\u{E796}'
                        | '\u{E81E}'
                        | '\u{E826}'
                        | '\u{E82B}'
                        | '\u{E82C}'
                        | '\u{E832}'
                        | '\u{E843}'
                        | '\u{E854}'
                        | '\u{E864}'
            ),
            _ => false,
        }
    }
}

/// The byte order mark of `label`, empty when the encoding has none.
pub fn byte_order_mark(label: &str) -> &'static [u8] {
    canonical_label(label).and_then(Codec::of).map_or(&[], Codec::bom)
}

fn encode_wide(unit: usize, little: bool, text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() * unit);
    let mut push = |code: u32| {
        if little {
            out.extend_from_slice(&code.to_le_bytes()[..unit]);
        } else {
            out.extend_from_slice(&code.to_be_bytes()[4 - unit..]);
        }
    };
    for ch in text.chars() {
        if unit == 4 {
            push(ch.into());
        } else {
            ch.encode_utf16(&mut [0; 2]).iter().for_each(|&half| push(half.into()));
        }
    }
}

fn push_pair(scheme: Scheme, shifted: &mut bool, begun: &mut bool, ch: char, out: &mut Vec<u8>) -> bool {
    if scheme == Scheme::Iso2022Kr && !std::mem::replace(begun, true) {
        out.extend_from_slice(b"\x1B$)C");
    }
    if ch.is_ascii() {
        let shift = scheme == Scheme::Iso2022Kr && matches!(ch, '\x0E' | '\x0F' | '\x1B');
        if shift {
            return false;
        }
        unshift(scheme, shifted, out);
        out.push(ch as u8);
        if scheme == Scheme::Hz && ch == '~' {
            out.push(b'~');
        }
        return true;
    }
    let Some(code) = scheme.code(ch) else { return false };
    match scheme {
        Scheme::Iso2022Kr if !*shifted => out.push(0x0E),
        Scheme::Hz if !*shifted => out.extend_from_slice(b"~{"),
        _ => {}
    }
    *shifted = matches!(scheme, Scheme::Iso2022Kr | Scheme::Hz);
    out.extend_from_slice(code);
    true
}

fn unshift(scheme: Scheme, shifted: &mut bool, out: &mut Vec<u8>) {
    if std::mem::take(shifted) {
        out.extend_from_slice(if scheme == Scheme::Hz { b"~}" } else { b"\x0F" });
    }
}
