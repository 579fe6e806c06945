//! `cargo xtask bench hub`: a real hub under load and fault, on real PostgreSQL and Redis or on its embedded store.
//!
//! The load is open: each request has its moment, whether or not earlier ones were answered, and its time runs from that
//! moment. Generator and hub are two processes of one machine; everything stays on 127.0.0.1, and each part has a
//! number of requests and an end. Figures of a machine that does other work besides mean little; memory is level only
//! after some seconds, so `--seconds` below 20 says little of it.

mod client;
mod fault;
mod load;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::json;

use super::{Row, build, report};
use load::{Clocked, Load, Outcome};
use world::{Limits, Store, World};

/// Connections, and members with a token each.
const MEMBERS: usize = 1_000;

/// What is measured.
struct Rows(Vec<Row>);

impl Rows {
    fn at_most(&mut self, job: &str, figure: f64, unit: &'static str, goal: f64) {
        self.0.push(Row::at_most(job, figure, unit, Some(goal)));
    }

    fn at_least(&mut self, job: &str, figure: f64, unit: &'static str, goal: f64) {
        self.0.push(Row::at_least(job, figure, unit, Some(goal)));
    }

    fn shown(&mut self, job: &str, figure: f64, unit: &'static str) {
        self.0.push(Row::at_most(job, figure, unit, None));
    }
}

/// Runs `bench hub [--store sqlite] [--fault redis|postgres,hub] [--seconds N] [--binary PATH]`.
pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let seconds: u64 =
        value("--seconds").map_or(Ok(20), |n| n.parse()).context("--seconds takes a number")?;
    ensure!((1..=60).contains(&seconds), "--seconds takes 1 to 60");
    let store = match value("--store").map(String::as_str) {
        None | Some("postgres") => Store::Postgres,
        Some("sqlite") => Store::Sqlite,
        Some(other) => bail!("--store takes postgres or sqlite, not {other}"),
    };
    let faults: Vec<&str> = value("--fault").map_or(Vec::new(), |list| list.split(',').collect());
    if let Some(unknown) = faults.iter().find(|fault| !["redis", "postgres", "hub"].contains(fault)) {
        bail!("--fault takes redis, postgres and hub, not {unknown}");
    }
    ensure!(faults.is_empty() || store == Store::Postgres, "faults are tried on PostgreSQL and Redis");
    let binary = match value("--binary") {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut rows = Rows(Vec::new());
    let part = match (&faults[..], store) {
        ([], Store::Postgres) => "hub",
        ([], Store::Sqlite) => "hub --store sqlite",
        _ => "hub --fault",
    };
    let work = async {
        match (&faults[..], store) {
            ([], Store::Postgres) => steady(&binary, seconds, &mut rows).await?,
            ([], Store::Sqlite) => embedded(&binary, seconds, &mut rows).await?,
            _ => {
                for fault in &faults {
                    match *fault {
                        "redis" => fault::redis(&binary, &mut rows).await?,
                        "postgres" => fault::postgres(&binary, &mut rows).await?,
                        _ => fault::hub(&binary, &mut rows).await?,
                    }
                }
            }
        }
        Ok(())
    };
    // Who ends the benchmark ends what it started too.
    runtime.block_on(async {
        let told = aurora_hub::serve::signalled()?;
        tokio::select! {
            done = work => done,
            _ = told => bail!("told to end"),
        }
    })?;
    ensure!(!rows.0.is_empty(), "nothing was measured: a part is not installed");
    report(&rows.0);
    let holds = rows.0.iter().all(|row| row.met != Some(false));
    let figures: Vec<_> = rows
        .0
        .iter()
        .map(|row| json!({ "job": row.job.trim(), "figure": row.figure, "unit": row.unit, "goal": row.goal, "met": row.met }))
        .collect();
    println!("{}", json!({ "bench": part, "seconds": seconds, "rows": figures, "holds": holds }));
    ensure!(holds, "a bar does not hold");
    Ok(())
}

