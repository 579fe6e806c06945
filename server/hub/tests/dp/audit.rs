//! What the draws themselves show: an audit that needs no knowledge of the mechanism, and that has teeth.

use std::collections::{BTreeMap, BTreeSet};

use aurora_hub::model::Ballot;
use aurora_hub::share::dp::{Bar, Chance, Exact, SystemEntropy, Terms, check_seats, draw};
use aurora_privacy::sampler::discrete_laplace;
use aurora_privacy::{DrawError, Entropy};
use statrs::distribution::{Beta, ChiSquared, ContinuousCDF};

use crate::roads::{FAULTS, HONEST, Road};
use crate::{Dice, ballot, key, list};

/// Two teams that differ in one member, who votes yes on `n` keys.
fn neighbours(n: usize) -> (Vec<Ballot>, Vec<Ballot>) {
    let without: Vec<Ballot> =
        (1..=12).map(|member| ballot(member, &[Some(true), Some(true), Some(member % 2 == 0)])).collect();
    let mut with = without.clone();
    with.push(ballot(13, &vec![Some(true); n]));
    (without, with)
}

/// The largest ε that a set of outputs proves at 95 % confidence (Clopper and Pearson), both ways round: the set is
/// chosen on the first half of the draws and judged on the second, so that no choice is paid for.
fn proven_epsilon(a: [&BTreeMap<u64, u64>; 2], b: [&BTreeMap<u64, u64>; 2]) -> f64 {
    let one_way = |a: [&BTreeMap<u64, u64>; 2], b: [&BTreeMap<u64, u64>; 2]| {
        let count = |of: &BTreeMap<u64, u64>, output: u64| of.get(&output).copied().unwrap_or(0);
        let total = |of: &BTreeMap<u64, u64>| of.values().sum::<u64>();
        let outputs: BTreeSet<u64> = a[0].keys().chain(b[0].keys()).copied().collect();
        let mut order: Vec<u64> = outputs.into_iter().collect();
        let ratio = |output: u64| (count(a[0], output) as f64 + 1.0) / (count(b[0], output) as f64 + 1.0);
        order.sort_by(|&i, &j| ratio(j).total_cmp(&ratio(i)));
        let bound = |in_a: u64, n_a: u64, in_b: u64, n_b: u64| {
            if in_a == 0 || in_b == n_b {
                return 0.0;
            }
            let low = Beta::new(in_a as f64, (n_a - in_a + 1) as f64).unwrap().inverse_cdf(0.025);
            let high = Beta::new((in_b + 1) as f64, (n_b - in_b) as f64).unwrap().inverse_cdf(0.975);
            (low / high).ln()
        };
        // The first outputs of that order, as many as prove most on the first half.
        let (mut in_a, mut in_b, mut best, mut chosen) = (0, 0, f64::MIN, 0);
        for (n, &output) in (1..).zip(&order) {
            in_a += count(a[0], output);
            in_b += count(b[0], output);
            let bound = bound(in_a, total(a[0]), in_b, total(b[0]));
            if bound > best {
                (best, chosen) = (bound, n);
            }
        }
        let within = |of: &BTreeMap<u64, u64>| order[..chosen].iter().map(|&output| count(of, output)).sum();
        bound(within(a[1]), total(a[1]), within(b[1]), total(b[1]))
    };
    one_way(a, b).max(one_way(b, a))
}

/// The proven ε of two ways of drawing an output.
fn audit(n: usize, mut a: impl FnMut(&mut Dice) -> u64, mut b: impl FnMut(&mut Dice) -> u64) -> f64 {
    let half = |draw: &mut dyn FnMut(&mut Dice) -> u64, seed: u64| {
        let (mut dice, mut counts) = (Dice::new(seed), BTreeMap::new());
        (0..n / 2).for_each(|_| *counts.entry(draw(&mut dice)).or_default() += 1);
        counts
    };
    let (a1, a2, b1, b2) = (half(&mut a, 1), half(&mut a, 2), half(&mut b, 3), half(&mut b, 4));
    proven_epsilon([&a1, &a2], [&b1, &b2])
}

