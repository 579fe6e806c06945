//! Beta back-off: how likely an action is wanted for a column.
//!
//! From coarse to fine, each level's mean is drawn toward that of the level before:
//! m₀ = the built-in prior, mᵢ = (sᵢ + κᵢ·mᵢ₋₁) / (sᵢ + fᵢ + κᵢ). Counts are capped by rescaling, which is how
//! old answers are forgotten. A team's card, where there is one, moves m₀ ([`TeamPriors`]).
//!
//! A column's role has a built-in guess of its own, whose odds answers about other columns move as far as these have
//! something in common with it (`role_model.rs`); of roles, only "everywhere" and "this column" are means of counts.
//! Transforms know likeness too, by how numbers are distributed: in a running session every answered column counts
//! as much as it looks like this one ([`Look`]).

mod of_role;
mod seen;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use aurora_privacy::ids::IMPORTED_VOTES;
use statrs::distribution::{Beta, ContinuousCDF};

use crate::correction::LEAVE_AS_IS;
use crate::level::{Level, NodeKey, is_transform};
use crate::role_model::{self, Point, RoleModel};
use crate::value_belief::{self, SeenValue};
use crate::{
    ActionId, ColumnKey, ColumnPlace, Correction, DomainId, Kind, NameGroup, RuleKey, Scope, Target,
    TeamPriors, TeamStep, Verdict, preference, roles,
};
use seen::{Alike, SeenColumns};

/// Answers for and against, as they are remembered.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Counts {
    /// For.
    pub s: f64,
    /// Against.
    pub f: f64,
}

impl Counts {
    fn add(&mut self, yes: bool, cap: f64) {
        *(if yes { &mut self.s } else { &mut self.f }) += 1.0;
        let n = self.s + self.f;
        if n > cap {
            // One answer pushes the older ones down and keeps its own full weight.
            let (new_s, new_f) = if yes { (1.0, 0.0) } else { (0.0, 1.0) };
            let scale = (cap - 1.0) / (n - 1.0);
            self.s = (self.s - new_s) * scale + new_s;
            self.f = (self.f - new_f) * scale + new_f;
        }
    }
}

/// What one level did to a belief.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// The level.
    pub level: Level,
    /// Answers for and against.
    pub counts: Counts,
    /// The belief after it, 0 to 1.
    pub p: f64,
    /// By how much it moved the belief.
    pub delta: f64,
}

/// A belief with what it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Belief {
    /// Probability that the action is wanted, 0 to 1.
    pub p: f64,
    /// Its 10 % lower bound.
    pub lower: f64,
    /// The built-in prior it started from.
    pub prior: f64,
    /// What a card of the team did to the prior, before any answer.
    pub team: Option<TeamStep>,
    /// Answers it rests on, for and against: those of the level with the most.
    pub answers: (f64, f64),
    /// The levels that hold answers, from coarse to fine. Their deltas, and the team's, add up to p − prior.
    pub steps: Vec<Step>,
}

impl Belief {
    /// A belief that nobody has answered about.
    pub fn built_in(prior: f64) -> Self {
        Self { p: prior, lower: prior, prior, team: None, answers: (0.0, 0.0), steps: Vec::new() }
    }

    /// Whether any answer of the person's speaks for or against it; a team's card is none.
    pub fn is_learned(&self) -> bool {
        !self.steps.is_empty()
    }
}

/// What it would take for another action to be recommended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switch {
    /// Dismissals from now.
    pub dismissals: u32,
    /// The action that would come first.
    pub to: ActionId,
}

/// All beliefs: a value that readers share and rank with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Beliefs {
    nodes: HashMap<(NodeKey, ActionId), Counts>,
    disabled: HashSet<(DomainId, NameGroup, i16, ActionId)>,
    role_models: HashMap<DomainId, RoleModel>,
    transform_looks: HashMap<DomainId, SeenColumns>,
    trials: HashMap<DomainId, Trial>,
    transform_trials: HashMap<DomainId, Trial>,
    pub(crate) values: VecDeque<SeenValue>,
    /// Columns with an answer about a transform.
    answered: HashSet<ColumnPlace>,
    team: Arc<TeamPriors>,
}

/// How many times more answers about columns of other names it takes to move a belief by group.
pub(crate) const STRANGERS: f64 = 10.0;

/// The learned roles of a domain against the built-in guesses, on the answers so far.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Trial {
    /// Times the learned role was right and the guess wrong, less the reverse; old answers count less and less.
    lead: f64,
}

impl Trial {
    /// What an answer counts for after the next one.
    const MEMORY: f64 = 0.97;
    /// So far behind, the learned roles lose their vote.
    const LOST: f64 = -1.0;

