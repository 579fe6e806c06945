//! From settings to a hub that serves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::Hub;
use crate::app::App;
use crate::auth::keys::Keys;
use crate::background;
use crate::cache::Cache;
use crate::cache::memory::MemoryCache;
use crate::cache::redis::RedisCache;
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError};
use crate::limit::Limiter;
use crate::limit::memory::MemoryLimiter;
use crate::limit::redis::RedisLimiter;
use crate::link::Link;
use crate::repo::postgres::{self, PostgresRepo};
use crate::repo::sqlite::{self, SqliteRepo};
use crate::repo::{Repo, RepoError};
use crate::serve::{Server, signalled};
use crate::telemetry::{self, Metrics};

/// File of the embedded store.
pub fn store_path(config: &Config) -> PathBuf {
    config.in_data("hub.db")
}

/// What the store refused at the start, with what to do.
fn refused(error: &RepoError) -> ConfigError {
    match error {
        RepoError::Schema { found, wanted } if found > wanted => ConfigError(format!(
            "the store has schema {found}, newer than this program's {wanted}; install the newer program"
        )),
        RepoError::Schema { found, wanted } => ConfigError(format!(
            "the store has schema {found}, older than this program's {wanted}; run: aurora hub migrate"
        )),
        RepoError::Untrusted(_) => ConfigError(format!("AURORA_HUB_DATABASE_URL: {error}")),
        other => ConfigError(format!("{other}; see data in hub.toml")),
    }
}

/// Opens the backends that the settings name. The embedded store is made where there is none; a store on a server that
/// does not answer yet is no error.
///
/// # Errors
/// One line that says what to do.
pub async fn open(config: &Config, metrics: &Metrics) -> Result<Hub, ConfigError> {
    let repo: Arc<dyn Repo> = match &config.secrets.database_url {
        None => Arc::new(SqliteRepo::open(&store_path(config)).map_err(|error| refused(&error))?),
        Some(url) => {
            let waits = metrics.pool_wait.clone();
            let repo = PostgresRepo::new(url)
                .map_err(|error| ConfigError(format!("AURORA_HUB_DATABASE_URL: {error}")))?;
            Arc::new(repo.observed(move |waited| waits.observe(waited.as_secs_f64())))
        }
    };
    let (cache, limiter): (Arc<dyn Cache>, Arc<dyn Limiter>) = match &config.secrets.redis_url {
        None => (Arc::new(MemoryCache::default()), Arc::new(MemoryLimiter::new(config.replicas))),
        Some(url) => {
            let link = Link::new(url).map_err(|_| {
                ConfigError(
                    "AURORA_HUB_REDIS_URL cannot be read; write redis://:PASSWORD@HOST:PORT/0, or rediss:// for TLS".to_owned(),
                )
            })?;
            let link = Arc::new(link);
            (Arc::new(RedisCache::new(Arc::clone(&link))), Arc::new(RedisLimiter::new(link, config.replicas)))
        }
    };
    let hub = Hub { repo, cache, limiter, clock: Arc::new(SystemClock) };
    match hub.repo.check_schema().await {
        Ok(_) | Err(RepoError::Unavailable(_)) => Ok(hub),
        Err(error) => Err(refused(&error)),
    }
}

/// Brings the store's schema to this program's; on PostgreSQL under the owner's login.
///
/// # Errors
/// One line that says what to do.
pub fn migrate(config: &Config) -> Result<(), ConfigError> {
    if config.secrets.database_url.is_none() && config.secrets.owner_url.is_none() {
        return sqlite::migrate(&store_path(config)).map_err(|error| refused(&error));
    }
    let Some(url) = &config.secrets.owner_url else {
        return Err(ConfigError(
            "migrate needs the login aurora_hub_migrate; set AURORA_HUB_OWNER_URL".to_owned(),
        ));
    };
    let migrated = runtime()?.block_on(postgres::migrate(url));
    migrated.map_err(|error| match error {
        RepoError::Schema { .. } => refused(&error),
        other => ConfigError(format!("{other}; see AURORA_HUB_OWNER_URL")),
    })
}

/// Serves until the process is told to end. True when nothing had to be cut off.
///
/// # Errors
/// The hub does not start: one line that says what to do.
pub fn serve(config: Config) -> Result<bool, ConfigError> {
    telemetry::log_to_stderr(&config.log);
    telemetry::log_panics();
    let runtime = runtime()?;
    let drained = runtime.block_on(async {
        let keys = Keys::open(&config)?;
        let metrics = Metrics::default();
        let hub = open(&config, &metrics).await?;
        let app = App::new(hub, config, keys, metrics);
        let server = Server::bind(Arc::clone(&app)).await?;
        let end = signalled()
            .map_err(|error| ConfigError(format!("cannot listen for signals: {error}; start it anew")))?;
        background::start(&app);
        if let Ok((api, metrics)) = server.addresses() {
            tracing::info!(listen = %api, metrics = %metrics, "listening");
        }
        Ok(server.run(end).await)
    });
    // What blocks (a read of keys from afar) is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    drained
}

/// The runtime of the service; nothing else of the program has one.
///
/// # Errors
/// The system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, ConfigError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| ConfigError(format!("cannot start threads: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_schema_says_what_to_do() {
        let said = |found, wanted| refused(&RepoError::Schema { found, wanted }).0;
        assert!(said(1, 2).contains("aurora hub migrate"));
        assert!(said(3, 2).contains("install the newer program"));
    }
}
