//! `aurora hub experiment`.

use anyhow::bail;
use aurora_hub::config::Config;
use aurora_hub::experiment::{ArmReport, Interval, Report, report};
use aurora_hub::model::{Act, Experiment, Verb};
use aurora_hub::operate;
use aurora_hub::repo::Page;
use aurora_learning::wording::date;
use aurora_team::wire::Mode;
use serde_json::{Value, json};

use super::with_tenant;
use crate::commands::rules::print;
use crate::render::{self, Format};

/// Begin, list and end experiments.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// List the experiments of a team.
    List {
        /// The team's number.
        team: i32,
    },
    /// Begin one today: some members see no cards, the others do.
    Start {
        /// The team's number.
        team: i32,
        /// Share of members that see no cards, in hundredths of a percent.
        #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u16).range(1..=9999))]
        without_cards: u16,
        /// For how many days; the report is made after the last, not before.
        #[arg(long, value_name = "N", default_value_t = 28, value_parser = clap::value_parser!(u16).range(1..=365))]
        days: u16,
    },
    /// Print the report: nothing before the day that was fixed, nothing of few members.
    Report {
        /// The team's number.
        team: i32,
        /// The experiment's number.
        experiment: i64,
    },
    /// End one before its day.
    Stop {
        /// The team's number.
        team: i32,
        /// The experiment's number.
        experiment: i64,
    },
}

fn text(e: &Experiment) -> String {
    let stopped = if e.is_stopped { ", ended before" } else { "" };
    let share = f64::from(e.cut) / 100.0;
    format!("experiment {}: {} to {}, {share} % see no cards{stopped}", e.id, date(e.starts), date(e.ends))
}

fn to_json(e: &Experiment) -> Value {
    json!({"experiment": e.id, "without_cards": e.cut, "starts": e.starts, "ends": e.ends, "stopped": e.is_stopped})
}

fn not_there(experiment: i64) -> String {
    format!("there is no experiment {experiment} in that team; see: aurora hub experiment list")
}

/// A report for people.
fn told(report: &Report) -> String {
    let comparison = match report {
        Report::TooEarly { ends, power } => {
            return format!("too early: the report is made on {}, not before\n{power}", date(*ends));
        }
        Report::TooFew { least, power } => {
            return format!("too few: fewer than {least} members in an arm\n{power}");
        }
        Report::Mismatch { chi_square } => {
            return format!(
                "withheld: the arms are not as large as they were cut (χ² {chi_square:.1}), something decides who is counted"
            );
        }
        Report::Ready(comparison) => comparison,
    };
    let percent =
        |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |x| format!("{:.1} %", 100.0 * x));
    let arm = |name: &str, arm: &ArmReport| {
        format!(
            "{name}: {} members, accepted {} of what was shown, for {} of the columns, undone {}",
            arm.members,
            percent(arm.acceptance),
            percent(arm.coverage),
            percent(arm.undo)
        )
    };
    let difference = |name: &str, interval: Option<Interval>| {
        interval.map_or_else(
            || format!("{name}: nothing to compare"),
            |i| {
                let points = [i.value, i.low, i.high].map(|x| format!("{:+.1}", 100.0 * x));
                format!("{name}: {} points (95 %: {} to {})", points[0], points[1], points[2])
            },
        )
    };
    [
        arm("without cards", &comparison.without_cards),
        arm("with cards", &comparison.with_cards),
        difference("acceptance", comparison.acceptance),
        difference("coverage", comparison.coverage),
        difference("undone", comparison.undo),
        comparison.power.to_owned(),
    ]
    .join("\n")
}

fn show(experiments: &[Experiment], format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => render::json(&experiments.iter().map(to_json).collect::<Vec<_>>()),
        Format::Text if experiments.is_empty() => print("no experiment yet"),
        Format::Text => print(&experiments.iter().map(text).collect::<Vec<_>>().join("\n")),
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    match arguments.command {
        Command::List { team } => {
            let experiments = with_tenant(config, team, async |hub, tenant| {
                let (mut all, mut page) = (Vec::<Experiment>::new(), Page { after: 0, limit: 200 });
                loop {
                    let some = hub.repo.experiments(tenant.id, page).await?;
                    let Some(last) = some.last() else { return Ok(all) };
                    page.after = last.id;
                    all.extend(some);
                }
            })?;
            show(&experiments, format)
        }
        Command::Start { team, without_cards, days } => {
            let begun = with_tenant(config, team, async |hub, tenant| {
                if tenant.mode == Mode::Dp {
                    return Ok(Err("a team in dp mode runs no experiments: a report is a release"));
                }
                let begun = operate::begin(hub, tenant.id, without_cards, days, None).await?;
                Ok(begun.ok_or("another experiment runs; wait until it ends, or stop it"))
            })?;
            match begun {
                Ok(experiment) => show(&[experiment], format),
                Err(why) => bail!(why),
            }
        }
        Command::Report { team, experiment } => {
            let made = with_tenant(config, team, async |hub, tenant| {
                let page = Page { after: experiment.saturating_sub(1), limit: 1 };
                let found = hub.repo.experiments(tenant.id, page).await?.pop();
                let Some(found) = found.filter(|found| found.id == experiment) else { return Ok(None) };
                let exposed = hub.repo.exposures(tenant.id, experiment).await?;
                Ok(Some(report(&found, &exposed, hub.clock.today())))
            })?;
            let Some(made) = made else { bail!(not_there(experiment)) };
            match format {
                Format::Json => render::json(&made),
                Format::Text => print(&told(&made)),
            }
        }
        Command::Stop { team, experiment } => {
            let was_there = with_tenant(config, team, async |hub, tenant| {
                let at = hub.clock.now();
                let act = Act { id: 0, actor: None, verb: Verb::StopExperiment, object: experiment, at };
                hub.repo.stop_experiment(tenant.id, experiment, act).await
            })?;
            if !was_there {
                bail!(not_there(experiment));
            }
            match format {
                Format::Json => render::json(&json!({"stopped": experiment})),
                Format::Text => print(&format!("experiment {experiment} is ended")),
            }
        }
    }
}