/// What the noised numbers say most clearly of the member: on how many keys yes is above the middle of the two teams.
fn ahead(road: Road, n_keys: usize, ballots: &[Ballot], dice: &mut Dice) -> u64 {
    let mut n = 0;
    let expected = [12, 12, 6];
    road(&list(n_keys as u16), ballots, Terms::of(900), &mut Exact(dice), &mut |key, yes, _| {
        n += u64::from(yes > expected.get(usize::from(key.group)).copied().unwrap_or(0));
    })
    .unwrap();
    n
}

#[test]
fn the_audited_epsilon_of_the_numbers_is_below_the_claim() {
    let of = |road: Road, n_keys: usize, n: usize| {
        let (without, with) = neighbours(n_keys);
        audit(n, |dice| ahead(road, n_keys, &without, dice), |dice| ahead(road, n_keys, &with, dice))
    };
    // Five keys, on which nothing is left to lots, come closest to the claim; of twelve, five are sampled.
    let (five, twelve) = (of(HONEST, 5, 120_000), of(HONEST, 12, 30_000));
    assert!(five <= 0.9 && twelve <= 0.9, "audited lower bounds {five} {twelve}");
    assert!(five > 0.7, "the audit sees something: {five}");
    println!("audited lower bound of ε: {five:.3} of 0.9 claimed");
    for (name, n_keys) in
        [("sensitivity 1 instead of 5", 5), ("noise on non-empty keys only", 5), ("sampling skipped", 12)]
    {
        let (_, road) = FAULTS.iter().find(|(fault, _)| *fault == name).unwrap();
        let loud = of(*road, n_keys, 20_000);
        assert!(loud > 0.9, "not caught: {name} ({loud})");
    }
}

#[test]
fn the_audited_epsilon_of_the_cards_is_below_the_claim() {
    let (without, with) = neighbours(7);
    let cards = |ballots: &[Ballot], dice: &mut Dice| {
        let cards = draw(&list(7), ballots, 900, dice).unwrap();
        cards.iter().map(|card| 1_u64 << (8 * card.group) | u64::from(card.p_milli / 50)).sum()
    };
    let found = audit(60_000, |dice| cards(&without, dice), |dice| cards(&with, dice));
    assert!(found <= 0.9, "audited lower bound {found}");
}

/// Whether 200,000 draws fit P(z) = tanh(rate/2)·e^(−rate·|z|), at α = 1e-6.
fn chi_square_ok(draws: &[i64], rate: f64) -> bool {
    let n = draws.len() as f64;
    let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
    draws.iter().for_each(|&z| *counts.entry(z).or_default() += 1.0);
    // Cells with at least ten expected draws; the tails are two cells more.
    let p = |z: i64| (rate / 2.0).tanh() * (-rate * z.abs() as f64).exp();
    let edge = (0..).find(|&z| p(z) * n < 10.0).unwrap();
    let mut statistic = 0.0;
    let mut cell = |observed: f64, expected: f64| statistic += (observed - expected).powi(2) / expected;
    (1 - edge..edge).for_each(|z| cell(counts.get(&z).copied().unwrap_or(0.0), p(z) * n));
    let tail = p(edge) / (1.0 - (-rate).exp()) * n;
    cell(counts.range(edge..).map(|(_, n)| n).sum(), tail);
    cell(counts.range(..=-edge).map(|(_, n)| n).sum(), tail);
    ChiSquared::new((2 * edge) as f64).unwrap().cdf(statistic) < 1.0 - 1e-6
}

/// The noise of a list on which nobody voted.
fn noise(chance: &mut dyn Chance) -> Vec<i64> {
    let mut draws = Vec::new();
    let empty = aurora_hub::share::dp::ClosedList::of(0..10, 0..100, 0..100, [1]);
    // A high rate shows faults around zero best.
    let terms = Terms { meps: 3_600, max_keys: 4 };
    aurora_hub::share::dp::noised(&empty, &[], terms, chance, &mut |_, yes, no| draws.extend([yes, no]))
        .unwrap();
    draws
}

