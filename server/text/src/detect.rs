//! Which encoding bytes are in.

use crate::EncodingGuess;
use crate::codec::web_label;

/// The encoding of `bytes`, judged by byte order mark, UTF-8 validity, then chardetng.
pub fn detect(bytes: &[u8]) -> EncodingGuess {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let label = match encoding.name() {
            "UTF-16LE" => "utf-16le",
            "UTF-16BE" => "utf-16be",
            _ => "utf-8",
        };
        return EncodingGuess { label, confidence: 1.0, bom: true, runner_up: None };
    }
    if std::str::from_utf8(bytes).is_ok() {
        return EncodingGuess { label: "utf-8", confidence: 1.0, bom: false, runner_up: None };
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    let label = web_label(encoding).unwrap_or("utf-8");
    EncodingGuess { label, confidence: 0.8, bom: false, runner_up: Some("windows-1252") }
}
