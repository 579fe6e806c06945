//! Experiments of rule sets: does a team accept more with its cards than without?
//!
//! A member's arm is HMAC-SHA256(experiment's key, member) mod 10,000 against the fixed cut: nothing is stored, every
//! replica says the same, and who joins later has an arm already. The unit is the member, never the single answer.
//! Off in dp mode: a report would be a release that no budget pays for.

mod ratio;
mod report;

use aurora_team::wire::{Mode, Variant};
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub use ratio::{Interval, Ratio};
pub use report::{ArmReport, Comparison, MIN_MEMBERS, Report, report, sample_ratio_chi_square};

use crate::model::{Experiment, MemberId};

/// Cuts are in ten thousandths of the members.
pub const N_CUTS: u16 = 10_000;

/// Experiments are off in dp mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("experiments are off in dp mode: a report would be a release that no privacy budget pays for")]
pub struct OffInDp;

/// Whether a tenant of this mode may have experiments.
///
/// # Errors
/// In dp mode.
pub const fn check_mode(mode: Mode) -> Result<(), OffInDp> {
    match mode {
        Mode::Team => Ok(()),
        Mode::Dp => Err(OffInDp),
    }
}

/// What `member` is shown: those below the cut see no cards.
pub fn arm(experiment: &Experiment, member: MemberId) -> Variant {
    if place(&experiment.key, member) < experiment.cut { Variant::WithoutCards } else { Variant::WithCards }
}

/// A number from 0 to 9,999 for `member`. Of 64 bits, so that no number is likelier than another by more than one part
/// in 10¹⁵; 16 bits would prefer the lower 5,536 by a sixth.
fn place(key: &[u8; 32], member: MemberId) -> u16 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(&member.0.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    (u64::from_be_bytes(first) % u64::from(N_CUTS)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(key: u8, cut: u16) -> Experiment {
        Experiment { id: 1, key: [key; 32], cut, starts: 0, ends: 28, is_stopped: false }
    }

    fn without(experiment: &Experiment, members: std::ops::Range<i64>) -> Vec<i64> {
        members.filter(|&member| arm(experiment, MemberId(member)) == Variant::WithoutCards).collect()
    }

    #[test]
    fn arms_are_cut_at_the_cut_and_independent_of_each_other() {
        for (cut, low, high) in
            [(5_000, 9_700, 10_300), (1_000, 1_850, 2_150), (0, 0, 0), (10_000, 20_000, 20_000)]
        {
            let n = without(&experiment(1, cut), 0..20_000).len();
            assert!((low..=high).contains(&n), "{cut}: {n}");
        }
        let (one, other) =
            (without(&experiment(1, 5_000), 0..4_000), without(&experiment(2, 5_000), 0..4_000));
        let both = one.iter().filter(|member| other.contains(member)).count();
        assert!((900..1_100).contains(&both), "another key, another draw: {both}");
    }

    #[test]
    fn the_arm_is_the_same_on_every_replica_for_ever() {
        // Computed beside it by `openssl dgst -sha256 -mac HMAC`; a change would move members between arms.
        assert_eq!(place(&[7; 32], MemberId(1)), 7982);
        let all: std::collections::BTreeSet<u16> =
            (0..200_000).map(|member| place(&[3; 32], MemberId(member))).collect();
        assert_eq!(all.len(), usize::from(N_CUTS), "every number is reached");
    }

    #[test]
    fn dp_mode_has_none() {
        assert!(check_mode(Mode::Team).is_ok());
        assert!(check_mode(Mode::Dp).unwrap_err().to_string().contains("budget"));
    }
}
