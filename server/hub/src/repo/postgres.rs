//! The store of several replicas: PostgreSQL, with row security between tenants.

mod connect;
mod migrate;
mod people;
mod releases;
mod scope;
mod value;
mod votes;
mod way;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aurora_team::wire::{Card, Mode, Role, Vote};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

pub use self::migrate::{ROLES, VERSION, migrate};
use self::scope::{LONG_PATIENCE, Lock, PATIENCE, Scope, in_time};
use self::value::get;
use self::way::{Heard, Way};
use super::codes::{MAX_PAGE, count};
use super::{Exposed, Joined, Page, Put, Repo, RepoError};
use crate::model::{
    Act, Ballot, Change, Experiment, Idempotency, Install, InstallId, Member, MemberId, Release, Tally,
    Tenant, TenantId,
};

/// Connections of a replica.
const MAX_CONNECTIONS: usize = 8;
/// How long a request waits for one: shed rather than queue.
const MAX_WAIT: Duration = Duration::from_millis(100);
/// What the server ends by itself, for a replica that died or froze with a transaction open.
const SESSION: &str = "-c search_path=hub -c statement_timeout=1500 -c lock_timeout=900 \
                       -c idle_in_transaction_session_timeout=5000 -c synchronous_commit=on \
                       -c application_name=aurora-hub";

/// The store in a PostgreSQL database that [`migrate`] has prepared.
pub struct PostgresRepo {
    way: Way,
}

impl fmt::Debug for PostgresRepo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresRepo").field("status", &self.way.pool.status()).finish_non_exhaustive()
    }
}

