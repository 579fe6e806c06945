//! `aurora hub member`.

use anyhow::bail;
use aurora_hub::config::Config;
use aurora_hub::model::{Act, Member, MemberId, Verb};
use aurora_hub::repo::Page;
use serde_json::{Value, json};

use super::with_tenant;
use crate::commands::rules::print;
use crate::render::{self, Format};

/// List members, remove them, end their tokens.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// List the members of a team.
    List {
        /// The team's number.
        team: i32,
    },
    /// Remove a member with all votes; cards that they made go at the next release.
    Remove {
        /// The team's number.
        team: i32,
        /// The member's number.
        member: i64,
    },
    /// End all access tokens of a member, within 2 s. The member's installs can get new ones.
    Revoke {
        /// The team's number.
        team: i32,
        /// The member's number.
        member: i64,
    },
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    let act = |verb, object, at| Act { id: 0, actor: None, verb, object, at };
    let (was_there, done, member) = match arguments.command {
        Command::List { team } => return list(config, team, format),
        Command::Remove { team, member } => {
            let was_there = with_tenant(config, team, async |hub, tenant| {
                let act = act(Verb::Remove, member, hub.clock.now());
                hub.repo.remove(tenant.id, MemberId(member), act).await
            })?;
            (was_there, "removed", member)
        }
        Command::Revoke { team, member } => {
            let was_there = with_tenant(config, team, async |hub, tenant| {
                let act = act(Verb::Revoke, member, hub.clock.now());
                hub.repo.revoke(tenant.id, MemberId(member), act).await
            })?;
            (was_there, "tokens ended of", member)
        }
    };
    if !was_there {
        bail!("there is no member {member} in that team; see: aurora hub member list");
    }
    match format {
        Format::Json => render::json(&json!({"member": member})),
        Format::Text => print(&format!("{done} member {member}")),
    }
}

fn list(config: &Config, team: i32, format: Format) -> anyhow::Result<()> {
    let members = with_tenant(config, team, async |hub, tenant| {
        let (mut all, mut page) = (Vec::<Member>::new(), Page { after: 0, limit: 200 });
        loop {
            let some = hub.repo.members(tenant.id, page).await?;
            let Some(last) = some.last() else { return Ok(all) };
            page.after = last.id.0;
            all.extend(some);
        }
    })?;
    match format {
        Format::Json => {
            let one = |m: &Member| json!({"member": m.id.0, "role": m.role});
            render::json(&members.iter().map(one).collect::<Vec<Value>>())
        }
        Format::Text => {
            let lines: Vec<_> =
                members.iter().map(|m| format!("member {}: {:?}", m.id.0, m.role).to_lowercase()).collect();
            print(&if lines.is_empty() { "no member yet".to_owned() } else { lines.join("\n") })
        }
    }
}
