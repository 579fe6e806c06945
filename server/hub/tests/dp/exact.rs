//! The exact test of the whole road, in integers.
//!
//! The road runs once for every outcome of its lots (which votes are sampled), with its noise set by hand. What comes
//! out tells, for each number of the output, the exact count under that outcome, whether it was noised, and at which
//! rate. With a = e^−rate the probability of an output o is then c · Σ wⱼ · a^nⱼ over the outcomes j, where wⱼ is an
//! integer over a common denominator, nⱼ = Σ |o − count| is an integer, and c is the same for all ballots. Adding a
//! member moves the odds by at most e^(k·rate) at *every* 0 < a < 1 if the exponents of the one sum, lowered by k,
//! dominate those of the other: for each n, the weight at exponents up to n is as large. That is compared in integers,
//! both ways round. The claim is e^(meps/1000), so k is ⌊meps · den / (1,000 · num)⌋ for the rate num/den that the road
//! itself asked for. Outputs below the least and above the greatest count have the exponents of the border, shifted
//! alike, so a box of one more on each side stands for all.

use std::collections::BTreeMap;

use aurora_hub::model::Ballot;
use aurora_hub::share::dp::{Chance, ClosedList, MAX_KEYS, Terms};
use aurora_privacy::DrawError;

use crate::roads::{FAULTS, HONEST, Road};
use crate::{ballot, list};

/// Takes the lots of a script, in which the last place is counted on, and the noise of another.
#[derive(Default)]
struct Script {
    lots: Vec<(u64, u64)>,
    n_lots: usize,
    /// What every draw of noise gives.
    noise: i64,
    rates: Vec<(u64, u64)>,
}

impl Chance for Script {
    fn below(&mut self, n: u64) -> Result<u64, DrawError> {
        if self.n_lots == self.lots.len() {
            self.lots.push((0, n));
        }
        let (lot, of) = self.lots[self.n_lots];
        assert_eq!(of, n, "lots depend on earlier lots only");
        self.n_lots += 1;
        Ok(lot)
    }

    fn laplace(&mut self, num: u64, den: u64) -> Result<i64, DrawError> {
        self.rates.push((num, den));
        Ok(self.noise)
    }
}

/// One outcome of the lots: how probable it is (so many in so many), and the output without noise.
struct Outcome {
    weight: u64,
    of: u64,
    counts: Vec<i64>,
    is_noised: Vec<bool>,
}

/// Every outcome, and the rate of the noise.
fn outcomes(
    road: Road,
    list: &ClosedList,
    ballots: &[Ballot],
    terms: Terms,
) -> (Vec<Outcome>, Option<(u64, u64)>) {
    let mut found: BTreeMap<(Vec<i64>, Vec<bool>), u64> = BTreeMap::new();
    let (mut n_ways, mut rate, mut lots) = (0, None, Vec::new());
    loop {
        let mut run = |noise: i64| {
            let mut script = Script { lots: std::mem::take(&mut lots), noise, ..Script::default() };
            let mut out = Vec::new();
            road(list, ballots, terms, &mut script, &mut |_, yes, no| out.extend([yes, no])).unwrap();
            lots = script.lots;
            (out, script.rates)
        };
        let ((counts, rates), (shifted, _)) = (run(0), run(1_000));
        for one in rates {
            assert_eq!(*rate.get_or_insert(one), one, "one rate for all");
        }
        let moved = counts.iter().zip(&shifted).map(|(count, shifted)| shifted - count);
        let is_noised = moved.map(|by| by == 1_000).collect();
        *found.entry((counts, is_noised)).or_default() += 1;
        n_ways += 1;
        let of: u64 = lots.iter().map(|&(_, n)| n).product();
        // The next script: count the last lot on, or drop it when it has had all its values.
        while lots.last().is_some_and(|&(lot, n)| lot + 1 == n) {
            lots.pop();
        }
        match lots.last_mut() {
            Some((lot, _)) => *lot += 1,
            None => {
                assert_eq!(of, n_ways, "all ways are equally probable");
                let outcome = |((counts, is_noised), weight)| Outcome { weight, of, counts, is_noised };
                return (found.into_iter().map(outcome).collect(), rate);
            }
        }
    }
}

