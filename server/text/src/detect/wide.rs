//! UTF-16 and UTF-32 without a byte order mark, by where the NULs are; and encodings of escape sequences.

use std::collections::HashSet;

use crate::Decoder;

/// The encoding of a file whose start is `head`, when its NULs say that its units have two or four bytes.
pub(crate) fn detect_wide(head: &[u8]) -> Option<&'static str> {
    let head = &head[..head.len().min(8_192) & !3];
    let head = if head.is_empty() { return None } else { head };
    let mut zeros = [0_usize; 4];
    for (at, &byte) in head.iter().enumerate() {
        zeros[at % 4] += usize::from(byte == 0);
    }
    let n = head.len() / 4;
    let full = |zeros: usize| zeros * 100 >= n * 97;
    if full(zeros[3]) && zeros[0] * 10 < n && zeros[2] * 10 > n * 7 && holds(head, "utf-32le") {
        return Some("utf-32le");
    }
    if full(zeros[0]) && zeros[3] * 10 < n && zeros[1] * 10 > n * 7 && holds(head, "utf-32be") {
        return Some("utf-32be");
    }
    let (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
    if even + odd == 0 {
        return None;
    }
    // ASCII is what delimiters and line ends are made of: its high bytes are the NULs.
    let candidates = [("utf-16le", odd, even), ("utf-16be", even, odd)];
    candidates
        .into_iter()
        .find(|&(label, high, low)| high > 20 * low && plausible_16(head, label, high))
        .map(|c| c.0)
}

fn holds(head: &[u8], label: &str) -> bool {
    let mut decoder = Decoder::new(label);
    decoder.feed(head);
    decoder.n_faults() == 0
}

/// Whether the units read as text in few scripts, which noise and text with a stray NUL do not.
fn plausible_16(head: &[u8], label: &str, n_ascii: usize) -> bool {
    let mut decoder = Decoder::new(label);
    let text = decoder.feed(head);
    let n = text.chars().count();
    let blocks: HashSet<u32> = text.chars().map(|ch| u32::from(ch) >> 8).collect();
    let controls = text.chars().filter(|&ch| ch < ' ' && !matches!(ch, '\t' | '\n' | '\r')).count();
    let unassigned =
        text.chars().filter(|&ch| ch == '\u{FFFD}' || ('\u{E000}'..='\u{F8FF}').contains(&ch)).count();
    let mostly_ascii = n_ascii * 2 > n;
    // Text of one byte a character with a NUL here and there has nothing else that is odd.
    let one_byte = |&byte: &u8| matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if !mostly_ascii && head.iter().all(one_byte) {
        return false;
    }
    (mostly_ascii || blocks.len() < 12 || (n_ascii * 12 > n && blocks.len() < 140))
        && controls * 20 < n
        && unassigned * 50 <= n
        && text.chars().any(|ch| ch > ' ')
}

/// An encoding of seven bits that switches by escape sequences.
pub(crate) fn detect_escapes(pieces: &[&[u8]]) -> Option<&'static str> {
    let first = |needle: &[u8]| pieces.iter().any(|piece| memchr::memmem::find(piece, needle).is_some());
    if pieces.iter().any(|piece| !piece.is_ascii()) {
        return None;
    }
    if first(b"\x1B$)C") && well_formed(pieces, "iso-2022-kr") {
        return Some("iso-2022-kr");
    }
    let japanese: [&[u8]; 5] = [b"\x1B$B", b"\x1B$@", b"\x1B(J", b"\x1B(I", b"\x1B$(D"];
    if japanese.iter().any(|escape| first(escape)) && well_formed(pieces, "iso-2022-jp") {
        return Some("iso-2022-jp");
    }
    (first(b"~{") && first(b"~}") && well_formed(pieces, "hz-gb-2312")).then_some("hz-gb-2312")
}

fn well_formed(pieces: &[&[u8]], label: &str) -> bool {
    let (mut n, mut n_faults) = (0, 0);
    for piece in pieces {
        let mut decoder = Decoder::new(label);
        n += decoder.feed(piece).chars().filter(|ch| !ch.is_ascii()).count();
        n_faults += decoder.n_faults();
    }
    n > 0 && n_faults * 50 < n + 49
}
