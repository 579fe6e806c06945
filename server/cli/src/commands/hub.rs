//! `aurora hub`: run the hub of a team, and look after it. One file a command.

mod backup;
mod check_config;
mod enrol;
mod experiment;
mod keys;
mod member;
mod migrate;
mod release;
mod serve;
mod tenant;

use std::path::PathBuf;
use std::process::ExitCode;

use aurora_hub::config::Config;
use aurora_hub::model::{Tenant, TenantId};
use aurora_hub::repo::RepoError;
use aurora_hub::{Hub, operate};
use aurora_team::wire::Role;
use clap::ValueEnum;

use crate::render::Format;

/// Run the hub of a team, and look after it. Only who operates a hub needs this; members use `aurora team`.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The settings; without a file all are at their defaults (`check-config --print` shows them). Secrets come from
    /// AURORA_HUB_DATABASE_URL, AURORA_HUB_OWNER_URL (both `?sslmode=require` for TLS) and AURORA_HUB_REDIS_URL
    /// (`rediss://` for TLS), or from files that these with _FILE name.
    #[arg(long, value_name = "FILE", env = "AURORA_HUB_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Serve: on SQLite in one process, or on PostgreSQL and Redis in as many as wanted.
    Serve,
    /// Bring the store's schema to this program's; under the owner's login on PostgreSQL.
    Migrate,
    /// Make and list teams.
    Tenant(tenant::Arguments),
    /// List members, remove them, end their tokens.
    Member(member::Arguments),
    /// Make a one-time code for a new member.
    Enrol(enrol::Arguments),
    /// Make, list and retire the keys that tokens are signed by.
    Keys(keys::Arguments),
    /// Publish this week's cards now, where there are none yet.
    Release(release::Arguments),
    /// Begin, list and end experiments.
    Experiment(experiment::Arguments),
    /// Check the settings, keys and schema without serving.
    CheckConfig(check_config::Arguments),
    /// Copy the embedded store and the keys while the hub serves.
    Backup(backup::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let config = Config::load(arguments.config.as_deref(), &variable)?;
    let format = arguments.format;
    match &arguments.command {
        Command::Serve => return serve::run(config),
        Command::Migrate => migrate::run(&config, format)?,
        Command::Tenant(arguments) => tenant::run(&config, arguments, format)?,
        Command::Member(arguments) => member::run(&config, arguments, format)?,
        Command::Enrol(arguments) => enrol::run(&config, arguments, format)?,
        Command::Keys(arguments) => keys::run(&config, arguments, format)?,
        Command::Release(arguments) => release::run(&config, arguments, format)?,
        Command::Experiment(arguments) => experiment::run(&config, arguments, format)?,
        Command::CheckConfig(arguments) => check_config::run(&config, arguments, format)?,
        Command::Backup(arguments) => backup::run(&config, arguments, format)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What a member may do, as a word of the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum RoleWord {
    /// Read rules and reports.
    Viewer,
    /// Vote too.
    Member,
    /// Invite, remove and run experiments too.
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Member => Self::Member,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// Runs `work` on the backends and on the team of this number.
pub(super) fn with_tenant<T>(
    config: &Config,
    number: i32,
    work: impl AsyncFnOnce(&Hub, Tenant) -> Result<T, RepoError>,
) -> anyhow::Result<T> {
    let found = operate::with_hub(config, async |hub| match hub.repo.tenant(TenantId(number)).await? {
        Some(tenant) => work(hub, tenant).await.map(Some),
        None => Ok(None),
    })?;
    found.ok_or_else(|| anyhow::anyhow!("there is no team {number}; see: aurora hub tenant list"))
}
