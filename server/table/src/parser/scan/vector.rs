//! The mask of special bytes by AVX2, where the processor has it; [`super::mask`] is its plain twin.
#![allow(unsafe_code)]

use super::Needles;

/// A function that makes a mask of sixty-four bytes.
pub(super) type Mask = fn(&[u8; 64], Needles) -> u64;

/// The fastest one for this processor.
pub(super) fn best() -> Mask {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return by_avx2;
    }
    super::mask
}

/// Must only be handed out by [`best`], after it saw that the processor has AVX2.
#[cfg(target_arch = "x86_64")]
fn by_avx2(chunk: &[u8; 64], needles: Needles) -> u64 {
    // SAFETY: the only requirement of the function is that the processor has AVX2. This function is private to the
    // module and its only use is in `best`, behind the check for AVX2. No pointer is involved: the bytes are read
    // by safe code.
    unsafe { avx2(chunk, needles) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(chunk: &[u8; 64], needles: Needles) -> u64 {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x,
        _mm256_set1_epi8,
    };

    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&chunk[8 * at..8 * at + 8]);
        i64::from_le_bytes(bytes)
    };
    // The compiler makes one unaligned load of each.
    let low = _mm256_set_epi64x(word(3), word(2), word(1), word(0));
    let high = _mm256_set_epi64x(word(7), word(6), word(5), word(4));
    let half = |bytes: __m256i| {
        let is = |needle: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(needle as i8));
        let [a, b, c, d, e] = needles.0;
        let any = _mm256_or_si256(
            _mm256_or_si256(is(a), is(b)),
            _mm256_or_si256(_mm256_or_si256(is(c), is(d)), is(e)),
        );
        u64::from(_mm256_movemask_epi8(any) as u32)
    };
    half(low) | half(high) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_form_equals_its_plain_twin() {
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut chunk = [0; 64];
            for byte in &mut chunk {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = if state >> 62 == 0 {
                    b",\"\n\r\\;\xff\0"[(state >> 40) as usize % 8]
                } else {
                    (state >> 33) as u8
                };
            }
            for needles in [
                Needles::new(Some(b','), Some(b'"'), None),
                Needles::new(Some(b';'), None, Some(b'\\')),
                Needles::new(Some(0xff), Some(0), None),
            ] {
                assert_eq!(best()(&chunk, needles), super::super::mask(&chunk, needles));
            }
        }
    }
}
