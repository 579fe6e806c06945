//! What the suite's functions share.

use std::time::{SystemTime, UNIX_EPOCH};

use aurora_hub::model::{Act, Change, Idempotency, MemberId, TenantId, Verb, VoteKey};
use aurora_hub::repo::{Page, Put, Repo};
use aurora_team::wire::{Exposure, Mode, Role, Vote};

/// All rows.
pub(crate) const ALL: Page = Page { after: 0, limit: 200 };
/// The key that most tests vote on.
pub(crate) const KEY: VoteKey = VoteKey { domain: 1, group: 7, cell: 20, action: 1001 };

/// The time of the machine, for the audit goes by it.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// An act of the operator.
pub(crate) fn act(verb: Verb) -> Act {
    Act { id: 0, actor: None, verb, object: 0, at: now() }
}

/// 32 bytes that are `n`.
pub(crate) fn bytes(n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    bytes
}

/// A different number at each call.
pub(crate) fn fresh() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

pub(crate) async fn team(repo: &dyn Repo) -> TenantId {
    repo.create_tenant(Mode::Team, 1000, now()).await.unwrap()
}

pub(crate) async fn dp(repo: &dyn Repo) -> TenantId {
    repo.create_tenant(Mode::Dp, 300, now()).await.unwrap()
}

pub(crate) async fn join(repo: &dyn Repo, tenant: TenantId) -> MemberId {
    let code = bytes(fresh());
    repo.invite(tenant, Role::Member, code, now() + 60, act(Verb::Invite)).await.unwrap();
    repo.enrol(tenant, code, bytes(9), now()).await.unwrap().member().unwrap().0.id
}

pub(crate) async fn leave(repo: &dyn Repo, tenant: TenantId, member: MemberId) {
    assert!(repo.remove(tenant, member, act(Verb::Leave)).await.unwrap());
}

pub(crate) fn once() -> Idempotency {
    Idempotency { key: bytes(fresh()), body: bytes(fresh()) }
}

/// An upload of votes alone.
pub(crate) fn votes(votes: &[Vote]) -> Change {
    Change { votes: votes.to_vec(), ..Change::default() }
}

/// An upload that takes back alone.
pub(crate) fn withdrawn(keys: &[VoteKey]) -> Change {
    Change { withdrawn: keys.to_vec(), ..Change::default() }
}

/// An upload of what was shown alone.
pub(crate) fn shown(sum: Exposure, with_cards: bool) -> Change {
    Change { exposure: Some((sum, with_cards)), ..Change::default() }
}

pub(crate) async fn withdraw(repo: &dyn Repo, tenant: TenantId, member: MemberId, key: VoteKey) {
    let put = repo.put_votes(tenant, member, withdrawn(&[key]), once(), now()).await.unwrap();
    assert_eq!(put, Put::Stored);
}

pub(crate) async fn vote(repo: &dyn Repo, tenant: TenantId, member: MemberId, key: VoteKey, yes: bool) {
    let put = repo.put_votes(tenant, member, votes(&[key.vote(yes)]), once(), now()).await.unwrap();
    assert_eq!(put, Put::Stored);
}