/// Weight at each exponent, for one output.
type Weights = BTreeMap<i64, u128>;

fn weights(outcomes: &[Outcome], output: &[i64], denominator: u64) -> Weights {
    let mut weights = Weights::new();
    for outcome in outcomes {
        let exponent = output.iter().zip(&outcome.counts).map(|(o, count)| (o - count).abs()).sum();
        *weights.entry(exponent).or_default() += u128::from(denominator / outcome.of * outcome.weight);
    }
    weights
}

/// Whether Σ w·a^n of `less` is at most a^−k times that of `more`, for every 0 < a < 1.
fn dominates(less: &Weights, more: &Weights, k: i64) -> bool {
    let upto = |weights: &Weights, n: i64| weights.range(..=n).map(|(_, w)| w).sum::<u128>();
    less.keys().all(|&n| upto(less, n) <= upto(more, n + k))
}

/// What adding one member may tell.
#[derive(Default, Debug)]
struct Found {
    /// Outputs compared.
    n: u64,
    /// Whether every odds moved by at most e^(meps/1000), in integers.
    holds: bool,
    /// The largest log-ratio, in floating point.
    worst: f64,
}

fn compare(road: Road, list: &ClosedList, others: &[Ballot], member: &Ballot, terms: Terms) -> Found {
    let with: Vec<Ballot> = others.iter().chain([member]).cloned().collect();
    let ((without, rate), (with, rate_with)) =
        (outcomes(road, list, others, terms), outcomes(road, list, &with, terms));
    let infinite = Found { n: 1, holds: false, worst: f64::INFINITY };
    let all = || without.iter().chain(&with);
    let first = &without[0];
    // Numbers that are not noised must be the same whatever the ballots; numbers must be as many.
    let alike = |outcome: &Outcome| {
        outcome.counts.len() == first.counts.len()
            && outcome.is_noised == first.is_noised
            && (0..first.counts.len()).all(|i| first.is_noised[i] || outcome.counts[i] == first.counts[i])
    };
    let (Some((num, den)), true) = (rate, rate == rate_with && all().all(alike)) else { return infinite };
    let k = (u64::from(terms.meps) * den / (1_000 * num)) as i64;
    let a = (-(num as f64) / den as f64).exp();
    let denominator = without[0].of * with[0].of;
    // Numbers that are the same in all outcomes cancel: they stay where they are.
    let bounds: Vec<(i64, i64)> = (0..first.counts.len())
        .map(|i| {
            let counts = || all().map(|outcome| outcome.counts[i]);
            let (low, high) = (counts().min().unwrap(), counts().max().unwrap());
            if low == high { (low, high) } else { (low - 1, high + 1) }
        })
        .collect();
    let mut output: Vec<i64> = bounds.iter().map(|&(low, _)| low).collect();
    let mut found = Found { holds: true, ..Found::default() };
    loop {
        let (p, q) = (weights(&without, &output, denominator), weights(&with, &output, denominator));
        found.holds &= dominates(&p, &q, k) && dominates(&q, &p, k);
        let sum =
            |weights: &Weights| -> f64 { weights.iter().map(|(&n, &w)| w as f64 * a.powi(n as i32)).sum() };
        found.worst = found.worst.max((sum(&p) / sum(&q)).ln().abs());
        found.n += 1;
        let Some(place) = (0..output.len()).rfind(|&i| output[i] < bounds[i].1) else { return found };
        output[place] += 1;
        (place + 1..output.len()).for_each(|i| output[i] = bounds[i].0);
    }
}

const SIDES: [Option<bool>; 3] = [None, Some(true), Some(false)];

/// Every ballot on `n` keys.
fn all_ballots(n: usize) -> Vec<Vec<Option<bool>>> {
    (0..3_usize.pow(n as u32))
        .map(|code| (0..n).map(|place| SIDES[code / 3_usize.pow(place as u32) % 3]).collect())
        .collect()
}

