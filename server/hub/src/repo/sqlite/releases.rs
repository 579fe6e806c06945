//! Releases of cards, team and dp, and the ledger of ε.

use aurora_team::wire::{Card, Vote};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cached;
use super::people::note;
use super::votes::vote_of;
use crate::model::{Act, Ballot, MemberId, Release, Tally, TenantId, VoteKey};
use crate::repo::codes::{LIFETIME_MEPS, MAX_PAGE, count};
use crate::repo::release::{ballots, check, decided, with_departed};
use crate::repo::{Page, RepoError};

fn release_of(row: &Row<'_>) -> rusqlite::Result<Release> {
    Ok(Release { id: row.get(0)?, epoch: row.get(1)?, meps: row.get(2)? })
}

/// The last release with its cards stored.
pub(super) fn latest(connection: &Connection, tenant: TenantId) -> Result<Option<Release>, RepoError> {
    let sql = "SELECT id, epoch, meps FROM release WHERE tenant=?1 AND is_open=0 ORDER BY id DESC LIMIT 1";
    cached(connection, sql, |statement| statement.query_row([tenant.0], release_of).optional())
}

pub(super) fn releases(
    connection: &Connection,
    tenant: TenantId,
    page: Page,
) -> Result<Vec<Release>, RepoError> {
    let sql = "SELECT id, epoch, meps FROM release WHERE tenant=?1 AND id>?2 ORDER BY id LIMIT ?3";
    cached(connection, sql, |statement| {
        let limit = page.limit.min(MAX_PAGE);
        statement.query_map(params![tenant.0, page.after, limit], release_of)?.collect()
    })
}

pub(super) fn cards(connection: &Connection, tenant: TenantId, release: i64) -> Result<Vec<Card>, RepoError> {
    let sql = "SELECT domain, grp, cell, action, members, p_milli FROM card WHERE tenant=?1 AND release=?2 \
               ORDER BY domain, grp, cell, action";
    cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok(key_of(row, 0)?.card(row.get(4)?, row.get(5)?));
        statement.query_map(params![tenant.0, release], read)?.collect()
    })
}

fn key_of(row: &Row<'_>, at: usize) -> rusqlite::Result<VoteKey> {
    Ok(VoteKey {
        domain: row.get(at)?,
        group: row.get(at + 1)?,
        cell: row.get(at + 2)?,
        action: row.get(at + 3)?,
    })
}

/// Whether the week has a release.
pub(super) fn exists(connection: &Connection, tenant: TenantId, epoch: i32) -> Result<bool, RepoError> {
    let sql = "SELECT 1 FROM release WHERE tenant=?1 AND epoch=?2";
    cached(connection, sql, |statement| statement.exists(params![tenant.0, epoch]))
}

fn open(
    connection: &Connection,
    tenant: TenantId,
    epoch: i32,
    meps: u32,
    act: Act,
) -> Result<Release, RepoError> {
    let sql = "INSERT INTO release(tenant, epoch, meps, is_open) VALUES(?1, ?2, ?3, 1) RETURNING id";
    let id = cached(connection, sql, |statement| {
        statement.query_row(params![tenant.0, epoch, meps], |row| row.get(0))
    })?;
    note(connection, tenant, Act { object: id, ..act })?;
    Ok(Release { id, epoch, meps })
}

/// Stores the cards of an open release and closes it.
pub(super) fn close(
    connection: &Connection,
    tenant: TenantId,
    release: i64,
    cards: &[Card],
) -> Result<(), RepoError> {
    let sql = "UPDATE release SET is_open=0 WHERE tenant=?1 AND id=?2 AND is_open=1";
    let n = cached(connection, sql, |statement| statement.execute(params![tenant.0, release]))?;
    if n == 0 {
        return Err(RepoError::Refused("there is no such open release".to_owned()));
    }
    let sql = "INSERT INTO card(tenant, release, domain, grp, cell, action, members, p_milli) \
               VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    cached(connection, sql, |statement| {
        for card in cards {
            let key = (card.domain, card.group, card.cell, card.action);
            statement.execute(params![
                tenant.0,
                release,
                key.0,
                key.1,
                key.2,
                key.3,
                card.members,
                card.p_milli
            ])?;
        }
        Ok(())
    })
}

