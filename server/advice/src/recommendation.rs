//! What to do with a column, ranked, with the reason and the confidence.

use aurora_learning::preference::best_first;
use aurora_learning::{ActionId, Belief, Beliefs, ColumnKey};

use crate::{
    ColumnView, Finding, FixClass, Severity, TableView, Target, Transform, action, checks, remedy, transforms,
};

/// Code of the action that changes nothing.
pub const LEAVE_AS_IS: &str = "leave-as-is";

/// Catalogue number of [`LEAVE_AS_IS`]; transforms follow from 1001.
pub const LEAVE_AS_IS_NUMBER: u16 = aurora_learning::correction::LEAVE_AS_IS.0;

/// How likely a column is to be left as it is at most: of 320 that nothing spoke against, authors of published analyses
/// changed one in eleven all the same.
const MOST_LEFT: f64 = 0.91;

/// An action considered for a column.
#[derive(Clone, PartialEq, Debug)]
pub struct Recommendation {
    /// Code of the transform, or [`LEAVE_AS_IS`].
    pub action: &'static str,
    /// What it may change.
    pub class: FixClass,
    /// How sure, with what it rests on.
    pub belief: Belief,
    /// Codes of the findings it answers.
    pub findings: Vec<&'static str>,
    /// One sentence.
    pub why: String,
}

impl Recommendation {
    /// The action as answers name it.
    pub fn id(&self) -> ActionId {
        action::id_of(aurora_learning::Target::Transform, self.action).unwrap_or(ActionId(u16::MAX))
    }
}

/// Every action considered for `column`, best first; equal ones in the order of the catalogue.
///
/// Each starts from a built-in prior, which the person's answers move. [`LEAVE_AS_IS`] is among them: its prior
/// is what the best of the others leaves.
pub fn recommend(
    table: &TableView<'_>,
    column: &ColumnView<'_>,
    key: &ColumnKey,
    beliefs: &Beliefs,
) -> Vec<Recommendation> {
    let findings = checks::run_column_and_file(table, column);
    let target = Target::Column(column.idx);
    let beliefs = beliefs.of(key);
    let mut best = 0.0_f64;
    let mut all = Vec::new();
    for transform in transforms::TRANSFORMS {
        if !transform.applies(table, target) {
            continue;
        }
        let meta = transform.meta();
        let answered: Vec<&Finding> =
            findings.iter().filter(|f| f.fixes.iter().any(|fix| fix.transform == meta.code)).collect();
        let prior = transform.prior(table, column).unwrap_or_else(|| prior(*transform, &answered));
        best = best.max(prior);
        let why = answered.first().map_or_else(|| meta.docs.summary().to_owned(), |f| f.message.clone());
        all.push(Recommendation {
            action: meta.code,
            class: meta.class,
            belief: beliefs.belief(ActionId(meta.number), prior),
            findings: answered.iter().map(|finding| finding.code).collect(),
            why,
        });
    }
    // Any of the powers may be the one that is wanted: what they leave together is less than what the best leaves.
    let evens_out = all.iter().any(|one| remedy::POWERS.contains(&one.action));
    let left = 1.0 - if evens_out { best.max(remedy::worth(column)) } else { best };
    let why = match findings.iter().filter(|finding| finding.severity != Severity::Advice).count() {
        0 => "nothing speaks for a change".to_owned(),
        1 => "there is one finding; it may be as meant".to_owned(),
        n => format!("there are {n} findings; they may be as meant"),
    };
    all.push(Recommendation {
        action: LEAVE_AS_IS,
        class: FixClass::Safe,
        belief: beliefs.belief(ActionId(LEAVE_AS_IS_NUMBER), left.clamp(0.05, MOST_LEFT)),
        findings: Vec::new(),
        why,
    });
    best_first(&mut all, |one| (one.id(), &one.belief));
    all
}

/// Ranks `all` anew by what `beliefs` now make of each; equal ones in the order of the catalogue.
pub fn rank(all: &mut [Recommendation], key: &ColumnKey, beliefs: &Beliefs) {
    let place = |action: &str| transforms::TRANSFORMS.iter().position(|one| one.meta().code == action);
    let beliefs = beliefs.of(key);
    for one in all.iter_mut() {
        one.belief = beliefs.belief(one.id(), one.belief.prior);
    }
    all.sort_by_key(|one| place(one.action).unwrap_or(usize::MAX));
    best_first(all, |one| (one.id(), &one.belief));
}

/// The built-in belief that a transform is wanted, from the findings that name it: the louder the finding and
/// the earlier in its list, the more.
fn prior(transform: &dyn Transform, answered: &[&Finding]) -> f64 {
    let code = transform.meta().code;
    let of = |finding: &&Finding| {
        let place = finding.fixes.iter().position(|fix| fix.transform == code).unwrap_or(0);
        let loud = match finding.severity {
            Severity::Error => 0.85,
            Severity::Warning => 0.75,
            Severity::Information => 0.6,
            Severity::Hint => 0.45,
            Severity::Advice => 0.05,
        };
        // What only changes form is wanted more often than what changes values.
        let class = if transform.meta().class == FixClass::Unsafe && place == 0 { 0.9 } else { 1.0 };
        loud * class * 0.7_f64.powi(place as i32)
    };
    answered.iter().map(of).fold(0.04, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn actions(sample: &Sample) -> Vec<(&'static str, f64)> {
        sample.with(|table| {
            let found = recommend(table, &table.columns[0], &ColumnKey::default(), &Beliefs::default());
            found.into_iter().map(|r| (r.action, r.belief.p)).collect()
        })
    }

    #[test]
    fn a_clean_column_is_left_alone() {
        let sample = Sample::new("city,n\nRome,1\nOslo,2\nBern,3\n");
        assert_eq!(actions(&sample)[0].0, LEAVE_AS_IS);
    }

    #[test]
    fn a_skewed_measure_gets_its_logarithm() {
        let sample = Sample::column("amount", (0..80).map(|i| f64::from(i).exp2() + 0.5));
        let sample = Sample::new(&sample.text.replace('\n', ",x\n"));
        let all = actions(&sample);
        assert_eq!(all[0].0, "log1p-column");
        assert!(all[0].1 >= 0.7, "{all:?}");
    }

    #[test]
    fn how_sure_goes_with_how_skewed() {
        let of = |power: i32| {
            let sample = Sample::column("amount", (0..80).map(|i| 0.5 + f64::from(i).powi(power)));
            actions(&Sample::new(&sample.text.replace('\n', ",x\n")))
        };
        // Squares are not highly skewed. Fourth powers are, but several things may be wanted of them.
        let (left, changed) = (of(2), of(4));
        assert!(left[0].0 == LEAVE_AS_IS && left[0].1 > 0.9, "{left:?}");
        assert!(changed[0].0 == "yeo-johnson-column" && changed[0].1 < 0.6, "{changed:?}");
    }

    #[test]
    fn padded_fields_are_trimmed_before_all() {
        let sample = Sample::new("city,n\nRome ,1\nOslo,2\nBern,3\n");
        assert_eq!(actions(&sample)[0].0, "trim-whitespace");
    }
}
