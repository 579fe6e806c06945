//! Where the special bytes of a text stand: sixty-four at a time, as bit masks.
//!
//! [`masks`] says what is wanted, `vector` does the same by the processor's vectors; everything above only asks for
//! the next special byte at or after a place.

pub(super) mod vector;

/// The bytes that matter outside quotes: line ends, the delimiter's first byte, the quote, the escape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needles {
    delimiter: Option<u8>,
    quote: Option<u8>,
    escape: Option<u8>,
}

/// A bit for each of sixty-four bytes, the first byte in the lowest bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Masks {
    /// The first byte of a delimiter.
    pub(super) delimiter: u64,
    /// A quote.
    pub(super) quote: u64,
    /// LF or CR.
    pub(super) end: u64,
    /// The escape.
    pub(super) escape: u64,
}

impl Masks {
    fn any(self) -> u64 {
        self.delimiter | self.quote | self.end | self.escape
    }

    /// The same for the first `n` bytes alone.
    fn first(self, n: usize) -> Self {
        let inside = if n == 0 { 0 } else { u64::MAX >> (64 - n) };
        Self {
            delimiter: self.delimiter & inside,
            quote: self.quote & inside,
            end: self.end & inside,
            escape: self.escape & inside,
        }
    }
}

impl Needles {
    /// Absent bytes are nowhere.
    pub(super) fn new(delimiter: Option<u8>, quote: Option<u8>, escape: Option<u8>) -> Self {
        Self { delimiter, quote, escape }
    }

    /// Whether `byte` begins a delimiter.
    pub(super) fn is_delimiter(self, byte: u8) -> bool {
        self.delimiter == Some(byte)
    }

    /// The masks of `chunk`, given how to find one byte.
    #[inline(always)]
    fn masks(self, find: impl Fn(u8) -> u64) -> Masks {
        let maybe = |byte: Option<u8>| byte.map_or(0, &find);
        Masks {
            delimiter: maybe(self.delimiter),
            quote: maybe(self.quote),
            end: find(b'\n') | find(b'\r'),
            escape: maybe(self.escape),
        }
    }
}

/// Where the `needles` stand in `chunk`.
pub(super) fn masks(chunk: &[u8; 64], needles: Needles) -> Masks {
    needles.masks(|needle| {
        let mut bits = 0;
        for (idx, eight) in chunk.chunks_exact(8).enumerate() {
            // Eight flags of 0 or 1 become eight bits: the product moves flag i to bit 56 + i.
            let word = eight.iter().rev().fold(0_u64, |word, &byte| word << 8 | u64::from(byte == needle));
            bits |= (word.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * idx);
        }
        bits
    })
}

/// Finds special bytes in ascending order, remembering the mask of the sixty-four bytes it last looked at.
pub(super) struct Scanner<'t> {
    bytes: &'t [u8],
    needles: Needles,
    look: vector::Look,
    chunk: usize,
    bits: u64,
}

impl<'t> Scanner<'t> {
    /// A scanner over `bytes`.
    pub(super) fn new(bytes: &'t [u8], needles: Needles) -> Self {
        Self { bytes, needles, look: vector::look(), chunk: usize::MAX, bits: 0 }
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
            Some(full) => (self.look)(full, self.needles).any(),
            None => {
                let mut padded = [0; 64];
                padded[..rest.len()].copy_from_slice(rest);
                (self.look)(&padded, self.needles).first(rest.len()).any()
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
