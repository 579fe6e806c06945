//! The frame guard: cuts standard input into message bodies and stops at the first byte that cannot be a frame.

use std::io::{BufRead, BufReader, Read};

/// Longest header block, in bytes.
pub(crate) const MAX_HEADER: usize = 16 * 1024;
/// Longest body, in bytes.
pub(crate) const MAX_BODY: u64 = 256 * 1024 * 1024;
/// Longest header name, in bytes; what is longer is not a header.
const MAX_NAME: usize = 64;

/// What came next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A body, never empty.
    Body(Vec<u8>),
    /// The input ended, between frames or inside one.
    End,
    /// The input is not framed as the protocol says, with the reason: nothing after it can be trusted.
    Broken(&'static str),
}

/// Reads frames.
pub(crate) struct FrameReader<R> {
    input: BufReader<R>,
}

impl<R: Read> FrameReader<R> {
    /// Reads frames from `input`.
    pub(crate) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, input) }
    }

    /// The next frame; empty bodies are skipped.
    pub(crate) fn next_frame(&mut self) -> Frame {
        loop {
            let length = match self.header() {
                Ok(Some(length)) => length,
                Ok(None) => return Frame::End,
                Err(reason) => return Frame::Broken(reason),
            };
            if length == 0 {
                continue;
            }
            // A claimed length costs address space only: pages are touched as bytes arrive.
            let mut body = Vec::with_capacity(length as usize);
            match (&mut self.input).take(length).read_to_end(&mut body) {
                Ok(read) if read as u64 == length => return Frame::Body(body),
                _ => return Frame::End,
            }
        }
    }

    /// The body length that the next header block announces; `None` at the end of the input. Every byte is judged
    /// as it arrives, so that a peer of another protocol is recognised without waiting for more.
    fn header(&mut self) -> Result<Option<u64>, &'static str> {
        let mut length = None;
        let mut seen = 0;
        loop {
            let mut name = Vec::new();
            loop {
                match self.byte(&mut seen)? {
                    None => return Ok(None),
                    Some(b':') if !name.is_empty() => break,
                    Some(b'\r') if name.is_empty() => {
                        return match self.byte(&mut seen)? {
                            None => Ok(None),
                            Some(b'\n') => length.map(Some).ok_or("a header without Content-Length"),
                            Some(_) => Err("a carriage return without a line feed in the header"),
                        };
                    }
                    Some(byte) if byte.is_ascii_alphanumeric() || byte == b'-' => name.push(byte),
                    Some(_) => return Err("not a header"),
                }
                if name.len() > MAX_NAME {
                    return Err("not a header");
                }
            }
            let mut value = Vec::new();
            loop {
                match self.byte(&mut seen)? {
                    None => return Ok(None),
                    Some(b'\r') => break,
                    Some(byte) if matches!(byte, b' '..=b'~' | b'\t') => value.push(byte),
                    Some(_) => return Err("a header holds control characters"),
                }
            }
            match self.byte(&mut seen)? {
                None => return Ok(None),
                Some(b'\n') => {}
                Some(_) => return Err("a carriage return without a line feed in the header"),
            }
            if name.eq_ignore_ascii_case(b"content-length") {
                let announced = content_length(&value)?;
                if length.is_some_and(|before| before != announced) {
                    return Err("two different Content-Length headers");
                }
                length = Some(announced);
            }
        }
    }

    fn byte(&mut self, seen: &mut usize) -> Result<Option<u8>, &'static str> {
        *seen += 1;
        if *seen > MAX_HEADER {
            return Err("a header of more than 16 KB");
        }
        // A read error is the end of what can be read.
        let byte = self.input.fill_buf().ok().and_then(|buffer| buffer.first().copied());
        if byte.is_some() {
            self.input.consume(1);
        }
        Ok(byte)
    }
}

fn content_length(value: &[u8]) -> Result<u64, &'static str> {
    let digits = value.trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err("Content-Length is not a number");
    }
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
    match length {
        Some(length) if length <= MAX_BODY => Ok(length),
        _ => Err("a body of more than 256 MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(input: &str) -> Vec<Frame> {
        let mut reader = FrameReader::new(input.as_bytes());
        let mut found = Vec::new();
        loop {
            let frame = reader.next_frame();
            let last = !matches!(frame, Frame::Body(_));
            found.push(frame);
            if last {
                return found;
            }
        }
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.as_bytes().to_vec())
    }

    #[test]
    fn headers_are_read_in_any_case_and_number() {
        let input = "content-length:2\r\n\r\n{}X-A: b\r\nCONTENT-LENGTH:  3 \r\nContent-Type: x\r\n\r\n123";
        assert_eq!(frames(input), [body("{}"), body("123"), Frame::End]);
    }

    #[test]
    fn an_empty_body_is_skipped() {
        assert_eq!(frames("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\nx"), [body("x"), Frame::End]);
    }

    #[test]
    fn the_end_inside_a_frame_is_the_end() {
        for cut in ["", "Cont", "Content-Length: 5\r", "Content-Length: 5\r\n\r\nab"] {
            assert_eq!(frames(cut), [Frame::End], "{cut:?}");
        }
    }

    #[test]
    fn what_is_not_a_frame_is_broken_at_once() {
        let long = format!("X: {}", "y".repeat(MAX_HEADER));
        for bad in [
            "GET / HTTP/1.1\r\n",
            "\u{1}",
            "Content-Length: -1\r\n",
            "Content-Length: two\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 268435457\r\n",
            "Content-Length: 2\n",
            "Content-Type: x\r\n\r\n{}",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
            "Content-Length: 2\r\n\r\n{}{}",
            &long,
        ] {
            let found = frames(bad);
            assert!(matches!(found.last(), Some(Frame::Broken(_))), "{bad:.40?}: {found:?}");
        }
    }
}
