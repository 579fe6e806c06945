//! Tenants, members, installs, one-time codes and the audit.

use aurora_team::wire::{Mode, Role};
use tokio_postgres::Row;

use super::scope::Scope;
use super::value::{get, key32};
use crate::model::{Act, Install, InstallId, Member, MemberId, Tenant, TenantId, Verb};
use crate::repo::codes::{self, REMEMBERED, count};
use crate::repo::{Joined, RepoError};

pub(super) async fn create_tenant(
    scope: &Scope,
    mode: Mode,
    seats: u32,
    now: i64,
) -> Result<TenantId, RepoError> {
    // Its number first, for only then may its row be made.
    let sql = "SELECT id, set_config('hub.tenant', id::text, true) FROM (SELECT nextval('tenant_id_seq')::int AS id) n";
    let row = scope.row(sql, &[]).await?;
    let id: i32 = get(&row.ok_or_else(nothing)?, 0)?;
    let sql = "INSERT INTO tenant(id, mode, seats) VALUES($1, $2, $3)";
    scope.run(sql, &[&id, &codes::mode_number(mode), &i64::from(seats)]).await?;
    let act = Act { id: 0, actor: None, verb: Verb::CreateTenant, object: i64::from(id), at: now };
    note(scope, TenantId(id), act).await?;
    Ok(TenantId(id))
}

/// What the schema makes impossible.
pub(super) fn nothing() -> RepoError {
    RepoError::Unavailable("an answer of another shape than asked for".to_owned())
}

/// Adds a line to the audit.
pub(super) async fn note(scope: &Scope, tenant: TenantId, act: Act) -> Result<(), RepoError> {
    let sql = "INSERT INTO audit(tenant, actor, verb, object, at) VALUES($1, $2, $3, $4, $5)";
    let actor = act.actor.map(|actor| actor.0);
    scope.run(sql, &[&tenant.0, &actor, &codes::verb_number(act.verb), &act.object, &act.at]).await?;
    Ok(())
}

pub(super) fn tenant_of(row: &Row) -> Result<Tenant, RepoError> {
    let seats: i64 = get(row, 2)?;
    Ok(Tenant { id: TenantId(get(row, 0)?), mode: codes::mode(get(row, 1)?)?, seats: count(seats) })
}

pub(super) async fn resize(scope: &Scope, tenant: TenantId, seats: u32, act: Act) -> Result<bool, RepoError> {
    let n = scope.run("UPDATE tenant SET seats=$2 WHERE id=$1", &[&tenant.0, &i64::from(seats)]).await?;
    if n > 0 {
        note(scope, tenant, act).await?;
    }
    Ok(n > 0)
}

pub(super) async fn invite(
    scope: &Scope,
    tenant: TenantId,
    role: Role,
    code_sha256: [u8; 32],
    expires: i64,
    act: Act,
) -> Result<(), RepoError> {
    let sql = "INSERT INTO enrol_code(tenant, sha256, role, expires) VALUES($1, $2, $3, $4)";
    scope.run(sql, &[&tenant.0, &&code_sha256[..], &codes::role_number(role), &expires]).await?;
    note(scope, tenant, act).await
}

pub(super) async fn enrol(
    scope: &Scope,
    tenant: TenantId,
    code_sha256: [u8; 32],
    public_key: [u8; 32],
    now: i64,
) -> Result<Joined, RepoError> {
    // Who takes a seat does it alone.
    let sql = "SELECT (SELECT count(*) FROM member WHERE tenant=$1)<seats FROM tenant WHERE id=$1";
    let has_seat: bool = scope.row(sql, &[&tenant.0]).await?.map_or(Ok(false), |row| get(&row, 0))?;
    let sql = "SELECT role, used FROM enrol_code WHERE tenant=$1 AND sha256=$2 AND expires>$3";
    let row = scope.row(sql, &[&tenant.0, &&code_sha256[..], &now]).await?;
    let Some(row) = row else { return Ok(Joined::Unknown) };
    let role: i16 = get(&row, 0)?;
    if get(&row, 1)? {
        return enrolled(scope, tenant, role, public_key).await;
    }
    if !has_seat {
        return Ok(Joined::Full);
    }
    let sql = "UPDATE enrol_code SET used=true WHERE tenant=$1 AND sha256=$2";
    scope.run(sql, &[&tenant.0, &&code_sha256[..]]).await?;
    let sql = "INSERT INTO member(tenant, role) VALUES($1, $2) RETURNING id";
    let row = scope.row(sql, &[&tenant.0, &role]).await?.ok_or_else(nothing)?;
    let id = MemberId(get(&row, 0)?);
    let sql = "INSERT INTO install(tenant, member, public_key, last_day) VALUES($1, $2, $3, $4) RETURNING id";
    let day = day_of(now);
    let row = scope.row(sql, &[&tenant.0, &id.0, &&public_key[..], &day]).await?.ok_or_else(nothing)?;
    let install = InstallId(get(&row, 0)?);
    note(scope, tenant, Act { id: 0, actor: Some(id), verb: Verb::Enrol, object: id.0, at: now }).await?;
    Ok(Joined::Member(Member { id, tenant, role: codes::role(role)?, token_version: 0 }, install))
}

