//! The audit of the mechanism, and of the audit itself: the real one passes each detector, and every fault that
//! could be planted is caught by one of them.

mod detect;

use aurora_privacy::sampler::discrete_laplace;
use aurora_privacy::{DrawError, Entropy, Price, release};
use detect::{Candidate, Dice, Drawn, Fuzz, chi_square_ok, clopper_pearson_epsilon, honest, slow_skew};

/// ε ≤ 0.9, with room for the rounding of a sum of floats only.
const CLAIM: f64 = 0.9 + 1e-12;

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        getrandom::fill(bytes).map_err(|_| DrawError::NoEntropy)
    }
}

#[test]
fn the_statistics_move_by_four_at_most_through_the_real_reader() {
    let mut fuzz = Fuzz::new(1);
    let mut largest = [0; 9];
    for _ in 0..20_000 {
        let pair = fuzz.pair();
        let (v, w) = (pair.read(&pair.before), pair.read(&pair.after));
        let moved: Vec<i64> = v.iter().zip(w).map(|(v, w)| (v - w).abs()).collect();
        assert!(moved[..7].iter().sum::<i64>() <= 2, "kinds {v:?} {w:?}");
        assert!(moved[7] <= 1, "skew {v:?} {w:?} {:?}", pair.before);
        assert!(moved[8] <= 1, "distinct {v:?} {w:?}");
        largest.iter_mut().zip(moved).for_each(|(most, one)| *most = one.max(*most));
    }
    assert_eq!(largest, [1; 9], "every statistic was seen to move");
}

#[test]
fn the_skew_distance_is_that_of_its_slow_twin() {
    let mut fuzz = Fuzz::new(2);
    for _ in 0..3_000 {
        let pair = fuzz.pair();
        let fields: Vec<&str> = pair.before.iter().map(String::as_str).collect();
        assert_eq!(honest(&fields)[7], slow_skew(&fields, 1), "{fields:?}");
    }
}

/// Faults in what is counted or how it is noised: each must break the claim on some pair of neighbours.
#[test]
fn every_fault_in_the_statistics_is_caught() {
    let real = Candidate::honest();
    assert!(real.worst(3, 20_000) <= CLAIM);
    for (name, mutant) in Candidate::mutants() {
        let worst = mutant.worst(3, 20_000);
        assert!(worst > CLAIM, "not caught: {name} ({worst})");
    }
}

#[test]
fn the_sampler_draws_the_discrete_laplace() {
    for (seed, num, den) in [(1, 900, 4_000), (2, 45, 4_000), (3, 9, 40)] {
        let mut dice = Dice::new(seed);
        let mut draw = || discrete_laplace(&mut dice, num, den).unwrap();
        assert!(chi_square_ok(&mut draw, num as f64 / den as f64), "{num}/{den}");
    }
}

#[test]
fn every_fault_in_the_sampler_is_caught() {
    // A high rate shows faults around zero best.
    let (num, den) = (3_600, 4_000);
    for (name, sampler) in detect::SAMPLER_MUTANTS {
        let mut dice = Dice::new(7);
        let mut draw = || sampler(&mut dice, num, den);
        assert!(!chi_square_ok(&mut draw, num as f64 / den as f64), "not caught: {name}");
    }
}

/// Two processes that draw the same numbers would let a reader take the noise away.
#[test]
fn no_two_draws_are_seeded_alike() {
    let run = |entropy: &mut dyn Entropy| -> Vec<i64> {
        (0..64).map(|_| discrete_laplace(entropy, 9, 4_000).unwrap()).collect()
    };
    let seeded_alike = |new: &dyn Fn() -> Box<dyn Entropy>| run(&mut *new()) == run(&mut *new());
    assert!(!seeded_alike(&|| Box::new(SystemEntropy)));
    assert!(seeded_alike(&|| Box::new(Dice::new(42))), "a seeded generator is caught");
}

#[test]
fn failing_entropy_releases_nothing() {
    struct Dry;
    impl Entropy for Dry {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), DrawError> {
            Err(DrawError::NoEntropy)
        }
    }
    let statistics = aurora_privacy::ColumnStatistics::default();
    let price = Price { meps: 900, columns: 1 };
    assert_eq!(release(&statistics, 50, price, &mut Dry), Err(DrawError::NoEntropy));
}

/// The whole road from two neighbouring tables to the released cell, 400,000 draws each to choose the set of cells that
/// proves most and 400,000 fresh ones to judge it: the ε that it proves, at 95 % confidence, stays below the claim; and
/// the audit has teeth.
#[test]
fn the_audited_epsilon_is_below_the_claim() {
    let column = |last: &str| -> aurora_privacy::ColumnStatistics {
        let mut statistics = aurora_privacy::ColumnStatistics::default();
        (0..49).for_each(|i| statistics.observe(Some(if i % 2 == 0 { "7" } else { "red" })));
        statistics.observe(Some(last));
        statistics
    };
    let (a, b) = (column("8"), column("blue"));
    let draws = |statistics: &aurora_privacy::ColumnStatistics, meps: u32, seed: u64, n: usize| -> Vec<u64> {
        let mut dice = Dice::new(seed);
        let mut counts = vec![0; 108];
        for _ in 0..n {
            let cell = release(statistics, 50, Price { meps, columns: 1 }, &mut dice).unwrap();
            counts[usize::from(cell.id())] += 1;
        }
        counts
    };
    let audit = |meps: u32, seed: u64, n: usize| {
        let of = |seed: u64| (draws(&a, meps, seed, n), draws(&b, meps, seed + 1, n));
        let (choose, judge) = (of(seed), of(seed + 2));
        clopper_pearson_epsilon(Drawn { a: &choose.0, b: &choose.1 }, Drawn { a: &judge.0, b: &judge.1 })
    };
    let found = audit(900, 11, 400_000);
    assert!(0.0 < found && found <= 0.9, "audited lower bound {found}");
    println!("audited lower bound of ε: {found:.3} of 0.9 claimed");
    // The same audit of a mechanism with twelve times less noise finds it out.
    let loud = audit(10_800, 15, 20_000);
    assert!(loud > 0.9, "not caught: {loud}");
}
