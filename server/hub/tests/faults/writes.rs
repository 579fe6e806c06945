//! Uploads of which each can be told apart: one vote on a key of its own, and one more on the count of what was shown.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aurora_hub::model::{Act, Change, Experiment, Idempotency, MemberId, TenantId, Verb, VoteKey};
use aurora_hub::repo::postgres::{self, PostgresRepo};
use aurora_hub::repo::sqlite::SqliteRepo;
use aurora_hub::repo::{Put, Repo, RepoError};
use aurora_team::wire::{Exposure, Mode, Role};
use aurora_testing::stack::Postgres;

pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

pub(crate) fn act(verb: Verb) -> Act {
    Act { id: 0, actor: None, verb, object: 0, at: now() }
}

fn bytes(n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    bytes
}

/// Opens `sqlite:PATH` or `postgresql://…`.
pub(crate) fn open(store: &str) -> Box<dyn Repo> {
    match store.strip_prefix("sqlite:") {
        Some(path) => Box::new(SqliteRepo::open(path.as_ref()).unwrap()),
        None => Box::new(PostgresRepo::new(store).unwrap()),
    }
}

/// A database on `server` with roles and schema: the address of the hub's login.
pub(crate) async fn prepared(server: &Postgres) -> String {
    let database = server.database();
    server.sql(&database, postgres::ROLES);
    postgres::migrate(&server.url("aurora_hub_migrate", &database)).await.unwrap();
    server.url("aurora_hub_app", &database)
}

pub(crate) async fn join(repo: &dyn Repo, tenant: TenantId, n: u64) -> MemberId {
    let code = bytes(n);
    repo.invite(tenant, Role::Member, code, now() + 60, act(Verb::Invite)).await.unwrap();
    repo.enrol(tenant, code, bytes(9), now()).await.unwrap().member().unwrap().0.id
}

/// A team of one with an experiment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Team {
    pub(crate) tenant: TenantId,
    pub(crate) member: MemberId,
    pub(crate) experiment: i64,
}

impl Team {
    pub(crate) async fn new(repo: &dyn Repo) -> Self {
        let tenant = repo.create_tenant(Mode::Team, 10, now()).await.unwrap();
        let member = join(repo, tenant, 1).await;
        let experiment =
            Experiment { id: 0, key: bytes(1), cut: 5000, starts: 1, ends: 9, is_stopped: false };
        let experiment =
            repo.start_experiment(tenant, &experiment, act(Verb::StartExperiment)).await.unwrap().unwrap();
        Self { tenant, member, experiment }
    }

    /// Sends the upload `n`, below 2²⁴.
    pub(crate) async fn upload(self, repo: &dyn Repo, n: u64) -> Result<Put, RepoError> {
        let key = VoteKey { domain: 1, group: (n >> 8) as u16, cell: (n & 255) as u8, action: 1001 };
        let shown = Exposure { experiment: self.experiment, shown: 1, accepted: 0, undone: 0, abstained: 0 };
        let once = Idempotency { key: bytes(n), body: bytes(n + 1) };
        let change = Change {
            votes: vec![key.vote(n.is_multiple_of(2))],
            exposure: Some((shown, true)),
            ..Change::default()
        };
        repo.put_votes(self.tenant, self.member, change, once, now()).await
    }

    /// How many votes and how many shown the store holds.
    pub(crate) async fn held(self, repo: &dyn Repo) -> (u64, u64) {
        let votes = repo.votes(self.tenant, self.member).await.unwrap().len();
        let shown = repo.exposures(self.tenant, self.experiment).await.unwrap();
        (votes as u64, shown.first().map_or(0, |one| one.sum.shown.into()))
    }
}

/// Repeats until it is done, as a client does with the same key; how long that took.
pub(crate) async fn until_done(team: Team, repo: &dyn Repo, n: u64) -> Put {
    let end = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        match team.upload(repo, n).await {
            Ok(put) => return put,
            Err(RepoError::Unavailable(_)) if std::time::Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}
