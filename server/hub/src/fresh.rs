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
    /// Up to this it is taken when asking fails, or while another asks.
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

/// Values by key, bounded in number. One fetch a key is under way at a time.
#[derive(Debug)]
pub struct Fresh<K, V> {
    slots: Mutex<HashMap<K, Arc<Slot<V>>>>,
    ages: Ages,
    most: usize,
}

#[derive(Debug)]
struct Slot<V> {
    fetching: tokio::sync::Mutex<()>,
    kept: Mutex<Kept<V>>,
}

#[derive(Debug)]
struct Kept<V> {
    value: Option<(V, Instant)>,
    failed: Option<Instant>,
}

impl<V: Clone> Slot<V> {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept<V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self, age: Duration) -> Option<V> {
        let kept = self.kept();
        kept.value.as_ref().filter(|(_, at)| at.elapsed() < age).map(|(value, _)| value.clone())
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Fresh<K, V> {
    /// Room for `most` values.
    pub fn new(ages: Ages, most: usize) -> Self {
        Self { slots: Mutex::default(), ages, most }
    }

    /// The value of `key`, by `fetch` where none is kept that is fresh.
    ///
    /// # Errors
    /// That of `fetch`, when there is no value that is stale at worst.
    pub async fn get<E, F: Future<Output = Result<V, E>>>(
        &self,
        key: &K,
        fetch: impl FnOnce() -> F,
    ) -> Result<(V, Came), E> {
        let slot = self.slot(key);
        if let Some(value) = slot.value(self.ages.fresh) {
            return Ok((value, Came::Hit));
        }
        let _fetching = match slot.fetching.try_lock() {
            Ok(guard) => guard,
            Err(_) => {
                if let Some(value) = slot.value(self.ages.stale) {
                    return Ok((value, Came::Stale));
                }
                slot.fetching.lock().await
            }
        };
        if let Some(value) = slot.value(self.ages.fresh) {
            return Ok((value, Came::Hit));
        }
        let has_just_failed = slot.kept().failed.is_some_and(|at| at.elapsed() < PAUSE);
        if has_just_failed && let Some(value) = slot.value(self.ages.stale) {
            return Ok((value, Came::Stale));
        }
        match fetch().await {
            Ok(value) => {
                *slot.kept() = Kept { value: Some((value.clone(), Instant::now())), failed: None };
                Ok((value, Came::Miss))
            }
            Err(error) => {
                slot.kept().failed = Some(Instant::now());
                slot.value(self.ages.stale).map(|value| (value, Came::Stale)).ok_or(error)
            }
        }
    }

    /// Forgets the value of `key`.
    pub fn forget(&self, key: &K) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn slot(&self, key: &K) -> Arc<Slot<V>> {
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

    const AGES: Ages = Ages { fresh: Duration::from_secs(1), stale: Duration::from_secs(600) };

    #[tokio::test(start_paused = true)]
    async fn a_thousand_who_ask_at_once_cost_one_fetch() {
        let fresh = Arc::new(Fresh::new(AGES, 10));
        let n = Arc::new(AtomicU32::new(0));
        let tasks: Vec<_> = (0..1000)
            .map(|_| {
                let (fresh, n) = (Arc::clone(&fresh), Arc::clone(&n));
                tokio::spawn(async move {
                    let fetch = || async {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        Ok::<_, ()>(n.fetch_add(1, Ordering::Relaxed))
                    };
                    fresh.get(&1, fetch).await.unwrap().0
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 0);
        }
        assert_eq!(n.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_fetched_is_served_stale_for_ten_minutes() {
        let fresh = Fresh::new(AGES, 10);
        let up = || async { Ok::<_, &str>(7) };
        let down = || async { Err::<i32, _>("down") };
        assert_eq!(fresh.get(&1, up).await, Ok((7, Came::Miss)));
        assert_eq!(fresh.get(&1, down).await, Ok((7, Came::Hit)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(fresh.get(&1, down).await, Ok((7, Came::Stale)));
        // Just after a failure nobody asks, even if it would succeed.
        assert_eq!(fresh.get(&1, up).await, Ok((7, Came::Stale)));
        tokio::time::advance(PAUSE).await;
        assert_eq!(fresh.get(&1, up).await, Ok((7, Came::Miss)));
        tokio::time::advance(Duration::from_secs(601)).await;
        assert_eq!(fresh.get(&1, down).await, Err("down"));
        assert_eq!(fresh.get(&2, down).await, Err("down"));
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_asks_the_others_take_what_is_kept() {
        let fresh = Arc::new(Fresh::new(AGES, 10));
        assert_eq!(fresh.get(&1, || async { Ok::<_, ()>(1) }).await, Ok((1, Came::Miss)));
        tokio::time::advance(Duration::from_secs(2)).await;
        let slow = Arc::clone(&fresh);
        let task = tokio::spawn(async move {
            let fetch = || async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok::<_, ()>(2)
            };
            slow.get(&1, fetch).await
        });
        tokio::task::yield_now().await;
        assert_eq!(fresh.get(&1, || async { Ok::<_, ()>(3) }).await, Ok((1, Came::Stale)));
        assert_eq!(task.await.unwrap(), Ok((2, Came::Miss)));
    }

    #[tokio::test]
    async fn room_is_bounded() {
        let fresh = Fresh::new(AGES, 10);
        for key in 0..1000 {
            fresh.get(&key, || async { Ok::<_, ()>(key) }).await.unwrap();
            assert!(fresh.slots.lock().unwrap().len() <= 10);
        }
    }
}