    fn note(&mut self, learned_is_right: bool, built_in_is_right: bool) {
        let point = |is_right: bool| f64::from(u8::from(is_right));
        self.lead = (self.lead * Self::MEMORY + point(learned_is_right) - point(built_in_is_right)).min(3.0);
    }
}

/// The beliefs about one column: which answered columns look like it is found once for all actions.
pub struct OfColumn<'b> {
    beliefs: &'b Beliefs,
    key: &'b ColumnKey,
    alike: OnceCell<Vec<Alike>>,
    moves: OnceCell<Option<[role_model::ByRole; role_model::N_PARTS]>>,
}

impl OfColumn<'_> {
    /// The belief that `action` is wanted, starting from `prior` (0 to 1) and from the team's card, if there is one.
    pub fn belief(&self, action: ActionId, prior: f64) -> Belief {
        self.moved(action, prior, &self.beliefs.team)
    }

    fn moved(&self, action: ActionId, prior: f64, team: &TeamPriors) -> Belief {
        let (beliefs, key) = (self.beliefs, self.key);
        let mut belief = Belief::built_in(prior);
        if is_transform(action) && beliefs.prior_is_better(key) {
            return belief;
        }
        if let Some(step) = team.step(key, action, prior).filter(|_| !self.is_off(action)) {
            (belief.p, belief.lower) = (step.p, step.p);
            belief.team = Some(step);
        }
        let prior = belief.p;
        let mut last = (0.0, 0.0, prior, 1.0);
        for level in Level::ALL {
            if level == Level::Guess
                && let Some(role) = roles::place_of(action)
            {
                last = self.move_role(&mut belief, action, role).unwrap_or(last);
            }
            let counts = match level {
                Level::Guess | Level::Name | Level::Look if roles::role_of(action).is_some() => None,
                Level::Look => self.alike(action),
                level => beliefs.counts(level, key, action),
            };
            let Some(counts) = counts else { continue };
            let before = belief.p;
            // Columns whose names mean nothing to us have little in common.
            let strange = matches!(level, Level::Group | Level::Cell) && key.group == NameGroup(0);
            let kappa = level.kappa(action) * if strange { STRANGERS } else { 1.0 };
            belief.p = (counts.s + kappa * before) / (counts.s + counts.f + kappa);
            belief.steps.push(Step { level, counts, p: belief.p, delta: belief.p - before });
            last = (counts.s, counts.f, before, kappa);
            if counts.s + counts.f >= belief.answers.0 + belief.answers.1 {
                belief.answers = (counts.s, counts.f);
            }
        }
        if belief.is_learned() {
            let (s, f, m, kappa) = last;
            // The Beta of one or two answers is so skewed that its 10 % quantile may lie above its mean.
            belief.lower = lower_bound(s + kappa * m, f + kappa * (1.0 - m)).min(belief.p);
        }
        belief
    }

    /// Whether the person has switched off a rule about this: it is not to come back by another way.
    fn is_off(&self, action: ActionId) -> bool {
        let (beliefs, key) = (self.beliefs, self.key);
        let cell = key.cell.map_or(-1, |cell| cell.id().into());
        [-1, cell].into_iter().any(|at| beliefs.is_disabled(key.domain, key.group, at, action))
    }

    /// Answers about transforms of columns that look like this one, each as far as it does. A column may want several
    /// transforms, but then it is not to be left as it is.
    fn alike(&self, action: ActionId) -> Option<Counts> {
        let (beliefs, key) = (self.beliefs, self.key);
        if !Level::Look.is_for(action) || self.is_off(action) {
            return None;
        }
        let mut counts = Counts::default();
        for (weight, votes) in self.alike.get_or_init(|| beliefs.alike(key)) {
            for &(about, yes) in votes.iter().flatten() {
                let excludes = (about == LEAVE_AS_IS) != (action == LEAVE_AS_IS);
                match (about == action, yes) {
                    (true, true) => counts.s += weight,
                    (true, false) => counts.f += weight,
                    (false, true) if excludes => counts.f += weight,
                    (false, _) => {}
                }
            }
        }
        (counts.s + counts.f > 0.0).then_some(counts)
    }
}

impl Beliefs {
    /// The belief that `action` is wanted for the column at `key`, starting from `prior` (0 to 1).
    pub fn belief(&self, key: &ColumnKey, action: ActionId, prior: f64) -> Belief {
        self.of(key).belief(action, prior)
    }

    /// As [`Self::belief`], by the person's own answers alone.
    pub(crate) fn own_belief(&self, key: &ColumnKey, action: ActionId, prior: f64) -> Belief {
        self.of(key).moved(action, prior, &TeamPriors::default())
    }

    /// Lays the cards of a team under the answers; those that lay there before are gone.
    pub fn lay_under(&mut self, team: Arc<TeamPriors>) {
        self.team = team;
    }

