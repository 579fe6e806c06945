//! What answers about roles say of other columns: a softmax regression in the log odds of the built-in guess.
//!
//! Each answer pulls the log odds of every column as far as the two have something in common (a kernel): a little for
//! being of one domain, more for the same guess, the same or a similar name, and in a running session for standing close
//! to each other among all that the built-in forest tells apart. Pulls are the maximum a posteriori of a Gaussian process
//! with that kernel (Rasmussen & Williams 2006, section 3.5), found by coordinate ascent: one step for the new answer
//! and one more for each that is remembered, which is as good as solving it anew after each answer.
//!
//! A strong guess yields to strong evidence only, unlike a mean of counts, in which any few answers drown it.

use aurora_privacy::{NameGroup, NameHash};
use aurora_profile::Role;

use crate::{ActionId, ColumnKey, ColumnPlace, Look, roles};

/// How many roles there are.
pub(crate) const N_ROLES: usize = Role::ALL.len();

/// One number a role, in the order of [`Role::ALL`].
pub(crate) type ByRole = [f64; N_ROLES];

/// What two columns may have in common, from coarse to fine.
pub(crate) const N_PARTS: usize = 3;

/// Log odds have this variance for what all columns of a domain share.
const DOMAIN: f64 = 1.0;
/// The same for columns with the same guess.
const GUESS: f64 = 2.0;
/// For columns of the same name, digits aside.
const NAME: f64 = 2.0;
/// The same again where it is not known how both look (at rest): the name then stands for spelling and standing.
const UNSEEN: f64 = 6.0;
/// For columns whose names mean the same.
const GROUP: f64 = 2.0;
/// For columns whose names are spelled alike.
const LETTERS: f64 = 2.0;
/// For columns that the forest sees alike.
const STANDING: f64 = 16.0;
/// For columns that the forest sees alike and that are spelled alike.
const BOTH: f64 = 8.0;
/// For this answer alone: slips of the hand, and what nothing here knows of.
const ALONE: f64 = 1.0;
/// How fast the forest's likeness falls with the share of splits between two columns.
const STANDING_RATE: f64 = 8.0;
/// How fast spelling's likeness falls with the share of letters that differ, squared.
const LETTERS_RATE: f64 = 2.0;
/// The least probability of a role before any answer.
const FLOOR: f64 = 1e-3;
/// The probability of a guess of which nothing else is known (at rest).
const UNKNOWN_GUESS: f64 = 0.5;
/// Answers that are remembered in a domain.
const MAX_TOLD: usize = 200;

/// The answers of one domain, each with its pull.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct RoleModel {
    told: Vec<Told>,
    /// What each two of them have in common.
    common: Vec<Vec<f32>>,
}

/// A column as answers about others see it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Point {
    guess: Option<ActionId>,
    name: Option<NameHash>,
    group: NameGroup,
    look: Option<Look>,
}

/// One answer.
#[derive(Clone, PartialEq, Debug)]
struct Told {
    point: Point,
    place: Option<ColumnPlace>,
    /// Logarithms of the built-in guess.
    prior: ByRole,
    verdict: Verdict,
    /// How it pulls the log odds of each role.
    pull: ByRole,
}

/// What an answer says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It is this role (its place in [`Role::ALL`]).
    Is(usize),
    /// It is not this one.
    IsNot(usize),
}

impl Point {
    pub(crate) fn of(key: &ColumnKey) -> Self {
        Self { guess: key.guess, name: key.name, group: key.group, look: key.look }
    }

    /// The built-in guess, as far as it is known.
    pub(crate) fn prior(&self) -> ByRole {
        if let Some(look) = &self.look {
            let guess = look.role_guess();
            return Role::ALL.map(|role| guess.p(role).max(FLOOR));
        }
        let others = (1.0 - UNKNOWN_GUESS) / (N_ROLES - 1) as f64;
        Role::ALL.map(|role| match self.guess {
            Some(guess) if guess == roles::action_of(role) => UNKNOWN_GUESS,
            Some(_) => others,
            None => 1.0,
        })
    }

    /// How much two columns have in common: their guess, their name, what they hold.
    fn common(&self, other: &Self) -> [f64; N_PARTS] {
        let if_both = |same: bool, weight: f64| if same { weight } else { 0.0 };
        let guess = DOMAIN + if_both(self.guess.is_some() && self.guess == other.guess, GUESS);
        let same_name = self.name.is_some() && self.name == other.name;
        let name = if_both(same_name, NAME)
            + if_both(self.group != NameGroup(0) && self.group == other.group, GROUP);
        let Some((one, another)) = self.look.as_ref().zip(other.look.as_ref()) else {
            return [guess, name + if_both(same_name, UNSEEN), 0.0];
        };
        let spelled = (-LETTERS_RATE * one.misspelled(another).powi(2)).exp();
        let stands = self.stands_like(other);
        [guess, name + LETTERS * spelled, stands * (STANDING + BOTH * spelled)]
    }

    /// How much alike the forest sees two columns, 0 to 1.
    pub(crate) fn stands_like(&self, other: &Self) -> f64 {
        let looks = self.look.as_ref().zip(other.look.as_ref());
        looks.map_or(0.0, |(one, another)| (-STANDING_RATE * one.apart(another)).exp())
    }
}

