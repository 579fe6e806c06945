//! `cargo xtask bench`: what the engine costs, beside the goals: the command line by file, the server over stdio.
//!
//! Costs are seconds of processor time, of all threads (Linux: `/proc`). Peers found on the `PATH` are measured on
//! the same file in the same run; only ratios within one run mean anything.

mod client;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use client::Client;

/// One line of the result.
struct Row {
    job: String,
    figure: f64,
    unit: &'static str,
    goal: String,
    met: Option<bool>,
}

/// Runs everything: `bench [--mb N] [--keys N] [--binary PATH]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("costs are read from /proc, which only Linux has");
    }
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let mb: usize = value("--mb").map_or(Ok(50), |n| n.parse()).context("--mb takes a number")?;
    let n_keys: usize = value("--keys").map_or(Ok(300), |n| n.parse()).context("--keys takes a number")?;
    let binary = match value("--binary") {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.csv");
    let text = table::text(mb * 1_000_000, 1);
    std::fs::write(&file, &text)?;
    let mut rows = Vec::new();
    by_command(&binary, &file, text.len(), &mut rows)?;
    by_server(&binary, &text, n_keys, &mut rows)?;
    report(&rows);
    Ok(())
}

fn build() -> anyhow::Result<PathBuf> {
    let status =
        Command::new(env!("CARGO")).args(["build", "--release", "--quiet", "--bin", "aurora"]).status()?;
    anyhow::ensure!(status.success(), "the server does not build");
    Ok(Path::new("target").join("release").join("aurora"))
}

/// Processor seconds that `command` takes: the median of three runs.
fn cost(command: &mut Command) -> anyhow::Result<f64> {
    let mut costs = Vec::new();
    for _ in 0..3 {
        let before = children()?;
        command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        costs.push(children()? - before);
    }
    costs.sort_by(f64::total_cmp);
    Ok(costs[1])
}

/// Processor seconds of all children that ended, from `/proc/self/stat` (hundredths of a second).
fn children() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').context("no process name")?.1;
    let field = |at: usize| after_name.split_whitespace().nth(at).and_then(|n| n.parse::<f64>().ok());
    // Fields 16 and 17 of proc(5), counted from the state, which is the third.
    Ok((field(13).unwrap_or(0.0) + field(14).unwrap_or(0.0)) / 100.0)
}

fn by_command(binary: &Path, file: &Path, n_bytes: usize, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let mb = n_bytes as f64 / 1e6;
    let structure =
        cost(Command::new(binary).args(["check", "--select", "structure", "--format", "json"]).arg(file))?;
    let speed = mb / structure.max(0.005);
    rows.push(Row {
        job: "check --select structure".into(),
        figure: speed,
        unit: "MB/cpu-s",
        goal: "≥ 900".into(),
        met: Some(speed >= 900.0),
    });
    let profile = cost(Command::new(binary).args(["profile", "--threads", "1"]).arg(file))?;
    rows.push(Row {
        job: "profile".into(),
        figure: mb / profile,
        unit: "MB/cpu-s",
        goal: "see peers".into(),
        met: None,
    });
    let peers: [(&str, &[&str], f64); 3] =
        [("xan", &["stats", "-A"], 2.5), ("xan", &["stats"], 1.0), ("qsv", &["stats", "--force"], 3.0)];
    for (peer, arguments, goal) in peers {
        if Command::new(peer).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
            continue;
        }
        let theirs = cost(Command::new(peer).args(arguments).arg(file))?;
        rows.push(Row {
            job: format!("{peer} {} takes", arguments.join(" ")),
            figure: theirs / profile,
            unit: "× ours",
            goal: format!("≥ {goal}"),
            met: Some(theirs / profile >= goal),
        });
    }
    Ok(())
}

fn by_server(binary: &Path, text: &str, n_keys: usize, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let mb = text.len() as f64 / 1e6;
    let mut client = Client::start(binary)?;
    client.initialize()?;
    client.open(text)?;
    client.published(1, Duration::from_secs(120))?;
    client.idle()?;
    let opened = client.cpu()?;
    let per_50 = |seconds: f64| seconds * 50.0 / mb;
    rows.push(Row {
        job: format!("didOpen of {mb:.0} MB until idle, per 50 MB"),
        figure: per_50(opened),
        unit: "cpu-s",
        goal: "≤ 0.8".into(),
        met: Some(per_50(opened) <= 0.8),
    });
    let (resident, peak) = client.memory()?;
    for (job, bytes, most) in
        [("resident after the first findings", resident, 3.0), ("peak memory", peak, 5.0)]
    {
        let share = bytes as f64 / text.len() as f64;
        rows.push(Row {
            job: job.into(),
            figure: share,
            unit: "× text",
            goal: format!("≤ {most}"),
            met: Some(share <= most),
        });
    }

    // One key after the other, each waited for: what lies between reading it and publishing.
    let lines: Vec<usize> = (0..n_keys).map(|n| 1 + n * 7919 % text.lines().count().max(2)).collect();
    let mut version = 1;
    let mut costs = Vec::new();
    for line in lines.iter().take(n_keys.min(100)) {
        client.idle()?;
        let before = client.cpu()?;
        version += 1;
        client.key(version, *line)?;
        client.published(version, Duration::from_secs(30))?;
        costs.push((client.cpu()? - before) * 1e3);
    }
    costs.sort_by(f64::total_cmp);
    let quantile = |q: f64| costs[((costs.len() - 1) as f64 * q).round() as usize];
    for (name, q, most) in [("p50", 0.5, 1.0), ("p99", 0.99, 5.0)] {
        let figure = quantile(q);
        let (job, goal) = (format!("key to findings, {name}"), format!("≤ {most}"));
        rows.push(Row { job, figure, unit: "cpu-ms", goal, met: Some(figure <= most) });
    }

    // Typing at random places without waiting, and all the work behind it.
    client.idle()?;
    let before = client.cpu()?;
    for line in &lines {
        version += 1;
        client.key(version, *line)?;
        std::thread::sleep(Duration::from_millis(20));
    }
    client.published(version, Duration::from_secs(60))?;
    client.idle()?;
    let each = (client.cpu()? - before) * 1e3 / n_keys as f64;
    let job = format!("a key of {n_keys}, 20 ms apart, with all work behind it");
    rows.push(Row { job, figure: each, unit: "cpu-ms", goal: "≤ 2".into(), met: Some(each <= 2.0) });
    client.stop()
}

fn report(rows: &[Row]) {
    println!("{:<58} {:>10} {:<9} {:>10}", "job", "figure", "", "goal");
    let mut figures = Map::new();
    for row in rows {
        let mark = match row.met {
            Some(true) => "✓",
            Some(false) => "✗",
            None => " ",
        };
        println!("{:<58} {:>10.2} {:<9} {:>10} {mark}", row.job, row.figure, row.unit, row.goal);
        let entry = json!({"figure": row.figure, "unit": row.unit, "goal": row.goal, "met": row.met});
        figures.insert(row.job.clone(), entry);
    }
    println!("{}", Value::Object(figures));
}