#[test]
fn the_noise_is_the_discrete_laplace_and_a_rounded_one_is_caught() {
    /// Floating point, rounded.
    struct Rounded(Dice);
    impl Chance for Rounded {
        fn below(&mut self, n: u64) -> Result<u64, DrawError> {
            Ok(self.0.next() % n)
        }

        fn laplace(&mut self, num: u64, den: u64) -> Result<i64, DrawError> {
            let u = self.0.uniform() - 0.5;
            Ok((-(den as f64 / num as f64) * u.signum() * (1.0 - 2.0 * u.abs()).ln()).round() as i64)
        }
    }
    assert!(chi_square_ok(&noise(&mut Exact(&mut Dice::new(5))), 0.9));
    assert!(chi_square_ok(&noise(&mut Exact(&mut SystemEntropy::new())), 0.9));
    assert!(!chi_square_ok(&noise(&mut Rounded(Dice::new(5))), 0.9), "f64 Laplace is caught");
}

/// Two releases that draw the same numbers would let a reader take the noise away.
#[test]
fn no_two_draws_are_seeded_alike() {
    let run = |entropy: &mut dyn Entropy| -> Vec<i64> {
        (0..64).map(|_| discrete_laplace(entropy, 900, 5_000).unwrap()).collect()
    };
    let alike = |new: &dyn Fn() -> Box<dyn Entropy>| run(&mut *new()) == run(&mut *new());
    assert!(!alike(&|| Box::new(SystemEntropy::new())));
    assert!(alike(&|| Box::new(Dice::new(42))), "a seeded generator is caught");
    // Within one generator no page of bytes comes twice.
    let mut entropy = SystemEntropy::new();
    let words: BTreeSet<[u8; 8]> = (0..4_096)
        .map(|_| {
            let mut word = [0; 8];
            entropy.fill(&mut word).unwrap();
            word
        })
        .collect();
    assert_eq!(words.len(), 4_096);
}

#[test]
fn failing_entropy_publishes_nothing() {
    struct Dry(u32);
    impl Entropy for Dry {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
            self.0 = self.0.checked_sub(1).ok_or(DrawError::NoEntropy)?;
            bytes.fill(self.0 as u8);
            Ok(())
        }
    }
    let (ballots, _) = neighbours(7);
    for n in [0, 1, 20, 60] {
        assert_eq!(draw(&list(7), &ballots, 900, &mut Dry(n)), Err(DrawError::NoEntropy));
    }
}

#[test]
fn below_300_seats_it_is_refused_with_the_reason() {
    assert!(check_seats(300).is_ok());
    let reason = check_seats(299).unwrap_err().to_string();
    assert!(
        reason.contains("300 seats") && reason.contains("299") && reason.contains("team mode"),
        "{reason}"
    );
}

#[test]
fn what_a_whole_team_wants_is_shared_and_what_nobody_wants_hardly_ever() {
    let mut dice = Dice::new(9);
    let ballots: Vec<Ballot> = (0..400).map(|member| ballot(member, &[Some(true), Some(false)])).collect();
    let small = list(40);
    let bar = Bar::of(Terms::of(900), small.len());
    let mut n_false = 0;
    for _ in 0..200 {
        let cards = draw(&small, &ballots, 900, &mut dice).unwrap();
        assert_eq!((cards[0].group, cards[0].members), (key(0).group, 0));
        assert!(cards[0].p_milli >= 850);
        n_false += cards.len() - 1;
    }
    let expected = 200.0 * 38.0 * bar.passed_by_noise(Terms::of(900));
    assert!((n_false as f64 - expected).abs() < 6.0 * expected.sqrt(), "{n_false} {expected}");
}
