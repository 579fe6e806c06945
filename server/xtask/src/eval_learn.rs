//! `cargo xtask eval learn`: how well answers are learned from, by simulated people with labels fixed beforehand.
//!
//! A domain's columns come in random order; half are for test and never answered. At each step the learner shows
//! its recommendation for the next column; the person accepts it if it is the label, else dismisses it (mode A) or
//! says what was wanted (mode B). Roles, which come as statistics instead of files, go through the learner that the
//! server calls; values and transforms through the built server itself.

mod baselines;
mod errors;
mod served;
mod transforms;
mod types;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// What to measure.
pub(crate) struct Options {
    /// The folder of the part, or the one that holds `types/`, `errors/`, `transforms/`.
    pub(crate) data: PathBuf,
    /// Random orders.
    pub(crate) seeds: u64,
    /// Print the JSON line only.
    pub(crate) json: bool,
    /// Built-in role guesses to start from instead of the program's (`id,<role>,…` with probabilities): when the
    /// program's model was fitted on these very columns, guesses by folds over data sets are the honest start.
    pub(crate) priors: Option<PathBuf>,
    /// The server, instead of the one that is built for it.
    pub(crate) binary: Option<PathBuf>,
}

impl Options {
    /// The folder of `part`, which holds `file`: the one that was named, or the one of that name inside it.
    fn folder(&self, part: &str, file: &str) -> anyhow::Result<PathBuf> {
        let places = [self.data.clone(), self.data.join(part)];
        let found = places.into_iter().find(|place| place.join(file).is_file());
        found.with_context(|| format!("neither {0} nor {0}/{part} holds {file}", self.data.display()))
    }

    /// The server, built unless one was named.
    fn server(&self) -> anyhow::Result<PathBuf> {
        if let Some(binary) = &self.binary {
            return Ok(binary.clone());
        }
        let build = ["build", "--release", "--quiet", "--bin", "aurora"];
        let status = Command::new(env!("CARGO")).args(build).status()?;
        anyhow::ensure!(status.success(), "the server does not build");
        Ok(Path::new("target").join("release").join("aurora"))
    }

    /// Prints a line, unless only the last one is wanted.
    fn say(&self, line: String) {
        if !self.json {
            println!("{line}");
        }
    }
}

/// Runs `eval learn --data DIR [--part types|errors|transforms] [--seeds N] [--priors FILE] [--binary PATH]
/// [--json]`.
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
        binary: value("--binary").map(PathBuf::from),
    };
    match value("--part").as_deref().unwrap_or("types") {
        "types" => types::measure(&options),
        "errors" => errors::measure(&options),
        "transforms" => transforms::measure(&options),
        other => bail!("eval learn knows no part {other}; there are types, errors, transforms"),
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

/// The value below which a share `q` of `values` lies; 0 for none.
pub(crate) fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

/// How long it took from an answer to the next recommendation, for the JSON line.
pub(crate) fn answer_times(milliseconds: &[f64]) -> serde_json::Value {
    let (median, p99) = (quantile(milliseconds, 0.5), quantile(milliseconds, 0.99));
    serde_json::json!({"median": median, "p99": p99, "n": milliseconds.len()})
}

/// Confidence from which a recommendation is shown.
const SHOWN: f64 = 0.7;

/// Recommendations that were made: the confidence of each, and whether it was right.
#[derive(Clone, Default)]
struct Shown(Vec<(f64, bool)>);

impl Shown {
    fn note(&mut self, confidence: f64, right: bool) {
        self.0.push((confidence, right));
    }

    fn extend(&mut self, more: &Self) {
        self.0.extend(&more.0);
    }

    fn n_shown(&self) -> usize {
        self.0.iter().filter(|(p, _)| *p >= SHOWN).count()
    }

    /// Share of the shown that were right.
    fn acceptance(&self) -> f64 {
        let right = self.0.iter().filter(|(p, right)| *p >= SHOWN && *right).count();
        right as f64 / self.n_shown().max(1) as f64
    }

    /// Share that were shown.
    fn coverage(&self) -> f64 {
        self.n_shown() as f64 / self.0.len().max(1) as f64
    }

    /// Ten bins of the confidence: how many, the sum of their confidences, and how many were right.
    fn bins(&self) -> [(f64, f64, f64); 10] {
        let mut bins = [(0.0, 0.0, 0.0); 10];
        for &(p, right) in &self.0 {
            let (n, sum, n_right) = &mut bins[((p * 10.0) as usize).min(9)];
            (*n, *sum, *n_right) = (*n + 1.0, *sum + p, *n_right + f64::from(u8::from(right)));
        }
        bins
    }

    /// Expected calibration error over ten bins of the confidence.
    fn ece(&self) -> f64 {
        self.bins().iter().map(|(_, sum, right)| (sum - right).abs()).sum::<f64>()
            / self.0.len().max(1) as f64
    }

    fn describe(&self) -> String {
        let mut text = format!(
            "shown from {SHOWN}: acceptance {:.3} at coverage {:.3}; ECE of all {:.3}",
            self.acceptance(),
            self.coverage(),
            self.ece()
        );
        for (n, sum, right) in self.bins().into_iter().filter(|(n, ..)| *n > 0.0) {
            text += &format!("\n  confidence {:.2}: {:.2} of {n} right", sum / n, right / n);
        }
        text
    }
}
