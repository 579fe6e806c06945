//! The limiter that replicas share.

use std::sync::Arc;

use async_trait::async_trait;
use redis::{Value, cmd};

use super::memory::MemoryLimiter;
use super::{Decision, Limiter, Quota, pace};
use crate::link::{Breaker, Link};

/// GCRA by the clock of Redis, in microseconds; gives how much too early the request is. Sent whole each time: by its
/// hash it would be unknown to a Redis that was restarted. Times are below 2⁵³, so the numbers of Lua hold them.
const GCRA: &str = "local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or '0')
full_at = math.min(math.max(full_at, now), now + burst * period)
local next = full_at + period
local early = next - now - burst * period
if early <= 0 then
    redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
end
return early";

/// GCRA in Redis. Without Redis it decides in memory, at this replica's share of the rate: it never fails open.
#[derive(Debug)]
pub struct RedisLimiter {
    link: Arc<Link>,
    alone: MemoryLimiter,
}

impl RedisLimiter {
    /// A limiter over `link` for one of `replicas`.
    pub fn new(link: Arc<Link>, replicas: u32) -> Self {
        Self { link, alone: MemoryLimiter::new(replicas) }
    }
}

#[async_trait]
impl Limiter for RedisLimiter {
    async fn take(&self, who: &str, quota: Quota) -> Decision {
        let (period, burst) = pace(quota, 1);
        let mut command = cmd("EVAL");
        command.arg(GCRA).arg(1).arg(format!("hub:limit:{who}")).arg(period).arg(burst);
        match self.link.ask(&command).await {
            Ok(Value::Int(early)) => Decision::of(early, period),
            _ => self.alone.take(who, quota).await,
        }
    }

    fn backend(&self) -> &'static str {
        if self.link.breaker() == Breaker::Closed { "redis" } else { "memory" }
    }
}
