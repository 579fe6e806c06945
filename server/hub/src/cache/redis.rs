//! The cache that replicas share.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::{Value, cmd};

use super::{Cache, CacheDown};
use crate::link::{Breaker, Link};

/// Keeps an id with who saw it first. Asked again with the same sign, as after a lost answer, it says "first" again.
const FIRST: &str = "local seen = redis.call('GET', KEYS[1])
if seen then return seen == ARGV[1] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1";

/// A cache in Redis.
#[derive(Clone, Debug)]
pub struct RedisCache {
    link: Arc<Link>,
}

impl RedisCache {
    /// A cache over `link`, which a limiter may use too.
    pub fn new(link: Arc<Link>) -> Self {
        Self { link }
    }
}

/// Redis counts in milliseconds, and refuses none.
fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX >> 1).max(1)
}

#[async_trait]
impl Cache for RedisCache {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheDown> {
        match self.link.ask(cmd("GET").arg(key)).await? {
            Value::BulkString(bytes) => Ok(Some(bytes)),
            Value::Nil => Ok(None),
            _ => Err(CacheDown),
        }
    }

    async fn put(&self, key: &str, bytes: &[u8], ttl: Duration) -> Result<(), CacheDown> {
        self.link.ask(cmd("SET").arg(key).arg(bytes).arg("PX").arg(millis(ttl))).await.map(|_| ())
    }

    async fn first(&self, id: &str, ttl: Duration) -> Result<bool, CacheDown> {
        let mut sign = [0; 16];
        getrandom::fill(&mut sign).map_err(|_| CacheDown)?;
        let key = format!("hub:once:{id}");
        let mut command = cmd("EVAL");
        command.arg(FIRST).arg(1).arg(key).arg(&sign[..]).arg(millis(ttl));
        match self.link.ask(&command).await? {
            Value::Int(first) => Ok(first == 1),
            _ => Err(CacheDown),
        }
    }

    fn breaker(&self) -> Option<Breaker> {
        Some(self.link.breaker())
    }
}
