//! The way to the server: the pool of connections, and when something was last heard over it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::scope::said;
use crate::repo::RepoError;

/// A server that has answered nobody for so long, though somebody waited, is gone. Longer than any statement may take,
/// so that one answers or is ended by the server meanwhile, which is an answer too.
const SILENCE: Duration = Duration::from_secs(2);

/// What every transaction needs.
pub(super) struct Way {
    pub(super) pool: Pool,
    /// Told how long each request waited for a connection.
    pub(super) waited: Box<dyn Fn(Duration) + Send + Sync>,
    pub(super) heard: Arc<Heard>,
}

/// Whether the server is there, by what those heard who asked it something. An error is an answer: a server with too
/// much to do says so, one that is gone says nothing.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// A connection broke, or could not be made, and nothing was heard since.
    is_lost: bool,
    /// Since when nothing was heard by those who waited.
    silent: Option<Instant>,
}

impl Heard {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server answered.
    pub(super) fn answer(&self) {
        *self.state() = State::default();
    }

    /// Somebody waited in vain.
    pub(super) fn nothing(&self) {
        self.state().silent.get_or_insert_with(Instant::now);
    }

    /// Notes an error, and gives it in the store's words.
    pub(super) fn said(&self, error: &Error) -> RepoError {
        // A server that shuts down or starts up says so and does nothing more.
        let goes = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
        match error.as_db_error() {
            Some(db) if !goes.contains(db.code()) => self.answer(),
            _ => self.state().is_lost = true,
        }
        said(error)
    }

    /// See [`crate::repo::Repo::is_gone`].
    pub(super) fn is_gone(&self) -> bool {
        let state = self.state();
        state.is_lost || state.silent.is_some_and(|since| since.elapsed() >= SILENCE)
    }
}
