//! Votes, exposures and experiments.

use aurora_team::wire::{Exposure, Vote};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cached;
use super::people::note;
use crate::model::{Act, Change, Experiment, Idempotency, MemberId, TenantId, VoteKey};
use crate::repo::codes::{MAX_PAGE, REMEMBERED, count};
use crate::repo::release::sides;
use crate::repo::{Exposed, Page, Put, RepoError};

pub(super) fn put(
    connection: &Connection,
    tenant: TenantId,
    member: MemberId,
    change: &Change,
    once: Idempotency,
    now: i64,
) -> Result<Put, RepoError> {
    let sql = "SELECT body_sha, at FROM idempotency WHERE tenant=?1 AND member=?2 AND key=?3";
    let before: Option<([u8; 32], i64)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        statement.query_row(params![tenant.0, member.0, once.key], read).optional()
    })?;
    if let Some((body, at)) = before
        && at > now - REMEMBERED
    {
        return Ok(if body == once.body { Put::Replayed } else { Put::KeyReused });
    }
    let sql = "INSERT INTO idempotency(tenant, member, key, body_sha, at) VALUES(?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT DO UPDATE SET body_sha=excluded.body_sha, at=excluded.at";
    cached(connection, sql, |statement| {
        statement.execute(params![tenant.0, member.0, once.key, once.body, now])
    })?;
    let sql = "INSERT INTO vote(tenant, domain, grp, cell, action, member, yes, day) \
               VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET yes=excluded.yes, day=excluded.day";
    cached(connection, sql, |statement| {
        let day = now.div_euclid(86_400);
        // A trigger deletes what is no vote and was none.
        for (VoteKey { domain, group, cell, action }, yes) in sides(change) {
            statement.execute(params![tenant.0, domain, group, cell, action, member.0, yes, day])?;
        }
        Ok(())
    })?;
    if let Some((sum, with_cards)) = change.exposure {
        expose(connection, tenant, member, sum, with_cards)?;
    }
    Ok(Put::Stored)
}

fn expose(
    connection: &Connection,
    tenant: TenantId,
    member: MemberId,
    sum: Exposure,
    with_cards: bool,
) -> Result<(), RepoError> {
    let sql = "INSERT INTO exposure(tenant, experiment, member, with_cards, shown, accepted, undone, abstained) \
               VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET with_cards=excluded.with_cards, \
               shown=shown+excluded.shown, accepted=accepted+excluded.accepted, undone=undone+excluded.undone, \
               abstained=abstained+excluded.abstained";
    cached(connection, sql, |statement| {
        let Exposure { experiment, shown, accepted, undone, abstained } = sum;
        let counts = (shown, accepted, undone, abstained);
        statement.execute(params![
            tenant.0, experiment, member.0, with_cards, counts.0, counts.1, counts.2, counts.3
        ])
    })?;
    Ok(())
}

/// A vote of the columns domain, grp, cell, action, yes from `at` on.
pub(super) fn vote_of(row: &Row<'_>, at: usize) -> rusqlite::Result<Vote> {
    Ok(Vote {
        domain: row.get(at)?,
        group: row.get(at + 1)?,
        cell: row.get(at + 2)?,
        action: row.get(at + 3)?,
        yes: row.get(at + 4)?,
    })
}

pub(super) fn votes(
    connection: &Connection,
    tenant: TenantId,
    member: MemberId,
) -> Result<Vec<(Vote, i32)>, RepoError> {
    let sql = "SELECT domain, grp, cell, action, yes, day FROM vote \
               WHERE tenant=?1 AND member=?2 AND yes IS NOT NULL ORDER BY domain, grp, cell, action";
    cached(connection, sql, |statement| {
        statement.query_map(params![tenant.0, member.0], |row| Ok((vote_of(row, 0)?, row.get(5)?)))?.collect()
    })
}

pub(super) fn start_experiment(
    connection: &Connection,
    tenant: TenantId,
    experiment: &Experiment,
    act: Act,
) -> Result<Option<i64>, RepoError> {
    let sql = "SELECT 1 FROM experiment WHERE tenant=?1 AND NOT is_stopped AND starts<?3 AND ends>?2";
    let is_taken = cached(connection, sql, |statement| {
        statement.exists(params![tenant.0, experiment.starts, experiment.ends])
    })?;
    if is_taken {
        return Ok(None);
    }
    let sql =
        "INSERT INTO experiment(tenant, key, cut, starts, ends) VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id";
    let id: i64 = cached(connection, sql, |statement| {
        let Experiment { key, cut, starts, ends, .. } = experiment;
        statement.query_row(params![tenant.0, key, cut, starts, ends], |row| row.get(0))
    })?;
    note(connection, tenant, Act { object: id, ..act })?;
    Ok(Some(id))
}

pub(super) fn stop_experiment(
    connection: &Connection,
    tenant: TenantId,
    id: i64,
    act: Act,
) -> Result<bool, RepoError> {
    let sql = "UPDATE experiment SET is_stopped=1 WHERE tenant=?1 AND id=?2 AND is_stopped=0";
    let n = cached(connection, sql, |statement| statement.execute(params![tenant.0, id]))?;
    if n > 0 {
        note(connection, tenant, act)?;
    }
    Ok(n > 0)
}

pub(super) fn experiments(
    connection: &Connection,
    tenant: TenantId,
    page: Page,
) -> Result<Vec<Experiment>, RepoError> {
    let sql = "SELECT id, key, cut, starts, ends, is_stopped FROM experiment WHERE tenant=?1 AND id>?2 \
               ORDER BY id LIMIT ?3";
    cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| {
            Ok(Experiment {
                id: row.get(0)?,
                key: row.get(1)?,
                cut: row.get(2)?,
                starts: row.get(3)?,
                ends: row.get(4)?,
                is_stopped: row.get(5)?,
            })
        };
        statement.query_map(params![tenant.0, page.after, page.limit.min(MAX_PAGE)], read)?.collect()
    })
}

pub(super) fn exposures(
    connection: &Connection,
    tenant: TenantId,
    experiment: i64,
) -> Result<Vec<Exposed>, RepoError> {
    let sql = "SELECT member, with_cards, shown, accepted, undone, abstained FROM exposure \
               WHERE tenant=?1 AND experiment=?2 ORDER BY member";
    cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| {
            let sum = Exposure {
                experiment,
                shown: count(row.get(2)?),
                accepted: count(row.get(3)?),
                undone: count(row.get(4)?),
                abstained: count(row.get(5)?),
            };
            Ok(Exposed { member: MemberId(row.get(0)?), sum, with_cards: row.get(1)? })
        };
        statement.query_map(params![tenant.0, experiment], read)?.collect()
    })
}
