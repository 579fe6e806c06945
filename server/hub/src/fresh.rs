//! Values that may be a little old: fetched once for all who ask, kept for a moment, and kept longer for bad times.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long nobody asks again after a fetch has failed.
const PAUSE: Duration = Duration::from_millis(300);

/// How old values may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ages {
    /// Up to this it is taken without asking.
    pub fresh: Duration,
    /// Up to this it is taken while another asks, and when asking fails; who needs a younger one waits.
    pub busy: Duration,
    /// Up to this it is taken where there is none younger, by those who may take one so old.
    pub stale: Duration,
}

/// How a value was come by; a word for the metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// It was kept.
    Hit,
    /// It was fetched.
    Miss,
    /// It was kept beyond its time, for fetching failed or is under way.
    Stale,
}

/// Values by key, bounded in number. One fetch a key is under way at a time, and all who wait for it share what
/// becomes of it. A value is as old as the beginning of its fetch: what happened later it may not know.
#[derive(Debug)]
pub struct Fresh<K, V, E> {
    slots: Mutex<HashMap<K, Arc<Slot<V, E>>>>,
    ages: Ages,
    most: usize,
}

#[derive(Debug)]
struct Slot<V, E> {
    fetching: tokio::sync::Mutex<()>,
    kept: Mutex<Kept<V, E>>,
}

#[derive(Debug)]
struct Kept<V, E> {
    value: Option<(V, Instant)>,
    failed: Option<(E, Instant)>,
}

impl<V: Clone, E: Clone> Slot<V, E> {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept<V, E>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self, age: Duration) -> Option<V> {
        let kept = self.kept();
        kept.value.as_ref().filter(|(_, at)| at.elapsed() < age).map(|(value, _)| value.clone())
    }

    /// Why the last fetch failed, if it ended after `since`.
    fn failure(&self, since: Instant) -> Option<E> {
        self.kept().failed.as_ref().filter(|(_, at)| *at >= since).map(|(error, _)| error.clone())
    }
}

impl<K: Clone + Eq + Hash, V: Clone, E: Clone> Fresh<K, V, E> {
    /// Room for `most` values.
    pub fn new(ages: Ages, most: usize) -> Self {
        Self { slots: Mutex::default(), ages, most }
    }

