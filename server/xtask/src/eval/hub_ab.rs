//! `cargo xtask eval hub-ab`: how often an experiment's report is wrong, over simulated teams.
//!
//! Members accept at rates of their own (standard deviation .15 between them) and are shown more or less; those who are
//! shown much differ from those who are shown little. Arms, interval and withholding are the hub's own code.

use anyhow::ensure;
use aurora_hub::experiment::{Report, arm, report};
use aurora_hub::model::{Experiment, MemberId};
use aurora_hub::repo::Exposed;
use aurora_team::wire::{Exposure, Variant};
use serde_json::json;

use super::dice::Dice;

/// Simulated experiments of each kind.
const N: usize = 2_000;
/// Members in both arms together.
const MEMBERS: i64 = 300;
/// What the cards are planted to add.
const PLANTED: f64 = 0.05;

/// What came out of many experiments.
#[derive(Default)]
struct Outcomes {
    reports: usize,
    withheld: usize,
    /// The interval excludes no difference.
    alarms: usize,
    /// It holds the true difference.
    covered: usize,
}

impl Outcomes {
    fn share(&self, n: usize) -> f64 {
        n as f64 / self.reports.max(1) as f64
    }
}

pub(super) fn run() -> anyhow::Result<()> {
    let (mut none, mut some) = (Outcomes::default(), Outcomes::default());
    for seed in 0..N as u64 {
        simulate(2 * seed, 0.0, &mut none);
        simulate(2 * seed + 1, PLANTED, &mut some);
    }
    ensure!(none.reports > N * 9 / 10 && some.reports > N * 9 / 10, "too many reports were withheld");
    let (alarms, covered) = (none.share(none.alarms), some.share(some.covered));
    let found = some.share(some.alarms);
    println!("experiments of {MEMBERS} members, {N} of each kind, acceptance .70, sd .15 between members");
    println!(
        "  no difference:      an alarm in {:.1} % (wanted 5 ± 1.5), withheld {}",
        100.0 * alarms,
        none.withheld
    );
    println!("  +5 points planted:  the interval holds it in {:.1} % (wanted 95 ± 1.5)", 100.0 * covered);
    println!("                      it is seen in {:.1} %, withheld {}", 100.0 * found, some.withheld);
    let holds = (alarms - 0.05).abs() <= 0.015 && (covered - 0.95).abs() <= 0.015;
    println!(
        "{}",
        json!({ "eval": "hub-ab", "experiments": N, "members": MEMBERS, "false_alarms": alarms, "covered": covered,
                "power": found, "withheld": none.withheld + some.withheld, "holds": holds })
    );
    ensure!(holds, "a bar does not hold");
    Ok(())
}

/// One experiment in which cards add `planted` to everyone's rate.
fn simulate(seed: u64, planted: f64, outcomes: &mut Outcomes) {
    let mut dice = Dice::new(seed);
    let mut key = [0; 32];
    key.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&dice.next().to_le_bytes()));
    let experiment = Experiment { id: 1, key, cut: 5_000, starts: 0, ends: 28, is_stopped: false };
    let exposed: Vec<Exposed> = (0..MEMBERS)
        .map(|member| {
            let member = MemberId(member);
            let with_cards = arm(&experiment, member) == Variant::WithCards;
            // Uniform of standard deviation .15 around .70; who accepts more is shown a little more.
            let own = (dice.uniform() - 0.5) * 12.0_f64.sqrt() * 0.15;
            let rate = 0.68 + own + if with_cards { planted } else { 0.0 };
            let n = 10 + dice.below(40) as u32 + (20.0 * (own + 0.3)) as u32;
            let shown = (0..n).filter(|_| dice.uniform() < 0.8).count() as u32;
            let accepted = (0..shown).filter(|_| dice.uniform() < rate).count() as u32;
            let sum =
                Exposure { experiment: 1, shown, accepted, undone: accepted / 20, abstained: n - shown };
            Exposed { member, sum, with_cards }
        })
        .collect();
    match report(&experiment, &exposed, 28) {
        Report::Ready(found) => {
            let Some(by) = found.acceptance else { return };
            outcomes.reports += 1;
            outcomes.alarms += usize::from(by.low > 0.0 || by.high < 0.0);
            outcomes.covered += usize::from(by.low <= planted && planted <= by.high);
        }
        _ => outcomes.withheld += 1,
    }
}
