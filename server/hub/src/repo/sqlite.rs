//! The embedded store: one SQLite file, nothing to install. Threads of its own wait for the disk.

mod open;
mod people;
mod pool;
mod releases;
mod votes;

use std::path::Path;
use std::sync::mpsc::sync_channel;

use async_trait::async_trait;
use aurora_team::wire::{Card, Mode, Role, Vote};
use rusqlite::{CachedStatement, Connection};
use tokio::sync::oneshot;

use self::open::said;
pub use self::open::{VERSION, backup, migrate};
use self::pool::{LONG_PATIENCE, PATIENCE, Pool};
use super::{Exposed, Joined, Page, Put, Repo, RepoError};
use crate::model::{
    Act, Ballot, Change, Experiment, Idempotency, Install, InstallId, Member, MemberId, Release, Tally,
    Tenant, TenantId,
};

/// The store of a hub in one file.
#[derive(Debug)]
pub struct SqliteRepo {
    pool: Pool,
}

impl SqliteRepo {
    /// Opens the store at `path`; where there is none (or one without any schema), makes one. An older schema is left
    /// as it is: [`Repo::check_schema`] tells, [`migrate`] mends.
    ///
    /// # Errors
    /// [`RepoError::Refused`] when the file belongs to another program, [`RepoError::Unavailable`] when it cannot be
    /// used.
    pub fn open(path: &Path) -> Result<Self, RepoError> {
        // A first start that was killed may have left a file without a schema.
        if !path.exists() || open::owned_version(&open::connect(path)?)? == 0 {
            migrate(path)?;
        }
        Ok(Self { pool: Pool::start(path)? })
    }
}

