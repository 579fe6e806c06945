//! Rules: the generalisations that a person can read, and what has become of each.

use std::collections::HashMap;

use crate::{ActionId, Correction, Day, DomainId, Life, NameGroup, Scope, Tier, Verdict};

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RuleKey {
    /// In files of this domain,
    pub domain: DomainId,
    /// columns of this name group
    pub group: NameGroup,
    /// (with these buckets, by number)
    pub cell: Option<u8>,
    /// want this.
    pub action: ActionId,
}

impl RuleKey {
    /// The cell as it rests: −1 for none.
    pub fn cell_number(&self) -> i16 {
        self.cell.map_or(-1, i16::from)
    }
}

/// A rule with its record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its number for `aurora rules show N`, in the order of their first answers, from 1.
    pub id: u32,
    /// What it is about.
    pub key: RuleKey,
    /// Its record.
    pub life: Life,
    /// What the person decided about it, if anything.
    pub verdict: Option<Verdict>,
}

impl Rule {
    /// Whether it is one of the "n rules learned" on `today`.
    pub fn counts_on(&self, today: Day) -> bool {
        self.verdict != Some(Verdict::Disabled) && self.life.tier_on(today).counts()
    }
}

/// A rule went from one tier to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleChange {
    /// The rule's number.
    pub rule: u32,
    /// When.
    pub day: Day,
    /// From.
    pub from: Tier,
    /// To.
    pub to: Tier,
}

/// Every rule, and how each came to be.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    all: Vec<Rule>,
    by_key: HashMap<RuleKey, usize>,
    log: Vec<RuleChange>,
}

impl Rules {
    /// Takes in one answer. Answers about one column only generalise to nothing.
    pub fn learn(&mut self, correction: &Correction) {
        if correction.scope == Scope::Column {
            return;
        }
        let key = &correction.key;
        for (action, yes) in correction.votes() {
            for cell in [None, key.cell.map(|cell| cell.id())] {
                let rule_key = RuleKey { domain: key.domain, group: key.group, cell, action };
                let rule = self.entry(rule_key);
                let from = rule.life.tier;
                rule.life.answer(yes, correction.day);
                let (id, to) = (rule.id, rule.life.tier);
                if from != to {
                    self.log.push(RuleChange { rule: id, day: correction.day, from, to });
                }
                if key.cell.is_none() {
                    break;
                }
            }
        }
    }

    fn entry(&mut self, key: RuleKey) -> &mut Rule {
        let at = *self.by_key.entry(key).or_insert_with(|| {
            let id = self.all.len() as u32 + 1;
            self.all.push(Rule { id, key, life: Life::default(), verdict: None });
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    /// Notes what the person decided. An imported rule is active from the start.
    pub fn choose(&mut self, key: RuleKey, verdict: Verdict, day: Day) {
        if verdict == Verdict::Enabled {
            return;
        }
        let rule = self.entry(key);
        rule.verdict = Some(verdict);
        if verdict == Verdict::Imported && rule.life.tier < Tier::Active {
            rule.life.tier = Tier::Active;
            rule.life.last_answer = day;
        }
    }

    /// Every rule, watched ones included, by number.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The rule of that number.
    pub fn get(&self, id: u32) -> Option<&Rule> {
        self.all.get(id.checked_sub(1)? as usize)
    }

    /// What a person should see on `today`: rules from candidate up, and those decided about. A cell's rule
    /// that only repeats its group's is left out.
    pub fn shown(&self, today: Day) -> Vec<&Rule> {
        let repeats = |rule: &Rule| {
            rule.key.cell.is_some()
                && rule.verdict.is_none()
                && self.by_key.get(&RuleKey { cell: None, ..rule.key }).is_some_and(|&at| {
                    let group = self.all[at].life.tier_on(today);
                    group.counts() && group >= rule.life.tier_on(today).min(Tier::Trusted)
                })
        };
        let known = |rule: &Rule| rule.verdict.is_some() || rule.life.tier != Tier::Watched;
        self.all.iter().filter(|rule| known(rule) && !repeats(rule)).collect()
    }

    /// "n rules learned": those shown that count.
    pub fn n_learned(&self, today: Day) -> usize {
        self.shown(today).iter().filter(|rule| rule.counts_on(today)).count()
    }

    /// Every change of tier, in order.
    pub fn log(&self) -> &[RuleChange] {
        &self.log
    }
}
