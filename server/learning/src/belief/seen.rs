//! Answers about transforms, each with what its column looked like: memory only.

use std::collections::VecDeque;

use crate::level::MAX_ALIKE;
use crate::{ActionId, ColumnPlace, Correction, Look};

/// How many looks are remembered in a domain.
const MAX_LOOKS: usize = 500;

/// What an answer says of up to two actions.
type Votes = [Option<(ActionId, bool)>; 2];

/// How much an answer about a column that looks alike counts, and its votes.
pub(super) type Alike = (f64, Votes);

/// The answers of one domain, the newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct SeenColumns(VecDeque<Seen>);

/// One answer.
#[derive(Clone, PartialEq, Debug)]
struct Seen {
    look: Look,
    place: Option<ColumnPlace>,
    votes: Votes,
}

impl SeenColumns {
    /// Remembers an answer about a column with this look. Of one that is an undo, the yes that it takes back is remembered
    /// no more.
    pub(super) fn see(&mut self, correction: &Correction, look: Look) {
        let place = correction.key.place;
        let yes = self.0.iter_mut().filter(|seen| seen.is_of(place, &look)).find_map(|seen| {
            seen.votes.iter_mut().find(|vote| vote.is_some_and(|(of, yes)| yes && correction.takes_back(of)))
        });
        if let Some(yes) = yes {
            *yes = None;
        }
        let mut votes = correction.votes();
        self.0.push_front(Seen { look, place, votes: [votes.next(), votes.next()] });
        self.0.truncate(MAX_LOOKS);
    }

    /// The answers about columns that look like this, the newest first until the cap is reached.
    pub(super) fn alike(&self, look: &Look) -> Vec<Alike> {
        let (mut alike, mut left) = (Vec::new(), MAX_ALIKE);
        for seen in self.0.iter().filter(|seen| seen.votes != [None; 2]) {
            let weight = seen.look.likeness_to_transforms(look).min(left);
            left -= weight;
            alike.push((weight, seen.votes));
            if left <= 0.0 {
                break;
            }
        }
        alike
    }
}

impl Seen {
    /// Whether it is about the column at `place`, or where that is not known, about one that looks just so.
    fn is_of(&self, place: Option<ColumnPlace>, look: &Look) -> bool {
        match (self.place, place) {
            (Some(one), Some(other)) => one == other,
            _ => self.look == *look,
        }
    }
}
