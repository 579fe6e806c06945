//! The threads of the embedded store: one that writes, a few that read. Async code hands them work and never waits
//! for the disk itself.
//!
//! The writer takes all that waits (up to [`MAX_BATCH`]) into one transaction, each piece of work in a savepoint of
//! its own, and answers after the commit: many small writes share one wait for the disk.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::open::{self, said};
use crate::repo::RepoError;

/// Threads that read.
const N_READERS: usize = 2;
/// Work that may wait; more is refused at once.
const MAX_WAITING: usize = 1024;
/// Pieces of work that share a commit.
const MAX_BATCH: usize = 64;
/// How long a request waits for the store.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);
/// How long a release or an expiry may take.
pub(crate) const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// Work on a connection. What it gives is called after the commit, with what became of that.
type Work = Box<dyn FnOnce(&Connection) -> Option<Answer> + Send>;
type Answer = Box<dyn FnOnce(Result<(), RepoError>) + Send>;

/// Where work is handed in. The threads end with it.
#[derive(Debug)]
pub(crate) struct Pool {
    writer: SyncSender<Work>,
    readers: SyncSender<Work>,
}

impl Pool {
    /// Opens the connections on `path`, which exists, and starts the threads.
    pub(crate) fn start(path: &Path) -> Result<Self, RepoError> {
        let (writer, works) = sync_channel(MAX_WAITING);
        let connection = open::connect(path)?;
        spawn("hub-store-writer", move || write_all(&connection, &works))?;
        let (readers, works) = sync_channel::<Work>(MAX_WAITING);
        let works = Arc::new(Mutex::new(works));
        for _ in 0..N_READERS {
            let connection = open::connect(path)?;
            connection.pragma_update(None, "query_only", true).map_err(|error| said(&error))?;
            let works = Arc::clone(&works);
            spawn("hub-store-reader", move || {
                loop {
                    // The lock is given back before the work begins.
                    let work = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(work) = work else { break };
                    if let Some(answer) = work(&connection) {
                        answer(Ok(()));
                    }
                }
            })?;
        }
        Ok(Self { writer, readers })
    }

    /// Runs `work` in a transaction that is committed when it gives `Ok`.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Connection) -> Result<T, RepoError> + Send + 'static,
    ) -> Result<T, RepoError> {
        hand_in(&self.writer, patience, move |connection| in_savepoint(connection, work)).await
    }

    /// Runs `work`, which only reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RepoError> + Send + 'static,
    ) -> Result<T, RepoError> {
        hand_in(&self.readers, PATIENCE, work).await
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), RepoError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    started.map(|_| ()).map_err(|error| RepoError::Unavailable(error.to_string()))
}

async fn hand_in<T: Send + 'static>(
    threads: &SyncSender<Work>,
    patience: Duration,
    work: impl FnOnce(&Connection) -> Result<T, RepoError> + Send + 'static,
) -> Result<T, RepoError> {
    let (reply, answered) = oneshot::channel();
    let work: Work = Box::new(move |connection| {
        if reply.is_closed() {
            // Who asked has stopped waiting: nothing is done for nobody.
            return None;
        }
        let done = work(connection);
        Some(Box::new(move |committed| {
            let _ = reply.send(committed.and(done));
        }))
    });
    threads.try_send(work).map_err(|error| {
        RepoError::Unavailable(match error {
            TrySendError::Full(_) => "too much waits for it".to_owned(),
            TrySendError::Disconnected(_) => "its thread has ended".to_owned(),
        })
    })?;
    match tokio::time::timeout(patience, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(RepoError::Unavailable("another writes, or the disk failed".to_owned())),
        Err(_) => Err(RepoError::Unavailable("not in time".to_owned())),
    }
}

/// Undoes what `work` did when it fails, and leaves what others did in the same transaction.
fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, RepoError>,
) -> Result<T, RepoError> {
    let run = |sql| connection.prepare_cached(sql).and_then(|mut s| s.execute([])).map_err(|e| said(&e));
    run("SAVEPOINT work")?;
    let done = work(connection);
    if done.is_err() {
        run("ROLLBACK TO work")?;
    }
    run("RELEASE work")?;
    done
}

/// The writer's thread.
fn write_all(connection: &Connection, works: &Receiver<Work>) {
    let run = |sql| connection.prepare_cached(sql).and_then(|mut s| s.execute([])).map_err(|e| said(&e));
    while let Ok(first) = works.recv() {
        let mut batch = vec![first];
        batch.extend(works.try_iter().take(MAX_BATCH - 1));
        if run("BEGIN IMMEDIATE").is_err() {
            // Dropping the work tells who asked.
            continue;
        }
        let mut answers = Vec::with_capacity(batch.len());
        for work in batch {
            answers.extend(work(connection));
            // A full or failing disk ends the whole transaction: what came before in it is undone too.
            if connection.is_autocommit() {
                break;
            }
        }
        let committed = if connection.is_autocommit() {
            Err(RepoError::Unavailable("the disk failed".to_owned()))
        } else {
            run("COMMIT").map(|_| ())
        };
        if committed.is_err() && !connection.is_autocommit() {
            let _ = run("ROLLBACK");
        }
        for answer in answers {
            answer(again(&committed));
        }
    }
}

/// The same outcome for another.
fn again(outcome: &Result<(), RepoError>) -> Result<(), RepoError> {
    match outcome {
        Ok(()) => Ok(()),
        Err(error) => Err(RepoError::Unavailable(error.to_string())),
    }
}
