//! The boosted forest that turns features into role probabilities. Its trees are the table in `forest.txt`, written by
//! `server/xtask/train_roles.py`; nothing here is fitted by hand.

use std::sync::LazyLock;

use super::N_FEATURES;

/// The trees as text: one tree a line, `role shrinkage-applied-leaf-values …` in the format of [`parse`].
const TEXT: &str = include_str!("forest.txt");

static FOREST: LazyLock<Vec<Tree>> = LazyLock::new(|| TEXT.lines().filter_map(parse).collect());

/// A binary tree over features; it adds one leaf's value to the score of its role.
struct Tree {
    role: usize,
    nodes: Vec<Node>,
}

enum Node {
    /// Go left when the feature is at most the threshold.
    Split {
        feature: usize,
        threshold: f64,
        left: usize,
        right: usize,
    },
    Leaf(f64),
}

/// A line `role node node …`, nodes in pre-order: `f<feature>:<threshold>` is a split whose left subtree follows, then
/// its right one; anything else is the value of a leaf.
fn parse(line: &str) -> Option<Tree> {
    let mut words = line.split_ascii_whitespace();
    let role = words.next()?.parse().ok().filter(|&role| role < 9)?;
    let mut nodes = Vec::new();
    node(&mut words, &mut nodes)?;
    Some(Tree { role, nodes })
}

fn node<'a>(words: &mut impl Iterator<Item = &'a str>, nodes: &mut Vec<Node>) -> Option<usize> {
    let word = words.next()?;
    let at = nodes.len();
    let Some(split) = word.strip_prefix('f') else {
        nodes.push(Node::Leaf(word.parse().ok()?));
        return Some(at);
    };
    let (feature, threshold) = split.split_once(':')?;
    let (feature, threshold) = (feature.parse().ok().filter(|&f| f < N_FEATURES)?, threshold.parse().ok()?);
    nodes.push(Node::Leaf(0.0));
    let left = node(words, nodes)?;
    let right = node(words, nodes)?;
    nodes[at] = Node::Split { feature, threshold, left, right };
    Some(at)
}

impl Tree {
    fn value(&self, features: &[f64; N_FEATURES]) -> f64 {
        let mut at = 0;
        loop {
            match &self.nodes[at] {
                Node::Leaf(value) => return *value,
                Node::Split { feature, threshold, left, right } => {
                    at = if features[*feature] <= *threshold { *left } else { *right };
                }
            }
        }
    }
}

/// The thresholds of all splits, by feature, in order.
static THRESHOLDS: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let mut by_feature = vec![Vec::new(); N_FEATURES];
    for node in FOREST.iter().flat_map(|tree| &tree.nodes) {
        if let Node::Split { feature, threshold, .. } = node {
            by_feature[*feature].push(*threshold);
        }
    }
    by_feature.iter_mut().for_each(|thresholds| thresholds.sort_by(f64::total_cmp));
    by_feature
});

/// How many splits there are in all.
pub(super) fn n_splits() -> usize {
    static N: LazyLock<usize> = LazyLock::new(|| THRESHOLDS.iter().map(Vec::len).sum());
    *N
}

/// How many splits of each feature lie below the features.
pub(super) fn passed(features: &[f64; N_FEATURES]) -> [u16; N_FEATURES] {
    let below = |(thresholds, &x): (&Vec<f64>, &f64)| {
        u16::try_from(thresholds.partition_point(|&threshold| threshold < x)).unwrap_or(u16::MAX)
    };
    let mut passed = [0; N_FEATURES];
    passed.iter_mut().zip(THRESHOLDS.iter().zip(features).map(below)).for_each(|(out, n)| *out = n);
    passed
}

/// Softmax of the summed scores: probabilities in the order of `Role::ALL`.
pub(super) fn probabilities(features: &[f64; N_FEATURES]) -> [f64; 9] {
    let mut scores = [0.0; 9];
    for tree in FOREST.iter() {
        scores[tree.role] += tree.value(features);
    }
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut p = scores.map(|score| (score - largest).exp());
    let sum: f64 = p.iter().sum();
    for each in &mut p {
        *each /= sum;
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_tree() {
        assert!(TEXT.lines().all(|line| parse(line).is_some()));
        assert!(FOREST.len() >= 9);
    }

    #[test]
    fn a_split_lies_between_what_it_tells_apart() {
        let (feature, thresholds) =
            THRESHOLDS.iter().enumerate().max_by_key(|(_, thresholds)| thresholds.len()).unwrap();
        let at = |x: f64| {
            let mut features = [0.0; N_FEATURES];
            features[feature] = x;
            passed(&features)[feature]
        };
        let middle = thresholds[thresholds.len() / 2];
        assert!(at(middle) < at(middle.next_up()));
        assert_eq!(usize::from(at(f64::INFINITY)), thresholds.len());
        assert_eq!(at(f64::NEG_INFINITY), 0);
    }

    #[test]
    fn a_tree_goes_left_up_to_the_threshold() {
        let tree = parse("3 f1:0.5 -1 f0:2 7 8").unwrap();
        let mut features = [0.0; N_FEATURES];
        assert_eq!((tree.role, tree.value(&features)), (3, -1.0));
        features[1] = 1.0;
        assert_eq!(tree.value(&features), 7.0);
        features[0] = 3.0;
        assert_eq!(tree.value(&features), 8.0);
    }
}