    /// The cards of the team.
    pub fn team(&self) -> &TeamPriors {
        &self.team
    }

    /// The beliefs about the column at `key`.
    pub fn of<'b>(&'b self, key: &'b ColumnKey) -> OfColumn<'b> {
        OfColumn { beliefs: self, key, alike: OnceCell::new(), moves: OnceCell::new() }
    }

    pub(crate) fn counts(&self, level: Level, key: &ColumnKey, action: ActionId) -> Option<Counts> {
        if !level.is_for(action) {
            return None;
        }
        let node = NodeKey::of(level, key)?;
        let switched_off = match node {
            NodeKey::Group(domain, group) => self.is_disabled(domain, group, -1, action),
            NodeKey::Cell(domain, group, cell) => {
                self.is_disabled(domain, group, -1, action)
                    || self.is_disabled(domain, group, cell.into(), action)
            }
            _ => false,
        };
        if switched_off { None } else { self.nodes.get(&(node, action)).copied() }
    }

    /// The answers about transforms of columns like the one at `key`.
    fn alike(&self, key: &ColumnKey) -> Vec<Alike> {
        let looks = key.look.as_ref().zip(self.transform_looks.get(&key.domain));
        looks.map(|(look, looks)| looks.alike(look)).unwrap_or_default()
    }

    /// Whether the learned roles of a domain have lost their vote to the built-in guess.
    pub fn guess_is_better(&self, domain: DomainId) -> bool {
        self.trials.get(&domain).is_some_and(|trial| trial.lead < Trial::LOST)
    }

    /// Whether what was learned of transforms has lately done worse in this domain than the built-in priors, and the
    /// person has said nothing of this very column.
    fn prior_is_better(&self, key: &ColumnKey) -> bool {
        let lost = |trial: &Trial| trial.lead < Trial::LOST;
        self.transform_trials.get(&key.domain).is_some_and(lost)
            && !key.place.is_some_and(|place| self.answered.contains(&place))
    }

    /// Judges a recommendation by the answer to it, before anything is learned from it.
    fn judge_transform(&mut self, correction: &Correction) {
        let Some(contest) = correction.key.contest else { return };
        let right = match correction.kind {
            Kind::Accept => correction.asked,
            Kind::Override | Kind::Manual => correction.wanted.unwrap_or(correction.asked),
            Kind::Dismiss | Kind::Undo => return,
        };
        let trial = self.transform_trials.entry(correction.key.domain).or_default();
        trial.note(contest.learned == right, contest.built_in == right);
    }

    /// Judges what was believed of a column's role by the answer about it, before anything is learned from it.
    fn judge(&mut self, correction: &Correction) {
        let (Some(look), Some(guess)) = (&correction.key.look, correction.key.guess) else { return };
        let right = match correction.kind {
            Kind::Accept => Some(correction.asked),
            Kind::Override | Kind::Manual => correction.wanted,
            Kind::Dismiss | Kind::Undo => None,
        };
        let Some(right) = right else { return };
        let menu: Vec<_> = roles::menu(&look.role_guess());
        let unplaced = ColumnKey { place: None, ..correction.key };
        let Some((learned, _)) = self.rank(&unplaced, &menu).into_iter().next() else { return };
        let trial = self.trials.entry(correction.key.domain).or_default();
        trial.note(learned == right, guess == right);
    }

    fn is_disabled(&self, domain: DomainId, group: NameGroup, cell: i16, action: ActionId) -> bool {
        self.disabled.contains(&(domain, group, cell, action))
    }

    /// Takes in one answer.
    pub fn learn(&mut self, correction: &Correction) {
        let mut correction = *correction;
        if correction.target == Target::Role {
            self.judge(&correction);
            // What is at rest does not know the guess; what was asked is most often just that.
            correction.key.guess = correction.key.guess.or(Some(correction.asked));
            self.learn_role(&correction);
        }
        if correction.target == Target::Transform {
            self.judge_transform(&correction);
            self.see(&correction);
            self.answered.extend(correction.key.place);
        }
        value_belief::see(&mut self.values, &correction);
        for (action, yes) in correction.votes() {
            for level in Level::ALL {
                let reaches = match (correction.scope, level) {
                    (Scope::Column, level) => level == Level::Column,
                    (Scope::Alike, Level::Everywhere) => false,
                    (Scope::Alike | Scope::All, _) => true,
                };
                if !reaches || !level.is_for(action) {
                    continue;
                }
                if let Some(node) = NodeKey::of(level, &correction.key) {
                    let counts = self.nodes.entry((node, action)).or_default();
                    if correction.takes_back(action) {
                        counts.s = (counts.s - 1.0).max(0.0);
                    }
                    counts.add(yes, level.cap(action));
                }
            }
        }
    }

