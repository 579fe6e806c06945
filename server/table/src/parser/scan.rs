//! Where the special bytes of a text stand: sixty-four at a time, as a bit mask.
//!
//! [`mask`] says what is wanted, `vector` does the same by the processor's vectors; everything above only asks for
//! the next special byte at or after a place.

mod vector;

/// The bytes that matter outside quotes: line ends, the delimiter's first byte, the quote, the escape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needles([u8; 5]);

impl Needles {
    /// Absent bytes are filled up with the line feed.
    pub(super) fn new(delimiter: Option<u8>, quote: Option<u8>, escape: Option<u8>) -> Self {
        let or_line_feed = |byte: Option<u8>| byte.unwrap_or(b'\n');
        Self([b'\n', b'\r', or_line_feed(delimiter), or_line_feed(quote), or_line_feed(escape)])
    }
}

/// A bit for each byte of `chunk` that is one of `needles`, the first byte in the lowest bit.
fn mask(chunk: &[u8; 64], needles: Needles) -> u64 {
    let [a, b, c, d, e] = needles.0;
    let mut flags = [0_u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(chunk) {
        *flag = u8::from((byte == a) | (byte == b) | (byte == c) | (byte == d) | (byte == e));
    }
    let mut bits = 0;
    for (idx, eight) in flags.chunks_exact(8).enumerate() {
        // Eight flags of 0 or 1 become eight bits: the product moves flag i to bit 56 + i.
        let word = eight.iter().rev().fold(0_u64, |word, &flag| word << 8 | u64::from(flag));
        bits |= (word.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * idx);
    }
    bits
}

/// Finds special bytes in ascending order, remembering the mask of the sixty-four bytes it last looked at.
pub(super) struct Scanner<'t> {
    bytes: &'t [u8],
    needles: Needles,
    mask: vector::Mask,
    chunk: usize,
    bits: u64,
}

impl<'t> Scanner<'t> {
    /// A scanner over `bytes`.
    pub(super) fn new(bytes: &'t [u8], needles: Needles) -> Self {
        Self { bytes, needles, mask: vector::best(), chunk: usize::MAX, bits: 0 }
    }

    /// The first special byte at or after `from`; the length of the text when there is none.
    #[inline]
    pub(super) fn next(&mut self, from: usize) -> usize {
        let mut chunk = from / 64;
        if chunk != self.chunk {
            self.load(chunk);
        }
        let mut bits = self.bits & (u64::MAX << (from % 64));
        while bits == 0 {
            chunk += 1;
            if chunk * 64 >= self.bytes.len() {
                return self.bytes.len();
            }
            self.load(chunk);
            bits = self.bits;
        }
        chunk * 64 + bits.trailing_zeros() as usize
    }

    fn load(&mut self, chunk: usize) {
        self.chunk = chunk;
        let rest = self.bytes.get(chunk * 64..).unwrap_or_default();
        self.bits = match rest.first_chunk::<64>() {
            Some(full) => (self.mask)(full, self.needles),
            None => {
                let mut padded = [0; 64];
                padded[..rest.len()].copy_from_slice(rest);
                let inside = if rest.is_empty() { 0 } else { u64::MAX >> (64 - rest.len()) };
                (self.mask)(&padded, self.needles) & inside
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_byte_is_found_once_and_in_order() {
        let text: Vec<u8> = (0..1_000_u32).map(|i| b"ab,\"\n\rc\0\\x"[(i * i % 97 % 10) as usize]).collect();
        for len in [0, 1, 63, 64, 65, 999] {
            let bytes = &text[..len];
            let mut scanner = Scanner::new(bytes, Needles::new(Some(b','), Some(b'"'), None));
            let mut found = Vec::new();
            let mut at = 0;
            while at < len {
                at = scanner.next(at) + 1;
                found.extend((at <= len).then_some(at - 1));
            }
            let plain = (0..len).filter(|&i| b",\"\n\r".contains(&bytes[i]));
            assert_eq!(found, plain.collect::<Vec<_>>());
        }
    }
}
