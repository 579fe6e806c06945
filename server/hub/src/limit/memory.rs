//! A limiter of this process alone, bounded.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Decision, Limiter, Quota, gcra};

/// Who has an entry of its own.
const MAX_ENTRIES: usize = 100_000;
/// When all these are in use, newcomers share so many.
const N_SHARED: usize = 256;
/// How often a full table is looked through for entries that say no more than none.
const SWEEP_MICROS: i64 = 1_000_000;

/// GCRA in memory. A flood of strangers neither grows it nor opens it: past its bound they share entries.
#[derive(Debug)]
pub struct MemoryLimiter {
    began: Instant,
    /// Of how many replicas this is one, each with its share of the rate.
    replicas: u32,
    state: RandomState,
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    /// The time (µs since `began`) at which each has its whole burst again.
    entries: HashMap<Box<str>, i64>,
    shared: Box<[i64; N_SHARED]>,
    swept: i64,
}

impl MemoryLimiter {
    /// A limiter for one of `replicas` (0 is taken as 1), which allows its share of every quota.
    pub fn new(replicas: u32) -> Self {
        let table = Table { entries: HashMap::new(), shared: Box::new([0; N_SHARED]), swept: -SWEEP_MICROS };
        let state = RandomState::new();
        Self { began: Instant::now(), replicas: replicas.max(1), state, table: Mutex::new(table) }
    }

    /// As [`Limiter::take`], at `now` in microseconds since some fixed moment.
    fn take_at(&self, who: &str, quota: Quota, now: i64) -> Decision {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let table = &mut *table;
        if !table.entries.contains_key(who) && table.entries.len() >= MAX_ENTRIES {
            if now - table.swept >= SWEEP_MICROS {
                table.swept = now;
                table.entries.retain(|_, full_at| *full_at > now);
            }
            if table.entries.len() >= MAX_ENTRIES {
                let at = self.state.hash_one(who) as usize % N_SHARED;
                return gcra(&mut table.shared[at], now, quota, self.replicas);
            }
        }
        match table.entries.get_mut(who) {
            Some(full_at) => gcra(full_at, now, quota, self.replicas),
            None => {
                let mut full_at = now;
                let decision = gcra(&mut full_at, now, quota, self.replicas);
                table.entries.insert(who.into(), full_at);
                decision
            }
        }
    }
}

#[async_trait]
impl Limiter for MemoryLimiter {
    async fn take(&self, who: &str, quota: Quota) -> Decision {
        let now = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX / 2);
        self.take_at(who, quota, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { per_minute: 60, burst: 30 };

    #[test]
    fn a_flood_of_strangers_neither_grows_nor_opens_it_nor_shuts_out_who_was_there() {
        let limiter = MemoryLimiter::new(1);
        assert!(limiter.take_at("member", QUOTA, 0).is_allowed);
        let allowed = |from: usize, now: i64| {
            (from..from + 2 * MAX_ENTRIES)
                .filter(|n| limiter.take_at(&n.to_string(), QUOTA, now).is_allowed)
                .count()
        };
        // Each stranger asks once: who finds a place passes, the others share few.
        let n = allowed(0, 10);
        assert_eq!(n, MAX_ENTRIES - 1 + N_SHARED * QUOTA.burst as usize);
        assert_eq!(limiter.table.lock().unwrap().entries.len(), MAX_ENTRIES);
        assert!(limiter.take_at("member", QUOTA, 10).is_allowed);
        // Two seconds later their entries are worth nothing any more, and there is room again.
        assert!(allowed(1 << 20, 2_000_000) >= MAX_ENTRIES - 1);
    }
}
