//! What the hub holds. Ids are numbers of the store; nothing here has a place for a text of a member's.

pub use aurora_team::wire::Key as VoteKey;
use aurora_team::wire::{Exposure, Mode, Role, Vote};

/// A tenant: one team, apart from all others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TenantId(pub i32);

/// A member, within its tenant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct MemberId(pub i64);

/// An install of AURORA that may sign for a member.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct InstallId(pub i64);

/// A team as it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tenant {
    /// Its number.
    pub id: TenantId,
    /// How it publishes, for ever.
    pub mode: Mode,
    /// Seats as configured, a public number.
    pub seats: u32,
}

/// Someone of a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// The member's number.
    pub id: MemberId,
    /// The tenant.
    pub tenant: TenantId,
    /// What the member may do.
    pub role: Role,
    /// Grows when tokens are revoked; older tokens are refused.
    pub token_version: i32,
}

/// An install of a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Install {
    /// Its number.
    pub id: InstallId,
    /// Whose it is.
    pub member: MemberId,
    /// Ed25519.
    pub public_key: [u8; 32],
    /// The day it last asked for a token.
    pub last_day: i32,
}

/// What an upload changes of what is held of a member.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    /// Votes that replace the member's own on their keys.
    pub votes: Vec<Vote>,
    /// Keys on which the member has no vote any more. A key should not be among the votes too.
    pub withdrawn: Vec<VoteKey>,
    /// What an experiment showed, and whether the member's arm shows cards; it adds up.
    pub exposure: Option<(Exposure, bool)>,
}

/// The votes on one key as a release counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// What the votes are about.
    pub key: VoteKey,
    /// Members for it.
    pub yes: u32,
    /// Members against it.
    pub no: u32,
    /// Distinct members whose vote on the key (its being there, or its side) differs from what it was when the key's
    /// card, or its absence, was last published; those who left meanwhile included.
    pub changed: u32,
}

/// A team release decides a key's card only when at least so many members' votes on it have changed since it last did:
/// one person's joining or leaving cannot be read off. The store refuses other cards.
pub const MIN_CHANGED: u32 = 3;

/// One member's votes, for a dp release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ballot {
    /// The member.
    pub member: MemberId,
    /// Ascending by key.
    pub votes: Vec<Vote>,
}

/// A release of cards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Release {
    /// Its number, ascending within a store.
    pub id: i64,
    /// The week of it (`Clock::week`).
    pub epoch: i32,
    /// Thousandths of ε that it spent; 0 in team mode.
    pub meps: u32,
}

/// An experiment of rule sets. Arms are cut from 0 to 9,999 at `cuts`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Experiment {
    /// Its number.
    pub id: i64,
    /// Key of the assignment, 32 bytes.
    pub key: [u8; 32],
    /// Members below it see no cards, the others do.
    pub cut: u16,
    /// First day.
    pub starts: i32,
    /// The day fixed beforehand at which the report is made.
    pub ends: i32,
    /// Whether an admin has ended it.
    pub is_stopped: bool,
}

/// Which request of whose already had its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Idempotency {
    /// SHA-256 of the client's Idempotency-Key.
    pub key: [u8; 32],
    /// SHA-256 of the body.
    pub body: [u8; 32],
}

/// What an admin's or member's act on something is called in the audit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verb {
    /// A tenant was made.
    CreateTenant,
    /// A one-time code was made.
    Invite,
    /// A code was used.
    Enrol,
    /// A member was removed by an admin.
    Remove,
    /// A member left.
    Leave,
    /// Tokens were revoked.
    Revoke,
    /// An experiment was begun.
    StartExperiment,
    /// An experiment was ended.
    StopExperiment,
    /// Cards were published.
    Release,
    /// A tenant was given another number of seats.
    Resize,
}

/// A line of the audit. Votes are not audited: it would count rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Act {
    /// Its number, 0 before it is stored.
    pub id: i64,
    /// Who; `None` for the operator.
    pub actor: Option<MemberId>,
    /// What.
    pub verb: Verb,
    /// To which number (member, experiment, release).
    pub object: i64,
    /// When, seconds since 1970-01-01.
    pub at: i64,
}
