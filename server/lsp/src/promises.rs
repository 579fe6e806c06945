//! What the text would become if an action were taken: an accept counts when it has become that, and an undo when
//! it is again what it was before. What was taken, and not taken back, is the document's recipe.

use aurora_recipe::Recipe;
use ropey::Rope;

use crate::handlers::execute_command::CorrectArguments;

/// Promises kept a document; older ones are forgotten.
const MAX_PROMISES: usize = 64;

struct Promise {
    id: u64,
    before: Rope,
    after: Rope,
    /// What is learned from it; nothing from many fixes at once.
    answer: Option<CorrectArguments>,
    /// What it does, as steps on the table as it was before.
    steps: Recipe,
    announced: bool,
    arrived: bool,
    accepted: bool,
}

/// The promises of one document.
#[derive(Default)]
pub(crate) struct Promises {
    kept: Vec<Promise>,
    /// What was taken, in order, each with the number that announced it.
    taken: Vec<(u64, Recipe)>,
}

/// Actions that a recipe remembers; older ones are forgotten.
const MAX_TAKEN: usize = 1_000;

/// What a person has done.
#[derive(Debug)]
pub(crate) enum Done {
    /// Took the action.
    Accepted(CorrectArguments),
    /// Took it back.
    Undone(CorrectArguments),
}

impl Promises {
    /// The text `before` becomes `after` when an action is taken, which does `steps`, and from which `answer` is
    /// learned; `id` will announce it.
    pub(crate) fn promise(
        &mut self,
        id: u64,
        before: Rope,
        after: Rope,
        answer: Option<CorrectArguments>,
        steps: Recipe,
    ) {
        self.kept.retain(|promise| promise.id != id);
        if self.kept.len() == MAX_PROMISES {
            // An accepted one may still be undone: it is the last to go.
            let oldest = self.kept.iter().position(|p| !p.accepted).unwrap_or(0);
            self.kept.remove(oldest);
        }
        self.kept.push(Promise {
            id,
            before,
            after,
            answer,
            steps,
            announced: false,
            arrived: false,
            accepted: false,
        });
    }

    /// The client says that the action was taken.
    pub(crate) fn announce(&mut self, id: u64) -> Option<Done> {
        let promise = self.kept.iter_mut().find(|promise| promise.id == id)?;
        promise.announced = true;
        if !promise.settle() {
            return None;
        }
        let (answer, steps) = (promise.answer.clone(), promise.steps.clone());
        self.take(id, steps);
        answer.map(Done::Accepted)
    }

    /// The text `before` becomes `after` through an edit of the server from which nothing is learned.
    pub(crate) fn expect(&mut self, id: u64, before: Rope, after: Rope) {
        self.promise(id, before, after, None, Recipe::default());
        self.announce(id);
    }

    /// Whether `text` is what an edit of the server made, or what was there before one that was taken back: not written
    /// by hand.
    pub(crate) fn tells_of(&self, text: &Rope) -> bool {
        self.kept.iter().any(|promise| {
            promise.announced && equal(&promise.after, text)
                || promise.accepted && equal(&promise.before, text)
        })
    }

    /// The text changed to `text`.
    pub(crate) fn look(&mut self, text: &Rope) -> Vec<Done> {
        let mut done = Vec::new();
        let (mut taken, mut returned) = (Vec::new(), Vec::new());
        for promise in &mut self.kept {
            if promise.accepted {
                if equal(&promise.before, text) {
                    promise.accepted = false;
                    promise.arrived = false;
                    returned.push(promise.id);
                    done.extend(promise.answer.clone().map(Done::Undone));
                }
            } else if promise.arrived && equal(&promise.before, text) {
                // Taken back before the word came: nothing was done.
                promise.arrived = false;
            } else if equal(&promise.after, text) {
                promise.arrived = true;
                if promise.settle() {
                    taken.push((promise.id, promise.steps.clone()));
                    done.extend(promise.answer.clone().map(Done::Accepted));
                }
            }
        }
        self.taken.retain(|(id, _)| !returned.contains(id));
        for (id, steps) in taken {
            self.take(id, steps);
        }
        done
    }

