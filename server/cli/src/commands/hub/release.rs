//! `aurora hub release`.

use anyhow::bail;
use aurora_hub::config::Config;
use aurora_hub::model::TenantId;
use aurora_hub::operate;
use aurora_hub::share::release::{Asked, NotDue, Outcome, release_all_due, release_due};
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Publish this week's cards now, where there are none yet.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The team's number; all teams in team mode without. Naming a team in dp mode spends its ε for life, whoever has
    /// joined: it waits for neither members nor a quarter of a year.
    team: Option<i32>,
}

fn why(team: TenantId, reason: NotDue) -> String {
    match reason {
        NotDue::WeekHasOne => "this week has its release".to_owned(),
        NotDue::TooFewMembers => "too few members for dp mode".to_owned(),
        NotDue::TooSoon => "too soon after the last dp release".to_owned(),
        NotDue::Spent => "its ε is spent".to_owned(),
        NotDue::Unnamed => format!(
            "in dp mode, publishes by itself when due; spend its ε now, for life, by: aurora hub release {}",
            team.0
        ),
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    let plan = config.release.plan();
    let outcomes = operate::with_hub(config, async |hub| {
        let Some(team) = arguments.team.map(TenantId) else { return release_all_due(hub, plan).await };
        let Some(tenant) = hub.repo.tenant(team).await? else { return Ok(Vec::new()) };
        Ok(vec![(team, release_due(hub, tenant, plan, Asked::ByTheOperator).await)])
    })?;
    if outcomes.is_empty() {
        bail!("there is no such team; see: aurora hub tenant list");
    }
    let said = |team: TenantId, outcome: &Result<Outcome, _>| match outcome {
        Ok(Outcome::Published(release)) => format!("release {} is published", release.id),
        Ok(Outcome::NotDue(reason)) => why(team, *reason),
        Err(error) => format!("failed: {error}"),
    };
    match format {
        Format::Json => {
            let one = |(team, outcome): &(TenantId, Result<Outcome, _>)| {
                let release = match outcome {
                    Ok(Outcome::Published(release)) => Some(release.id),
                    _ => None,
                };
                json!({"tenant": team.0, "release": release, "said": said(*team, outcome)})
            };
            render::json(&outcomes.iter().map(one).collect::<Vec<Value>>())?;
        }
        Format::Text => {
            let lines: Vec<_> = outcomes
                .iter()
                .map(|(team, outcome)| format!("team {}: {}", team.0, said(*team, outcome)))
                .collect();
            print(&lines.join("\n"))?;
        }
    }
    if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
        bail!("a release failed");
    }
    Ok(())
}
