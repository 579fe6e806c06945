//! Rules: the generalisations that a person can read, and what has become of each.

use std::collections::HashMap;

use crate::{ActionId, Correction, Day, DomainId, Life, NameGroup, Scope, Tier, Verdict, rule_number};

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
    /// Its number for `aurora rules show N`: six digits that follow from its key alone, whatever becomes of it and of
    /// other rules; nine where another known rule has the same six.
    pub id: u32,
    /// What it is about.
    pub key: RuleKey,
    /// Its record.
    pub life: Life,
    /// What the person decided about it, if anything.
    pub verdict: Option<Verdict>,
}

impl Rule {
    /// Whether the person has switched it off.
    pub fn is_disabled(&self) -> bool {
        self.verdict.is_some_and(Verdict::is_disabled)
    }

    /// Whether it is one of the "n rules learned" on `today`.
    pub fn counts_on(&self, today: Day) -> bool {
        !self.is_disabled() && self.life.tier_on(today).counts()
    }
}

/// A rule went from one tier to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleChange {
    /// The rule.
    pub rule: RuleKey,
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
    by_short_number: HashMap<u32, Vec<usize>>,
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
                if correction.takes_back(action) {
                    rule.life.retract();
                }
                rule.life.answer(yes, correction.day);
                let to = rule.life.tier;
                if from != to {
                    self.log.push(RuleChange { rule: rule_key, day: correction.day, from, to });
                }
                if key.cell.is_none() {
                    break;
                }
            }
        }
    }

    fn entry(&mut self, key: RuleKey) -> &mut Rule {
        let at = match self.by_key.get(&key) {
            Some(&at) => at,
            None => self.add(key),
        };
        &mut self.all[at]
    }

    fn add(&mut self, key: RuleKey) -> usize {
        let (at, id) = (self.all.len(), rule_number::short(&key));
        self.all.push(Rule { id, key, life: Life::default(), verdict: None });
        self.by_key.insert(key, at);
        let namesakes = self.by_short_number.entry(id).or_default();
        namesakes.push(at);
        if namesakes.len() > 1 {
            let keys: Vec<_> = namesakes.iter().map(|&one| self.all[one].key).collect();
            for (&one, id) in namesakes.iter().zip(rule_number::long(&keys)) {
                self.all[one].id = id;
            }
        }
        at
    }

    /// Notes what the person decided. An imported rule is active from the start.
    pub fn choose(&mut self, key: RuleKey, verdict: Verdict, day: Day) {
        if verdict == Verdict::Enabled {
            return;
        }
        let rule = self.entry(key);
        rule.verdict = Some(verdict);
        if verdict.is_imported() && rule.life.tier < Tier::Active {
            rule.life.tier = Tier::Active;
            rule.life.last_answer = day;
        }
    }

    /// Every rule, watched ones included.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The rule of that number. A number that several share is none's.
    pub fn get(&self, id: u32) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }

    /// What a person should see on `today`: rules from candidate up, and those decided about. A cell's rule
    /// that only repeats its group's is left out. In the order of the days of their first answers, and of their keys on
    /// the same day: no decision moves a rule in the list.
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
        let mut shown: Vec<_> = self.all.iter().filter(|rule| known(rule) && !repeats(rule)).collect();
        shown.sort_unstable_by_key(|rule| (rule.life.created, rule.key));
        shown
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnKey, Kind, Target};

    fn accept(key: RuleKey) -> Correction {
        let column = ColumnKey { domain: key.domain, group: key.group, ..ColumnKey::default() };
        Correction {
            day: 20_000,
            key: column,
            target: Target::Transform,
            asked: key.action,
            kind: Kind::Accept,
            scope: Scope::Alike,
            wanted: None,
        }
    }

    #[test]
    fn rules_that_share_a_number_are_told_apart_and_the_shared_one_is_nobodys() {
        let [one, other] = rule_number::tests::pair();
        let mut rules = Rules::default();
        rules.learn(&accept(one));
        let shared = rules.all()[0].id;
        assert_eq!(rules.get(shared).map(|rule| rule.key), Some(one));
        rules.learn(&accept(other));
        assert!(rules.get(shared).is_none());
        for rule in rules.all() {
            assert_eq!(rules.get(rule.id), Some(rule));
        }
        // As numbered whatever came first.
        let mut reversed = Rules::default();
        [other, one].iter().for_each(|&key| reversed.learn(&accept(key)));
        let number = |rules: &Rules, key| rules.all().iter().find(|rule| rule.key == key).map(|rule| rule.id);
        assert_eq!(
            [one, other].map(|key| number(&rules, key)),
            [one, other].map(|key| number(&reversed, key))
        );
    }

    #[test]
    fn an_undo_takes_its_yes_out_of_the_record_of_the_rule() {
        let key = RuleKey { domain: DomainId(7), group: NameGroup(1), cell: None, action: ActionId(1001) };
        let mut rules = Rules::default();
        (0..4).for_each(|_| rules.learn(&accept(key)));
        rules.learn(&Correction { kind: Kind::Undo, ..accept(key) });
        let life = rules.all()[0].life;
        assert_eq!((life.s, life.f), (3, 1));
    }
}
