//! A cache of this process alone, bounded.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Cache, CacheDown};

/// Bytes of rendered rules that are kept, keys included.
const MAX_BYTES: usize = 64 << 20;
/// One-time ids that are remembered.
const MAX_IDS: usize = 200_000;

/// A bounded cache. Rules that expire soonest make room for new ones. An id is never forgotten before its time: when
/// there is no room for one more, the cache says that it is down.
#[derive(Debug, Default)]
pub struct MemoryCache {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<Arc<str>, (Arc<[u8]>, Instant)>,
    entries_by_end: BTreeSet<(Instant, Arc<str>)>,
    n_bytes: usize,
    ids: HashMap<Arc<str>, Instant>,
    ids_by_end: BTreeSet<(Instant, Arc<str>)>,
}

impl Held {
    fn drop_entry(&mut self, key: &str) {
        if let Some((key, (bytes, ends))) = self.entries.remove_entry(key) {
            self.n_bytes -= key.len() + bytes.len();
            self.entries_by_end.remove(&(ends, key));
        }
    }

    /// Drops what expired, and then what expires soonest until there is room for `n_bytes`.
    fn make_room(&mut self, n_bytes: usize, now: Instant) {
        while let Some((ends, key)) = self.entries_by_end.first().cloned()
            && (ends <= now || self.n_bytes + n_bytes > MAX_BYTES)
        {
            self.drop_entry(&key);
        }
    }

    fn forget_ids(&mut self, now: Instant) {
        while self.ids_by_end.first().is_some_and(|(ends, _)| *ends <= now) {
            if let Some((_, id)) = self.ids_by_end.pop_first() {
                self.ids.remove(&id);
            }
        }
    }
}

impl MemoryCache {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        // What is held is consistent between any two statements that could panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Cache for MemoryCache {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheDown> {
        let found = self.held().entries.get(key).map(|(bytes, ends)| (Arc::clone(bytes), *ends));
        Ok(found.filter(|(_, ends)| *ends > Instant::now()).map(|(bytes, _)| bytes.to_vec()))
    }

    async fn put(&self, key: &str, bytes: &[u8], ttl: Duration) -> Result<(), CacheDown> {
        let now = Instant::now();
        let n_bytes = key.len() + bytes.len();
        let mut held = self.held();
        held.drop_entry(key);
        held.make_room(n_bytes, now);
        if n_bytes <= MAX_BYTES {
            let (key, ends) = (Arc::<str>::from(key), now + ttl);
            held.n_bytes += n_bytes;
            held.entries_by_end.insert((ends, Arc::clone(&key)));
            held.entries.insert(key, (bytes.into(), ends));
        }
        Ok(())
    }

    async fn first(&self, id: &str, ttl: Duration) -> Result<bool, CacheDown> {
        let now = Instant::now();
        let mut held = self.held();
        held.forget_ids(now);
        if held.ids.contains_key(id) {
            return Ok(false);
        }
        if held.ids.len() >= MAX_IDS {
            return Err(CacheDown);
        }
        let (id, ends) = (Arc::<str>::from(id), now + ttl);
        held.ids_by_end.insert((ends, Arc::clone(&id)));
        held.ids.insert(id, ends);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn it_stays_within_its_bytes_and_drops_what_expires_soonest() {
        let cache = MemoryCache::default();
        let bytes = vec![7; MAX_BYTES / 4];
        for n in 0..8_u32 {
            // The first ones live longest.
            cache.put(&n.to_string(), &bytes, MINUTE * (20 - n)).await.unwrap();
            assert!(cache.held().n_bytes <= MAX_BYTES);
        }
        let mut kept = Vec::new();
        for n in 0..8 {
            if cache.get(&n.to_string()).await.unwrap().is_some() {
                kept.push(n);
            }
        }
        assert_eq!(kept, [0, 1, 7]);
        cache.put("huge", &vec![0; MAX_BYTES + 1], MINUTE).await.unwrap();
        assert_eq!(cache.get("huge").await.unwrap(), None);
        let held = cache.held();
        assert_eq!(held.entries.len(), held.entries_by_end.len());
    }

    #[tokio::test]
    async fn no_id_is_forgotten_before_its_time_however_many_come() {
        let cache = MemoryCache::default();
        for n in 0..MAX_IDS {
            assert!(cache.first(&n.to_string(), MINUTE).await.unwrap());
        }
        assert_eq!(cache.first("one more", MINUTE).await, Err(CacheDown));
        assert_eq!(cache.first("0", MINUTE).await, Ok(false));
    }
}
