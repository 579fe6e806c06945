//! What replicas share for a while, and may lose: rendered rules, and which one-time ids were seen.

pub mod memory;
pub mod redis;

use std::time::Duration;

use async_trait::async_trait;

use crate::link::Breaker;

/// The shared cache did not answer in time; its callers go on without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the shared cache does not answer")]
pub struct CacheDown;

/// A cache that may be shared.
#[async_trait]
pub trait Cache: Send + Sync {
    /// The bytes under `key`, `None` when there are none.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheDown>;

    /// Keeps `bytes` under `key` for `ttl`.
    async fn put(&self, key: &str, bytes: &[u8], ttl: Duration) -> Result<(), CacheDown>;

    /// True the first time that `id` is seen within `ttl`, false afterwards.
    async fn first(&self, id: &str, ttl: Duration) -> Result<bool, CacheDown>;

    /// What the circuit breaker before it is at; `None` when there is none.
    fn breaker(&self) -> Option<Breaker> {
        None
    }
}