    /// Remembers an answer about a transform with what its column looks like.
    fn see(&mut self, correction: &Correction) {
        if let (Some(look), true) = (correction.key.look, correction.scope != Scope::Column) {
            self.transform_looks.entry(correction.key.domain).or_default().see(correction, look);
        }
    }

    /// What an answer about a column's role says of other columns.
    fn learn_role(&mut self, correction: &Correction) {
        let votes = || correction.votes().filter_map(|(action, yes)| Some((roles::place_of(action)?, yes)));
        let is = votes().find(|(_, yes)| *yes).map(|(role, _)| role_model::Verdict::Is(role));
        let is_not = || votes().next().map(|(role, _)| role_model::Verdict::IsNot(role));
        if let (Some(verdict), true) = (is.or_else(is_not), correction.scope != Scope::Column) {
            let model = self.role_models.entry(correction.key.domain).or_default();
            let (point, place) = (Point::of(&correction.key), correction.key.place);
            if let Some(role) = roles::place_of(correction.asked).filter(|_| correction.kind == Kind::Undo) {
                model.retract(&point, place, role);
            }
            model.learn(point, place, verdict);
        }
    }

    /// Takes in what the person decided about a rule as a whole.
    pub fn choose(&mut self, rule: &RuleKey, verdict: Verdict) {
        if verdict.is_disabled() {
            self.disabled.insert((rule.domain, rule.group, rule.cell_number(), rule.action));
        }
        if verdict.is_imported() {
            let node = match rule.cell {
                None => NodeKey::Group(rule.domain, rule.group),
                Some(cell) => NodeKey::Cell(rule.domain, rule.group, cell),
            };
            self.nodes.entry((node, rule.action)).or_default().s += f64::from(IMPORTED_VOTES);
        }
    }

    /// All actions of `menu` (with their built-in priors, best first) as they are believed in, the one to show
    /// first ([`preference::best_first`]). Ties keep the built-in order.
    pub fn rank(&self, key: &ColumnKey, menu: &[(ActionId, f64)]) -> Vec<(ActionId, Belief)> {
        let of_column = self.of(key);
        let mut ranked: Vec<_> =
            menu.iter().map(|&(action, prior)| (action, of_column.belief(action, prior))).collect();
        preference::best_first(&mut ranked, |(action, belief)| (*action, belief));
        ranked
    }

    /// How many more dismissals (up to 20) of the first of `menu` would put another action first: found by
    /// running the update again on a copy of the nodes concerned.
    pub fn switch(&self, asked: &Correction, menu: &[(ActionId, f64)]) -> Option<Switch> {
        let key = &asked.key;
        let first = self.rank(key, menu).first()?.0;
        let mut trial = Self {
            disabled: self.disabled.clone(),
            transform_trials: self.transform_trials.clone(),
            answered: self.answered.clone(),
            team: Arc::clone(&self.team),
            ..Self::default()
        };
        let (domain, models, looks) = (key.domain, &self.role_models, &self.transform_looks);
        trial.role_models.extend(models.get(&domain).map(|model| (domain, model.clone())));
        trial.transform_looks.extend(looks.get(&domain).map(|seen| (domain, seen.clone())));
        for &(action, _) in menu {
            for level in Level::ALL {
                if let Some(node) = NodeKey::of(level, key)
                    && let Some(&counts) = self.nodes.get(&(node, action))
                {
                    trial.nodes.insert((node, action), counts);
                }
            }
        }
        // What one dismissal says of *other* columns like this one: the column's own last word is left out.
        let elsewhere = ColumnKey { place: None, ..*key };
        let dismissal = Correction {
            key: elsewhere,
            asked: first,
            kind: Kind::Dismiss,
            scope: Scope::Alike,
            wanted: None,
            ..*asked
        };
        for dismissals in 1..=20 {
            trial.learn(&dismissal);
            let now = trial.rank(&elsewhere, menu).first()?.0;
            if now != first {
                return Some(Switch { dismissals, to: now });
            }
        }
        None
    }

    /// Every node with its counts, in a fixed order: what the derived table holds.
    pub fn nodes(&self) -> Vec<(NodeKey, ActionId, Counts)> {
        let mut nodes: Vec<_> =
            self.nodes.iter().map(|(&(key, action), &counts)| (key, action, counts)).collect();
        nodes.sort_by_key(|&(key, action, _)| (key, action));
        nodes
    }
}

/// The 10 % quantile of Beta(a, b).
pub fn lower_bound(a: f64, b: f64) -> f64 {
    Beta::new(a.max(1e-6), b.max(1e-6)).map_or(0.0, |beta| beta.inverse_cdf(0.1))
}

#[cfg(test)]
mod tests;
