//! The optional hub of a team: takes votes, publishes cards once a week, and proves what it does not know.
//!
//! One [`Hub`] of traits is built by `aurora hub serve` and passed as state; there is no global. Each trait has an
//! embedded backend (SQLite, memory) and one for several replicas (PostgreSQL, Redis), and one contract suite runs on
//! all of them.

pub mod cache;
pub mod clock;
pub mod limit;
pub mod link;
pub mod model;
pub mod repo;

use std::sync::Arc;

/// Everything a request may use.
#[derive(Clone)]
pub struct Hub {
    /// Members, votes, releases.
    pub repo: Arc<dyn repo::Repo>,
    /// What replicas share for a while.
    pub cache: Arc<dyn cache::Cache>,
    /// How often who may ask.
    pub limiter: Arc<dyn limit::Limiter>,
    /// What time it is.
    pub clock: Arc<dyn clock::Clock>,
}
