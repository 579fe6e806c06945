//! Decoding and encoding, as properties over every label.
#![allow(clippy::unwrap_used)]

use aurora_text::encoding::{decode, decode_owned, encode};
use aurora_text::{Decoder, labels};
use proptest::prelude::*;

fn in_pieces(bytes: &[u8], cuts: &[usize], label: &str) -> (String, Vec<aurora_text::Fault>, usize) {
    let mut decoder = Decoder::new(label);
    let (mut text, mut from) = (String::new(), 0);
    for &cut in cuts {
        let until = (from + cut).min(bytes.len());
        text.push_str(decoder.feed(&bytes[from..until]));
        from = until;
    }
    text.push_str(decoder.feed(&bytes[from..]));
    text.push_str(decoder.finish());
    (text, decoder.faults().to_vec(), decoder.n_faults())
}

fn any_label() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(labels().collect::<Vec<_>>())
}

/// Bytes that look like text in some encoding more often than noise does.
fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..12),
        proptest::collection::vec(0xA1_u8..=0xFE, 0..12),
        "[ -~\n]{0,8}".prop_map(String::into_bytes),
        "\\PC{0,4}".prop_map(String::into_bytes),
        Just(b"\x1B$)C\x0E".to_vec()),
        Just(b"\x1B$B".to_vec()),
        Just(b"~{".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just(b"\xFF\xFE\0\0".to_vec()),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_pieces_do_not_change_the_text(
        bytes in some_bytes(),
        cuts in proptest::collection::vec(0_usize..5, 0..40),
        label in any_label(),
    ) {
        let whole = decode(&bytes, label);
        prop_assert_eq!(
            in_pieces(&bytes, &cuts, label),
            (whole.text.clone(), whole.faults.clone(), whole.n_faults)
        );
        prop_assert_eq!(&decode_owned(bytes.clone(), label), &whole);
        for fault in &whole.faults {
            prop_assert_eq!(fault.span.of(&whole.text), "\u{FFFD}");
            prop_assert!(fault.byte < bytes.len());
        }
    }

    #[test]
    fn what_encodes_decodes_to_itself(text in "\\PC{0,20}|[ -~]{0,5}[À-žЀ-я가-힣ぁ-ン一-龥]{0,8}", label in any_label()) {
        let encoded = encode(&text, label).unwrap();
        let expected: Vec<char> = text
            .char_indices()
            .map(|(at, ch)| {
                let lost = encoded.unencodable.iter().any(|lost| lost.at == at);
                if lost { '?' } else { ch }
            })
            .collect();
        // A text that begins with the character of the byte order mark is read as having the mark.
        prop_assume!(!text.starts_with('\u{FEFF}'));
        let decoded = decode(&encoded.bytes, label);
        prop_assert_eq!(decoded.text.chars().collect::<Vec<_>>(), expected);
        prop_assert_eq!(decoded.n_faults, 0);
    }
}

#[test]
fn every_character_that_encodes_comes_back() {
    let chars: Vec<char> =
        (0x80..0x1_1000).filter_map(char::from_u32).filter(|&ch| ch != '\u{FEFF}').collect();
    for label in labels() {
        for block in chars.chunks(4_096) {
            let text: String = block.iter().collect();
            let encoded = encode(&text, label).unwrap();
            let lost: std::collections::HashSet<usize> =
                encoded.unencodable.iter().map(|lost| lost.at).collect();
            let back = decode(&encoded.bytes, label).text;
            let expected = text.char_indices().map(|(at, ch)| if lost.contains(&at) { '?' } else { ch });
            let lossy: Vec<_> = expected.zip(back.chars()).filter(|(a, b)| a != b).take(5).collect();
            assert!(lossy.is_empty(), "{label}: {lossy:?}");
        }
    }
}

#[test]
fn a_fault_is_named_by_its_byte_in_the_file() {
    let decoded = decode(b"\xEF\xBB\xBFab\xFFc\xE2\x82", "utf-8");
    assert_eq!(decoded.text, "ab\u{FFFD}c\u{FFFD}");
    assert_eq!(decoded.faults.iter().map(|fault| fault.byte).collect::<Vec<_>>(), [5, 7]);
    let decoded = decode(b"\x82\xA0\x82\n\xFFx", "shift_jis");
    assert_eq!(decoded.faults.iter().map(|fault| fault.byte).collect::<Vec<_>>(), [2, 4]);
    let decoded = decode(b"a\0\0\xD8b\0c", "utf-16le");
    assert_eq!(decoded.text, "a\u{FFFD}b\u{FFFD}");
    assert_eq!(decoded.faults.iter().map(|fault| fault.byte).collect::<Vec<_>>(), [2, 6]);
}

#[test]
fn a_byte_order_mark_is_taken_off_at_the_start_only() {
    assert_eq!(decode(b"\xEF\xBB\xBF", "utf-8").text, "");
    assert_eq!(decode(b"a\xEF\xBB\xBFb", "utf-8").text, "a\u{FEFF}b");
    assert_eq!(decode(b"\xFE\xFF\0a", "utf-16be").text, "a");
}

#[test]
fn noncharacters_and_private_use_stay() {
    let text = "\u{FFFF}\u{E000}\u{10FFFF}\u{202E}\u{2028}\u{85}";
    assert_eq!(decode(text.as_bytes(), "utf-8").text, text);
}
