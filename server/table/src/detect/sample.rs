//! The part of a text that detection reads: a head and pieces spread over the rest.

use std::ops::Range;

/// Bytes of the head: enough for the layout of any file seen so far.
pub const HEAD_BYTES: usize = 48 * 1024;
/// Bytes of each further piece.
pub const PIECE_BYTES: usize = 4 * 1024;
/// How many further pieces there are at most.
pub const N_PIECES: usize = 4;

/// Bytes of a text that are searched for escaped quotes: as much as who reads a file from its front should hand over.
pub const SEARCHED_BYTES: usize = 4 << 20;
/// Line ends that a text read from its front should hold, and how far it is read to find them, in bytes.
const FEW_LINES: usize = 4;
const MAX_FRONT: usize = 8 << 20;
/// Lines with escaped quotes that a sample takes in.
const N_ESCAPES: usize = 3;

/// Whether more than `front`, the beginning of a text, should be read before it is judged: all is judged by a
/// few records, however long they are within reason.
pub fn holds_few_lines(front: &[u8]) -> bool {
    front.len() < MAX_FRONT && memchr::memchr2_iter(b'\n', b'\r', front).take(FEW_LINES).count() < FEW_LINES
}

/// Where the further pieces of a text of `len` bytes lie, which is longer than all of them.
pub fn further_pieces(len: usize) -> [Range<usize>; N_PIECES] {
    let rest = len - HEAD_BYTES;
    std::array::from_fn(|i| {
        let at = HEAD_BYTES + rest * (i + 1) / (N_PIECES + 1);
        at..at + PIECE_BYTES
    })
}

/// Pieces of one text in its order; the first is its head. Every piece begins at a line start.
///
/// Detection works on a sample alone, so that a file of 50 MB need not be in memory, nor be read twice: who
/// reads it hands over its first [`HEAD_BYTES`] and [`N_PIECES`] further pieces, cut anywhere.
#[derive(Clone, Debug)]
pub struct Sample<'t> {
    pieces: Vec<&'t str>,
    whole: bool,
}

impl<'t> Sample<'t> {
    /// The sample of a text that is in memory.
    pub fn of(text: &'t str) -> Self {
        if text.len() <= HEAD_BYTES + N_PIECES * PIECE_BYTES {
            return Self { pieces: vec![text], whole: true };
        }
        let further = further_pieces(text.len())
            .map(|piece| &text[ceil_char(text, piece.start)..ceil_char(text, piece.end.min(text.len()))]);
        Self::of_front(&text[..ceil_char(text, text.len().min(SEARCHED_BYTES))], further)
    }

    /// The sample of a long text, as [`Self::of`] makes it, from its first [`SEARCHED_BYTES`] and its
    /// [`further_pieces`], the ends of each moved up to a character border.
    pub fn of_front(front: &'t str, further: impl IntoIterator<Item = &'t str>) -> Self {
        let head = &front[..ceil_char(front, HEAD_BYTES.min(front.len()))];
        let mut sample = Self::of_pieces(std::iter::once(head).chain(further));
        sample.pieces.extend(escaped_quotes(front, HEAD_BYTES.min(front.len())));
        sample
    }

    /// The sample with what `further`, the text that follows later on, tells of the escape.
    pub fn and_further(mut self, further: &'t str) -> Self {
        let n_before = self.pieces.len();
        self.pieces.extend(escaped_quotes(further, 0));
        self.whole &= self.pieces.len() == n_before;
        self
    }

    /// A sample of pieces cut anywhere: the head of the text first, then others in its order. For a text that
    /// is known as a whole use [`Sample::of`].
    pub fn of_pieces(pieces: impl IntoIterator<Item = &'t str>) -> Self {
        let mut pieces = pieces.into_iter();
        let head = trim(pieces.next().unwrap_or_default(), false);
        let mut kept = vec![head];
        // From within a long line nobody can tell whether a quote is open.
        let tells = |piece: &&str| !head.contains(is_line_end) || piece.contains(is_line_end);
        kept.extend(pieces.filter(tells).map(|piece| trim(piece, true)).filter(|piece| !piece.is_empty()));
        Self { pieces: kept, whole: false }
    }

    /// All pieces, at least one.
    pub fn pieces(&self) -> &[&'t str] {
        &self.pieces
    }

    /// The beginning of the text.
    pub fn head(&self) -> &'t str {
        self.pieces.first().copied().unwrap_or_default()
    }

    /// The sample without the first `start` bytes of its head (on a character border).
    pub(crate) fn skip(&self, start: usize) -> Self {
        let mut pieces = self.pieces.clone();
        if let Some(head) = pieces.first_mut() {
            *head = &head[start.min(head.len())..];
        }
        Self { pieces, whole: self.whole }
    }

    /// Whether the sample is the text itself.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

/// Lines beyond the first `start` bytes that hold a quote after a backslash: one such line tells more of the escape
/// than the rest of a sample that holds none.
fn escaped_quotes(text: &str, start: usize) -> Vec<&str> {
    let rest = &text.as_bytes()[start..];
    let mut lines = Vec::new();
    let mut from = 0;
    while lines.len() < N_ESCAPES {
        let Some(at) = memchr::memmem::find(&rest[from..], br#"\""#).map(|at| start + from + at) else {
            break;
        };
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |at| at + 1);
        let stop = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n + 1);
        if stop - line <= PIECE_BYTES / 2 {
            lines.push(&text[line..stop]);
        }
        from = stop.max(at + 2).saturating_sub(start);
        if from >= rest.len() {
            break;
        }
    }
    lines
}

/// `piece` without its last, cut line and, when it is not the head, without its first. A piece of a single
/// line is kept as it is.
fn trim(piece: &str, cut_front: bool) -> &str {
    let end = piece.rfind(is_line_end).map_or(piece.len(), |at| at + 1);
    let start = if cut_front { piece.find('\n').or(piece.find('\r')).map_or(0, |at| at + 1) } else { 0 };
    if start < end { &piece[start..end] } else { "" }
}

fn is_line_end(c: char) -> bool {
    c == '\n' || c == '\r'
}

fn ceil_char(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_begin_and_end_at_lines() {
        let text = "ä,b,c\r\n".repeat(20_000);
        let sample = Sample::of(&text);
        assert!(!sample.is_whole());
        assert_eq!(sample.pieces().len(), 1 + N_PIECES);
        assert!(sample.pieces().iter().all(|piece| piece.starts_with('ä') && piece.ends_with('\n')));
    }

    #[test]
    fn what_follows_tells_of_the_escape() {
        let head = "a,b\n1,\"x\"\n".repeat(9_000);
        let sample = Sample::of(&head).and_further("2,\"y\"\n3,\"say \\\"no\\\"\"\n4,\"z\"\n");
        assert_eq!(sample.pieces().last(), Some(&"3,\"say \\\"no\\\"\"\n"));
        assert!(Sample::of("a,b\n").and_further("1,2\n").is_whole());
    }

    #[test]
    fn a_line_without_end_is_kept() {
        let text = "1 ".repeat(200_000);
        assert_eq!(Sample::of(&text).head().len(), HEAD_BYTES);
    }
}