/// Who joined by a used code of this role under this key.
async fn enrolled(
    scope: &Scope,
    tenant: TenantId,
    role: i16,
    public_key: [u8; 32],
) -> Result<Joined, RepoError> {
    let sql = "SELECT m.id, m.role, m.token_version, i.id FROM install i JOIN member m ON m.tenant=i.tenant AND m.id=i.member \
               WHERE i.tenant=$1 AND i.public_key=$2 AND m.role=$3 ORDER BY i.id DESC LIMIT 1";
    let row = scope.row(sql, &[&tenant.0, &&public_key[..], &role]).await?;
    let Some(row) = row else { return Ok(Joined::Unknown) };
    Ok(Joined::Member(member_of(&row, 0, tenant)?, InstallId(get(&row, 3)?)))
}

/// The day of a second.
pub(super) fn day_of(now: i64) -> i32 {
    i32::try_from(now.div_euclid(86_400)).unwrap_or(i32::MAX)
}

pub(super) const INSTALL: &str = "SELECT i.id, i.public_key, i.last_day, m.id, m.role, m.token_version FROM install i \
                                  JOIN member m ON m.tenant=i.tenant AND m.id=i.member WHERE i.tenant=$1 AND i.id=$2";

pub(super) fn install_with_member(row: &Row, tenant: TenantId) -> Result<(Install, Member), RepoError> {
    let member = member_of(row, 3, tenant)?;
    Ok((install_of(row, member.id)?, member))
}

/// An install of the columns id, public_key, last_day.
pub(super) fn install_of(row: &Row, member: MemberId) -> Result<Install, RepoError> {
    Ok(Install { id: InstallId(get(row, 0)?), member, public_key: key32(row, 1)?, last_day: get(row, 2)? })
}

/// A member of the columns id, role, token_version from `at` on.
pub(super) fn member_of(row: &Row, at: usize, tenant: TenantId) -> Result<Member, RepoError> {
    let role = codes::role(get(row, at + 1)?)?;
    Ok(Member { id: MemberId(get(row, at)?), tenant, role, token_version: get(row, at + 2)? })
}

pub(super) async fn revoke(
    scope: &Scope,
    tenant: TenantId,
    id: MemberId,
    act: Act,
) -> Result<bool, RepoError> {
    let sql = "UPDATE member SET token_version=token_version+1 WHERE tenant=$1 AND id=$2";
    let n = scope.run(sql, &[&tenant.0, &id.0]).await?;
    if n > 0 {
        note(scope, tenant, act).await?;
    }
    Ok(n > 0)
}

pub(super) async fn remove(
    scope: &Scope,
    tenant: TenantId,
    id: MemberId,
    act: Act,
) -> Result<bool, RepoError> {
    // Installs, votes, exposures and idempotency keys go with the member; a trigger counts the votes that went.
    let n = scope.run("DELETE FROM member WHERE tenant=$1 AND id=$2", &[&tenant.0, &id.0]).await?;
    if n > 0 {
        note(scope, tenant, act).await?;
    }
    Ok(n > 0)
}

pub(super) fn act_of(row: &Row) -> Result<Act, RepoError> {
    let actor: Option<i64> = get(row, 1)?;
    let verb = codes::verb(get(row, 2)?)?;
    Ok(Act { id: get(row, 0)?, actor: actor.map(MemberId), verb, object: get(row, 3)?, at: get(row, 4)? })
}

pub(super) async fn expire(scope: &Scope, tenant: TenantId, now: i64) -> Result<(), RepoError> {
    scope.run("DELETE FROM enrol_code WHERE tenant=$1 AND expires<=$2", &[&tenant.0, &now]).await?;
    let before = now - REMEMBERED;
    scope.run("DELETE FROM idempotency WHERE tenant=$1 AND at<=$2", &[&tenant.0, &before]).await?;
    // It goes by the machine's clock too: what is young by that one stays.
    scope.rows("SELECT expire_audit($1)", &[&(now - codes::AUDIT_KEPT)]).await?;
    Ok(())
}