impl Verdict {
    /// The gradient of its log likelihood where the roles have probabilities `p`.
    fn gradient(self, p: &ByRole) -> ByRole {
        match self {
            Self::Is(right) => {
                let mut gradient = p.map(|p| -p);
                gradient[right] += 1.0;
                gradient
            }
            Self::IsNot(wrong) => {
                let odds = p[wrong] / (1.0 - p[wrong]).max(1e-6);
                let mut gradient = p.map(|p| p * odds);
                gradient[wrong] = -p[wrong];
                gradient
            }
        }
    }
}

impl RoleModel {
    /// Takes in one answer about the column at `point`.
    pub(crate) fn learn(&mut self, point: Point, place: Option<ColumnPlace>, verdict: Verdict) {
        if self.told.len() == MAX_TOLD {
            self.remove(0);
        }
        let mut row: Vec<f32> = Vec::with_capacity(self.told.len() + 1);
        for (told, common) in self.told.iter().zip(&mut self.common) {
            let both = point.common(&told.point).iter().sum::<f64>() as f32;
            row.push(both);
            common.push(both);
        }
        row.push((point.common(&point).iter().sum::<f64>() + ALONE) as f32);
        self.common.push(row);
        let (prior, pull) = (point.prior().map(f64::ln), [0.0; N_ROLES]);
        self.told.push(Told { point, place, prior, verdict, pull });
        let newest = self.told.len() - 1;
        self.step(newest);
        (0..=newest).rev().for_each(|at| self.step(at));
    }

    /// Takes back the last answer that the column at `place` (where that is not known: at `point`) is of this role.
    pub(crate) fn retract(&mut self, point: &Point, place: Option<ColumnPlace>, role: usize) {
        let is_of = |told: &Told| match (told.place, place) {
            (Some(one), Some(other)) => one == other,
            _ => told.point == *point,
        };
        let yes = |told: &Told| told.verdict == Verdict::Is(role) && is_of(told);
        if let Some(at) = self.told.iter().rposition(yes) {
            self.remove(at);
            (0..self.told.len()).rev().for_each(|at| self.step(at));
        }
    }

    fn remove(&mut self, at: usize) {
        self.told.remove(at);
        self.common.remove(at);
        for row in &mut self.common {
            row.remove(at);
        }
    }

    /// One step of the ascent for one answer, the others held.
    fn step(&mut self, at: usize) {
        let mut odds = self.told[at].prior;
        for (told, &common) in self.told.iter().zip(&self.common[at]) {
            odds.iter_mut().zip(told.pull).for_each(|(odds, pull)| *odds += f64::from(common) * pull);
        }
        let own = f64::from(self.common[at][at]);
        let told = &mut self.told[at];
        let gradient = told.verdict.gradient(&softmax(&odds));
        for (pull, gradient) in told.pull.iter_mut().zip(gradient) {
            // A softmax's curvature is at most ½.
            *pull += (gradient - *pull) / (1.0 + 0.5 * own);
        }
    }

    /// By how much the answers move the log odds of each role of the column at `point`, for each part of what columns have
    /// in common; `None` where there are no answers.
    pub(crate) fn moves(&self, point: &Point) -> Option<[ByRole; N_PARTS]> {
        let mut moves = [[0.0; N_ROLES]; N_PARTS];
        for told in &self.told {
            for (part, common) in moves.iter_mut().zip(point.common(&told.point)) {
                part.iter_mut().zip(told.pull).for_each(|(odds, pull)| *odds += common * pull);
            }
        }
        (!self.told.is_empty()).then_some(moves)
    }

    /// Answers for and against `role`, each as far as the forest sees its column like the one at `point`.
    pub(crate) fn alike(&self, point: &Point, role: usize) -> (f64, f64) {
        let (mut s, mut f) = (0.0, 0.0);
        for told in &self.told {
            let weight = point.stands_like(&told.point);
            match told.verdict {
                Verdict::Is(right) if right == role => s += weight,
                Verdict::Is(_) => f += weight,
                Verdict::IsNot(wrong) if wrong == role => f += weight,
                Verdict::IsNot(_) => {}
            }
        }
        (s, f)
    }
}

