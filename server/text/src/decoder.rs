//! Bytes to text in pieces: total, in constant memory, the same whatever the pieces.

use crate::Span;
use crate::codec::pairs::{LONGEST, Scheme, Step};
use crate::codec::{Codec, canonical_label};
use crate::encoding::{Fault, MAX_FAULTS};

/// Decodes a file piece by piece. Bytes that the encoding cannot hold become U+FFFD and are counted; a byte
/// order mark at the start is left out.
///
/// ```
/// let mut decoder = aurora_text::Decoder::new("windows-1252");
/// let mut text = String::new();
/// for piece in [&b"caf"[..], b"\xE9"] {
///     text.push_str(decoder.feed(piece));
/// }
/// text.push_str(decoder.finish());
/// assert_eq!((text.as_str(), decoder.n_faults()), ("café", 0));
/// ```
#[derive(Debug)]
pub struct Decoder {
    label: &'static str,
    machine: Machine,
    /// Bytes of the byte order mark that are still possible at the start; empty once decided.
    bom: &'static [u8],
    bom_matched: usize,
    had_bom: bool,
    /// Text of the current piece when it cannot be borrowed from the input.
    text: String,
    progress: Progress,
}

/// Where the decoder is, and what was wrong so far.
#[derive(Debug, Default)]
struct Progress {
    /// File offset of the next byte to be interpreted.
    byte: usize,
    /// Length of all text handed out before `Decoder::text`.
    written: usize,
    faults: Vec<Fault>,
    n_faults: usize,
}

impl Progress {
    /// Notes a fault at file offset `byte` and puts its replacement at the end of `text`.
    fn fault(&mut self, byte: usize, text: &mut String) {
        self.fault_of(byte, None, text);
    }

    fn fault_of(&mut self, byte: usize, lone: Option<u8>, text: &mut String) {
        self.n_faults += 1;
        if self.faults.len() < MAX_FAULTS {
            let start = self.written + text.len();
            self.faults.push(Fault { byte, span: Span::new(start, start + 3), lone });
        }
        text.push('\u{FFFD}');
    }
}

enum Machine {
    Utf8 { pending: Vec<u8> },
    Wide { unit: usize, little: bool, pending: Vec<u8>, high: Option<u16> },
    Chart(Box<[char; 256]>),
    Pairs { scheme: Scheme, shifted: bool, pending: Vec<u8> },
    Rs(Box<encoding_rs::Decoder>),
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Utf8 { .. } => "Utf8",
            Self::Wide { .. } => "Wide",
            Self::Chart(_) => "Chart",
            Self::Pairs { .. } => "Pairs",
            Self::Rs(_) => "Rs",
        })
    }
}

impl Decoder {
    /// A decoder for the encoding called `label` (any name that [`canonical_label`] knows); an unknown label
    /// reads as UTF-8.
    pub fn new(label: &str) -> Self {
        let label = canonical_label(label).unwrap_or("utf-8");
        let codec = Codec::of(label).unwrap_or(Codec::Utf8);
        let machine = match codec {
            Codec::Utf8 => Machine::Utf8 { pending: Vec::new() },
            Codec::Wide { unit, little } => Machine::Wide { unit, little, pending: Vec::new(), high: None },
            Codec::Chart(chart) => Machine::Chart(Box::new(chart.chars())),
            Codec::Pairs(scheme) => Machine::Pairs { scheme, shifted: false, pending: Vec::new() },
            Codec::Rs(encoding) => Machine::Rs(Box::new(encoding.new_decoder_without_bom_handling())),
        };
        Self {
            label,
            machine,
            bom: codec.bom(),
            bom_matched: 0,
            had_bom: false,
            text: String::new(),
            progress: Progress::default(),
        }
    }

