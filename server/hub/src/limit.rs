//! How often who may ask: the generic cell rate algorithm (GCRA), shared by replicas where there is Redis.

use async_trait::async_trait;

/// How much is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Quota {
    /// Requests a minute.
    pub per_minute: u32,
    /// How many may come at once.
    pub burst: u32,
}

/// What the limiter says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Whether the request may pass.
    pub is_allowed: bool,
    /// How many more could pass now.
    pub remaining: u32,
    /// Seconds until one more may pass; 0 when one may now.
    pub retry_after: u32,
}

/// A limiter. It never fails open: without its shared store it decides in memory, at the rate of one replica's share.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts one request of `who` (a member or an address, with the kind of request) against `quota`.
    async fn take(&self, who: &str, quota: Quota) -> Decision;
}
