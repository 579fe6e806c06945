//! Releases of cards, team and dp, and the ledger of ε.

use aurora_team::wire::Card;
use tokio_postgres::Row;

use super::people::{note, nothing};
use super::scope::Scope;
use super::value::{Keys, get, key_of, small, vote_of};
use crate::model::{Act, Ballot, Release, Tally, TenantId, VoteKey};
use crate::repo::RepoError;
use crate::repo::codes::{LIFETIME_MEPS, count};
use crate::repo::release::{ballots, check, decided, with_departed};

pub(super) const LATEST: &str =
    "SELECT id, epoch, meps FROM release WHERE tenant=$1 AND NOT is_open ORDER BY id DESC LIMIT 1";
pub(super) const CARDS: &str = "SELECT domain, grp, cell, action, members, p_milli FROM card \
                                WHERE tenant=$1 AND release=$2 ORDER BY domain, grp, cell, action";

pub(super) fn release_of(row: &Row) -> Result<Release, RepoError> {
    Ok(Release { id: get(row, 0)?, epoch: get(row, 1)?, meps: small::<i32, _>(row, 2)? })
}

pub(super) fn card_of(row: &Row) -> Result<Card, RepoError> {
    Ok(key_of(row, 0)?.card(small::<i32, _>(row, 4)?, small::<i32, _>(row, 5)?))
}

/// Whether the week has a release.
pub(super) async fn exists(scope: &Scope, tenant: TenantId, epoch: i32) -> Result<bool, RepoError> {
    let sql = "SELECT 1 FROM release WHERE tenant=$1 AND epoch=$2";
    Ok(scope.row(sql, &[&tenant.0, &epoch]).await?.is_some())
}

async fn open(
    scope: &Scope,
    tenant: TenantId,
    epoch: i32,
    meps: u32,
    act: Act,
) -> Result<Release, RepoError> {
    let sql = "INSERT INTO release(tenant, epoch, meps, is_open) VALUES($1, $2, $3, true) RETURNING id";
    let spent = meps.cast_signed();
    let row = scope.row(sql, &[&tenant.0, &epoch, &spent]).await?.ok_or_else(nothing)?;
    let id = get(&row, 0)?;
    note(scope, tenant, Act { object: id, ..act }).await?;
    Ok(Release { id, epoch, meps })
}

/// Stores the cards of an open release and closes it.
pub(super) async fn close(
    scope: &Scope,
    tenant: TenantId,
    release: i64,
    cards: &[Card],
) -> Result<(), RepoError> {
    let sql = "UPDATE release SET is_open=false WHERE tenant=$1 AND id=$2 AND is_open";
    if scope.run(sql, &[&tenant.0, &release]).await? == 0 {
        return Err(RepoError::Refused("there is no such open release".to_owned()));
    }
    let Keys { domains, groups, cells, actions } = &cards.iter().map(|&card| VoteKey::from(card)).collect();
    let members: Vec<i32> = cards.iter().map(|card| card.members.into()).collect();
    let shares: Vec<i32> = cards.iter().map(|card| card.p_milli.into()).collect();
    let sql = "INSERT INTO card(tenant, release, domain, grp, cell, action, members, p_milli) \
               SELECT $1, $2, * FROM unnest($3::smallint[], $4::int[], $5::smallint[], $6::int[], $7::int[], $8::int[])";
    scope.run(sql, &[&tenant.0, &release, domains, groups, cells, actions, &members, &shares]).await?;
    Ok(())
}

