//! `aurora hub tenant`.

use anyhow::bail;
use aurora_hub::config::Config;
use aurora_hub::model::{Act, TenantId, Verb};
use aurora_hub::operate;
use aurora_hub::share::dp;
use aurora_team::wire::{Mode, Role};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Make and list teams.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Make a team, and print the one-time code of its first admin.
    Create {
        /// How it publishes, for ever.
        #[arg(long, value_enum)]
        mode: ModeWord,
        /// How many people may be in it, a public number; dp needs 300.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        seats: u32,
        /// Days until the code ends.
        #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=30))]
        days: u8,
    },
    /// Give a team another number of seats. Who has joined stays.
    Resize {
        /// The team's number.
        team: i32,
        /// How many people may be in it, a public number; dp needs 300.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        seats: u32,
    },
    /// List the teams.
    List,
}

/// How a team publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ModeWord {
    /// Cards from five members on (k-anonymous).
    Team,
    /// Noised cards, differentially private, from 300 seats on.
    Dp,
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Team => "team",
        Mode::Dp => "dp",
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    match arguments.command {
        Command::Create { mode, seats, days } => {
            let mode = match mode {
                ModeWord::Team => Mode::Team,
                ModeWord::Dp => Mode::Dp,
            };
            if mode == Mode::Dp
                && let Err(error) = dp::check_seats(seats)
            {
                bail!("{error}");
            }
            let (tenant, invited) = operate::with_hub(config, async |hub| {
                let tenant = hub.repo.create_tenant(mode, seats, hub.clock.now()).await?;
                Ok((tenant, operate::invite(hub, tenant, Role::Admin, days, None).await?))
            })?;
            match format {
                Format::Json => render::json(&json!({
                    "tenant": tenant.0, "mode": word(mode), "seats": seats,
                    "code": invited.code, "expires": invited.expires,
                })),
                Format::Text => print(&format!(
                    "team {} ({}, {seats} seats)\n\nThe first admin joins once, within {days} days, by:\n  aurora team join URL {} --domain WORD\nThe code is shown this once.",
                    tenant.0,
                    word(mode),
                    invited.code
                )),
            }
        }
        Command::Resize { team, seats } => {
            let found = operate::with_hub(config, async |hub| {
                let id = TenantId(team);
                let Some(tenant) = hub.repo.tenant(id).await? else { return Ok(None) };
                if tenant.mode == Mode::Dp
                    && let Err(error) = dp::check_seats(seats)
                {
                    return Ok(Some(Err(error)));
                }
                let now = hub.clock.now();
                let act = Act { id: 0, actor: None, verb: Verb::Resize, object: i64::from(seats), at: now };
                hub.repo.resize(id, seats, act).await?;
                Ok(Some(Ok(tenant.mode)))
            })?;
            let Some(mode) = found else { bail!("there is no team {team}; see: aurora hub tenant list") };
            let mode = mode?;
            match format {
                Format::Json => render::json(&json!({"tenant": team, "mode": word(mode), "seats": seats})),
                Format::Text => print(&format!("team {team}: {}, {seats} seats", word(mode))),
            }
        }
        Command::List => {
            let tenants = operate::with_hub(config, async |hub| hub.repo.tenants().await)?;
            match format {
                Format::Json => {
                    let one = |t: &aurora_hub::model::Tenant| json!({"tenant": t.id.0, "mode": word(t.mode), "seats": t.seats});
                    render::json(&tenants.iter().map(one).collect::<Vec<Value>>())
                }
                Format::Text if tenants.is_empty() => {
                    print("no team yet; see: aurora hub tenant create --help")
                }
                Format::Text => {
                    let lines: Vec<_> = tenants
                        .iter()
                        .map(|t| format!("team {}: {}, {} seats", t.id.0, word(t.mode), t.seats))
                        .collect();
                    print(&lines.join("\n"))
                }
            }
        }
    }
}
