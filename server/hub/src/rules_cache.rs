//! Published rules in layers: a second in memory, a minute in the shared cache, then the store. The key of what is
//! shared holds the release, so nothing is ever invalidated: a new release is a new number.

use std::sync::Arc;
use std::time::Duration;

use aurora_team::wire::{Mode, Rules};
use bytes::Bytes;

use crate::Hub;
use crate::fresh::{Ages, Came, Fresh};
use crate::model::{Experiment, TenantId};
use crate::repo::{Page, RepoError};
use crate::share::{dp, team};
use crate::telemetry::Metrics;

/// In memory. Cards are no secrets of one moment: nobody waits for younger ones while there are some.
const AGES: Ages =
    Ages { fresh: Duration::from_secs(1), busy: Duration::from_secs(600), stale: Duration::from_secs(600) };

/// Teams, and rendered rules, that are kept at most.
const MOST: usize = 10_000;

/// Milliseconds in the shared cache, give or take [`JITTER`].
const SHARED: u64 = 60_000;

/// So that not all that was rendered at once ends at once.
const JITTER: u64 = 6_000;

/// Experiments asked for at a time.
const PAGE: u32 = 200;

/// What all members of a team share just now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Team {
    /// How it publishes.
    pub mode: Mode,
    /// Its last release, 0 before the first.
    pub release: i64,
    /// The experiment that runs today.
    pub experiment: Option<Experiment>,
}

/// The memory layer.
#[derive(Debug)]
pub struct RulesCache {
    teams: Fresh<TenantId, Option<Arc<Team>>, RepoError>,
    rendered: Fresh<(TenantId, u32, i64), Bytes, RepoError>,
}

impl Default for RulesCache {
    fn default() -> Self {
        Self { teams: Fresh::new(AGES, MOST), rendered: Fresh::new(AGES, MOST) }
    }
}

impl RulesCache {
    /// What members of `tenant` share; `None` when there is no such tenant.
    ///
    /// # Errors
    /// The store does not answer, and nothing of the last ten minutes is kept.
    pub async fn team(&self, hub: &Hub, tenant: TenantId) -> Result<Option<Arc<Team>>, RepoError> {
        Ok(self.teams.get(&tenant, || true, || fetch_team(hub, tenant)).await?.0)
    }

    /// Forgets what members of `tenant` share: an admin has just changed it here.
    pub fn forget(&self, tenant: TenantId) {
        self.teams.forget(&tenant);
    }

    /// [`Rules`] as JSON, without the arm of any member.
    ///
    /// # Errors
    /// The store does not answer, and nothing of the last ten minutes is kept.
    pub async fn rendered(
        &self,
        hub: &Hub,
        metrics: &Metrics,
        tenant: TenantId,
        dictionary: u32,
        team: &Team,
    ) -> Result<Bytes, RepoError> {
        let key = (tenant, dictionary, team.release);
        let fetch = || fetch_shared(hub, metrics, tenant, dictionary, team);
        let (bytes, came) = self.rendered.get(&key, || true, fetch).await?;
        metrics.cached(
            "memory",
            match came {
                Came::Hit => "hit",
                Came::Miss => "miss",
                Came::Stale => "stale",
            },
        );
        Ok(bytes)
    }
}

async fn fetch_team(hub: &Hub, tenant: TenantId) -> Result<Option<Arc<Team>>, RepoError> {
    let Some(found) = hub.repo.tenant(tenant).await? else { return Ok(None) };
    let release = hub.repo.latest_release(tenant).await?.map_or(0, |release| release.id);
    let experiment = running(hub, tenant).await?;
    Ok(Some(Arc::new(Team { mode: found.mode, release, experiment })))
}

/// The experiment that runs today. There is one at most: another is not begun before it has ended.
async fn running(hub: &Hub, tenant: TenantId) -> Result<Option<Experiment>, RepoError> {
    let today = hub.clock.today();
    let mut after = 0;
    loop {
        let page = hub.repo.experiments(tenant, Page { after, limit: PAGE }).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map_or(after, |experiment| experiment.id);
        let mut running = page.into_iter().filter(|e| !e.is_stopped && (e.starts..e.ends).contains(&today));
        if let Some(experiment) = running.next() {
            return Ok(Some(experiment));
        }
        if is_last {
            return Ok(None);
        }
    }
}

async fn fetch_shared(
    hub: &Hub,
    metrics: &Metrics,
    tenant: TenantId,
    dictionary: u32,
    team: &Team,
) -> Result<Bytes, RepoError> {
    let key = format!("hub:{}:rules:{dictionary}:{}", tenant.0, team.release);
    let shared = hub.cache.get(&key).await;
    metrics.cached(
        "shared",
        match &shared {
            Ok(Some(_)) => "hit",
            Ok(None) => "miss",
            Err(_) => "down",
        },
    );
    if let Ok(Some(bytes)) = shared {
        return Ok(bytes.into());
    }
    let cards = if team.release == 0 { Vec::new() } else { hub.repo.cards(tenant, team.release).await? };
    metrics.cached("store", "hit");
    let notice = notice(team.mode).to_owned();
    let rules = Rules { dictionary, release: team.release, mode: team.mode, notice, cards, arm: None };
    let bytes = serde_json::to_vec(&rules)
        .map_err(|error| RepoError::Unavailable(format!("cards that cannot be written: {error}")))?;
    // A cache that is down costs a read of the store, as long as it is.
    let _ = hub.cache.put(&key, &bytes, jittered()).await;
    Ok(bytes.into())
}

fn jittered() -> Duration {
    let mut random = [0; 2];
    // Without randomness all end at the same time, which is worse and not wrong.
    let _ = getrandom::fill(&mut random);
    let share = u64::from(u16::from_be_bytes(random)) * 2 * JITTER / u64::from(u16::MAX);
    Duration::from_millis(SHARED - JITTER + share)
}

/// What protects the members; clients show it with each card.
pub fn notice(mode: Mode) -> &'static str {
    match mode {
        Mode::Team => team::NOTICE,
        Mode::Dp => dp::NOTICE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_ends_within_a_tenth_of_a_minute() {
        for _ in 0..1000 {
            assert!((54_000..=66_000).contains(&(jittered().as_millis() as u64)));
        }
    }
}
