//! The store of the hub: what is kept, and the transactions on it. `sqlite` is embedded, `postgres` for replicas.
//!
//! Every method but `tenants` works within one tenant; a backend must make rows of others unreachable.

mod codes;
pub mod postgres;
mod release;
pub mod sqlite;

use async_trait::async_trait;
use aurora_team::wire::{Card, Exposure, Mode, Role, Vote};

use crate::model::{
    Act, Ballot, Change, Experiment, Idempotency, Install, InstallId, Member, MemberId, Release, Tally,
    Tenant, TenantId,
};

/// Why the store did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RepoError {
    /// It does not answer, or not in time: nothing was done, or nothing is known of it.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// TLS with it fails until somebody does something: its certificate is not believed, or it offers none.
    #[error("no TLS with the store: {0}")]
    Untrusted(String),
    /// It has another schema than this program.
    #[error("the store has schema {found}, this program needs {wanted}; run `aurora hub migrate`")]
    Schema {
        /// What it has.
        found: u32,
        /// What is needed.
        wanted: u32,
    },
    /// It refused: a rule of the schema.
    #[error("the store refused: {0}")]
    Refused(String),
}

/// What became of an upload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put {
    /// It was stored.
    Stored,
    /// The same request had been stored before.
    Replayed,
    /// The key was used for another body.
    KeyReused,
}

/// What became of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// It made a member with an install.
    Member(Member, InstallId),
    /// It is unknown, used by another key, or expired.
    Unknown,
    /// All seats are taken; the code may be used later.
    Full,
}

impl Joined {
    /// Who joined, if somebody did.
    pub fn member(self) -> Option<(Member, InstallId)> {
        match self {
            Self::Member(member, install) => Some((member, install)),
            Self::Unknown | Self::Full => None,
        }
    }
}

/// How much of a list is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// Only what has a greater number.
    pub after: i64,
    /// At most so many, up to 200.
    pub limit: u32,
}

/// All exposures of one member to one experiment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exposed {
    /// The member.
    pub member: MemberId,
    /// Summed up over all uploads.
    pub sum: Exposure,
    /// Whether the member's arm shows cards.
    pub with_cards: bool,
}

/// What the store can do.
#[async_trait]
pub trait Repo: Send + Sync {
    /// Whether nobody reaches it at this time, as far as the last who tried know: there is no connection, or no answer
    /// to anyone for 2 s. A store that has too much to do is not gone, nor is ever one within this process.
    fn is_gone(&self) -> bool {
        false
    }

    /// Its schema's version; `Schema` when it is not this program's.
    async fn check_schema(&self) -> Result<u32, RepoError>;

    /// Makes a tenant.
    async fn create_tenant(&self, mode: Mode, seats: u32, now: i64) -> Result<TenantId, RepoError>;
    /// A tenant.
    async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, RepoError>;
    /// All tenants, for releases and expiry.
    async fn tenants(&self) -> Result<Vec<Tenant>, RepoError>;