/// The tallies of a tenant, ascending, and the cards published last.
pub(super) async fn counted(scope: &Scope, tenant: TenantId) -> Result<(Vec<Tally>, Vec<Card>), RepoError> {
    let sql = "SELECT domain, grp, cell, action, count(*) FILTER (WHERE yes), count(*) FILTER (WHERE NOT yes), \
               count(*) FILTER (WHERE was IS DISTINCT FROM yes) FROM vote WHERE tenant=$1 \
               GROUP BY domain, grp, cell, action ORDER BY domain, grp, cell, action";
    let tally = |row: &Row| {
        let (yes, no, changed) = (count(get(row, 4)?), count(get(row, 5)?), count(get(row, 6)?));
        Ok::<_, RepoError>(Tally { key: key_of(row, 0)?, yes, no, changed })
    };
    let votes = scope.rows(sql, &[&tenant.0]).await?.iter().map(tally).collect::<Result<_, _>>()?;
    let sql = "SELECT domain, grp, cell, action, n FROM departed WHERE tenant=$1";
    let departure = |row: &Row| Ok::<_, RepoError>((key_of(row, 0)?, count(i64::from(get::<i32>(row, 4)?))));
    let departed = scope.rows(sql, &[&tenant.0]).await?.iter().map(departure).collect::<Result<_, _>>()?;
    let before = match scope.row(LATEST, &[&tenant.0]).await? {
        Some(row) => {
            let release: i64 = get(&row, 0)?;
            let rows = scope.rows(CARDS, &[&tenant.0, &release]).await?;
            rows.iter().map(card_of).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    Ok((with_departed(votes, departed), before))
}

/// Stores a team release of `cards`, which were decided by `tallies` after those `before`.
pub(super) async fn publish(
    scope: &Scope,
    tenant: TenantId,
    epoch: i32,
    tallies: &[Tally],
    (before, cards): (&[Card], Vec<Card>),
    act: Act,
) -> Result<Release, RepoError> {
    let cards = check(tallies, before, cards)?;
    let release = open(scope, tenant, epoch, 0, act).await?;
    close(scope, tenant, release.id, &cards).await?;
    let Keys { domains, groups, cells, actions } = &decided(tallies).collect();
    // A trigger deletes what was taken back: from here on it never was.
    for sql in [
        "UPDATE vote v SET was=yes FROM unnest($2::smallint[], $3::int[], $4::smallint[], $5::int[]) AS k(d, g, c, a) \
         WHERE v.tenant=$1 AND v.domain=d AND v.grp=g AND v.cell=c AND v.action=a AND v.was IS DISTINCT FROM v.yes",
        "DELETE FROM departed v USING unnest($2::smallint[], $3::int[], $4::smallint[], $5::int[]) AS k(d, g, c, a) \
         WHERE v.tenant=$1 AND v.domain=d AND v.grp=g AND v.cell=c AND v.action=a",
    ] {
        scope.run(sql, &[&tenant.0, domains, groups, cells, actions]).await?;
    }
    Ok(release)
}

pub(super) async fn spend(
    scope: &Scope,
    tenant: TenantId,
    epoch: i32,
    meps: u32,
    act: Act,
) -> Result<Option<(Release, Vec<Ballot>)>, RepoError> {
    if exists(scope, tenant, epoch).await? {
        return Ok(None);
    }
    // The schema refuses more than a member's whole budget, and the sum below must not pass an int.
    if meps > LIFETIME_MEPS {
        return Err(RepoError::Refused("more than a member may spend in a lifetime".to_owned()));
    }
    let release = open(scope, tenant, epoch, meps, act).await?;
    let (spent, cap) = (meps.cast_signed(), i64::from(LIFETIME_MEPS));
    let sql = "INSERT INTO member_ledger(tenant, member_tag, release, meps) \
               SELECT $1, v.member, $2, $3::int FROM (SELECT DISTINCT member FROM vote WHERE tenant=$1 AND yes IS NOT NULL) v \
               WHERE $3::int+(SELECT coalesce(sum(l.meps), 0) FROM member_ledger l \
               WHERE l.tenant=$1 AND l.member_tag=v.member)<=$4";
    scope.run(sql, &[&tenant.0, &release.id, &spent, &cap]).await?;
    let sql = "SELECT member, domain, grp, cell, action, yes FROM vote WHERE tenant=$1 AND yes IS NOT NULL AND member IN \
               (SELECT member_tag FROM member_ledger WHERE tenant=$1 AND release=$2) \
               ORDER BY member, domain, grp, cell, action";
    let rows = scope.rows(sql, &[&tenant.0, &release.id]).await?;
    let votes =
        rows.iter().map(|row| Ok((get(row, 0)?, vote_of(row, 1)?))).collect::<Result<_, RepoError>>()?;
    Ok(Some((release, ballots(votes))))
}