impl PostgresRepo {
    /// A store at `url`, of the login `aurora_hub_app`. Connects when it is first asked for something, and again
    /// whenever the server has gone and come back.
    ///
    /// # Errors
    /// [`RepoError::Refused`] when `url` cannot be read.
    pub fn new(url: &str) -> Result<Self, RepoError> {
        let (mut config, tls) = connect::road(url)?;
        let given = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{SESSION} {given}").trim_end());
        config.connect_timeout(PATIENCE).tcp_user_timeout(2 * PATIENCE);
        let manager =
            Manager::from_config(config, tls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(MAX_CONNECTIONS)
            .wait_timeout(Some(MAX_WAIT))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(MAX_WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| RepoError::Refused(error.to_string()))?;
        Ok(Self { way: Way { pool, waited: Box::new(|_| {}), heard: Arc::new(Heard::default()) } })
    }

    /// Tells `waited` how long each request waited for a connection.
    #[must_use]
    pub fn observed(mut self, waited: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.way.waited = Box::new(waited);
        self
    }

    async fn begin(&self, tenant: TenantId, lock: Lock) -> Result<Scope, RepoError> {
        Scope::begin(&self.way, Some(tenant), lock).await
    }

    async fn rows(
        &self,
        tenant: TenantId,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepoError> {
        scope::read(&self.way, Some(tenant), sql, values).await
    }

    /// A page of `sql`, whose values are the tenant, the number before and how many.
    async fn page<T>(
        &self,
        tenant: TenantId,
        page: Page,
        sql: &str,
        read: impl Fn(&Row) -> Result<T, RepoError> + Send,
    ) -> Result<Vec<T>, RepoError> {
        let limit = i64::from(page.limit.min(MAX_PAGE));
        self.rows(tenant, sql, &[&tenant.0, &page.after, &limit]).await?.iter().map(read).collect()
    }
}

#[async_trait]
impl Repo for PostgresRepo {
    fn is_gone(&self) -> bool {
        self.way.heard.is_gone()
    }

    async fn check_schema(&self) -> Result<u32, RepoError> {
        // What the login may not see is not there for it.
        let sql = "SELECT to_regclass('hub.schema_version') IS NOT NULL";
        let rows = scope::read(&self.way, None, sql, &[]).await?;
        let mut found = 0;
        if rows.first().is_some_and(|row| get(row, 0).unwrap_or(false)) {
            let sql = "SELECT version FROM hub.schema_version";
            let rows = scope::read(&self.way, None, sql, &[]).await?;
            found = rows.first().map_or(Ok(0), |row| get::<i32>(row, 0))?.cast_unsigned();
        }
        if found == VERSION { Ok(found) } else { Err(RepoError::Schema { found, wanted: VERSION }) }
    }

    async fn create_tenant(&self, mode: Mode, seats: u32, now: i64) -> Result<TenantId, RepoError> {
        in_time(PATIENCE, async {
            let scope = Scope::begin(&self.way, None, Lock::Free).await?;
            let done = people::create_tenant(&scope, mode, seats, now).await;
            scope.end(done).await
        })
        .await
    }

    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, RepoError> {
        let rows = self.rows(id, "SELECT id, mode, seats FROM tenant WHERE id=$1", &[&id.0]).await?;
        rows.first().map(people::tenant_of).transpose()
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, RepoError> {
        let sql = "SELECT id, mode, seats FROM tenants()";
        let rows = scope::read(&self.way, None, sql, &[]).await?;
        rows.iter().map(people::tenant_of).collect()
    }

    async fn resize(&self, tenant: TenantId, seats: u32, act: Act) -> Result<bool, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Free).await?;
            let done = people::resize(&scope, tenant, seats, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn invite(
        &self,
        tenant: TenantId,
        role: Role,
        code_sha256: [u8; 32],
        expires: i64,
        act: Act,
    ) -> Result<(), RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Free).await?;
            let done = people::invite(&scope, tenant, role, code_sha256, expires, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn enrol(
        &self,
        tenant: TenantId,
        code_sha256: [u8; 32],
        public_key: [u8; 32],
        now: i64,
    ) -> Result<Joined, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Seats).await?;
            let done = people::enrol(&scope, tenant, code_sha256, public_key, now).await;
            scope.end(done).await
        })
        .await
    }

    async fn install(&self, tenant: TenantId, id: InstallId) -> Result<Option<(Install, Member)>, RepoError> {
        let rows = self.rows(tenant, people::INSTALL, &[&tenant.0, &id.0]).await?;
        rows.first().map(|row| people::install_with_member(row, tenant)).transpose()
    }

    async fn seen(&self, tenant: TenantId, id: InstallId, day: i32) -> Result<(), RepoError> {
        let sql = "UPDATE install SET last_day=$3 WHERE tenant=$1 AND id=$2 AND last_day<$3";
        self.rows(tenant, sql, &[&tenant.0, &id.0, &day]).await?;
        Ok(())
    }

    async fn member(&self, tenant: TenantId, id: MemberId) -> Result<Option<Member>, RepoError> {
        let sql = "SELECT id, role, token_version FROM member WHERE tenant=$1 AND id=$2";
        let rows = self.rows(tenant, sql, &[&tenant.0, &id.0]).await?;
        rows.first().map(|row| people::member_of(row, 0, tenant)).transpose()
    }

    async fn members(&self, tenant: TenantId, page: Page) -> Result<Vec<Member>, RepoError> {
        let sql = "SELECT id, role, token_version FROM member WHERE tenant=$1 AND id>$2 ORDER BY id LIMIT $3";
        self.page(tenant, page, sql, |row| people::member_of(row, 0, tenant)).await
    }

    async fn installs(&self, tenant: TenantId, id: MemberId) -> Result<Vec<Install>, RepoError> {
        let sql = "SELECT id, public_key, last_day FROM install WHERE tenant=$1 AND member=$2 ORDER BY id";
        let rows = self.rows(tenant, sql, &[&tenant.0, &id.0]).await?;
        rows.iter().map(|row| people::install_of(row, id)).collect()
    }

    async fn revoke(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Free).await?;
            let done = people::revoke(&scope, tenant, id, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn remove(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Votes).await?;
            let done = people::remove(&scope, tenant, id, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn put_votes(
        &self,
        tenant: TenantId,
        member: MemberId,
        change: Change,
        once: Idempotency,
        now: i64,
    ) -> Result<Put, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Votes).await?;
            let done = votes::put(&scope, tenant, member, &change, once, now).await;
            scope.end(done).await
        })
        .await
    }

    async fn votes(&self, tenant: TenantId, member: MemberId) -> Result<Vec<(Vote, i32)>, RepoError> {
        let sql = "SELECT domain, grp, cell, action, yes, day FROM vote \
                   WHERE tenant=$1 AND member=$2 AND yes IS NOT NULL ORDER BY domain, grp, cell, action";
        let rows = self.rows(tenant, sql, &[&tenant.0, &member.0]).await?;
        rows.iter().map(|row| Ok((value::vote_of(row, 0)?, get(row, 5)?))).collect()
    }

    async fn latest_release(&self, tenant: TenantId) -> Result<Option<Release>, RepoError> {
        let rows = self.rows(tenant, releases::LATEST, &[&tenant.0]).await?;
        rows.first().map(releases::release_of).transpose()
    }

    async fn releases(&self, tenant: TenantId, page: Page) -> Result<Vec<Release>, RepoError> {
        let sql = "SELECT id, epoch, meps FROM release WHERE tenant=$1 AND id>$2 ORDER BY id LIMIT $3";
        self.page(tenant, page, sql, releases::release_of).await
    }

    async fn cards(&self, tenant: TenantId, release: i64) -> Result<Vec<Card>, RepoError> {
        let rows = self.rows(tenant, releases::CARDS, &[&tenant.0, &release]).await?;
        rows.iter().map(releases::card_of).collect()
    }

    async fn release_team(
        &self,
        tenant: TenantId,
        epoch: i32,
        decide: &(dyn for<'a> Fn(&'a [Tally], &'a [Card]) -> Vec<Card> + Send + Sync),
        act: Act,
    ) -> Result<Option<Release>, RepoError> {
        in_time(LONG_PATIENCE, async {
            let scope = self.begin(tenant, Lock::Release).await?;
            let work = async {
                if releases::exists(&scope, tenant, epoch).await? {
                    return Ok(None);
                }
                let (tallies, before) = releases::counted(&scope, tenant).await?;
                let cards = decide(&tallies, &before);
                releases::publish(&scope, tenant, epoch, &tallies, (&before, cards), act).await.map(Some)
            };
            let done = work.await;
            scope.end(done).await
        })
        .await
    }

    async fn spend_dp(
        &self,
        tenant: TenantId,
        epoch: i32,
        meps: u32,
        act: Act,
    ) -> Result<Option<(Release, Vec<Ballot>)>, RepoError> {
        in_time(LONG_PATIENCE, async {
            let scope = self.begin(tenant, Lock::Release).await?;
            let done = releases::spend(&scope, tenant, epoch, meps, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn store_dp(&self, tenant: TenantId, release: i64, cards: &[Card]) -> Result<(), RepoError> {
        in_time(LONG_PATIENCE, async {
            let scope = self.begin(tenant, Lock::Release).await?;
            let done = releases::close(&scope, tenant, release, cards).await;
            scope.end(done).await
        })
        .await
    }

    async fn spent(&self, tenant: TenantId, member: MemberId) -> Result<u32, RepoError> {
        let sql = "SELECT coalesce(sum(meps), 0) FROM member_ledger WHERE tenant=$1 AND member_tag=$2";
        let rows = self.rows(tenant, sql, &[&tenant.0, &member.0]).await?;
        rows.first().map_or(Ok(0), |row| get(row, 0).map(count))
    }

    async fn start_experiment(
        &self,
        tenant: TenantId,
        experiment: &Experiment,
        act: Act,
    ) -> Result<Option<i64>, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Experiments).await?;
            let done = votes::start_experiment(&scope, tenant, experiment, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn stop_experiment(&self, tenant: TenantId, id: i64, act: Act) -> Result<bool, RepoError> {
        in_time(PATIENCE, async {
            let scope = self.begin(tenant, Lock::Free).await?;
            let done = votes::stop_experiment(&scope, tenant, id, act).await;
            scope.end(done).await
        })
        .await
    }

    async fn experiments(&self, tenant: TenantId, page: Page) -> Result<Vec<Experiment>, RepoError> {
        let sql = "SELECT id, key, cut, starts, ends, is_stopped FROM experiment WHERE tenant=$1 AND id>$2 \
                   ORDER BY id LIMIT $3";
        self.page(tenant, page, sql, votes::experiment_of).await
    }

    async fn exposures(&self, tenant: TenantId, experiment: i64) -> Result<Vec<Exposed>, RepoError> {
        let sql = "SELECT member, with_cards, shown, accepted, undone, abstained FROM exposure \
                   WHERE tenant=$1 AND experiment=$2 ORDER BY member";
        let rows = self.rows(tenant, sql, &[&tenant.0, &experiment]).await?;
        rows.iter().map(|row| votes::exposed_of(row, experiment)).collect()
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Result<Vec<Act>, RepoError> {
        let sql =
            "SELECT id, actor, verb, object, at FROM audit WHERE tenant=$1 AND id>$2 ORDER BY id LIMIT $3";
        self.page(tenant, page, sql, people::act_of).await
    }

    async fn expire(&self, tenant: TenantId, now: i64) -> Result<(), RepoError> {
        in_time(LONG_PATIENCE, async {
            let scope = self.begin(tenant, Lock::Expiry).await?;
            let done = people::expire(&scope, tenant, now).await;
            scope.end(done).await
        })
        .await
    }
}