    /// Keeps the hash of a one-time code until `expires` (seconds).
    async fn invite(
        &self,
        tenant: TenantId,
        role: Role,
        code_sha256: [u8; 32],
        expires: i64,
        act: Act,
    ) -> Result<(), RepoError>;
    /// Gives a tenant another number of seats; false when there is no such tenant. Who is in stays in.
    async fn resize(&self, tenant: TenantId, seats: u32, act: Act) -> Result<bool, RepoError>;
    /// Uses a code: makes a member with an install, if there is a seat. Sent again with the same key while the code
    /// lives, it gives the same member and install: who did not hear the answer loses nothing.
    async fn enrol(
        &self,
        tenant: TenantId,
        code_sha256: [u8; 32],
        public_key: [u8; 32],
        now: i64,
    ) -> Result<Joined, RepoError>;
    /// An install and its member.
    async fn install(&self, tenant: TenantId, id: InstallId) -> Result<Option<(Install, Member)>, RepoError>;
    /// Notes the day of an install.
    async fn seen(&self, tenant: TenantId, id: InstallId, day: i32) -> Result<(), RepoError>;
    /// A member.
    async fn member(&self, tenant: TenantId, id: MemberId) -> Result<Option<Member>, RepoError>;
    /// Members by number.
    async fn members(&self, tenant: TenantId, page: Page) -> Result<Vec<Member>, RepoError>;
    /// Installs of a member.
    async fn installs(&self, tenant: TenantId, id: MemberId) -> Result<Vec<Install>, RepoError>;
    /// Ends all tokens of a member; false when there is no such member.
    async fn revoke(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError>;
    /// Deletes a member with installs, votes and exposures at once; the ε ledger stays. False when there is none.
    async fn remove(&self, tenant: TenantId, id: MemberId, act: Act) -> Result<bool, RepoError>;

    /// Replaces or takes back the member's votes on the keys named, and adds the exposure, once per idempotency key
    /// (24 h). Of a vote taken back it stays what it was when its key was last decided, until the key is decided
    /// again: so who votes anew meanwhile is one member who changed, or none.
    async fn put_votes(
        &self,
        tenant: TenantId,
        member: MemberId,
        change: Change,
        once: Idempotency,
        now: i64,
    ) -> Result<Put, RepoError>;
    /// A member's votes with their days, without those that were taken back.
    async fn votes(&self, tenant: TenantId, member: MemberId) -> Result<Vec<(Vote, i32)>, RepoError>;

    /// The last release, `None` before the first.
    async fn latest_release(&self, tenant: TenantId) -> Result<Option<Release>, RepoError>;
    /// Releases by number.
    async fn releases(&self, tenant: TenantId, page: Page) -> Result<Vec<Release>, RepoError>;
    /// Cards of a release, ascending.
    async fn cards(&self, tenant: TenantId, release: i64) -> Result<Vec<Card>, RepoError>;
    /// Makes the team release of a week in one transaction under a lock: `decide` gets the tallies (ascending) and
    /// the cards published last, and gives the new cards. `None` when the week has one already.
    async fn release_team(
        &self,
        tenant: TenantId,
        epoch: i32,
        decide: &(dyn for<'a> Fn(&'a [Tally], &'a [Card]) -> Vec<Card> + Send + Sync),
        act: Act,
    ) -> Result<Option<Release>, RepoError>;
    /// Spends `meps` for every member with votes and opens the release, in one committed transaction: the ballots to
    /// draw from. Members whose 900 would be passed are left out. `None` when the week has a release already.
    async fn spend_dp(
        &self,
        tenant: TenantId,
        epoch: i32,
        meps: u32,
        act: Act,
    ) -> Result<Option<(Release, Vec<Ballot>)>, RepoError>;
    /// Stores what was drawn for an open dp release.
    async fn store_dp(&self, tenant: TenantId, release: i64, cards: &[Card]) -> Result<(), RepoError>;
    /// Thousandths of ε that a member has spent.
    async fn spent(&self, tenant: TenantId, member: MemberId) -> Result<u32, RepoError>;

    /// Begins an experiment; its number, `None` when one that was not stopped shares a day with it.
    async fn start_experiment(
        &self,
        tenant: TenantId,
        experiment: &Experiment,
        act: Act,
    ) -> Result<Option<i64>, RepoError>;
    /// Ends one; false when there is none.
    async fn stop_experiment(&self, tenant: TenantId, id: i64, act: Act) -> Result<bool, RepoError>;
    /// Experiments by number.
    async fn experiments(&self, tenant: TenantId, page: Page) -> Result<Vec<Experiment>, RepoError>;
    /// What each member was shown.
    async fn exposures(&self, tenant: TenantId, experiment: i64) -> Result<Vec<Exposed>, RepoError>;

    /// The audit by number.
    async fn audit(&self, tenant: TenantId, page: Page) -> Result<Vec<Act>, RepoError>;
    /// Deletes what has expired: codes, idempotency keys older than 24 h, audit older than 400 days.
    async fn expire(&self, tenant: TenantId, now: i64) -> Result<(), RepoError>;
}
