//! Everything that a request may use: the hub's backends, its settings and keys, and what is kept between requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use crate::Hub;
use crate::auth::keys::Keys;
use crate::auth::verified::VerifiedTokens;
use crate::config::Config;
use crate::fresh::{Ages, Fresh};
use crate::limit::{Decision, Quota};
use crate::model::{Member, MemberId, TenantId};
use crate::repo::RepoError;
use crate::rules_cache::RulesCache;
use crate::telemetry::{Limited, Metrics};

/// Members whose role and token version are kept for a second.
const MEMBERS: usize = 100_000;

/// Verified tokens that are kept.
const TOKENS: usize = 100_000;

/// How old what is known of a member may be: a revoked token is refused within 2 s whatever the load. When the store
/// is gone, not just slow, reads that change and administer nothing go on as long as a token could live.
const MEMBER_AGES: Ages =
    Ages { fresh: Duration::from_secs(1), busy: Duration::from_secs(2), stale: Duration::from_secs(600) };

/// A hub that serves.
pub struct App {
    /// Its backends.
    pub hub: Hub,
    /// Its settings.
    pub config: Config,
    /// Its keys.
    pub keys: Keys,
    /// Tokens verified before.
    pub verified: VerifiedTokens,
    /// Members asked for before; `None` for those that are not there.
    pub members: Fresh<(TenantId, MemberId), Option<Member>, RepoError>,
    /// Rules rendered before.
    pub rules: RulesCache,
    /// What is seen from outside.
    pub metrics: Metrics,
    /// Requests that may be under way.
    pub in_flight: Semaphore,
    /// Whether it has begun to end.
    pub life: Life,
}

impl App {
    /// A hub of these parts.
    pub fn new(hub: Hub, config: Config, keys: Keys, metrics: Metrics) -> Arc<Self> {
        Arc::new(Self {
            in_flight: Semaphore::new(config.limits.in_flight as usize),
            rules: RulesCache::default(),
            hub,
            config,
            keys,
            verified: VerifiedTokens::new(TOKENS),
            members: Fresh::new(MEMBER_AGES, MEMBERS),
            metrics,
            life: Life::default(),
        })
    }

    /// Counts one request of `who`.
    pub async fn take(&self, who: &str, quota: Quota) -> Decision {
        let decision = self.hub.limiter.take(who, quota).await;
        let limited = Limited {
            decision: if decision.is_allowed { "allowed" } else { "refused" },
            backend: self.hub.limiter.backend(),
        };
        self.metrics.ratelimit.get_or_create(&limited).inc();
        decision
    }
}

/// From the first answer of the store to the end.
#[derive(Debug)]
pub struct Life {
    was_ready: AtomicBool,
    is_draining: AtomicBool,
    closing: watch::Sender<bool>,
}

impl Default for Life {
    fn default() -> Self {
        let closing = watch::Sender::new(false);
        Self { was_ready: AtomicBool::new(false), is_draining: AtomicBool::new(false), closing }
    }
}

impl Life {
    /// The store was reached, and has the right schema.
    pub fn reached(&self) {
        self.was_ready.store(true, Ordering::Relaxed);
    }

    /// Whether [`Life::reached`] was called.
    pub fn was_reached(&self) -> bool {
        self.was_ready.load(Ordering::Relaxed)
    }

    /// The end is announced.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Connections end after what they are at.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Tells when [`Life::close`] was called.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Whether balancers should send requests. The store's fall is no reason: all replicas would be gone at once.
    pub fn is_ready(&self) -> bool {
        self.was_ready.load(Ordering::Relaxed) && !self.is_draining.load(Ordering::Relaxed)
    }
}
