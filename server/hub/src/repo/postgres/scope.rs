//! Transactions on a pooled connection, each for one tenant and within its time.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{ClientWrapper, Object, PoolError};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::connect::untrusted;
use super::way::{Heard, Way};
use crate::model::TenantId;
use crate::repo::RepoError;

/// How long a request waits for the store. `statement_timeout` alone does not fire for a frozen server.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
/// How long a release or an expiry may take.
pub(super) const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// What a transaction keeps others of its tenant from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lock {
    /// Nothing.
    Free,
    /// Changes votes: not while a release counts them.
    Votes,
    /// Is a release: alone with the tenant's votes.
    Release,
    /// Deletes what has expired: one at a time.
    Expiry,
    /// Takes a seat: one at a time.
    Seats,
    /// Begins an experiment: one at a time.
    Experiments,
}

/// What PostgreSQL said. Only messages of its refusals are passed on; none quotes a value.
pub(super) fn said(error: &Error) -> RepoError {
    let Some(db) = error.as_db_error() else {
        // The library's own words: "connection closed", "error connecting to server".
        return untrusted(error).unwrap_or_else(|| RepoError::Unavailable(error.to_string()));
    };
    let code = db.code();
    let refuses = code.code().starts_with("23")
        || [SqlState::RAISE_EXCEPTION, SqlState::INSUFFICIENT_PRIVILEGE].contains(code);
    if refuses {
        RepoError::Refused(db.message().to_owned())
    } else {
        RepoError::Unavailable(format!("SQLSTATE {}", code.code()))
    }
}

/// Bounds the time of all that is done in `work`; what was on its way then is undone, or its outcome is not known.
pub(super) async fn in_time<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, RepoError>>,
) -> Result<T, RepoError> {
    match tokio::time::timeout(patience, work).await {
        Ok(done) => done,
        Err(_) => Err(RepoError::Unavailable("not in time".to_owned())),
    }
}

/// A connection in use. Dropped without having been given back, it is closed: nobody knows what is still on its way.
struct Held {
    object: Option<Object>,
    heard: Arc<Heard>,
}

impl Held {
    async fn take(way: &Way) -> Result<Self, RepoError> {
        let asked = Instant::now();
        let got = way.pool.get().await;
        (way.waited)(asked.elapsed());
        match got {
            Ok(object) => Ok(Self { object: Some(object), heard: Arc::clone(&way.heard) }),
            Err(PoolError::Backend(error)) => Err(way.heard.said(&error)),
            Err(PoolError::Timeout(_)) => {
                way.heard.nothing();
                Err(RepoError::Unavailable("no connection is free".to_owned()))
            }
            Err(_) => Err(RepoError::Unavailable("no connection".to_owned())),
        }
    }

    fn give_back(mut self) {
        self.heard.answer();
        drop(self.object.take());
    }
}

impl Deref for Held {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        self.object.as_ref().expect("it is held until it is given back")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            self.heard.nothing();
            drop(Object::take(object));
        }
    }
}

/// A transaction for one tenant: no row of another can be seen or made in it.
pub(super) struct Scope {
    connection: Held,
}

impl Scope {
    pub(super) async fn begin(way: &Way, tenant: Option<TenantId>, lock: Lock) -> Result<Self, RepoError> {
        let connection = Held::take(way).await?;
        let begin = beginning(tenant, lock);
        connection.batch_execute(&begin).await.map_err(|error| way.heard.said(&error))?;
        way.heard.answer();
        Ok(Self { connection })
    }

    pub(super) async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepoError> {
        let run = async {
            let statement = self.connection.prepare_cached(sql).await?;
            self.connection.query(&statement, values).await
        };
        run.await.map_err(|error| self.connection.heard.said(&error))
    }

    /// The first row, if there is one.
    pub(super) async fn row(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, RepoError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs what gives no rows; how many it changed.
    pub(super) async fn run(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, RepoError> {
        let run = async {
            let statement = self.connection.prepare_cached(sql).await?;
            self.connection.execute(&statement, values).await
        };
        run.await.map_err(|error| self.connection.heard.said(&error))
    }

    /// Commits what was done, or undoes it when it was refused.
    pub(super) async fn end<T>(self, done: Result<T, RepoError>) -> Result<T, RepoError> {
        let last = match &done {
            Ok(_) => "COMMIT",
            Err(RepoError::Refused(_)) => "ROLLBACK",
            // The connection is closed.
            Err(_) => return done,
        };
        self.connection.batch_execute(last).await.map_err(|error| self.connection.heard.said(&error))?;
        self.connection.give_back();
        done
    }
}

/// One query in a transaction of its own, sent all at once: one way there and back.
pub(super) async fn read(
    way: &Way,
    tenant: Option<TenantId>,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, RepoError> {
    in_time(PATIENCE, async {
        let held = Held::take(way).await?;
        let run = async {
            let statement: Statement = held.prepare_cached(sql).await?;
            let begin = beginning(tenant, Lock::Free);
            let (_, rows, _) = tokio::try_join!(
                held.batch_execute(&begin),
                held.query(&statement, values),
                held.batch_execute("COMMIT")
            )?;
            Ok::<_, Error>(rows)
        };
        let rows = run.await.map_err(|error| way.heard.said(&error))?;
        held.give_back();
        Ok(rows)
    })
    .await
}

/// The SQL that begins a transaction. The tenant's number is the only thing put into it.
fn beginning(tenant: Option<TenantId>, lock: Lock) -> String {
    let number = tenant.map_or(0, |tenant| tenant.0);
    let named = tenant.map_or(String::new(), |tenant| tenant.0.to_string());
    let long = format!(
        "SET LOCAL statement_timeout = {millis}; SET LOCAL lock_timeout = {millis}; \
         SET LOCAL idle_in_transaction_session_timeout = {millis};",
        millis = LONG_PATIENCE.as_millis()
    );
    // The first numbers are ours alone: "AUR" and one more.
    let lock = match lock {
        Lock::Free => String::new(),
        Lock::Votes => format!("SELECT pg_advisory_xact_lock_shared(1096110675, {number});"),
        Lock::Release => format!("{long} SELECT pg_advisory_xact_lock(1096110675, {number});"),
        Lock::Seats => format!("SELECT pg_advisory_xact_lock(1096110677, {number});"),
        Lock::Experiments => format!("SELECT pg_advisory_xact_lock(1096110678, {number});"),
        Lock::Expiry => format!("{long} SELECT pg_advisory_xact_lock(1096110676, {number});"),
    };
    format!("BEGIN; SELECT set_config('hub.tenant', '{named}', true); {lock}")
}
