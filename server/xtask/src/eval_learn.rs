//! `cargo xtask eval learn`: how well answers are learned from, by simulated people with labels fixed beforehand.
//!
//! A domain's columns come in random order; half are for test and never answered. At each step the learner shows
//! its recommendation for the next column; the person accepts it if it is the label, else dismisses it (mode A) or
//! says what was wanted (mode B). Everything goes through the learner that the server calls.

mod baselines;
mod types;

use std::path::PathBuf;

use anyhow::{Context, bail};

/// What to measure.
pub(crate) struct Options {
    /// Folder with `types/`, `errors/`, `transforms/`.
    pub(crate) data: PathBuf,
    /// Random orders.
    pub(crate) seeds: u64,
    /// Print the JSON line only.
    pub(crate) json: bool,
    /// Built-in role guesses to start from instead of the program's (`id,<role>,…` with probabilities): when the
    /// program's model was fitted on these very columns, guesses by folds over data sets are the honest start.
    pub(crate) priors: Option<PathBuf>,
}

/// Runs `eval learn --data DIR [--part types] [--seeds N] [--priors FILE] [--json]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some(("learn", rest)) = arguments.split_first().map(|(part, rest)| (part.as_str(), rest)) else {
        bail!("eval takes a part: learn");
    };
    let value = |name: &str| {
        let at = rest.iter().position(|word| word == name)?;
        rest.get(at + 1).cloned()
    };
    let options = Options {
        data: value("--data").map(PathBuf::from).context("eval learn needs --data DIR")?,
        seeds: value("--seeds").map_or(Ok(5), |n| n.parse()).context("--seeds takes a number")?,
        json: rest.iter().any(|word| word == "--json"),
        priors: value("--priors").map(PathBuf::from),
    };
    match value("--part").as_deref().unwrap_or("types") {
        "types" => types::measure(&options),
        other => bail!("eval learn cannot measure {other} yet; there is: types"),
    }
}

/// A small generator with a fixed seed: the same orders on every machine (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Expected calibration error over ten bins of the shown confidence.
pub(crate) fn calibration_error(shown: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for &(p, right) in shown {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin.0 += 1.0;
        bin.1 += p;
        bin.2 += f64::from(u8::from(right));
    }
    bins.iter().map(|(_, p, right)| (p - right).abs()).sum::<f64>() / shown.len().max(1) as f64
}