/// Runs a prepared statement of `sql`.
fn cached<T>(
    connection: &Connection,
    sql: &str,
    run: impl FnOnce(&mut CachedStatement<'_>) -> rusqlite::Result<T>,
) -> Result<T, RepoError> {
    let run = || run(&mut connection.prepare_cached(sql)?);
    run().map_err(|error| said(&error))
}

#[async_trait]
impl Repo for SqliteRepo {
    async fn check_schema(&self) -> Result<u32, RepoError> {
        let found =
            self.pool.read(|connection| open::version(connection).map_err(|error| said(&error))).await?;
        if found == VERSION { Ok(found) } else { Err(RepoError::Schema { found, wanted: VERSION }) }
    }

    async fn create_tenant(&self, mode: Mode, seats: u32, now: i64) -> Result<TenantId, RepoError> {
        self.pool.write(PATIENCE, move |c| people::create_tenant(c, mode, seats, now)).await
    }

    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, RepoError> {
        Ok(self.pool.read(move |c| people::tenants(c, Some(id))).await?.pop())
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, RepoError> {
        self.pool.read(move |c| people::tenants(c, None)).await
    }

    async fn resize(&self, tenant: TenantId, seats: u32, act: Act) -> Result<bool, RepoError> {
        self.pool.write(PATIENCE, move |c| people::resize(c, tenant, seats, act)).await
    }

    async fn invite(
        &self,
        tenant: TenantId,
        role: Role,
        code_sha256: [u8; 32],
        expires: i64,
        act: Act,
    ) -> Result<(), RepoError> {
        self.pool.write(PATIENCE, move |c| people::invite(c, tenant, role, code_sha256, expires, act)).await
    }

    async fn enrol(
        &self,
        tenant: TenantId,
        code_sha256: [u8; 32],
        public_key: [u8; 32],
        now: i64,
    ) -> Result<Joined, RepoError> {
        self.pool.write(PATIENCE, move |c| people::enrol(c, tenant, code_sha256, public_key, now)).await
    }

    async fn install(&self, tenant: TenantId, id: InstallId) -> Result<Option<(Install, Member)>, RepoError> {
        self.pool.read(move |c| people::install(c, tenant, id)).await
    }

    async fn seen(&self, tenant: TenantId, id: InstallId, day: i32) -> Result<(), RepoError> {
        self.pool.write(PATIENCE, move |c| people::seen(c, tenant, id, day)).await
    }

    async fn member(&self, tenant: TenantId, id: MemberId) -> Result<Option<Member>, RepoError> {
        let page = Page { after: 0, limit: 1 };
        Ok(self.pool.read(move |c| people::members(c, tenant, page, Some(id))).await?.pop())
    }

    async fn members(&self, tenant: TenantId, page: Page) -> Result<Vec<Member>, RepoError> {
        self.pool.read(move |c| people::members(c, tenant, page, None)).await
    }

    async fn installs(&self, tenant: TenantId, id: MemberId) -> Result<Vec<Install>, RepoError> {
        self.pool.read(move |c| people::installs(c, tenant, id)).await
    }

    async fn revoke(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError> {
        self.pool.write(PATIENCE, move |c| people::revoke(c, tenant, id, act)).await
    }

    async fn remove(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError> {
        self.pool.write(PATIENCE, move |c| people::remove(c, tenant, id, act)).await
    }

    async fn put_votes(
        &self,
        tenant: TenantId,
        member: MemberId,
        change: Change,
        once: Idempotency,
        now: i64,
    ) -> Result<Put, RepoError> {
        self.pool.write(PATIENCE, move |c| votes::put(c, tenant, member, &change, once, now)).await
    }

    async fn votes(&self, tenant: TenantId, member: MemberId) -> Result<Vec<(Vote, i32)>, RepoError> {
        self.pool.read(move |c| votes::votes(c, tenant, member)).await
    }

    async fn latest_release(&self, tenant: TenantId) -> Result<Option<Release>, RepoError> {
        self.pool.read(move |c| releases::latest(c, tenant)).await
    }

    async fn releases(&self, tenant: TenantId, page: Page) -> Result<Vec<Release>, RepoError> {
        self.pool.read(move |c| releases::releases(c, tenant, page)).await
    }

    async fn cards(&self, tenant: TenantId, release: i64) -> Result<Vec<Card>, RepoError> {
        self.pool.read(move |c| releases::cards(c, tenant, release)).await
    }

    async fn release_team(
        &self,
        tenant: TenantId,
        epoch: i32,
        decide: &(dyn for<'a> Fn(&'a [Tally], &'a [Card]) -> Vec<Card> + Send + Sync),
        act: Act,
    ) -> Result<Option<Release>, RepoError> {
        // The transaction is the writer's, the decision the caller's: the writer asks, and waits for the answer.
        let (ask, asked) = oneshot::channel();
        let (tell, told) = sync_channel(1);
        let released = self.pool.write(LONG_PATIENCE, move |c| {
            if releases::exists(c, tenant, epoch)? {
                return Ok(None);
            }
            let tallies = releases::tallies(c, tenant)?;
            let before = match releases::latest(c, tenant)? {
                Some(release) => releases::cards(c, tenant, release.id)?,
                None => Vec::new(),
            };
            let gone = || RepoError::Unavailable("who releases has gone".to_owned());
            ask.send((tallies.clone(), before.clone())).map_err(|_| gone())?;
            let cards = told.recv_timeout(LONG_PATIENCE).map_err(|_| gone())?;
            releases::publish(c, tenant, epoch, &tallies, (&before, cards), act).map(Some)
        });
        let answer = async move {
            if let Ok((tallies, before)) = asked.await {
                // The writer may have given up; then it has said so itself.
                let _ = tell.send(decide(&tallies, &before));
            }
        };
        tokio::join!(released, answer).0
    }

    async fn spend_dp(
        &self,
        tenant: TenantId,
        epoch: i32,
        meps: u32,
        act: Act,
    ) -> Result<Option<(Release, Vec<Ballot>)>, RepoError> {
        self.pool.write(LONG_PATIENCE, move |c| releases::spend(c, tenant, epoch, meps, act)).await
    }

    async fn store_dp(&self, tenant: TenantId, release: i64, cards: &[Card]) -> Result<(), RepoError> {
        let cards = cards.to_vec();
        self.pool.write(LONG_PATIENCE, move |c| releases::close(c, tenant, release, &cards)).await
    }

    async fn spent(&self, tenant: TenantId, member: MemberId) -> Result<u32, RepoError> {
        self.pool.read(move |c| releases::spent(c, tenant, member)).await
    }

    async fn start_experiment(
        &self,
        tenant: TenantId,
        experiment: &Experiment,
        act: Act,
    ) -> Result<Option<i64>, RepoError> {
        let experiment = experiment.clone();
        self.pool.write(PATIENCE, move |c| votes::start_experiment(c, tenant, &experiment, act)).await
    }

    async fn stop_experiment(&self, tenant: TenantId, id: i64, act: Act) -> Result<bool, RepoError> {
        self.pool.write(PATIENCE, move |c| votes::stop_experiment(c, tenant, id, act)).await
    }

    async fn experiments(&self, tenant: TenantId, page: Page) -> Result<Vec<Experiment>, RepoError> {
        self.pool.read(move |c| votes::experiments(c, tenant, page)).await
    }

    async fn exposures(&self, tenant: TenantId, experiment: i64) -> Result<Vec<Exposed>, RepoError> {
        self.pool.read(move |c| votes::exposures(c, tenant, experiment)).await
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Result<Vec<Act>, RepoError> {
        self.pool.read(move |c| people::audit(c, tenant, page)).await
    }

    async fn expire(&self, tenant: TenantId, now: i64) -> Result<(), RepoError> {
        self.pool.write(LONG_PATIENCE, move |c| people::expire(c, tenant, now)).await
    }
}