/// All comparisons of the small worlds; the worst, and whether all hold. Stops at the first that does not.
fn exhaust(road: Road) -> Found {
    let mut total = Found { holds: true, ..Found::default() };
    let mut add = |list: &ClosedList, others: &[Ballot], member: &Ballot, terms: Terms| {
        let found = compare(road, list, others, member, terms);
        total.n += found.n;
        total.holds &= found.holds && found.worst <= f64::from(terms.meps) / 1_000.0 + 1e-12;
        total.worst = total.worst.max(found.worst * 900.0 / f64::from(terms.meps));
        total.holds
    };
    // Two keys, every team of up to two others, every member; one key sampled, and two.
    let (two, sides) = (list(2), all_ballots(2));
    for max_keys in [1, 2] {
        let terms = Terms { meps: 900, max_keys };
        for (i, first) in sides.iter().enumerate() {
            for second in &sides[i..] {
                // An empty ballot is a member who is not there.
                let others = [ballot(1, first), ballot(2, second)];
                if !sides.iter().all(|member| add(&two, &others, &ballot(3, member), terms)) {
                    return total;
                }
            }
        }
    }
    // Three keys, every other, every member; two sampled.
    let (three, sides) = (list(3), all_ballots(3));
    for other in sides.iter().step_by(2) {
        for member in &sides {
            if !add(&three, &[ballot(1, other)], &ballot(2, member), Terms { meps: 300, max_keys: 2 }) {
                return total;
            }
        }
    }
    // Six and seven keys, five sampled, as the product has it: alone, and beside one who agrees.
    for n in [6_u16, 7] {
        let all = vec![Some(true); usize::from(n)];
        let some: Vec<_> = (0..n).map(|i| (i % 3 == 0).then_some(true)).collect();
        for others in [vec![], vec![ballot(1, &some)]] {
            for meps in [300, 900] {
                if !add(&list(n), &others, &ballot(2, &all), Terms::of(meps)) {
                    return total;
                }
            }
        }
    }
    total
}

#[test]
fn adding_a_member_moves_the_odds_of_no_output_beyond_the_claim() {
    let found = exhaust(HONEST);
    assert!(found.holds, "{found:?}");
    assert!(found.n > 100_000, "{found:?}");
    // Reached: a looser mechanism would be noticed, and so would a stricter claim.
    assert!((found.worst - 0.9).abs() < 1e-12, "{found:?}");
}

#[test]
fn every_fault_of_the_road_is_caught() {
    for (name, road) in FAULTS {
        let found = exhaust(*road);
        assert!(!found.holds, "not caught: {name} {found:?}");
    }
}

#[test]
fn each_set_of_five_votes_is_as_likely_as_any_other() {
    for n in 0..=9_u16 {
        let (found, _) = outcomes(
            HONEST,
            &list(n),
            &[ballot(1, &vec![Some(true); usize::from(n)])],
            Terms { meps: 900, max_keys: MAX_KEYS },
        );
        assert!(found.iter().all(|outcome| outcome.counts.iter().sum::<i64>() == i64::from(n.min(5))));
        let n_sets = [1, 1, 1, 1, 1, 1, 6, 21, 56, 126][usize::from(n)];
        assert_eq!(found.len(), n_sets);
        assert!(found.iter().all(|outcome| outcome.weight * n_sets as u64 == outcome.of));
    }
}

#[test]
fn votes_outside_the_list_and_second_ballots_of_a_member_count_for_nothing() {
    let inside = ballot(1, &[Some(true), None]);
    let mut outside = inside.clone();
    outside.votes.extend((10..30).map(|group| crate::key(group).vote(false)));
    for ballots in [vec![outside.clone()], vec![inside.clone(), outside]] {
        let (found, _) = outcomes(HONEST, &list(2), &ballots, Terms::of(900));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].counts, [1, 0, 0, 0]);
        assert_eq!(found[0].is_noised, [true; 4]);
    }
}
