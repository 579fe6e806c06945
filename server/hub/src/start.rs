//! From settings to a hub that serves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::Hub;
use crate::app::App;
use crate::auth::keys::Keys;
use crate::background;
use crate::cache::memory::MemoryCache;
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError};
use crate::limit::memory::MemoryLimiter;
use crate::repo::sqlite::{self, SqliteRepo};
use crate::repo::{Repo, RepoError};
use crate::serve::{Server, signalled};
use crate::telemetry;

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
        other => ConfigError(format!("{other}; see data in hub.toml")),
    }
}

/// Opens the backends that the settings name. The embedded store is made where there is none.
///
/// # Errors
/// One line that says what to do.
pub async fn open(config: &Config) -> Result<Hub, ConfigError> {
    if config.secrets.database_url.is_some() || config.secrets.redis_url.is_some() {
        return Err(ConfigError("PostgreSQL and Redis are not built in; unset their addresses".to_owned()));
    }
    let repo: Arc<dyn Repo> =
        Arc::new(SqliteRepo::open(&store_path(config)).map_err(|error| refused(&error))?);
    let hub = Hub {
        repo,
        cache: Arc::new(MemoryCache::default()),
        limiter: Arc::new(MemoryLimiter::new(config.replicas)),
        clock: Arc::new(SystemClock),
    };
    match hub.repo.check_schema().await {
        Ok(_) | Err(RepoError::Unavailable(_)) => Ok(hub),
        Err(error) => Err(refused(&error)),
    }
}

/// Brings the store's schema to this program's.
///
/// # Errors
/// One line that says what to do.
pub fn migrate(config: &Config) -> Result<(), ConfigError> {
    sqlite::migrate(&store_path(config)).map_err(|error| refused(&error))
}

/// Serves until the process is told to end. True when nothing had to be cut off.
///
/// # Errors
/// The hub does not start: one line that says what to do.
pub fn serve(config: Config) -> Result<bool, ConfigError> {
    telemetry::log_to_stderr(&config.log);
    let runtime = runtime()?;
    let drained = runtime.block_on(async {
        let keys = Keys::open(&config)?;
        let hub = open(&config).await?;
        let app = App::new(hub, config, keys);
        let server = Server::bind(Arc::clone(&app)).await?;
        background::start(&app);
        if let Ok((api, metrics)) = server.addresses() {
            tracing::info!(listen = %api, metrics = %metrics, "listening");
        }
        Ok(server.run(signalled()).await)
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
