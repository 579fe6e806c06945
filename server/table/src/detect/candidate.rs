//! Which dialects are worth trying on a sample.

use crate::{Delimiter, Dialect, Escape, Terminator};

/// Delimiters that are tried wherever they occur.
const USUAL: [u8; 12] = [b',', b';', b'\t', b'|', b':', b'^', b'~', b'#', b'&', 0x1f, 0x1e, 0x01];
/// Delimiters that are tried only when most lines have them.
const UNUSUAL: &[u8] = b"!$%*+/=@\\_-.<>?";
/// The same beyond ASCII.
const UNUSUAL_MARKS: [char; 6] = ['§', '¦', '¤', '¶', '•', '→'];

/// The delimiters worth trying on `pieces`, the single column first.
pub(crate) fn delimiters(pieces: &[&str]) -> Vec<Delimiter> {
    let mut in_lines = [0_usize; 128];
    let mut n_lines = 0;
    for line in pieces.iter().flat_map(|piece| piece.lines()).filter(|line| !line.is_empty()) {
        n_lines += 1;
        let mut seen = [false; 128];
        for b in line.bytes().filter(u8::is_ascii) {
            if !std::mem::replace(&mut seen[usize::from(b)], true) {
                in_lines[usize::from(b)] += 1;
            }
        }
    }
    let mut found = vec![Delimiter::NONE];
    let occurs = |b: u8| in_lines[usize::from(b)] > 0;
    let most = |b: u8| in_lines[usize::from(b)] * 10 >= n_lines * 8;
    found.extend(USUAL.iter().filter(|&&b| occurs(b)).map(|&b| Delimiter::byte(b)));
    found.extend(
        UNUSUAL.iter().filter(|&&b| occurs(b) && most(b) && n_lines >= 3).map(|&b| Delimiter::byte(b)),
    );
    if in_lines[usize::from(b' ')] * 2 >= n_lines.max(1) {
        found.push(Delimiter::byte(b' '));
        found.push(Delimiter::SPACES);
    }
    let n_with = |mark: char| {
        let lines = pieces.iter().filter(|piece| !piece.is_ascii()).flat_map(|piece| piece.lines());
        lines.filter(|line| line.contains(mark)).count()
    };
    let marks = UNUSUAL_MARKS.iter().filter(|&&mark| n_lines >= 3 && n_with(mark) * 10 >= n_lines * 8);
    found.extend(marks.filter_map(|mark| Delimiter::from_text(mark.encode_utf8(&mut [0; 4]))));
    // Two characters are one delimiter where the first seldom stands without the second.
    let count = |text: &str| -> usize {
        pieces.iter().map(|piece| memchr::memmem::find_iter(piece.as_bytes(), text).count()).sum()
    };
    for text in ["::", "||"] {
        if count(text) * 10 > count(&text[..1]) * 3 {
            found.extend(Delimiter::from_text(text));
        }
    }
    for text in [", ", "; "] {
        let n = count(text);
        let before_quotes = || count(&format!("{text}\"")).max(count(&format!("{text}'"))) * 8 >= n;
        if n > 0 && (n * 10 > count(&text[..1]) * 8 || before_quotes()) {
            found.extend(Delimiter::from_text(text));
        }
    }
    found
}

/// Lines below which one escaped quote is evidence enough.
const SHORT_LINES: usize = 20;

/// The quotes and escapes worth trying on `sample`, the usual one first.
pub(crate) fn quotings(pieces: &[&str]) -> Vec<(Option<u8>, Escape)> {
    let mut found = vec![(Some(b'"'), Escape::Doubled)];
    let count = |byte: u8| -> usize {
        pieces.iter().map(|piece| memchr::memchr_iter(byte, piece.as_bytes()).take(4).count()).sum()
    };
    let has_double = count(b'"') > 0;
    if has_double {
        found.push((None, Escape::Doubled));
    }
    for quote in [b'\'', b'`'] {
        if count(quote) >= 2 {
            found.push((Some(quote), Escape::Doubled));
        }
    }
    if count(b'\\') > 0 {
        for idx in 0..found.len() {
            let Some(quote) = found[idx].0 else { continue };
            let escaped = [b'\\', quote];
            // One escape in a longer text is a slip of one record and no dialect.
            let has = |line: &&str| memchr::memmem::find(line.as_bytes(), &escaped).is_some();
            let n = pieces.iter().flat_map(|piece| piece.lines()).filter(has).take(2).count();
            let short = || pieces.iter().map(|piece| piece.lines().take(SHORT_LINES).count()).sum::<usize>();
            if n > 1 || (n == 1 && short() < SHORT_LINES) {
                found.push((Some(quote), Escape::Backslash));
            }
        }
    }
    found
}

/// The most frequent line end.
pub(crate) fn terminator(pieces: &[&str]) -> Terminator {
    let (mut lf, mut crlf, mut cr) = (0, 0, 0);
    for piece in pieces {
        let bytes = piece.as_bytes();
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            match bytes[at] {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => crlf += 1,
                b'\r' => cr += 1,
                _ if at > 0 && bytes[at - 1] == b'\r' => {}
                _ => lf += 1,
            }
        }
    }
    if crlf > lf && crlf >= cr {
        Terminator::CrLf
    } else if cr > lf {
        Terminator::Cr
    } else {
        Terminator::Lf
    }
}

/// The dialect of these parts.
pub(crate) fn dialect(
    delimiter: Delimiter,
    (quote, escape): (Option<u8>, Escape),
    terminator: Terminator,
) -> Dialect {
    Dialect { delimiter, quote, escape, terminator, comment: None }
}
