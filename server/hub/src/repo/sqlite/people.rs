//! Tenants, members, installs, one-time codes and the audit.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{cached, said};
use crate::model::{Act, Install, InstallId, Member, MemberId, Tenant, TenantId, Verb};
use crate::repo::codes::{self, AUDIT_KEPT, MAX_PAGE, REMEMBERED};
use crate::repo::{Joined, Page, RepoError};
use aurora_team::wire::{Mode, Role};

pub(super) fn create_tenant(
    connection: &Connection,
    mode: Mode,
    seats: u32,
    now: i64,
) -> Result<TenantId, RepoError> {
    let id =
        cached(connection, "INSERT INTO tenant(mode, seats) VALUES(?1, ?2) RETURNING id", |statement| {
            statement.query_row(params![codes::mode_number(mode), seats], |row| row.get(0))
        })?;
    let tenant = TenantId(id);
    let act = Act { id: 0, actor: None, verb: Verb::CreateTenant, object: i64::from(id), at: now };
    note(connection, tenant, act)?;
    Ok(tenant)
}

/// Adds a line to the audit.
pub(super) fn note(connection: &Connection, tenant: TenantId, act: Act) -> Result<(), RepoError> {
    let sql = "INSERT INTO audit(tenant, actor, verb, object, at) VALUES(?1, ?2, ?3, ?4, ?5)";
    cached(connection, sql, |statement| {
        let actor = act.actor.map(|actor| actor.0);
        statement.execute(params![tenant.0, actor, codes::verb_number(act.verb), act.object, act.at])
    })?;
    Ok(())
}

fn tenant_of(row: &Row<'_>) -> rusqlite::Result<(i32, i16, u32)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

pub(super) fn tenants(connection: &Connection, only: Option<TenantId>) -> Result<Vec<Tenant>, RepoError> {
    let sql = "SELECT id, mode, seats FROM tenant WHERE ?1 IS NULL OR id=?1 ORDER BY id";
    let rows: Vec<_> = cached(connection, sql, |statement| {
        statement.query_map([only.map(|tenant| tenant.0)], tenant_of)?.collect()
    })?;
    rows.into_iter()
        .map(|(id, mode, seats)| Ok(Tenant { id: TenantId(id), mode: codes::mode(mode)?, seats }))
        .collect()
}

pub(super) fn resize(
    connection: &Connection,
    tenant: TenantId,
    seats: u32,
    act: Act,
) -> Result<bool, RepoError> {
    let n = cached(connection, "UPDATE tenant SET seats=?2 WHERE id=?1", |statement| {
        statement.execute(params![tenant.0, seats])
    })?;
    if n > 0 {
        note(connection, tenant, act)?;
    }
    Ok(n > 0)
}

pub(super) fn invite(
    connection: &Connection,
    tenant: TenantId,
    role: Role,
    code_sha256: [u8; 32],
    expires: i64,
    act: Act,
) -> Result<(), RepoError> {
    let sql = "INSERT INTO enrol_code(tenant, sha256, role, expires) VALUES(?1, ?2, ?3, ?4)";
    cached(connection, sql, |statement| {
        statement.execute(params![tenant.0, code_sha256, codes::role_number(role), expires])
    })?;
    note(connection, tenant, act)
}

pub(super) fn enrol(
    connection: &Connection,
    tenant: TenantId,
    code_sha256: [u8; 32],
    public_key: [u8; 32],
    now: i64,
) -> Result<Joined, RepoError> {
    let sql = "SELECT role, used, (SELECT count(*) FROM member m WHERE m.tenant=t.id)<t.seats FROM enrol_code c \
               JOIN tenant t ON t.id=c.tenant WHERE tenant=?1 AND sha256=?2 AND expires>?3";
    let found: Option<(i16, bool, bool)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        statement.query_row(params![tenant.0, code_sha256, now], read).optional()
    })?;
    let Some((role, is_used, has_seat)) = found else { return Ok(Joined::Unknown) };
    if is_used {
        return enrolled(connection, tenant, role, public_key);
    }
    if !has_seat {
        return Ok(Joined::Full);
    }
    cached(connection, "UPDATE enrol_code SET used=1 WHERE tenant=?1 AND sha256=?2", |statement| {
        statement.execute(params![tenant.0, code_sha256])
    })?;
    let sql = "INSERT INTO member(tenant, role) VALUES(?1, ?2) RETURNING id";
    let member: i64 =
        cached(connection, sql, |statement| statement.query_row(params![tenant.0, role], |row| row.get(0)))?;
    let sql = "INSERT INTO install(tenant, member, public_key, last_day) VALUES(?1, ?2, ?3, ?4) RETURNING id";
    let install: i64 = cached(connection, sql, |statement| {
        statement.query_row(params![tenant.0, member, public_key, now.div_euclid(86_400)], |row| row.get(0))
    })?;
    let id = MemberId(member);
    note(connection, tenant, Act { id: 0, actor: Some(id), verb: Verb::Enrol, object: member, at: now })?;
    let member = Member { id, tenant, role: codes::role(role)?, token_version: 0 };
    Ok(Joined::Member(member, InstallId(install)))
}

/// Who joined by a used code of this role under this key.
fn enrolled(
    connection: &Connection,
    tenant: TenantId,
    role: i16,
    public_key: [u8; 32],
) -> Result<Joined, RepoError> {
    let sql = "SELECT m.id, m.token_version, i.id FROM install i JOIN member m ON m.tenant=i.tenant AND m.id=i.member \
               WHERE i.tenant=?1 AND i.public_key=?2 AND m.role=?3 ORDER BY i.id DESC LIMIT 1";
    let found: Option<(i64, i32, i64)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        statement.query_row(params![tenant.0, public_key, role], read).optional()
    })?;
    let Some((member, token_version, install)) = found else { return Ok(Joined::Unknown) };
    let member = Member { id: MemberId(member), tenant, role: codes::role(role)?, token_version };
    Ok(Joined::Member(member, InstallId(install)))
}

