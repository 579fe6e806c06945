//! What the text would become if an action were taken: an accept counts when it has become that, and an undo when
//! it is again what it was before.

use ropey::Rope;

use crate::handlers::execute_command::CorrectArguments;

/// Promises kept a document; older ones are forgotten.
const MAX_PROMISES: usize = 64;

struct Promise {
    id: u64,
    before: Rope,
    after: Rope,
    answer: CorrectArguments,
    announced: bool,
    arrived: bool,
    accepted: bool,
}

/// The promises of one document.
#[derive(Default)]
pub(crate) struct Promises {
    kept: Vec<Promise>,
}

/// What a person has done.
#[derive(Debug)]
pub(crate) enum Done {
    /// Took the action.
    Accepted(CorrectArguments),
    /// Took it back.
    Undone(CorrectArguments),
}

impl Promises {
    /// The text `before` becomes `after` when the action of `answer` is taken; `id` will announce it.
    pub(crate) fn promise(&mut self, id: u64, before: Rope, after: Rope, answer: CorrectArguments) {
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
            announced: false,
            arrived: false,
            accepted: false,
        });
    }

    /// The client says that the action was taken.
    pub(crate) fn announce(&mut self, id: u64) -> Option<Done> {
        let promise = self.kept.iter_mut().find(|promise| promise.id == id)?;
        promise.announced = true;
        promise.settle()
    }

    /// The text changed to `text`.
    pub(crate) fn look(&mut self, text: &Rope) -> Vec<Done> {
        let mut done = Vec::new();
        for promise in &mut self.kept {
            if promise.accepted {
                if equal(&promise.before, text) {
                    promise.accepted = false;
                    promise.arrived = false;
                    done.push(Done::Undone(promise.answer.clone()));
                }
            } else if equal(&promise.after, text) {
                promise.arrived = true;
                done.extend(promise.settle());
            }
        }
        done
    }
}

impl Promise {
    fn settle(&mut self) -> Option<Done> {
        let done = self.announced && self.arrived && !self.accepted;
        self.accepted |= done;
        done.then(|| Done::Accepted(self.answer.clone()))
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
            promises.promise(id, "a".into(), "b".into(), answer());
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
        promises.promise(id, "a".into(), "b".into(), answer());
        promises.announce(id);
        promises.look(&"b".into());
        assert!(promises.look(&"c".into()).is_empty());
        assert!(matches!(promises.look(&"a".into())[..], [Done::Undone(_)]));
        assert!(matches!(promises.look(&"b".into())[..], [Done::Accepted(_)]));
    }

    #[test]
    fn another_text_is_no_accept() {
        let mut promises = Promises::default();
        let id = 7;
        promises.promise(id, "a".into(), "b".into(), answer());
        promises.announce(id);
        assert!(promises.look(&"x".into()).is_empty());
    }
}
