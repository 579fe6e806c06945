//! The contract of caches and limiters, and what a cache that fails does to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aurora_hub::cache::Cache;
use aurora_hub::cache::memory::MemoryCache;
use aurora_hub::cache::redis::RedisCache;
use aurora_hub::limit::memory::MemoryLimiter;
use aurora_hub::limit::redis::RedisLimiter;
use aurora_hub::limit::{Limiter, Quota};
use aurora_hub::link::{Breaker, Link};
use aurora_testing::stack::Redis;

use crate::help::fresh;

const LONG: Duration = Duration::from_secs(60);

/// A Redis, with a link whose patience a busy machine does not try.
fn patient() -> Option<(Redis, Arc<Link>)> {
    let redis = Redis::start()?;
    let link = Link::new(&redis.url()).unwrap().with_patience(Duration::from_secs(5));
    Some((redis, Arc::new(link)))
}

async fn a_cache_keeps(cache: Arc<dyn Cache>) {
    assert_eq!(cache.get("key").await, Ok(None));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    cache.put("key", &bytes, LONG).await.unwrap();
    cache.put("empty", b"", LONG).await.unwrap();
    assert_eq!(cache.get("key").await.unwrap(), Some(bytes));
    assert_eq!(cache.get("empty").await.unwrap(), Some(vec![]));
    cache.put("key", b"new", LONG).await.unwrap();
    assert_eq!(cache.get("key").await.unwrap().as_deref(), Some(&b"new"[..]));
    let short = Duration::from_millis(30);
    cache.put("key", b"short", short).await.unwrap();
    assert!(cache.first("id of a moment", short).await.unwrap());
    tokio::time::sleep(2 * short).await;
    assert_eq!(cache.get("key").await, Ok(None));
    assert!(cache.first("id of a moment", LONG).await.unwrap());
    // Of many at once one is the first; an id is no key.
    let tries: Vec<_> = (0..32)
        .map(|_| {
            let cache = Arc::clone(&cache);
            tokio::spawn(async move { cache.first("empty", LONG).await.unwrap() })
        })
        .collect();
    let mut n_first = 0;
    for one in tries {
        n_first += u32::from(one.await.unwrap());
    }
    assert_eq!(n_first, 1);
    assert_eq!(cache.get("empty").await.unwrap(), Some(vec![]));
}

async fn n_allowed(limiters: &[Arc<dyn Limiter>], who: &str, quota: Quota, n: usize) -> u32 {
    let tries: Vec<_> = (0..n)
        .map(|at| {
            let (limiter, who) = (Arc::clone(&limiters[at % limiters.len()]), who.to_owned());
            tokio::spawn(async move { limiter.take(&who, quota).await.is_allowed })
        })
        .collect();
    let mut allowed = 0;
    for one in tries {
        allowed += u32::from(one.await.unwrap());
    }
    allowed
}

