//! Votes, exposures and experiments.

use aurora_team::wire::Exposure;
use tokio_postgres::Row;

use super::people::{day_of, note, nothing};
use super::scope::Scope;
use super::value::{Keys, get, key32, small};
use crate::model::{Act, Change, Experiment, Idempotency, MemberId, TenantId};
use crate::repo::codes::{REMEMBERED, count};
use crate::repo::release::sides;
use crate::repo::{Exposed, Put, RepoError};

pub(super) async fn put(
    scope: &Scope,
    tenant: TenantId,
    member: MemberId,
    change: &Change,
    once: Idempotency,
    now: i64,
) -> Result<Put, RepoError> {
    // Of several at once the first one's row makes the others wait, and then find it.
    let sql = "INSERT INTO idempotency AS i(tenant, member, key, body_sha, at) VALUES($1, $2, $3, $4, $5) \
               ON CONFLICT (tenant, member, key) DO UPDATE SET body_sha=excluded.body_sha, at=excluded.at \
               WHERE i.at<=$6 RETURNING 1";
    let (key, body) = (&once.key[..], &once.body[..]);
    let before = now - REMEMBERED;
    if scope.row(sql, &[&tenant.0, &member.0, &key, &body, &now, &before]).await?.is_none() {
        let sql = "SELECT body_sha FROM idempotency WHERE tenant=$1 AND member=$2 AND key=$3";
        let row = scope.row(sql, &[&tenant.0, &member.0, &key]).await?.ok_or_else(nothing)?;
        return Ok(if key32(&row, 0)? == once.body { Put::Replayed } else { Put::KeyReused });
    }
    let sides = sides(change);
    if !sides.is_empty() {
        let keys: Keys = sides.keys().copied().collect();
        let yes: Vec<Option<bool>> = sides.into_values().collect();
        // A trigger deletes what is no vote and was none.
        let sql = "INSERT INTO vote(tenant, domain, grp, cell, action, member, yes, day) \
                   SELECT $1, d, g, c, a, $2, y, $3 FROM unnest($4::smallint[], $5::int[], $6::smallint[], $7::int[], \
                   $8::boolean[]) AS u(d, g, c, a, y) ON CONFLICT (tenant, domain, grp, cell, action, member) \
                   DO UPDATE SET yes=excluded.yes, day=excluded.day";
        let Keys { domains, groups, cells, actions } = &keys;
        let day = day_of(now);
        scope.run(sql, &[&tenant.0, &member.0, &day, domains, groups, cells, actions, &yes]).await?;
    }
    if let Some((sum, with_cards)) = change.exposure {
        let sql = "INSERT INTO exposure AS e(tenant, experiment, member, with_cards, shown, accepted, undone, abstained) \
                   VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, experiment, member) DO UPDATE SET \
                   with_cards=excluded.with_cards, shown=e.shown+excluded.shown, \
                   accepted=e.accepted+excluded.accepted, undone=e.undone+excluded.undone, \
                   abstained=e.abstained+excluded.abstained";
        let counts = [sum.shown, sum.accepted, sum.undone, sum.abstained].map(i64::from);
        let [shown, accepted, undone, abstained] = &counts;
        scope
            .run(
                sql,
                &[&tenant.0, &sum.experiment, &member.0, &with_cards, shown, accepted, undone, abstained],
            )
            .await?;
    }
    Ok(Put::Stored)
}

pub(super) async fn start_experiment(
    scope: &Scope,
    tenant: TenantId,
    experiment: &Experiment,
    act: Act,
) -> Result<Option<i64>, RepoError> {
    let Experiment { key, cut, starts, ends, .. } = experiment;
    let sql = "SELECT 1 FROM experiment WHERE tenant=$1 AND NOT is_stopped AND starts<$3 AND ends>$2";
    if scope.row(sql, &[&tenant.0, starts, ends]).await?.is_some() {
        return Ok(None);
    }
    let sql =
        "INSERT INTO experiment(tenant, key, cut, starts, ends) VALUES($1, $2, $3, $4, $5) RETURNING id";
    let cut = i32::from(*cut);
    let row = scope.row(sql, &[&tenant.0, &&key[..], &cut, starts, ends]).await?.ok_or_else(nothing)?;
    let id = get(&row, 0)?;
    note(scope, tenant, Act { object: id, ..act }).await?;
    Ok(Some(id))
}

pub(super) async fn stop_experiment(
    scope: &Scope,
    tenant: TenantId,
    id: i64,
    act: Act,
) -> Result<bool, RepoError> {
    let sql = "UPDATE experiment SET is_stopped=true WHERE tenant=$1 AND id=$2 AND NOT is_stopped";
    let n = scope.run(sql, &[&tenant.0, &id]).await?;
    if n > 0 {
        note(scope, tenant, act).await?;
    }
    Ok(n > 0)
}

pub(super) fn experiment_of(row: &Row) -> Result<Experiment, RepoError> {
    Ok(Experiment {
        id: get(row, 0)?,
        key: key32(row, 1)?,
        cut: small::<i32, _>(row, 2)?,
        starts: get(row, 3)?,
        ends: get(row, 4)?,
        is_stopped: get(row, 5)?,
    })
}

pub(super) fn exposed_of(row: &Row, experiment: i64) -> Result<Exposed, RepoError> {
    let sum = Exposure {
        experiment,
        shown: count(get(row, 2)?),
        accepted: count(get(row, 3)?),
        undone: count(get(row, 4)?),
        abstained: count(get(row, 5)?),
    };
    Ok(Exposed { member: MemberId(get(row, 0)?), sum, with_cards: get(row, 1)? })
}
