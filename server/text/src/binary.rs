//! Which bytes are no text at all: images, archives, workbooks, databases.

use crate::detect;

/// What formats begin with, and their names. Only marks that no text begins with.
const MARKS: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b\x08", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard"),
    (b"\xfd7zXZ\0", "compressed by xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document (XLS, DOC)"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"ARROW1\0\0", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x7fELF", "a program"),
];

/// Bytes that are looked at.
const HEAD: usize = 32 * 1024;
/// Different control characters from which on bytes are no text, and how often they stand in a thousand bytes. A text may
/// use a few of them, as delimiters or escapes, as often as it likes.
const CONTROLS: usize = 8;
const PER_MILLE: usize = 20;

/// What the bytes that begin with `head` are, when they are no text: to be put after "is"; `None` for a text in any
/// encoding. Text in UTF-16, UTF-32 and ISO-2022 is text.
pub fn what(head: &[u8]) -> Option<&'static str> {
    let head = &head[..head.len().min(HEAD)];
    if let Some((_, name)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Some(name);
    }
    // Letters that some text may begin with: what follows tells.
    if head.starts_with(b"PK\x03\x04") {
        let workbook = ["xl/", "[Content_Types].xml"].iter().any(|part| has(head, part));
        return Some(if workbook { "an Excel workbook or other Office document" } else { "a ZIP archive" });
    }
    if head.starts_with(b"PAR1")
        && head.get(4).is_some_and(|&byte| byte < b' ' && !byte.is_ascii_whitespace())
    {
        return Some("a Parquet file");
    }
    if head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY") {
        return Some("compressed by bzip2");
    }
    (!detect::is_marked_or_wide(head) && is_full_of_controls(head)).then_some("binary")
}

fn has(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// Whether control characters of many kinds stand in `head`.
fn is_full_of_controls(head: &[u8]) -> bool {
    let mut seen = [0_usize; 32];
    for &byte in head.iter().filter(|byte| **byte < b' ' && !byte.is_ascii_whitespace()) {
        seen[usize::from(byte)] += 1;
    }
    let kinds = seen.iter().filter(|&&n| n > 0).count();
    kinds >= CONTROLS && seen.iter().sum::<usize>() * 1000 >= head.len() * PER_MILLE
}

#[cfg(test)]
mod tests {
    use super::what;

    /// Bytes as a compressed file has them.
    fn noise(n: usize) -> Vec<u8> {
        let step = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 24) as u8)
        };
        std::iter::repeat_n((), n).scan(7_u32, |state, ()| step(state)).collect()
    }

    #[test]
    fn formats_are_known_by_their_mark() {
        for (head, name) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG image"),
            (b"\x1f\x8b\x08\0\0\0", "compressed by gzip"),
            (b"PK\x03\x04\x14\0\0\0[Content_Types].xml", "an Excel workbook or other Office document"),
            (b"PK\x03\x04\x14\0\0\0a.csv", "a ZIP archive"),
            (b"%PDF-1.7\n", "a PDF document"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an Office document (XLS, DOC)"),
            (b"PAR1\x15\x04", "a Parquet file"),
            (b"SQLite format 3\0\x10", "an SQLite database"),
        ] {
            assert_eq!(what(head), Some(name));
        }
    }

    #[test]
    fn bytes_of_no_known_format_are_binary() {
        assert_eq!(what(&noise(3_000)), Some("binary"));
    }

    #[test]
    fn text_is_text_whatever_its_letters_and_delimiters() {
        for text in [
            "",
            "id,name\n1,Ann\n",
            "PK,name\n",
            "PAR1,n\n",
            "BZh,n\n",
            "a\0b\0c\n1\x002\x003\n",
            "a\x1fb\x1e1\x1f2\x1e",
        ] {
            assert_eq!(what(text.as_bytes()), None, "{text:?}");
        }
        let wide: Vec<u8> = "id,name\n1,Ærø\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(what(&wide), None);
        assert_eq!(what("id;név\n1;Őz\n".repeat(40).as_bytes()), None);
        assert_eq!(what(b"id,\x1b$B$3\x1b(B\n"), None);
    }
}
