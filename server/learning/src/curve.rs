//! The learning curve: how well what is at rest would have foreseen each answer, day by day, by replay.

use std::collections::BTreeMap;

use crate::{Beliefs, Correction, Day, DomainId, Kind};

/// The belief that the replay starts from: what is at rest does not know the built-in prior of that day.
const REPLAY_PRIOR: f64 = 0.5;

/// One day in one domain.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct CurveDay {
    /// Answers.
    pub answered: u32,
    /// Answers that took what was asked about.
    pub accepted: u32,
    /// Sum of squared errors of the beliefs, before each answer.
    squared: f64,
}

impl CurveDay {
    /// Mean squared error of the foreseen acceptance, 0 to 1.
    pub fn brier(&self) -> f64 {
        self.squared / f64::from(self.answered.max(1))
    }

    /// Share of answers that took what was asked about.
    pub fn acceptance(&self) -> f64 {
        f64::from(self.accepted) / f64::from(self.answered.max(1))
    }
}

/// All days.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Curve {
    days: BTreeMap<(Day, DomainId), CurveDay>,
}

impl Curve {
    /// Scores what `beliefs` foresaw of the answer, before they learn from it; by the person's own answers alone, for
    /// that is what can be replayed from rest.
    pub fn note(&mut self, beliefs: &Beliefs, correction: &Correction) {
        let accepted = correction.kind == Kind::Accept
            || (correction.kind == Kind::Manual
                && correction.wanted.is_none_or(|wanted| wanted == correction.asked));
        let foreseen = beliefs.own_belief(&correction.key, correction.believed(), REPLAY_PRIOR).p;
        let day = self.days.entry((correction.day, correction.key.domain)).or_default();
        day.answered += 1;
        day.accepted += u32::from(accepted);
        day.squared += (foreseen - f64::from(u8::from(accepted))).powi(2);
    }

    /// The days in order.
    pub fn days(&self) -> impl Iterator<Item = (Day, DomainId, CurveDay)> {
        self.days.iter().map(|(&(day, domain), &one)| (day, domain, one))
    }
}