/// `limiters` are replicas of one.
async fn a_limiter_limits(limiters: &[Arc<dyn Limiter>]) {
    // So slow that no test is long enough for one more.
    let quota = Quota { per_minute: 1, burst: 20 };
    assert_eq!(n_allowed(limiters, "ann", quota, 100).await, 20);
    let refused = limiters[0].take("ann", quota).await;
    assert!(!refused.is_allowed && refused.remaining == 0, "{refused:?}");
    assert!((50..=60).contains(&refused.retry_after), "{refused:?}");
    let other = limiters[0].take("bob", quota).await;
    assert!(other.is_allowed && other.remaining == 19 && other.retry_after == 0, "{other:?}");
    let none = limiters[0].take("eve", Quota { per_minute: 1, burst: 0 }).await;
    assert!(!none.is_allowed, "{none:?}");
    // Ten a second: after half a second about five more, never more than the time allows.
    let quota = Quota { per_minute: 600, burst: 2 };
    let began = Instant::now();
    let mut n = 0;
    while began.elapsed() < Duration::from_millis(500) {
        n += u32::from(limiters[0].take("dan", quota).await.is_allowed);
    }
    let most = 3 + (began.elapsed().as_millis() / 100) as u32;
    assert!((3..=most).contains(&n), "{n} of {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_memory() {
    a_cache_keeps(Arc::new(MemoryCache::default())).await;
    a_limiter_limits(&[Arc::new(MemoryLimiter::new(1))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_redis() {
    let Some((redis, link)) = patient() else { return };
    a_cache_keeps(Arc::new(RedisCache::new(Arc::clone(&link)))).await;
    let other = Arc::new(Link::new(&redis.url()).unwrap().with_patience(Duration::from_secs(5)));
    let replicas: [Arc<dyn Limiter>; 2] =
        [Arc::new(RedisLimiter::new(link, 2)), Arc::new(RedisLimiter::new(other, 2))];
    a_limiter_limits(&replicas).await;
    assert_eq!(replicas[0].backend(), "redis");
}

/// The cache and the limiter of a replica of two, as in service.
fn in_service(url: &str) -> (Arc<Link>, RedisCache, [Arc<dyn Limiter>; 1]) {
    let link = Arc::new(Link::new(url).unwrap());
    let limiter: Arc<dyn Limiter> = Arc::new(RedisLimiter::new(Arc::clone(&link), 2));
    (Arc::clone(&link), RedisCache::new(link), [limiter])
}

/// Nobody waits for a Redis that does not answer, and the limiter still limits: to a share, as there are two replicas.
async fn goes_on_without(link: &Link, cache: &RedisCache, limiter: &[Arc<dyn Limiter>]) {
    let quota = Quota { per_minute: 1, burst: 20 };
    let began = Instant::now();
    for _ in 0..300 {
        assert!(cache.get("key").await.is_err());
    }
    // Five failures of two attempts of 50 ms, and a probe of each second. A library's own timeout would be 500 ms each.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_ne!(link.breaker(), Breaker::Closed);
    assert_eq!(n_allowed(limiter, &fresh().to_string(), quota, 100).await, 10);
    assert!(cache.first(&fresh().to_string(), LONG).await.is_err());
    assert!(cache.put("key", b"late", LONG).await.is_err());
    assert_eq!(limiter[0].backend(), "memory");
}

/// Once it answers it is used again, and what it says is about what was asked.
async fn comes_back(link: &Link, cache: &RedisCache, limiter: &[Arc<dyn Limiter>]) {
    let began = Instant::now();
    while cache.put("other", b"mark", LONG).await.is_err() || link.breaker() != Breaker::Closed {
        assert!(began.elapsed() < Duration::from_secs(20), "it stays away");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for n in 0..50_u32 {
        let bytes = n.to_le_bytes();
        // A busy machine may miss 50 ms; it must never answer with something else.
        if cache.put("key", &bytes, LONG).await.is_ok()
            && let Ok(Some(found)) = cache.get("key").await
        {
            assert_eq!(found, bytes);
        }
    }
    // Not open, whatever it had forgotten: what it allows is the quota, and what memory adds is its share.
    let quota = Quota { per_minute: 1, burst: 20 };
    let n = n_allowed(limiter, &fresh().to_string(), quota, 200).await;
    assert!((20..=30).contains(&n), "{n}");
}

/// A Redis at `url` that is killed is done without until it is back.
pub(crate) async fn dies_and_comes_back(redis: &mut Redis, url: &str) {
    let (link, cache, limiter) = in_service(url);
    comes_back(&link, &cache, &limiter).await;
    redis.kill();
    goes_on_without(&link, &cache, &limiter).await;
    redis.restart();
    comes_back(&link, &cache, &limiter).await;
    // Restarted between two requests: the connection is gone, the retry finds the new one.
    redis.restart();
    comes_back(&link, &cache, &limiter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_frozen_is_done_without_until_it_goes_on() {
    let Some(redis) = Redis::start() else { return };
    let (link, cache, limiter) = in_service(&redis.url());
    comes_back(&link, &cache, &limiter).await;
    redis.freeze();
    goes_on_without(&link, &cache, &limiter).await;
    redis.thaw();
    comes_back(&link, &cache, &limiter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_was_killed_is_done_without_until_it_is_back() {
    let Some(mut redis) = Redis::start() else { return };
    let url = redis.url();
    dies_and_comes_back(&mut redis, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_restarted_between_two_requests_costs_neither_an_error() {
    let Some((mut redis, link)) = patient() else { return };
    let cache = RedisCache::new(Arc::clone(&link));
    let limiter: [Arc<dyn Limiter>; 1] = [Arc::new(RedisLimiter::new(link, 2))];
    let quota = Quota { per_minute: 1, burst: 20 };
    for _ in 0..3 {
        assert_eq!(n_allowed(&limiter, "ann", quota, 50).await, 20);
        assert!(cache.first("id", LONG).await.unwrap());
        redis.restart();
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    assert!(Link::new("what?").is_err());
    assert!(Link::new("rediss://").is_err());
}
