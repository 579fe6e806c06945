//! How often who may ask: the generic cell rate algorithm (GCRA), shared by replicas where there is Redis.

pub mod memory;
pub mod redis;

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

    /// Where it decides now: "memory" or "redis".
    fn backend(&self) -> &'static str {
        "memory"
    }
}

/// The time (µs) that each request takes up, and how many may come at once. One of `replicas` allows a share of the
/// quota, at least one at once unless the quota allows none.
fn pace(quota: Quota, replicas: u32) -> (i64, i64) {
    let period = 60_000_000 * i64::from(replicas) / i64::from(quota.per_minute.max(1));
    let burst = if quota.burst == 0 { 0 } else { (quota.burst / replicas).max(1) };
    (period.max(1), i64::from(burst))
}

/// One step of the generic cell rate algorithm. `full_at` is the time at which all of the burst may pass again; times
/// are microseconds since some fixed moment.
fn gcra(full_at: &mut i64, now: i64, quota: Quota, replicas: u32) -> Decision {
    let (period, burst) = pace(quota, replicas);
    // Only a clock that was set back leaves more than a burst to wait for.
    let next = (*full_at).clamp(now, now + burst * period) + period;
    let early = next - now - burst * period;
    if early <= 0 {
        *full_at = next;
    }
    Decision::of(early, period)
}

impl Decision {
    /// The decision on a request that comes `early` microseconds too early, 0 or less: in time.
    fn of(early: i64, period: i64) -> Self {
        let is_allowed = early <= 0;
        let wait = if is_allowed { early + period } else { early };
        let retry_after = u32::try_from((wait.max(0) as u64).div_ceil(1_000_000)).unwrap_or(u32::MAX);
        let remaining = u32::try_from((-early).max(0) / period).unwrap_or(u32::MAX);
        Self { is_allowed, remaining, retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_burst_passes_then_the_rate_and_it_says_when() {
        let quota = Quota { per_minute: 60, burst: 3 };
        let mut full_at = 0;
        let mut take = |now| {
            let decision = gcra(&mut full_at, now, quota, 1);
            (decision.is_allowed, decision.remaining, decision.retry_after)
        };
        let t = 100 * SECOND;
        assert_eq!([take(t), take(t), take(t)], [(true, 2, 0), (true, 1, 0), (true, 0, 1)]);
        // Who is refused pays nothing for it.
        assert_eq!([take(t), take(t + SECOND / 2)], [(false, 0, 1), (false, 0, 1)]);
        assert_eq!([take(t + SECOND), take(t + SECOND)], [(true, 0, 1), (false, 0, 1)]);
        assert_eq!(take(t + 60 * SECOND), (true, 2, 0));
    }

    #[test]
    fn over_an_hour_no_more_pass_than_the_quota_and_of_replicas_each_has_its_share() {
        for (per_minute, burst, replicas) in [(60, 30, 1), (10, 10, 1), (60, 30, 4), (7, 2, 3), (60, 30, 100)]
        {
            let quota = Quota { per_minute, burst };
            let mut full_at = 0;
            let n = (0..36_000)
                .filter(|tenth| gcra(&mut full_at, tenth * SECOND / 10, quota, replicas).is_allowed)
                .count();
            let share = 60.0 * f64::from(per_minute) / f64::from(replicas);
            let first = f64::from((burst / replicas).max(1));
            assert!((n as f64 - share - first).abs() <= 1.0, "{n} of {share} + {first}");
        }
    }

    #[test]
    fn no_burst_is_no_request() {
        let decision = gcra(&mut 0, 5, Quota { per_minute: 60, burst: 0 }, 1);
        assert!(!decision.is_allowed && decision.retry_after >= 1);
    }
}
