//! `aurora hub enrol`.

use aurora_hub::config::Config;
use aurora_hub::operate;
use serde_json::json;

use super::{RoleWord, with_tenant};
use crate::commands::rules::print;
use crate::render::{self, Format};

/// Make a one-time code for a new member.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The team's number.
    team: i32,
    /// What the new member may do.
    #[arg(long, value_enum, default_value = "member")]
    role: RoleWord,
    /// Days until the code ends.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=30))]
    days: u8,
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    let (role, days) = (arguments.role.into(), arguments.days);
    let invited = with_tenant(config, arguments.team, async |hub, tenant| {
        operate::invite(hub, tenant.id, role, days, None).await
    })?;
    match format {
        Format::Json => render::json(&json!({"code": invited.code, "expires": invited.expires})),
        Format::Text => {
            print(&format!("{}\nIt is shown this once, works once, and ends in {days} days.", invited.code))
        }
    }
}
