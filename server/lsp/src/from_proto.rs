//! Editor positions to byte spans: one of the two places that know positions.

use aurora_text::Span;
use ropey::Rope;
use tower_lsp::lsp_types::{Position, Range};

use crate::capabilities::Encoding;

/// The byte offset of `position`. What lies outside the text is clamped, what lies inside a character or a
/// line end is moved to its start.
pub(crate) fn offset(rope: &Rope, position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    if line >= rope.len_lines() {
        return rope.len_bytes();
    }
    let start = rope.line_to_char(line);
    let end = content_end(rope, line);
    let column = position.character as usize;
    let at = match encoding {
        Encoding::Utf8 => {
            let byte = rope.char_to_byte(start) + column;
            if byte >= rope.char_to_byte(end) { end } else { rope.byte_to_char(byte) }
        }
        Encoding::Utf16 => {
            let unit = rope.char_to_utf16_cu(start) + column;
            if unit >= rope.char_to_utf16_cu(end) { end } else { rope.utf16_cu_to_char(unit) }
        }
        Encoding::Utf32 => (start + column).min(end),
    };
    rope.char_to_byte(at)
}

/// The byte span of `range`; `None` when it ends before it begins.
pub(crate) fn span(rope: &Rope, range: Range, encoding: Encoding) -> Option<Span> {
    if (range.end.line, range.end.character) < (range.start.line, range.start.character) {
        return None;
    }
    let start = offset(rope, range.start, encoding);
    Some(Span::new(start, offset(rope, range.end, encoding).max(start)))
}

/// One past the last character of `line` that is not part of its terminator.
pub(crate) fn content_end(rope: &Rope, line: usize) -> usize {
    let start = rope.line_to_char(line);
    let end = rope.line_to_char(line + 1);
    let last = |at: usize| (at > start).then(|| rope.char(at - 1));
    match last(end) {
        Some('\n') if last(end - 1) == Some('\r') => end - 2,
        Some('\n' | '\r') => end - 1,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::to_proto;

    const TEXTS: &[&str] = &[
        "",
        "a",
        "\n",
        "\r\n",
        "\r",
        "a\r\nb\rc\nd",
        "\r\r\n\n\r",
        "é,\u{1F600},z\r\n\u{1F468}\u{200D}\u{1F469}\n",
        "x\u{2028}y\u{85}z\u{b}\u{c}\nlast",
        "\u{feff}bom\r\n",
    ];

    /// The slow, obvious twin: walks the text character by character.
    fn slow_offset(text: &str, position: Position, encoding: Encoding) -> usize {
        let mut lines = vec![];
        let mut rest = text;
        loop {
            let end = rest.find(['\n', '\r']);
            let Some(end) = end else {
                lines.push((text.len() - rest.len(), rest));
                break;
            };
            lines.push((text.len() - rest.len(), &rest[..end]));
            let terminator = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            rest = &rest[end + terminator..];
        }
        let Some(&(start, line)) = lines.get(position.line as usize) else { return text.len() };
        let mut column = 0;
        for (at, c) in line.char_indices() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if column + width > position.character as usize {
                return start + at;
            }
            column += width;
        }
        start + line.len()
    }

    #[test]
    fn offsets_agree_with_a_walk_over_the_characters() {
        let far = [u32::MAX, u32::MAX - 1, 1 << 31];
        for text in TEXTS {
            let rope = Rope::from_str(text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for line in (0..8).chain(far) {
                    for character in (0..30).chain(far) {
                        let position = Position { line, character };
                        let found = offset(&rope, position, encoding);
                        assert_eq!(
                            found,
                            slow_offset(text, position, encoding),
                            "{text:?} {position:?} {encoding:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn positions_of_offsets_lead_back() {
        for text in TEXTS {
            let rope = Rope::from_str(text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (at, c) in text.char_indices() {
                    let position = to_proto::position(&rope, at, encoding);
                    let inside_line_end = c == '\n' && text[..at].ends_with('\r');
                    let expected = if inside_line_end { at - 1 } else { at };
                    assert_eq!(offset(&rope, position, encoding), expected, "{text:?} {at}");
                }
                let end = to_proto::position(&rope, text.len(), encoding);
                assert_eq!(offset(&rope, end, encoding), text.len());
            }
        }
    }

    #[test]
    fn a_reversed_range_is_none() {
        let rope = Rope::from_str("abc");
        let range = Range::new(Position::new(0, 2), Position::new(0, 1));
        assert_eq!(span(&rope, range, Encoding::Utf16), None);
    }
}