pub(super) fn install(
    connection: &Connection,
    tenant: TenantId,
    id: InstallId,
) -> Result<Option<(Install, Member)>, RepoError> {
    let sql = "SELECT i.member, i.public_key, i.last_day, m.role, m.token_version FROM install i \
               JOIN member m ON m.tenant=i.tenant AND m.id=i.member WHERE i.tenant=?1 AND i.id=?2";
    let found = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| {
            let member = MemberId(row.get(0)?);
            let install = Install { id, member, public_key: row.get(1)?, last_day: row.get(2)? };
            Ok((install, row.get(3)?, row.get(4)?))
        };
        statement.query_row(params![tenant.0, id.0], read).optional()
    })?;
    let Some((install, role, token_version)) = found else { return Ok(None) };
    let member = Member { id: install.member, tenant, role: codes::role(role)?, token_version };
    Ok(Some((install, member)))
}

pub(super) fn seen(
    connection: &Connection,
    tenant: TenantId,
    id: InstallId,
    day: i32,
) -> Result<(), RepoError> {
    let sql = "UPDATE install SET last_day=?3 WHERE tenant=?1 AND id=?2 AND last_day<?3";
    cached(connection, sql, |statement| statement.execute(params![tenant.0, id.0, day]))?;
    Ok(())
}

/// Members with numbers above `after`, or just the one.
pub(super) fn members(
    connection: &Connection,
    tenant: TenantId,
    page: Page,
    only: Option<MemberId>,
) -> Result<Vec<Member>, RepoError> {
    let sql = "SELECT id, role, token_version FROM member WHERE tenant=?1 AND id>?2 ORDER BY id LIMIT ?3";
    // One member is the page of one row behind the number before it.
    let page = only.map_or(page, |id| Page { after: id.0.saturating_sub(1), limit: 1 });
    let rows: Vec<(i64, i16, i32)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        statement.query_map(params![tenant.0, page.after, page.limit.min(MAX_PAGE)], read)?.collect()
    })?;
    rows.into_iter()
        .filter(|(id, ..)| only.is_none_or(|only| only.0 == *id))
        .map(|(id, role, token_version)| {
            Ok(Member { id: MemberId(id), tenant, role: codes::role(role)?, token_version })
        })
        .collect()
}

pub(super) fn installs(
    connection: &Connection,
    tenant: TenantId,
    member: MemberId,
) -> Result<Vec<Install>, RepoError> {
    let sql = "SELECT id, public_key, last_day FROM install WHERE tenant=?1 AND member=?2 ORDER BY id";
    cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| {
            let id = InstallId(row.get(0)?);
            Ok(Install { id, member, public_key: row.get(1)?, last_day: row.get(2)? })
        };
        statement.query_map(params![tenant.0, member.0], read)?.collect()
    })
}

pub(super) fn revoke(
    connection: &Connection,
    tenant: TenantId,
    id: MemberId,
    act: Act,
) -> Result<bool, RepoError> {
    let sql = "UPDATE member SET token_version=token_version+1 WHERE tenant=?1 AND id=?2";
    let n = cached(connection, sql, |statement| statement.execute(params![tenant.0, id.0]))?;
    if n > 0 {
        note(connection, tenant, act)?;
    }
    Ok(n > 0)
}

pub(super) fn remove(
    connection: &Connection,
    tenant: TenantId,
    id: MemberId,
    act: Act,
) -> Result<bool, RepoError> {
    // Installs, votes, exposures and idempotency keys go with the member; a trigger counts the votes that went.
    let sql = "DELETE FROM member WHERE tenant=?1 AND id=?2";
    let n = cached(connection, sql, |statement| statement.execute(params![tenant.0, id.0]))?;
    if n > 0 {
        note(connection, tenant, act)?;
    }
    Ok(n > 0)
}

pub(super) fn audit(connection: &Connection, tenant: TenantId, page: Page) -> Result<Vec<Act>, RepoError> {
    let sql = "SELECT id, actor, verb, object, at FROM audit WHERE tenant=?1 AND id>?2 ORDER BY id LIMIT ?3";
    let rows: Vec<(i64, Option<i64>, i16, i64, i64)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        statement.query_map(params![tenant.0, page.after, page.limit.min(MAX_PAGE)], read)?.collect()
    })?;
    rows.into_iter()
        .map(|(id, actor, verb, object, at)| {
            Ok(Act { id, actor: actor.map(MemberId), verb: codes::verb(verb)?, object, at })
        })
        .collect()
}

pub(super) fn expire(connection: &Connection, tenant: TenantId, now: i64) -> Result<(), RepoError> {
    // The audit's own trigger goes by the machine's clock: what is young by that one stays.
    let clock: i64 =
        connection.query_row("SELECT unixepoch()", [], |row| row.get(0)).map_err(|e| said(&e))?;
    for (sql, before) in [
        ("DELETE FROM enrol_code WHERE tenant=?1 AND expires<=?2", now),
        ("DELETE FROM idempotency WHERE tenant=?1 AND at<=?2", now - REMEMBERED),
        ("DELETE FROM audit WHERE tenant=?1 AND at<=?2", now.min(clock) - AUDIT_KEPT),
    ] {
        cached(connection, sql, |statement| statement.execute(params![tenant.0, before]))?;
    }
    Ok(())
}
