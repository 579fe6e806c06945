//! What a hub does beside answering: looking after its store and keys, publishing each week, deleting what expired.

use std::sync::Arc;
use std::time::Duration;

use aurora_team::wire::Mode;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::link::Breaker;
use crate::model::Tenant;
use crate::repo::{Page, RepoError};
use crate::share::release::{Asked, Outcome, ReleaseError, release_due};
use crate::telemetry::Named;

/// Between two looks at the store until it was reached once.
const UNTIL_REACHED: Duration = Duration::from_millis(500);

/// Between two looks at what the hub depends on.
const LOOK: Duration = Duration::from_secs(5);

/// Between two deletions of what expired.
const EXPIRY: Duration = Duration::from_secs(24 * 3600);

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;

/// Starts all of it. It ends with the runtime.
pub fn start(app: &Arc<App>) {
    tokio::spawn(watch(Arc::clone(app)));
    tokio::spawn(refresh_keys(Arc::clone(app)));
    tokio::spawn(expire(Arc::clone(app)));
    tokio::spawn(publish(Arc::clone(app)));
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Sees whether the store and the shared cache answer.
async fn watch(app: Arc<App>) {
    let up = |name, is_up| app.metrics.dependency_up.get_or_create(&Named { name }).set(i64::from(is_up));
    loop {
        let store = app.hub.repo.check_schema().await;
        up("store", store.is_ok());
        match &store {
            Ok(_) => app.life.reached(),
            Err(error) => tracing::warn!(error = %error, "the store was looked at"),
        }
        if app.config.secrets.redis_url.is_some() {
            up("redis", app.hub.cache.get("hub:look").await.is_ok());
        }
        if let Some(breaker) = app.hub.cache.breaker() {
            let state = match breaker {
                Breaker::Closed => 0,
                Breaker::HalfOpen => 1,
                Breaker::Open => 2,
            };
            app.metrics.breaker_state.get_or_create(&Named { name: "redis" }).set(state);
        }
        tokio::time::sleep(if app.life.was_reached() { LOOK } else { UNTIL_REACHED }).await;
    }
}

async fn refresh_keys(app: Arc<App>) {
    let mut ticks = every(Duration::from_secs(u64::from(app.config.tokens.jwks_refresh_seconds)));
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let blocking = Arc::clone(&app);
        let read = tokio::task::spawn_blocking(move || blocking.keys.refresh()).await;
        if let Ok(Err(why)) = read {
            tracing::warn!(why, "the keys were not read again; the old ones are kept");
        }
    }
}

async fn expire(app: Arc<App>) {
    let mut ticks = every(EXPIRY);
    loop {
        ticks.tick().await;
        let Ok(tenants) = app.hub.repo.tenants().await else { continue };
        for tenant in tenants {
            if let Err(error) = app.hub.repo.expire(tenant.id, app.hub.clock.now()).await {
                tracing::warn!(error = %error, "what expired was not deleted");
            }
        }
    }
}

/// Publishes for each tenant once a week has begun, and notes how long the one that waits longest has waited.
async fn publish(app: Arc<App>) {
    let mut ticks = every(Duration::from_secs(u64::from(app.config.release.look_seconds)));
    loop {
        ticks.tick().await;
        let Ok(tenants) = app.hub.repo.tenants().await else { continue };
        let mut oldest: i64 = 0;
        for tenant in tenants {
            match look(&app, tenant).await {
                Ok(age) => oldest = oldest.max(age),
                Err(error) => tracing::warn!(error = %error, "a tenant's release was not made"),
            }
        }
        app.metrics.release_age.set(oldest as f64);
    }
}

/// Publishes for one tenant if it is due; the age of its last release, in seconds since its week began.
async fn look(app: &App, tenant: Tenant) -> Result<i64, RepoError> {
    let hub = &app.hub;
    let last = hub.repo.latest_release(tenant.id).await?;
    let week = hub.clock.week();
    let before = match &last {
        Some(release) => i64::from(release.epoch),
        // A team's first week has no release by itself: its first line of the audit tells when that was.
        None => {
            let first = hub.repo.audit(tenant.id, Page { after: 0, limit: 1 }).await?;
            first.first().map_or(0, |act| (act.at.div_euclid(86_400) + 3).div_euclid(7))
        }
    };
    if app.config.release.automatic && before < i64::from(week) {
        match release_due(hub, tenant, app.config.release.plan(), Asked::ByTheWeek).await {
            Ok(Outcome::Published(release)) => {
                tracing::info!(release = release.id, "cards were published");
                app.rules.forget(tenant.id);
                return Ok(0);
            }
            Ok(Outcome::NotDue(_)) => {}
            Err(ReleaseError::Repo(error)) => return Err(error),
            Err(error) => tracing::error!(error = %error, "a release failed"),
        }
    }
    // Releases of dp mode are far apart on purpose.
    if tenant.mode == Mode::Dp {
        return Ok(0);
    }
    let began = (before * 7 - 3) * 86_400;
    Ok((hub.clock.now() - began).clamp(0, 520 * WEEK))
}
