//! Byte offset to line and column, for terminals and files. (Editor positions are made in the LSP crate.)

use memchr::memchr2_iter;

/// Where the lines of a text begin. LF, CRLF and lone CR end a line; nothing else does.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// The lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { starts }
    }

    /// Line (from 0) of the byte at `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// Line and column of the byte at `offset` in `text`, both from 0, the column in characters.
    pub fn line_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        (line, text[self.starts[line]..offset].chars().count())
    }

    /// First byte of `line`, or `None` past the end.
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_terminators_end_a_line() {
        let text = "a\nb\r\nc\rä d";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, text.len()), (3, 3));
        assert_eq!(index.start(2), Some(5));
    }
}
