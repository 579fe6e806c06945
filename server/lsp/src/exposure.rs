//! What this session showed, counted for the experiment of a team: for each column of an open table once, whether
//! something was advised, and what became of it. Memory only, and gone with the session unless the person publishes
//! while an experiment runs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aurora_advice::recommendation::LEAVE_AS_IS;
use aurora_analysis::Column;
use aurora_learning::Kind;
use aurora_team::wire::Exposure;
use tower_lsp::lsp_types::Url;

/// Confidence from which an action is put forward, not only listed.
const SHOWN: f64 = 0.7;
/// The most columns that are counted.
const MAX_COLUMNS: usize = 50_000;

/// What became of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Seen {
    /// Nothing was put forward.
    Abstained,
    /// Something was.
    Shown,
    /// And taken.
    Accepted,
    /// And taken back.
    Undone,
    /// The hub has been told: it is not counted again.
    Told,
}

/// The columns of this session.
#[derive(Default)]
pub(crate) struct Exposures(Mutex<HashMap<(Url, usize), Seen>>);

impl Exposures {
    /// The columns of a table are on the screen; those that are known stay as they are.
    pub(crate) fn note(&self, uri: &Url, columns: &[Column]) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, column) in columns.iter().enumerate() {
            if seen.len() >= MAX_COLUMNS {
                return;
            }
            let first = column.recommendations.first();
            let is_shown = first.is_some_and(|one| one.belief.p >= SHOWN && one.action != LEAVE_AS_IS);
            let now = if is_shown { Seen::Shown } else { Seen::Abstained };
            seen.entry((uri.clone(), at)).or_insert(now);
        }
    }

    /// A recommendation for a column was answered.
    pub(crate) fn answered(&self, uri: &Url, column: usize, kind: Kind) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = seen.get_mut(&(uri.clone(), column)) {
            *seen = match (*seen, kind) {
                (Seen::Shown | Seen::Undone, Kind::Accept) => Seen::Accepted,
                (Seen::Accepted, Kind::Undo) => Seen::Undone,
                (as_it_is, _) => as_it_is,
            };
        }
    }

    /// The counts since the hub was last told; `None` when there is nothing to tell.
    pub(crate) fn counts(&self, experiment: i64) -> Option<Exposure> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n = |kinds: &[Seen]| seen.values().filter(|seen| kinds.contains(seen)).count() as u32;
        let exposure = Exposure {
            experiment,
            shown: n(&[Seen::Shown, Seen::Accepted, Seen::Undone]),
            accepted: n(&[Seen::Accepted, Seen::Undone]),
            undone: n(&[Seen::Undone]),
            abstained: n(&[Seen::Abstained]),
        };
        (exposure.shown + exposure.abstained > 0).then_some(exposure)
    }

    /// The hub was told of all of it.
    pub(crate) fn told(&self) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values_mut().for_each(|seen| *seen = Seen::Told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(all: &[(usize, Seen)]) -> Exposures {
        let uri = Url::parse("file:///a.csv").unwrap();
        Exposures(Mutex::new(all.iter().map(|&(at, seen)| ((uri.clone(), at), seen)).collect()))
    }

    #[test]
    fn each_column_counts_once_for_what_became_of_it() {
        let uri = Url::parse("file:///a.csv").unwrap();
        let all = seen(&[(0, Seen::Shown), (1, Seen::Shown), (2, Seen::Abstained), (3, Seen::Shown)]);
        all.answered(&uri, 0, Kind::Accept);
        all.answered(&uri, 1, Kind::Accept);
        all.answered(&uri, 1, Kind::Undo);
        all.answered(&uri, 2, Kind::Accept);
        all.answered(&uri, 3, Kind::Dismiss);
        all.answered(&uri, 9, Kind::Accept);
        let counts = Exposure { experiment: 4, shown: 3, accepted: 2, undone: 1, abstained: 1 };
        assert_eq!(all.counts(4), Some(counts));
        all.told();
        all.answered(&uri, 0, Kind::Accept);
        assert_eq!(all.counts(4), None);
    }
}
