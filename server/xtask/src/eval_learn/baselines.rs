//! What a plainer learner would do with the same answers: for comparison only.

use std::collections::HashMap;

use aurora_learning::name_group::group_of;
use aurora_privacy::LiveCell;
use aurora_profile::Role;

use super::types::Labelled;

/// A plainer learner.
pub(super) struct Baseline {
    pub(super) name: &'static str,
    pub(super) new: fn() -> Box<dyn Learns>,
}

/// What a learner does.
pub(super) trait Learns {
    fn best(&self, column: &Labelled) -> Role;
    fn told(&mut self, column: &Labelled, shown: Role, wanted: Role);
}

pub(super) const ALL: &[Baseline] = &[
    Baseline { name: "built-in only", new: || Box::new(BuiltIn) },
    Baseline { name: "most frequent answer", new: || Box::new(Majority::default()) },
    Baseline { name: "Beta per name group and cell", new: || Box::new(PerCell::default()) },
    Baseline { name: "LinUCB on the guess and the cell", new: || Box::new(LinUcb::default()) },
    Baseline { name: "logistic regression on the guess and the cell", new: || Box::new(Logistic::default()) },
];

struct BuiltIn;

impl Learns for BuiltIn {
    fn best(&self, column: &Labelled) -> Role {
        column.guess.best()
    }

    fn told(&mut self, _: &Labelled, _: Role, _: Role) {}
}

#[derive(Default)]
struct Majority(HashMap<Role, u32>);

impl Learns for Majority {
    fn best(&self, column: &Labelled) -> Role {
        self.0
            .iter()
            .max_by_key(|(role, n)| (**n, **role))
            .map_or_else(|| column.guess.best(), |(role, _)| *role)
    }

    fn told(&mut self, _: &Labelled, _: Role, wanted: Role) {
        *self.0.entry(wanted).or_default() += 1;
    }
}

/// Where a column is counted: group, cell and role.
type Slot = (u16, u8, Role);

/// A Beta with the guess as its prior (weight 1) for each name group, cell and role.
#[derive(Default)]
struct PerCell(HashMap<Slot, (f64, f64)>);

impl Learns for PerCell {
    fn best(&self, column: &Labelled) -> Role {
        let (group, cell) = (group_of(&column.name).0, LiveCell::of(&column.profile).id());
        let p = |role: Role| {
            let (s, f) = self.0.get(&(group, cell, role)).copied().unwrap_or_default();
            (s + column.guess.p(role)) / (s + f + 1.0)
        };
        Role::ALL.into_iter().max_by(|&a, &b| p(a).total_cmp(&p(b))).unwrap_or_else(|| column.guess.best())
    }

    fn told(&mut self, column: &Labelled, shown: Role, wanted: Role) {
        let (group, cell) = (group_of(&column.name).0, LiveCell::of(&column.profile).id());
        self.0.entry((group, cell, wanted)).or_default().0 += 1.0;
        if shown != wanted {
            self.0.entry((group, cell, shown)).or_default().1 += 1.0;
        }
    }
}

/// Features of the linear learners: the guess, the buckets, one.
const N: usize = 9 + 6 + 2 + 3 + 3 + 1;

fn features(column: &Labelled) -> [f64; N] {
    let mut x = [0.0; N];
    for (out, role) in x.iter_mut().zip(Role::ALL) {
        *out = column.guess.p(role);
    }
    let cell = LiveCell::of(&column.profile);
    x[9 + usize::from(cell.kind)] = 1.0;
    x[15 + usize::from(cell.nulls)] = 1.0;
    x[17 + usize::from(cell.skew)] = 1.0;
    x[20 + usize::from(cell.distinct)] = 1.0;
    x[N - 1] = 1.0;
    x
}

fn dot(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// LinUCB (Li et al. 2010) on what the guess leaves over: one ridge regression a role, α = 0.2.
struct LinUcb {
    arms: Vec<([[f64; N]; N], [f64; N])>,
}

impl Default for LinUcb {
    fn default() -> Self {
        let mut unit = [[0.0; N]; N];
        (0..N).for_each(|i| unit[i][i] = 1.0);
        Self { arms: vec![(unit, [0.0; N]); 9] }
    }
}

impl Learns for LinUcb {
    fn best(&self, column: &Labelled) -> Role {
        let x = features(column);
        let score = |role: Role| {
            let (inverse, b) = &self.arms[role as usize];
            let ax: [f64; N] = std::array::from_fn(|i| dot(&inverse[i], &x));
            column.guess.p(role) + dot(&ax, b) + 0.2 * dot(&ax, &x).sqrt()
        };
        Role::ALL
            .into_iter()
            .max_by(|&a, &b| score(a).total_cmp(&score(b)))
            .unwrap_or_else(|| column.guess.best())
    }

    fn told(&mut self, column: &Labelled, shown: Role, wanted: Role) {
        let x = features(column);
        let mut learn = |role: Role, reward: f64| {
            let (inverse, b) = &mut self.arms[role as usize];
            // Sherman–Morrison: the inverse after xxᵀ was added.
            let ax: [f64; N] = std::array::from_fn(|i| dot(&inverse[i], &x));
            let scale = 1.0 + dot(&ax, &x);
            for i in 0..N {
                for j in 0..N {
                    inverse[i][j] -= ax[i] * ax[j] / scale;
                }
                b[i] += x[i] * (reward - column.guess.p(role));
            }
        };
        learn(wanted, 1.0);
        if shown != wanted {
            learn(shown, 0.0);
        }
    }
}

/// Softmax regression on top of the guess's logarithms, refitted by gradient steps over all answers.
#[derive(Default)]
struct Logistic {
    weights: Vec<[f64; N]>,
    seen: Vec<([f64; N], [f64; 9], usize)>,
}

impl Logistic {
    fn p(&self, x: &[f64; N], offset: &[f64; 9]) -> [f64; 9] {
        let score = |r: usize| offset[r] + self.weights.get(r).map_or(0.0, |w| dot(w, x));
        let scores: [f64; 9] = std::array::from_fn(score);
        let top = scores.iter().copied().fold(f64::MIN, f64::max);
        let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
        scores.map(|s| (s - top).exp() / total)
    }
}

fn offset(column: &Labelled) -> [f64; 9] {
    Role::ALL.map(|role| (column.guess.p(role) + 1e-3).ln())
}

impl Learns for Logistic {
    fn best(&self, column: &Labelled) -> Role {
        let p = self.p(&features(column), &offset(column));
        Role::ALL
            .into_iter()
            .max_by(|&a, &b| p[a as usize].total_cmp(&p[b as usize]))
            .unwrap_or_else(|| column.guess.best())
    }

    fn told(&mut self, column: &Labelled, _: Role, wanted: Role) {
        self.seen.push((features(column), offset(column), wanted as usize));
        self.weights.resize(9, [0.0; N]);
        for _ in 0..5 {
            for (x, offset, label) in &self.seen {
                let p = self.p(x, offset);
                for (role, weights) in self.weights.iter_mut().enumerate() {
                    let error = f64::from(u8::from(role == *label)) - p[role];
                    weights.iter_mut().zip(x).for_each(|(w, x)| *w += 0.05 * (error * x - 0.002 * *w));
                }
            }
        }
    }
}