/// Probabilities from log odds.
fn softmax(odds: &ByRole) -> ByRole {
    let top = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let p = odds.map(|odds| (odds - top).exp());
    let sum: f64 = p.iter().sum();
    p.map(|p| p / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aurora_profile::role::guess_and_standing;
    use aurora_profile::{ColumnProfile, RoleGuess, ValueKind};

    /// A column of numbers whose guess gives the first role `p`, and the second the rest.
    fn point(name: &str, distinct: u64, p: f64) -> Point {
        let mut kinds = [0; 9];
        kinds[ValueKind::Integer as usize] = 1000;
        let profile = ColumnProfile { n: 1000, distinct, kinds, ..ColumnProfile::default() };
        let mut guess = [0.0; N_ROLES];
        (guess[0], guess[1]) = (p, 1.0 - p);
        let guess = RoleGuess::new(guess);
        Point {
            guess: Some(roles::action_of(guess.best())),
            name: None,
            group: NameGroup(0),
            look: Some(Look::of(name, &profile, &guess, guess_and_standing(name, &profile).1)),
        }
    }

    /// What is believed of the second role.
    fn second(model: &RoleModel, point: &Point) -> f64 {
        let mut odds = point.prior().map(f64::ln);
        for part in model.moves(point).into_iter().flatten() {
            odds.iter_mut().zip(part).for_each(|(odds, by)| *odds += by);
        }
        softmax(&odds)[1]
    }

    #[test]
    fn an_answer_reaches_as_far_as_columns_have_something_in_common() {
        let mut model = RoleModel::default();
        model.learn(point("rent1", 900, 0.9), None, Verdict::Is(1));
        let (same, near) = (point("rent2", 900, 0.9), point("weight", 800, 0.9));
        let far = Point { guess: None, ..point("code", 2, 0.9) };
        assert!(second(&model, &same) > 0.7, "{}", second(&model, &same));
        assert!(second(&model, &same) > second(&model, &near));
        assert!(second(&model, &near) > second(&model, &far));
        assert!(second(&model, &far) < 0.3);
    }

    #[test]
    fn a_sure_guess_yields_to_more_than_a_doubtful_one() {
        let mut model = RoleModel::default();
        model.learn(point("rent1", 900, 0.6), None, Verdict::Is(1));
        assert!(second(&model, &point("height", 500, 0.6)) > 0.5);
        assert!(second(&model, &point("height", 500, 0.995)) < 0.3);
    }

    #[test]
    fn a_dismissal_speaks_against_one_role_only() {
        let mut model = RoleModel::default();
        model.learn(point("rent1", 900, 0.7), None, Verdict::IsNot(0));
        let moved = model.moves(&point("rent2", 900, 0.7)).unwrap();
        let by = |role: usize| moved.iter().map(|part| part[role]).sum::<f64>();
        assert!(by(0) < 0.0 && by(1) > by(2) && by(2) > 0.0, "{moved:?}");
    }

    #[test]
    fn a_flipped_preference_is_followed_within_six_answers() {
        let mut model = RoleModel::default();
        (0..300).for_each(|i| model.learn(point(&format!("rent{i}"), 900, 0.5), None, Verdict::Is(0)));
        assert!(second(&model, &point("rent", 900, 0.5)) < 0.1);
        let needed = (1..=20).find(|_| {
            model.learn(point("rent", 900, 0.5), None, Verdict::Is(1));
            second(&model, &point("rent", 900, 0.5)) > 0.5
        });
        assert!(needed.is_some_and(|n| n <= 6), "{needed:?}");
    }

    #[test]
    fn the_pulls_are_close_to_where_the_ascent_ends() {
        let mut model = RoleModel::default();
        for i in 0..60_u64 {
            let name = ["rent", "code", "height"][(i % 3) as usize];
            // The codes are of the second role, and a few of the others.
            let role = usize::from(i % 3 == 1 || i % 10 == 0);
            model.learn(point(name, 1 + (i * i * 37) % 900, 0.6), None, Verdict::Is(role));
        }
        let mut solved = model.clone();
        (0..500).for_each(|_| (0..60).for_each(|at| solved.step(at)));
        for distinct in [2, 70, 850] {
            let column = point("rent", distinct, 0.6);
            let (once, thoroughly) = (second(&model, &column), second(&solved, &column));
            assert!((once - thoroughly).abs() < 0.05, "{once} {thoroughly}");
        }
    }

    #[test]
    fn only_so_many_answers_are_remembered() {
        let mut model = RoleModel::default();
        (0..MAX_TOLD + 5).for_each(|_| model.learn(point("rent", 900, 0.5), None, Verdict::Is(0)));
        assert_eq!(model.told.len(), MAX_TOLD);
        assert!(model.common.iter().all(|row| row.len() == MAX_TOLD));
    }

    #[test]
    fn an_answer_that_was_taken_back_pulls_no_more() {
        let (column, place) =
            (point("rent1", 900, 0.9), Some(ColumnPlace { column: 1, ..ColumnPlace::default() }));
        let mut model = RoleModel::default();
        model.learn(point("code", 2, 0.9), None, Verdict::Is(0));
        let mut alone = model.clone();
        model.learn(column, place, Verdict::Is(1));
        assert!(second(&model, &column) > 0.7);
        // Of another role, or of another column, nothing was said.
        let with = model.clone();
        model.retract(&column, place, 0);
        model.retract(&column, Some(ColumnPlace::default()), 1);
        assert_eq!(model, with);
        model.retract(&column, place, 1);
        assert!((second(&model, &column) - second(&alone, &column)).abs() < 0.05);
        // Both end where the ascent ends: nothing is left of it.
        (0..200).for_each(|_| [&mut model, &mut alone].iter_mut().for_each(|model| model.step(0)));
        assert!((second(&model, &column) - second(&alone, &column)).abs() < 1e-9);
        assert_eq!(model.told.len(), 1);
        assert!(model.common.iter().all(|row| row.len() == model.told.len()));
    }
}
