//! Which encoding bytes are in, and decoding that never fails.

use crate::{Decoder, Encoder, Span, Unencodable};

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
    /// The byte, in UTF-8, when it is bad all alone: then it may be a letter of another encoding.
    pub lone: Option<u8>,
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

/// A text in bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Encoded {
    /// The bytes, without a byte order mark; what could not be encoded stands in them as `?`.
    pub bytes: Vec<u8>,
    /// Characters without a code, in order; at most [`MAX_FAULTS`].
    pub unencodable: Vec<Unencodable>,
    /// How many there were in all.
    pub n_unencodable: usize,
}

/// How many faults a decoder keeps by place; all are counted.
pub const MAX_FAULTS: usize = 10_000;

pub use crate::detect::detect;

/// The text of `bytes` in the encoding called `label`; an unknown label reads as UTF-8.
pub fn decode(bytes: &[u8], label: &str) -> Decoded {
    let mut decoder = Decoder::new(label);
    let mut text = decoder.feed(bytes).to_owned();
    text.push_str(decoder.finish());
    let (faults, n_faults) = decoder.into_faults();
    Decoded { text, faults, n_faults }
}

/// What the byte of a lone fault means in the encoding called `label`, when that has one byte a character.
pub fn lone_char(byte: u8, label: &str) -> Option<char> {
    let decoded = decode(&[byte], label);
    let ch = decoded.text.chars().next()?;
    (decoded.n_faults == 0 && !ch.is_control()).then_some(ch)
}

/// As [`decode`], but a file of valid UTF-8 becomes the text without being copied.
pub fn decode_owned(bytes: Vec<u8>, label: &str) -> Decoded {
    if crate::canonical_label(label).unwrap_or("utf-8") != "utf-8" {
        return decode(&bytes, label);
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{FEFF}') {
                text.drain(..3);
            }
            Decoded { text, faults: Vec::new(), n_faults: 0 }
        }
        Err(error) => decode(error.as_bytes(), "utf-8"),
    }
}

/// The bytes of `text` in the encoding called `label`; `None` for an unknown label.
pub fn encode(text: &str, label: &str) -> Option<Encoded> {
    let mut encoder = Encoder::new(label)?;
    let mut bytes = Vec::new();
    encoder.feed(text, &mut bytes);
    encoder.finish(&mut bytes);
    let (unencodable, n_unencodable) = (encoder.unencodable().to_vec(), encoder.n_unencodable());
    Some(Encoded { bytes, unencodable, n_unencodable })
}