    /// The label that is decoded.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// The next piece of the file as text. Borrowed from `piece` itself where that is valid UTF-8.
    pub fn feed<'a>(&'a mut self, piece: &'a [u8]) -> &'a str {
        self.text.clear();
        let piece = self.skip_bom(piece);
        if let Machine::Utf8 { pending } = &mut self.machine
            && pending.is_empty()
            && self.text.is_empty()
        {
            // The common case: nothing is copied.
            let (valid, rest) = valid_prefix(piece);
            if rest.is_empty() || is_incomplete(rest) {
                pending.extend_from_slice(rest);
                self.progress.byte += valid.len();
                self.progress.written += valid.len();
                return valid;
            }
        }
        self.advance(piece, false);
        self.progress.written += self.text.len();
        &self.text
    }

    /// The rest of the text, after the last piece.
    pub fn finish(&mut self) -> &str {
        self.text.clear();
        let start = &self.bom[..std::mem::take(&mut self.bom_matched)];
        self.bom = &[];
        self.advance(start, true);
        self.progress.written += self.text.len();
        &self.text
    }

    /// The first [`MAX_FAULTS`] faults so far, in order; spans are in the whole text handed out.
    pub fn faults(&self) -> &[Fault] {
        &self.progress.faults
    }

    /// How many faults there were so far.
    pub fn n_faults(&self) -> usize {
        self.progress.n_faults
    }

    /// Whether the file began with a byte order mark of its encoding.
    pub fn had_bom(&self) -> bool {
        self.had_bom
    }

    /// Gives up the faults.
    pub(crate) fn into_faults(self) -> (Vec<Fault>, usize) {
        (self.progress.faults, self.progress.n_faults)
    }

    /// Follows the byte order mark over as many pieces as it takes; what proves to be none is decoded.
    fn skip_bom<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        if self.bom.is_empty() {
            return piece;
        }
        let wanted = &self.bom[self.bom_matched..];
        let n = wanted.iter().zip(piece).take_while(|(want, got)| want == got).count();
        if n == wanted.len() {
            self.progress.byte = self.bom.len();
            self.had_bom = true;
            (self.bom, self.bom_matched) = (&[], 0);
            return &piece[n..];
        }
        if n == piece.len() {
            self.bom_matched += n;
            return &[];
        }
        let start = &self.bom[..self.bom_matched];
        (self.bom, self.bom_matched) = (&[], 0);
        self.advance(start, false);
        piece
    }

    fn advance(&mut self, bytes: &[u8], last: bool) {
        let (text, progress) = (&mut self.text, &mut self.progress);
        match &mut self.machine {
            Machine::Utf8 { pending } => decode_utf8(pending, bytes, last, text, progress),
            Machine::Wide { unit, little, pending, high } => {
                decode_wide(*unit, *little, pending, high, bytes, last, text, progress);
            }
            Machine::Chart(chart) => {
                text.reserve(bytes.len());
                for &byte in bytes {
                    match chart[usize::from(byte)] {
                        '\u{FFFD}' => progress.fault(progress.byte, text),
                        ch => text.push(ch),
                    }
                    progress.byte += 1;
                }
            }
            Machine::Pairs { scheme, shifted, pending } => {
                pending.extend_from_slice(bytes);
                let used = decode_pairs(*scheme, shifted, pending, last, text, progress);
                pending.drain(..used);
            }
            Machine::Rs(decoder) => decode_rs(decoder, bytes, last, text, progress),
        }
    }
}

fn valid_prefix(bytes: &[u8]) -> (&str, &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, &[]),
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            (std::str::from_utf8(valid).unwrap_or_default(), rest)
        }
    }
}

