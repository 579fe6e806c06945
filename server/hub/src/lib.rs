//! The optional hub of a team: takes votes, publishes cards once a week, and proves what it does not know.
//!
//! One [`Hub`] of traits is built by `aurora hub serve` and passed as state; there is no global. Each trait has an
//! embedded backend (SQLite, memory) and one for several replicas (PostgreSQL, Redis), and one contract suite runs on
//! all of them.

pub mod api;
pub mod app;
pub mod auth;
pub mod background;
pub mod body;
pub mod cache;
pub mod clock;
pub mod config;
pub mod edge;
pub mod experiment;
pub mod fresh;
pub mod limit;
pub mod link;
pub mod model;
pub mod openapi;
pub mod operate;
pub mod problem;
pub mod repo;
pub mod rules_cache;
pub mod serve;
pub mod share;
pub mod start;
pub mod telemetry;
mod tls;

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