/// On PostgreSQL and Redis: 1,000 requests a second as members may send them, 6,000, and three times that.
async fn steady(binary: &std::path::Path, seconds: u64, rows: &mut Rows) -> anyhow::Result<()> {
    let Some(mut world) = World::start(binary, Store::Postgres, Limits::AsShipped, MEMBERS).await? else {
        return Ok(());
    };
    let load = Load { per_second: 1_000, seconds, clocked: Clocked::FromItsMoment };
    let outcome = measured(&world, load, rows, "1,000/s on PostgreSQL", [20.0, 50.0]).await?;
    ensure!(outcome.gets.len() > 0, "nothing was answered");

    world.restart_hub(Limits::Wide).await?;
    let more = Load { per_second: 6_000, ..load };
    measured(&world, more, rows, "6,000/s on PostgreSQL", [200.0, 200.0]).await?;

    // Whoever is turned away waits behind nobody, so here the time runs from the sending.
    let over = Load { per_second: 18_000, seconds, clocked: Clocked::FromSending };
    let running = world.load_beside(over);
    // A third of it fills what is filled by so much; what is added later would be added for ever.
    pause(load::HEAD_START_MS + seconds * 1_000 / 3).await;
    let before = world.resident_mib()?;
    pause(seconds * 1_000 * 2 / 3).await;
    let after = world.resident_mib()?;
    let outcome = running.await??;
    rows.at_most("18,000/s: p99 of what is answered 2xx", outcome.all_2xx().quantile_ms(0.99), "ms", 200.0);
    rows.shown("  answered 2xx a second", outcome.all_2xx().len() as f64 / over.seconds as f64, "/s");
    rows.shown("  turned away", outcome.share_of(503), "of 1");
    let recovered = world.recovery().await?;
    rows.at_most("  until all is well again", recovered.as_secs_f64(), "s", 5.0);
    rows.at_most("  resident, grown by", 100.0 * (after / before - 1.0), "%", 5.0);
    rows.shown("  resident", after, "MiB");
    Ok(())
}

/// On the embedded store, with nothing else.
async fn embedded(binary: &std::path::Path, seconds: u64, rows: &mut Rows) -> anyhow::Result<()> {
    let Some(world) = World::start(binary, Store::Sqlite, Limits::AsShipped, MEMBERS).await? else {
        return Ok(());
    };
    let load = Load { per_second: 1_000, seconds, clocked: Clocked::FromItsMoment };
    measured(&world, load, rows, "1,000/s on the embedded store", [200.0, 200.0]).await?;
    Ok(())
}

/// A steady load and its rows: both kinds within their goals in ms, nothing failed, and what it cost.
async fn measured(
    world: &World,
    load: Load,
    rows: &mut Rows,
    name: &str,
    goals: [f64; 2],
) -> anyhow::Result<Outcome> {
    let before = world.cpu()?;
    let outcome = world.load(load).await?;
    let cost = (world.cpu()? - before) * 1e6 / (load.per_second * load.seconds) as f64;
    rows.at_most(&format!("{name}: p99 of GET"), outcome.gets.quantile_ms(0.99), "ms", goals[0]);
    rows.at_most(&format!("{name}: p99 of PUT"), outcome.puts.quantile_ms(0.99), "ms", goals[1]);
    rows.shown("  p50 of GET", outcome.gets.quantile_ms(0.5), "ms");
    rows.shown("  answered", outcome.all_2xx().len() as f64, "");
    rows.shown("  the hub's processor time a request", cost, "µs");
    rows.at_most("  not answered 2xx", outcome.n_failed() as f64, "", 0.0);
    if outcome.n_failed() > 0 {
        eprintln!("{name}: {} shed {}", outcome.failures(), world.shed().await);
    }
    Ok(outcome)
}

/// Waits a moment.
async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