    fn take(&mut self, id: u64, steps: Recipe) {
        if steps.steps.is_empty() {
            return;
        }
        if self.taken.len() == MAX_TAKEN {
            self.taken.remove(0);
        }
        self.taken.push((id, steps));
    }

    /// All that was taken, as one recipe; `None` when that is nothing.
    pub(crate) fn recipe(&self) -> Option<Recipe> {
        let mut all = self.taken.first()?.1.clone();
        for (_, later) in &self.taken[1..] {
            all.steps.extend(later.steps.iter().cloned());
        }
        Some(all)
    }
}

impl Promise {
    /// Whether it has just been accepted.
    fn settle(&mut self) -> bool {
        let done = self.announced && self.arrived && !self.accepted;
        self.accepted |= done;
        done
    }
}

fn equal(a: &Rope, b: &Rope) -> bool {
    a.len_bytes() == b.len_bytes() && a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::handlers::execute_command::KindWord;

    fn answer() -> CorrectArguments {
        CorrectArguments::of_transform("file:///a.csv", Some(0), "pad-record", KindWord::Accept)
    }

    #[test]
    fn an_accept_needs_the_word_and_the_text_in_either_order() {
        for announce_first in [true, false] {
            let mut promises = Promises::default();
            let id = 7;
            promises.promise(id, "a".into(), "b".into(), Some(answer()), step());
            let mut done = Vec::new();
            if announce_first {
                assert!(promises.announce(id).is_none());
                done.extend(promises.look(&"b".into()));
            } else {
                assert!(promises.look(&"b".into()).is_empty());
                done.extend(promises.announce(id));
            }
            assert!(matches!(done[..], [Done::Accepted(_)]));
            assert!(promises.announce(id).is_none(), "counted once");
        }
    }

    #[test]
    fn the_text_returning_takes_it_back_and_again() {
        let mut promises = Promises::default();
        let id = 7;
        promises.promise(id, "a".into(), "b".into(), Some(answer()), step());
        promises.announce(id);
        promises.look(&"b".into());
        assert!(promises.look(&"c".into()).is_empty());
        assert!(matches!(promises.look(&"a".into())[..], [Done::Undone(_)]));
        assert!(matches!(promises.look(&"b".into())[..], [Done::Accepted(_)]));
    }

    #[test]
    fn what_was_taken_back_before_the_word_came_was_not_taken() {
        let mut promises = Promises::default();
        promises.promise(7, "a".into(), "b".into(), Some(answer()), step());
        assert!(promises.look(&"b".into()).is_empty());
        assert!(promises.look(&"a".into()).is_empty());
        assert!(promises.announce(7).is_none());
        assert!(matches!(promises.look(&"b".into())[..], [Done::Accepted(_)]));
    }

    fn step() -> Recipe {
        let step = aurora_recipe::Step { transform: "pad-record".to_owned(), ..Default::default() };
        Recipe { steps: vec![step], ..Recipe::default() }
    }

    #[test]
    fn the_recipe_is_what_was_taken_and_not_taken_back() {
        let mut promises = Promises::default();
        let n_steps = |promises: &Promises| promises.recipe().map_or(0, |recipe| recipe.steps.len());
        promises.promise(1, "a".into(), "b".into(), Some(answer()), step());
        promises.promise(2, "b".into(), "c".into(), None, step());
        assert_eq!(n_steps(&promises), 0);
        promises.announce(1);
        promises.look(&"b".into());
        assert_eq!(n_steps(&promises), 1);
        promises.announce(2);
        assert!(promises.look(&"c".into()).is_empty(), "many fixes at once are no answer");
        assert_eq!(n_steps(&promises), 2);
        promises.look(&"b".into());
        assert_eq!(n_steps(&promises), 1);
    }

    #[test]
    fn another_text_is_no_accept() {
        let mut promises = Promises::default();
        let id = 7;
        promises.promise(id, "a".into(), "b".into(), Some(answer()), step());
        promises.announce(id);
        assert!(promises.look(&"x".into()).is_empty());
    }
}