/// The tallies of a tenant, ascending.
pub(super) fn tallies(connection: &Connection, tenant: TenantId) -> Result<Vec<Tally>, RepoError> {
    let sql = "SELECT domain, grp, cell, action, count(*) FILTER (WHERE yes), count(*) FILTER (WHERE NOT yes), \
               count(*) FILTER (WHERE was IS NOT yes) FROM vote \
               WHERE tenant=?1 GROUP BY domain, grp, cell, action ORDER BY domain, grp, cell, action";
    let votes = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| {
            Ok(Tally {
                key: key_of(row, 0)?,
                yes: count(row.get(4)?),
                no: count(row.get(5)?),
                changed: count(row.get(6)?),
            })
        };
        statement.query_map([tenant.0], read)?.collect()
    })?;
    let sql = "SELECT domain, grp, cell, action, n FROM departed WHERE tenant=?1";
    let departed = cached(connection, sql, |statement| {
        statement.query_map([tenant.0], |row| Ok((key_of(row, 0)?, count(row.get(4)?))))?.collect()
    })?;
    Ok(with_departed(votes, departed))
}

/// Stores a team release of `cards`, which were decided by `tallies` after those `before`.
pub(super) fn publish(
    connection: &Connection,
    tenant: TenantId,
    epoch: i32,
    tallies: &[Tally],
    (before, cards): (&[Card], Vec<Card>),
    act: Act,
) -> Result<Release, RepoError> {
    let cards = check(tallies, before, cards)?;
    let release = open(connection, tenant, epoch, 0, act)?;
    close(connection, tenant, release.id, &cards)?;
    // A trigger deletes what was taken back: from here on it never was.
    for key in decided(tallies) {
        let key = (key.domain, key.group, key.cell, key.action);
        for sql in [
            "UPDATE vote SET was=yes WHERE tenant=?1 AND domain=?2 AND grp=?3 AND cell=?4 AND action=?5",
            "DELETE FROM departed WHERE tenant=?1 AND domain=?2 AND grp=?3 AND cell=?4 AND action=?5",
        ] {
            cached(connection, sql, |statement| {
                statement.execute(params![tenant.0, key.0, key.1, key.2, key.3])
            })?;
        }
    }
    Ok(release)
}

pub(super) fn spend(
    connection: &Connection,
    tenant: TenantId,
    epoch: i32,
    meps: u32,
    act: Act,
) -> Result<Option<(Release, Vec<Ballot>)>, RepoError> {
    if exists(connection, tenant, epoch)? {
        return Ok(None);
    }
    let release = open(connection, tenant, epoch, meps, act)?;
    let sql = "INSERT INTO member_ledger(tenant, member_tag, release, meps) \
               SELECT ?1, member, ?2, ?3 FROM (SELECT DISTINCT member FROM vote WHERE tenant=?1 AND yes IS NOT NULL) \
               WHERE ?3+(SELECT coalesce(sum(meps), 0) FROM member_ledger WHERE tenant=?1 AND member_tag=member)<=?4";
    cached(connection, sql, |statement| {
        statement.execute(params![tenant.0, release.id, meps, LIFETIME_MEPS])
    })?;
    let sql = "SELECT member, domain, grp, cell, action, yes FROM vote WHERE tenant=?1 AND yes IS NOT NULL AND member IN \
               (SELECT member_tag FROM member_ledger WHERE tenant=?1 AND release=?2) \
               ORDER BY member, domain, grp, cell, action";
    let votes: Vec<(i64, Vote)> = cached(connection, sql, |statement| {
        let read = |row: &Row<'_>| Ok((row.get(0)?, vote_of(row, 1)?));
        statement.query_map(params![tenant.0, release.id], read)?.collect()
    })?;
    Ok(Some((release, ballots(votes))))
}

pub(super) fn spent(connection: &Connection, tenant: TenantId, member: MemberId) -> Result<u32, RepoError> {
    let sql = "SELECT coalesce(sum(meps), 0) FROM member_ledger WHERE tenant=?1 AND member_tag=?2";
    cached(connection, sql, |statement| {
        statement.query_row(params![tenant.0, member.0], |row| Ok(count(row.get(0)?)))
    })
}