/// Whether `rest`, where UTF-8 stops being valid, may become valid with more bytes.
fn is_incomplete(rest: &[u8]) -> bool {
    rest.len() < 4
        && std::str::from_utf8(rest)
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

fn decode_utf8(pending: &mut Vec<u8>, bytes: &[u8], last: bool, text: &mut String, progress: &mut Progress) {
    let joined;
    let mut rest = if pending.is_empty() {
        bytes
    } else {
        pending.extend_from_slice(bytes);
        joined = std::mem::take(pending);
        &joined
    };
    while !rest.is_empty() {
        let (valid, bad) = valid_prefix(rest);
        text.push_str(valid);
        progress.byte += valid.len();
        if bad.is_empty() {
            return;
        }
        let bad_len = match std::str::from_utf8(bad).map_err(|error| error.error_len()) {
            Err(Some(len)) => len,
            _ if last => bad.len(),
            _ => {
                *pending = bad.to_vec();
                return;
            }
        };
        progress.fault_of(progress.byte, (bad_len == 1).then_some(bad[0]), text);
        progress.byte += bad_len;
        rest = &bad[bad_len..];
    }
}

#[allow(clippy::too_many_arguments)]
fn decode_wide(
    unit: usize,
    little: bool,
    pending: &mut Vec<u8>,
    high: &mut Option<u16>,
    bytes: &[u8],
    last: bool,
    text: &mut String,
    progress: &mut Progress,
) {
    text.reserve(bytes.len());
    let mut one = |code: &[u8]| {
        let code = code.iter().enumerate().fold(0_u32, |sum, (at, &byte)| {
            sum | u32::from(byte) << (8 * if little { at } else { unit - 1 - at })
        });
        if let Some(lead) = high.take() {
            if (0xDC00..0xE000).contains(&code) && unit == 2 {
                let pair = 0x1_0000 + ((u32::from(lead) - 0xD800) << 10) + (code - 0xDC00);
                text.push(char::from_u32(pair).unwrap_or('\u{FFFD}'));
                progress.byte += 2;
                return;
            }
            progress.fault(progress.byte - 2, text);
        }
        if unit == 2 && (0xD800..0xDC00).contains(&code) {
            *high = Some(code as u16);
        } else {
            match char::from_u32(code) {
                Some(ch) => text.push(ch),
                None => progress.fault(progress.byte, text),
            }
        }
        progress.byte += unit;
    };
    let mut rest = bytes;
    if !pending.is_empty() {
        let missing = (unit - pending.len()).min(rest.len());
        pending.extend_from_slice(&rest[..missing]);
        rest = &rest[missing..];
        if pending.len() == unit {
            one(pending);
            pending.clear();
        }
    }
    let mut units = rest.chunks_exact(unit);
    for code in &mut units {
        one(code);
    }
    pending.extend_from_slice(units.remainder());
    if last {
        if high.take().is_some() {
            progress.fault(progress.byte - 2, text);
        }
        if !pending.is_empty() {
            progress.fault(progress.byte, text);
            progress.byte += pending.len();
            pending.clear();
        }
    }
}

/// Decodes what is certain of `pending`; returns how many bytes that was.
fn decode_pairs(
    scheme: Scheme,
    shifted: &mut bool,
    pending: &[u8],
    last: bool,
    text: &mut String,
    progress: &mut Progress,
) -> usize {
    let mut at = 0;
    while at < pending.len() {
        let ahead = &pending[at..pending.len().min(at + LONGEST)];
        let used = match scheme.step(ahead, shifted) {
            Step::Char(ch, used) => {
                text.push(ch);
                used
            }
            Step::Shift(used) => used,
            Step::Fault(used) => {
                progress.fault(progress.byte, text);
                used
            }
            Step::More if last => {
                progress.fault(progress.byte, text);
                ahead.len()
            }
            Step::More => break,
        };
        progress.byte += used;
        at += used;
    }
    at
}

fn decode_rs(
    decoder: &mut encoding_rs::Decoder,
    bytes: &[u8],
    last: bool,
    text: &mut String,
    progress: &mut Progress,
) {
    use encoding_rs::DecoderResult;
    let mut rest = bytes;
    loop {
        text.reserve(
            decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len() * 3),
        );
        let (result, read) = decoder.decode_to_string_without_replacement(rest, text, last);
        progress.byte += read;
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let byte = progress.byte.saturating_sub(usize::from(bad) + usize::from(after));
                progress.fault(byte, text);
            }
        }
    }
}
