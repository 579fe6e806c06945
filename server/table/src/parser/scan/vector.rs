//! The masks of special bytes, and whole runs of records read by them, by AVX2 where the processor has it;
//! [`super::masks`] and [`sweep::sweep`] with it are the plain twins.
#![allow(unsafe_code)]

use super::{Masks, Needles};
use crate::parser::records::Parsed;
use crate::parser::sweep::{self, Job, Swept};

/// A function that makes masks of sixty-four bytes.
pub(in crate::parser) type Look = fn(&[u8; 64], Needles) -> Masks;
/// A function that reads records of the usual form.
pub(in crate::parser) type Sweep = fn(&Job<'_>, usize, &mut Parsed) -> Swept;

/// The fastest way to look for this processor.
pub(in crate::parser) fn look() -> Look {
    #[cfg(target_arch = "x86_64")]
    if has_vectors() {
        return look_by_avx2;
    }
    super::masks
}

/// The fastest way to sweep for this processor.
pub(in crate::parser) fn sweep() -> Sweep {
    #[cfg(target_arch = "x86_64")]
    if has_vectors() {
        return sweep_by_avx2;
    }
    plain_sweep
}

/// The plain twin: the same code over the plain masks.
pub(in crate::parser) fn plain_sweep(job: &Job<'_>, from: usize, out: &mut Parsed) -> Swept {
    sweep::sweep(job, from, out, super::masks)
}

/// What the functions below need of the processor.
#[cfg(target_arch = "x86_64")]
fn has_vectors() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx2") && has!("bmi1") && has!("bmi2") && has!("popcnt")
}

/// Must only be handed out by [`look`], after it saw that the processor has what is needed.
#[cfg(target_arch = "x86_64")]
fn look_by_avx2(chunk: &[u8; 64], needles: Needles) -> Masks {
    // SAFETY: the only requirement of the function is that the processor has the features it is compiled for. This
    // function is private to the module and its only use is in `look`, behind `has_vectors`, which checks for all of
    // them. No pointer is involved: the bytes are read by safe code.
    unsafe { avx2(chunk, needles) }
}

/// Must only be handed out by [`sweep`], after it saw that the processor has what is needed.
#[cfg(target_arch = "x86_64")]
fn sweep_by_avx2(job: &Job<'_>, from: usize, out: &mut Parsed) -> Swept {
    // SAFETY: as for `look_by_avx2`; the only use is in `sweep`, behind `has_vectors`.
    unsafe { sweep_avx2(job, from, out) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn sweep_avx2(job: &Job<'_>, from: usize, out: &mut Parsed) -> Swept {
    sweep::sweep(job, from, out, |chunk, needles| avx2(chunk, needles))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn avx2(chunk: &[u8; 64], needles: Needles) -> Masks {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set_epi64x, _mm256_set1_epi8,
    };

    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&chunk[8 * at..8 * at + 8]);
        i64::from_le_bytes(bytes)
    };
    // The compiler makes one unaligned load of each.
    let low = _mm256_set_epi64x(word(3), word(2), word(1), word(0));
    let high = _mm256_set_epi64x(word(7), word(6), word(5), word(4));
    needles.masks(|needle| {
        let wanted = _mm256_set1_epi8(needle as i8);
        let half = |bytes: __m256i| u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted)) as u32);
        half(low) | half(high) << 32
    })
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
                assert_eq!(look()(&chunk, needles), super::super::masks(&chunk, needles));
            }
        }
    }
}