    /// The value of `key`, by `fetch` where none is kept that is fresh. `is_bad_time` tells whether this one may be
    /// [`Ages::stale`]; it is asked only when there is no younger one.
    ///
    /// # Errors
    /// That of `fetch`, of one's own or of the one waited for, when there is no value that is young enough.
    pub async fn get<F: Future<Output = Result<V, E>>>(
        &self,
        key: &K,
        is_bad_time: impl Fn() -> bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<(V, Came), E> {
        let slot = self.slot(key);
        if let Some(value) = slot.value(self.ages.fresh) {
            return Ok((value, Came::Hit));
        }
        let old = || {
            slot.value(self.ages.busy)
                .or_else(|| if is_bad_time() { slot.value(self.ages.stale) } else { None })
                .map(|value| (value, Came::Stale))
        };
        let asked = Instant::now();
        let _fetching = match slot.fetching.try_lock() {
            Ok(guard) => guard,
            Err(_) => {
                if let Some(old) = old() {
                    return Ok(old);
                }
                let guard = slot.fetching.lock().await;
                if let Some(value) = slot.value(self.ages.busy) {
                    return Ok((value, Came::Hit));
                }
                if let Some(error) = slot.failure(asked) {
                    return old().ok_or(error);
                }
                guard
            }
        };
        if let Some(value) = slot.value(self.ages.fresh) {
            return Ok((value, Came::Hit));
        }
        let has_just_failed = slot.kept().failed.as_ref().is_some_and(|(_, at)| at.elapsed() < PAUSE);
        if has_just_failed && let Some(old) = old() {
            return Ok(old);
        }
        let began = Instant::now();
        match fetch().await {
            Ok(value) => {
                *slot.kept() = Kept { value: Some((value.clone(), began)), failed: None };
                Ok((value, Came::Miss))
            }
            Err(error) => {
                slot.kept().failed = Some((error.clone(), Instant::now()));
                old().ok_or(error)
            }
        }
    }

    /// Forgets the value of `key`.
    pub fn forget(&self, key: &K) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn slot(&self, key: &K) -> Arc<Slot<V, E>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(key) {
            return Arc::clone(slot);
        }
        if slots.len() >= self.most {
            slots.retain(|_, slot| slot.value(self.ages.fresh).is_some());
            if slots.len() >= self.most {
                slots.clear();
            }
        }
        let slot = Slot {
            fetching: tokio::sync::Mutex::new(()),
            kept: Mutex::new(Kept { value: None, failed: None }),
        };
        let slot = Arc::new(slot);
        slots.insert(key.clone(), Arc::clone(&slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const AGES: Ages =
        Ages { fresh: Duration::from_secs(1), busy: Duration::from_secs(2), stale: Duration::from_secs(600) };

    fn never() -> bool {
        false
    }

    fn always() -> bool {
        true
    }

    async fn up(value: i32) -> Result<i32, &'static str> {
        Ok(value)
    }

    async fn down() -> Result<i32, &'static str> {
        Err("down")
    }

    async fn slow(result: Result<i32, &'static str>) -> Result<i32, &'static str> {
        tokio::time::sleep(Duration::from_millis(500)).await;
        result
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_who_ask_at_once_cost_one_fetch() {
        for result in [Ok(0), Err("down")] {
            let fresh = Arc::new(Fresh::new(AGES, 10));
            let n = Arc::new(AtomicU32::new(0));
            let tasks: Vec<_> = (0..1000)
                .map(|_| {
                    let (fresh, n) = (Arc::clone(&fresh), Arc::clone(&n));
                    tokio::spawn(async move {
                        let fetch = || {
                            n.fetch_add(1, Ordering::Relaxed);
                            slow(result)
                        };
                        fresh.get(&1, never, fetch).await.map(|(value, _)| value)
                    })
                })
                .collect();
            for task in tasks {
                assert_eq!(task.await.unwrap(), result);
            }
            assert_eq!(n.load(Ordering::Relaxed), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_fetched_is_served_stale_for_ten_minutes_in_bad_times() {
        let fresh = Fresh::new(AGES, 10);
        assert_eq!(fresh.get(&1, always, || up(7)).await, Ok((7, Came::Miss)));
        assert_eq!(fresh.get(&1, always, down).await, Ok((7, Came::Hit)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(fresh.get(&1, never, down).await, Ok((7, Came::Stale)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(fresh.get(&1, always, down).await, Ok((7, Came::Stale)));
        // Just after a failure nobody asks, even if it would succeed, but for those who may not take what is stale.
        assert_eq!(fresh.get(&1, always, || up(8)).await, Ok((7, Came::Stale)));
        assert_eq!(fresh.get(&1, never, down).await, Err("down"));
        assert_eq!(fresh.get(&1, never, || up(8)).await, Ok((8, Came::Miss)));
        tokio::time::advance(Duration::from_secs(600)).await;
        assert_eq!(fresh.get(&1, always, down).await, Err("down"));
        assert_eq!(fresh.get(&2, always, down).await, Err("down"));
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_asks_the_others_take_what_is_young_or_wait() {
        let fresh = Arc::new(Fresh::new(AGES, 10));
        let ask = |result| {
            let fresh = Arc::clone(&fresh);
            tokio::spawn(async move { fresh.get(&1, never, || slow(result)).await })
        };
        assert_eq!(fresh.get(&1, never, || up(1)).await, Ok((1, Came::Miss)));
        tokio::time::advance(Duration::from_secs(1)).await;
        let asking = ask(Ok(2));
        tokio::task::yield_now().await;
        assert_eq!(fresh.get(&1, never, || up(3)).await, Ok((1, Came::Stale)));
        assert_eq!(asking.await.unwrap(), Ok((2, Came::Miss)));
        // It is as old as the beginning of its fetch.
        tokio::time::advance(Duration::from_millis(1500)).await;
        let asking = ask(Ok(4));
        tokio::task::yield_now().await;
        assert_eq!(fresh.get(&1, always, || up(5)).await, Ok((2, Came::Stale)));
        assert_eq!(fresh.get(&1, never, || up(5)).await, Ok((4, Came::Hit)));
        assert_eq!(asking.await.unwrap(), Ok((4, Came::Miss)));
        tokio::time::advance(Duration::from_secs(2)).await;
        let asking = ask(Err("down"));
        tokio::task::yield_now().await;
        assert_eq!(fresh.get(&1, never, || up(6)).await, Err("down"));
        assert_eq!(asking.await.unwrap(), Err("down"));
    }

    #[tokio::test]
    async fn room_is_bounded() {
        let fresh = Fresh::new(AGES, 10);
        for key in 0..1000 {
            fresh.get(&key, never, || up(key)).await.unwrap();
            assert!(fresh.slots.lock().unwrap().len() <= 10);
        }
    }
}
