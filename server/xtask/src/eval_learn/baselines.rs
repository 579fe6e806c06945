//! What a plainer learner would do with the same answers: for comparison only. Choices are numbers from 0.

use std::collections::HashMap;

/// What a plainer learner knows of one question.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The built-in probability of each choice.
    pub(super) prior: Vec<f64>,
    /// What else is known, as numbers from 0 to 1.
    pub(super) features: Vec<f64>,
    /// Questions that are counted together.
    pub(super) cell: u64,
}

impl Case {
    /// The choice that is built in.
    fn best(&self) -> usize {
        best(self.prior.len(), |choice| self.prior[choice])
    }

    /// Prior, features, one.
    fn x(&self) -> Vec<f64> {
        self.prior.iter().chain(&self.features).copied().chain([1.0]).collect()
    }
}

/// A plainer learner.
pub(super) struct Baseline {
    pub(super) name: &'static str,
    pub(super) new: fn() -> Box<dyn Learns>,
}

/// What a learner does.
pub(super) trait Learns {
    fn best(&self, case: &Case) -> usize;
    fn told(&mut self, case: &Case, shown: usize, wanted: usize);
}

pub(super) const ALL: &[Baseline] = &[
    Baseline { name: "built-in only", new: || Box::new(BuiltIn) },
    Baseline { name: "most frequent answer", new: || Box::new(Majority::default()) },
    Baseline { name: "Beta per cell", new: || Box::new(PerCell::default()) },
    Baseline { name: "LinUCB", new: || Box::new(LinUcb::default()) },
    Baseline { name: "logistic regression", new: || Box::new(Logistic::default()) },
];

/// The first of the choices with the most.
fn best(n: usize, score: impl Fn(usize) -> f64) -> usize {
    (0..n).rev().max_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap_or_default()
}

struct BuiltIn;

impl Learns for BuiltIn {
    fn best(&self, case: &Case) -> usize {
        case.best()
    }

    fn told(&mut self, _: &Case, _: usize, _: usize) {}
}

#[derive(Default)]
struct Majority(HashMap<usize, u32>);

impl Learns for Majority {
    fn best(&self, case: &Case) -> usize {
        self.0
            .iter()
            .max_by_key(|(choice, n)| (**n, **choice))
            .map_or_else(|| case.best(), |(choice, _)| *choice)
    }

    fn told(&mut self, _: &Case, _: usize, wanted: usize) {
        *self.0.entry(wanted).or_default() += 1;
    }
}

/// A Beta with the built-in probability as its prior (weight 1) for each cell and choice.
#[derive(Default)]
struct PerCell(HashMap<(u64, usize), (f64, f64)>);

impl Learns for PerCell {
    fn best(&self, case: &Case) -> usize {
        best(case.prior.len(), |choice| {
            let (s, f) = self.0.get(&(case.cell, choice)).copied().unwrap_or_default();
            (s + case.prior[choice]) / (s + f + 1.0)
        })
    }

    fn told(&mut self, case: &Case, shown: usize, wanted: usize) {
        self.0.entry((case.cell, wanted)).or_default().0 += 1.0;
        if shown != wanted {
            self.0.entry((case.cell, shown)).or_default().1 += 1.0;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `LinUCB` (Li et al. 2010) on what the prior leaves over: one ridge regression a choice, α = 0.2.
#[derive(Default)]
struct LinUcb {
    /// For each choice the inverse of the regression's matrix, and its right side.
    arms: HashMap<usize, (Vec<Vec<f64>>, Vec<f64>)>,
}

impl Learns for LinUcb {
    fn best(&self, case: &Case) -> usize {
        let x = case.x();
        best(case.prior.len(), |choice| {
            let (gain, doubt) = match self.arms.get(&choice) {
                Some((inverse, b)) => {
                    let ax: Vec<f64> = inverse.iter().map(|row| dot(row, &x)).collect();
                    (dot(&ax, b), dot(&ax, &x))
                }
                None => (0.0, dot(&x, &x)),
            };
            case.prior[choice] + gain + 0.2 * doubt.sqrt()
        })
    }

    fn told(&mut self, case: &Case, shown: usize, wanted: usize) {
        let x = case.x();
        let n = x.len();
        let mut learn = |choice: usize, reward: f64| {
            let unit = || (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
            let (inverse, b): &mut (Vec<Vec<f64>>, Vec<f64>) =
                self.arms.entry(choice).or_insert_with(|| (unit(), vec![0.0; n]));
            // Sherman–Morrison: the inverse after xxᵀ was added.
            let ax: Vec<f64> = inverse.iter().map(|row| dot(row, &x)).collect();
            let scale = 1.0 + dot(&ax, &x);
            for i in 0..n {
                for j in 0..n {
                    inverse[i][j] -= ax[i] * ax[j] / scale;
                }
                b[i] += x[i] * (reward - case.prior[choice]);
            }
        };
        learn(wanted, 1.0);
        if shown != wanted {
            learn(shown, 0.0);
        }
    }
}

/// Softmax regression on top of the prior's logarithms, refitted by gradient steps over all answers.
#[derive(Default)]
struct Logistic {
    weights: Vec<Vec<f64>>,
    seen: Vec<(Vec<f64>, Vec<f64>, usize)>,
}

fn softmax(weights: &[Vec<f64>], x: &[f64], offset: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> =
        offset.iter().enumerate().map(|(r, o)| o + weights.get(r).map_or(0.0, |w| dot(w, x))).collect();
    let top = scores.iter().copied().fold(f64::MIN, f64::max);
    let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
    scores.iter().map(|s| (s - top).exp() / total).collect()
}

fn offset(case: &Case) -> Vec<f64> {
    case.prior.iter().map(|p| (p + 1e-3).ln()).collect()
}

impl Learns for Logistic {
    fn best(&self, case: &Case) -> usize {
        let p = softmax(&self.weights, &case.x(), &offset(case));
        best(p.len(), |choice| p[choice])
    }

    fn told(&mut self, case: &Case, _: usize, wanted: usize) {
        self.seen.push((case.x(), offset(case), wanted));
        self.weights.resize(case.prior.len(), vec![0.0; case.x().len()]);
        for _ in 0..5 {
            for (x, offset, label) in &self.seen {
                let p = softmax(&self.weights, x, offset);
                for (choice, weights) in self.weights.iter_mut().enumerate() {
                    let error = f64::from(u8::from(choice == *label)) - p[choice];
                    weights.iter_mut().zip(x).for_each(|(w, x)| *w += 0.05 * (error * x - 0.002 * *w));
                }
            }
        }
    }
}
