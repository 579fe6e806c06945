//! `aurora hub release`.

use anyhow::bail;
use aurora_hub::config::Config;
use aurora_hub::operate;
use aurora_hub::share::release::{Asked, NotDue, Outcome, release_due};
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Publish this week's cards now, where there are none yet.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The team's number; all teams without.
    team: Option<i32>,
}

fn why(reason: NotDue) -> &'static str {
    match reason {
        NotDue::WeekHasOne => "this week has its release",
        NotDue::TooFewMembers => "too few members for dp mode",
        NotDue::TooSoon => "too soon after the last dp release",
        NotDue::Spent => "its ε is spent",
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    let plan = config.release.plan();
    let outcomes = operate::with_hub(config, async |hub| {
        let mut outcomes = Vec::new();
        for tenant in hub.repo.tenants().await? {
            if arguments.team.is_none_or(|team| team == tenant.id.0) {
                outcomes.push((tenant.id.0, release_due(hub, tenant, plan, Asked::ByTheOperator).await));
            }
        }
        Ok(outcomes)
    })?;
    if outcomes.is_empty() {
        bail!("there is no such team; see: aurora hub tenant list");
    }
    let said = |outcome: &Result<Outcome, _>| match outcome {
        Ok(Outcome::Published(release)) => format!("release {} is published", release.id),
        Ok(Outcome::NotDue(reason)) => why(*reason).to_owned(),
        Err(error) => format!("failed: {error}"),
    };
    match format {
        Format::Json => {
            let one = |(team, outcome): &(i32, Result<Outcome, _>)| {
                let release = match outcome {
                    Ok(Outcome::Published(release)) => Some(release.id),
                    _ => None,
                };
                json!({"tenant": team, "release": release, "said": said(outcome)})
            };
            render::json(&outcomes.iter().map(one).collect::<Vec<Value>>())?;
        }
        Format::Text => {
            let lines: Vec<_> =
                outcomes.iter().map(|(team, outcome)| format!("team {team}: {}", said(outcome))).collect();
            print(&lines.join("\n"))?;
        }
    }
    if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
        bail!("a release failed");
    }
    Ok(())
}
