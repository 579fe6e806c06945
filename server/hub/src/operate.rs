//! What the API does for an admin and the command line for the operator, in one place.

use aurora_team::admin::Invited;
use aurora_team::wire::Role;

use crate::Hub;
use crate::auth::code;
use crate::config::{Config, ConfigError};
use crate::model::{Act, Experiment, MemberId, TenantId, Verb};
use crate::repo::RepoError;
use crate::telemetry::Metrics;

/// Makes a one-time code; `actor` is the admin, `None` the operator.
///
/// # Errors
/// The store's, or [`RepoError::Unavailable`] when the system gives no random bytes.
pub async fn invite(
    hub: &Hub,
    tenant: TenantId,
    role: Role,
    days: u8,
    actor: Option<MemberId>,
) -> Result<Invited, RepoError> {
    let mut random = [0; 26];
    fill(&mut random)?;
    let (code, sha256) = code::make(tenant, random);
    let now = hub.clock.now();
    let expires = now + i64::from(days) * 86_400;
    let act = Act { id: 0, actor, verb: Verb::Invite, object: 0, at: now };
    hub.repo.invite(tenant, role, sha256, expires, act).await?;
    Ok(Invited { code, expires })
}

/// Begins an experiment today; `None` when another runs.
///
/// # Errors
/// As [`invite`].
pub async fn begin(
    hub: &Hub,
    tenant: TenantId,
    cut: u16,
    days: u16,
    actor: Option<MemberId>,
) -> Result<Option<Experiment>, RepoError> {
    let mut key = [0; 32];
    fill(&mut key)?;
    let starts = hub.clock.today();
    let mut experiment =
        Experiment { id: 0, key, cut, starts, ends: starts + i32::from(days), is_stopped: false };
    let act = Act { id: 0, actor, verb: Verb::StartExperiment, object: 0, at: hub.clock.now() };
    let begun = hub.repo.start_experiment(tenant, &experiment, act).await?;
    Ok(begun.map(|id| {
        experiment.id = id;
        experiment
    }))
}

fn fill(bytes: &mut [u8]) -> Result<(), RepoError> {
    getrandom::fill(bytes).map_err(|_| RepoError::Unavailable("the system gives no random bytes".to_owned()))
}

/// Runs `work` on the hub's backends, without serving.
///
/// # Errors
/// The backends cannot be opened, or what `work` says.
pub fn with_hub<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Hub) -> Result<T, RepoError>,
) -> Result<T, ConfigError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ConfigError(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        let hub = crate::start::open(config, &Metrics::default()).await?;
        work(&hub).await.map_err(|error| ConfigError(error.to_string()))
    })
}
