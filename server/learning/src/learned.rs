//! All that has been learned, as a function of what is at rest.

use std::collections::HashMap;

use aurora_privacy::{Answer, Choice, LedgerId, LiveCell};

use crate::rule::Rules;
use crate::{Beliefs, ColumnKey, ColumnPlace, Correction, Curve, RuleKey};

/// An answer with its number at rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredAnswer {
    /// Numbers rise with time.
    pub id: i64,
    /// The answer.
    pub answer: Answer,
}

/// A draw as it rests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    /// The spend that paid for it.
    pub ledger: LedgerId,
    /// The drawn buckets.
    pub cell: LiveCell,
}

/// The two sources (answers with choices, and draws), and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AtRest {
    /// Answers in order.
    pub answers: Vec<StoredAnswer>,
    /// Draws.
    pub draws: Vec<Draw>,
    /// Rules switched off or brought in.
    pub choices: Vec<Choice>,
}

/// What a running session knows of answered columns beyond what is at rest: exact cells, guesses and looks of
/// the files that are open in it. Memory only.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// By the numbers of this session's own answers.
    pub answers: HashMap<i64, ColumnKey>,
    /// By column, of the files that are open now: their old answers come back to full strength.
    pub columns: HashMap<ColumnPlace, ColumnKey>,
}

impl Overlay {
    fn key(&self, stored: &StoredAnswer) -> Option<&ColumnKey> {
        self.answers.get(&stored.id).or_else(|| self.columns.get(&stored.answer.place?))
    }
}

/// All that has been learned: a value that readers share.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Learned {
    /// What ranks.
    pub beliefs: Beliefs,
    /// What a person can read.
    pub rules: Rules,
    /// How well it went.
    pub curve: Curve,
    /// Answers taken in.
    pub n_answers: u64,
}

impl Learned {
    /// Takes in one answer.
    pub fn learn(&mut self, correction: &Correction) {
        self.curve.note(&self.beliefs, correction);
        self.beliefs.learn(correction);
        self.rules.learn(correction);
        self.n_answers += 1;
    }
}

/// Recomputes everything from what is at rest: equal sources give equal results, bit for bit. `overlay` is
/// what the running session knows beyond; it is empty for what is derived at rest.
pub fn rebuild(at_rest: &AtRest, overlay: &Overlay) -> Learned {
    let draws: HashMap<LedgerId, LiveCell> =
        at_rest.draws.iter().map(|draw| (draw.ledger, draw.cell)).collect();
    let mut learned = Learned::default();
    let mut choices = at_rest.choices.clone();
    choices.sort_unstable();
    for choice in &choices {
        let cell = u8::try_from(choice.cell).ok();
        let rule = RuleKey { domain: choice.domain, group: choice.group, cell, action: choice.action };
        learned.beliefs.choose(&rule, choice.verdict);
        learned.rules.choose(rule, choice.verdict, choice.day);
    }
    for stored in &at_rest.answers {
        let drawn = || stored.answer.ledger.and_then(|ledger| draws.get(&ledger).copied());
        let live = overlay.key(stored);
        let mut correction =
            Correction::from_rest(&stored.answer, live.and_then(|key| key.cell).or_else(drawn));
        if let Some(live) = live {
            (correction.key.guess, correction.key.look) = (live.guess, live.look);
            (correction.key.value, correction.key.contest) = (live.value, live.contest);
        }
        learned.learn(&correction);
    }
    learned
}
