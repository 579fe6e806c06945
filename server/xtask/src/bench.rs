//! `cargo xtask bench`: what the engine costs, beside the goals: the command line by file, the server over stdio.
//!
//! Costs are seconds of processor time, of all threads (Linux: `/proc`). Peers found on the `PATH` or in the folder of
//! `--peers` are measured on the same file in the same run; only ratios within one run mean anything.

mod client;
mod hub;
mod peers;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use aurora_testing::made_up;
use serde_json::json;

use client::Client;
use peers::{Job, Peer};

/// One line of the result.
struct Row {
    job: String,
    figure: f64,
    unit: &'static str,
    goal: String,
    met: Option<bool>,
}

impl Row {
    fn new(job: &str, figure: f64, unit: &'static str, goal: Option<(&str, f64)>, met: Option<bool>) -> Self {
        let goal = goal.map_or_else(String::new, |(sign, goal)| format!("{sign} {goal}"));
        Self { job: job.to_owned(), figure, unit, goal, met }
    }

    fn at_least(job: &str, figure: f64, unit: &'static str, goal: Option<f64>) -> Self {
        Self::new(job, figure, unit, goal.map(|goal| ("≥", goal)), goal.map(|goal| figure >= goal))
    }

    fn at_most(job: &str, figure: f64, unit: &'static str, goal: Option<f64>) -> Self {
        Self::new(job, figure, unit, goal.map(|goal| ("≤", goal)), goal.map(|goal| figure <= goal))
    }
}

/// Runs everything: `bench [--mb N] [--large-mb N] [--keys N] [--peers FOLDER] [--binary PATH]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if arguments.first().is_some_and(|part| part == "hub") {
        return hub::run(arguments);
    }
    if !cfg!(target_os = "linux") {
        bail!("costs are read from /proc, which only Linux has");
    }
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let mb: usize = value("--mb").map_or(Ok(50), |n| n.parse()).context("--mb takes a number")?;
    let large: usize =
        value("--large-mb").map_or(Ok(500), |n| n.parse()).context("--large-mb takes a number")?;
    let (peers, missing) = peers::find(value("--peers").map(Path::new));
    let n_keys: usize = value("--keys").map_or(Ok(300), |n| n.parse()).context("--keys takes a number")?;
    let binary = match value("--binary") {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(name);
    let (mixed, numbers, big) = (file("mixed.csv"), file("numbers.csv"), file("large.csv"));
    let text = made_up::text(mb * 1_000_000, 1);
    std::fs::write(&mixed, &text)?;
    std::fs::write(&numbers, made_up::numbers(mb * 1_000_000, 2))?;
    let mut rows = Vec::new();
    cold_start(&binary, &mut rows)?;
    by_command(&binary, [&mixed, &numbers], &peers, &mut rows)?;
    if large > 0 {
        std::fs::write(&big, made_up::text(large * 1_000_000, 3))?;
        by_threads(&binary, &big, &mut rows)?;
        std::fs::remove_file(&big)?;
    }
    for share in [50, 5, 1] {
        let end = text[..text.len() / share].rfind('\n').map_or(0, |at| at + 1);
        let part = if share == 1 { text.as_str() } else { &text[..end] };
        by_server(&binary, part, n_keys, &mut rows)?;
    }
    report(&rows);
    if !missing.is_empty() {
        eprintln!("not found, so not compared with: {}", missing.join(", "));
    }
    report_json(&rows, &missing);
    Ok(())
}

fn build() -> anyhow::Result<PathBuf> {
    let status =
        Command::new(env!("CARGO")).args(["build", "--release", "--quiet", "--bin", "aurora"]).status()?;
    anyhow::ensure!(status.success(), "the server does not build");
    Ok(Path::new("target").join("release").join("aurora"))
}

/// Milliseconds from starting the server to its first answer: the median of 21 starts.
fn cold_start(binary: &Path, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let begun = Instant::now();
        let mut client = Client::start(binary)?;
        client.initialize()?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        client.stop()?;
    }
    times.sort_by(f64::total_cmp);
    rows.push(Row::at_most("server, from its start to its first answer", times[10], "ms", Some(30.0)));
    Ok(())
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

fn by_command(binary: &Path, files: [&Path; 2], peers: &[Peer], rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let ours = |arguments: &[&str], file: &Path| cost(Command::new(binary).args(arguments).arg(file));
    let [mixed, numbers] = files;
    let jobs: [(Job, &str, &Path, &[&str]); 3] = [
        (
            Job::Structure,
            "check --select structure",
            mixed,
            &["check", "--select", "structure", "--format", "json"],
        ),
        (Job::Profile, "profile", mixed, &["profile", "--threads", "1"]),
        (Job::Numbers, "profile of numbers", numbers, &["profile", "--threads", "1"]),
    ];
    for (job, name, file, arguments) in jobs {
        let mb = std::fs::metadata(file)?.len() as f64 / 1e6;
        let cost_of_ours = ours(arguments, file)?.max(0.005);
        let goal = (job == Job::Structure).then_some(900.0);
        rows.push(Row::at_least(name, mb / cost_of_ours, "MB/cpu-s", goal));
        for peer in peers.iter().filter(|peer| peer.job == job) {
            let theirs = cost(&mut peer.command(file))?;
            let name = format!("  {} takes", peer.name);
            rows.push(Row::at_least(&name, theirs / cost_of_ours, "× ours", peer.goal));
        }
    }
    let sniffed = ours(&["sniff", "--format", "json"], mixed)?;
    rows.push(Row::at_most("sniff, start of the program included", sniffed * 1e3, "cpu-ms", Some(10.0)));
    Ok(())
}

/// How much sooner two threads are done with `file`, and what they hold in memory meanwhile.
fn by_threads(binary: &Path, file: &Path, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let mb = std::fs::metadata(file)?.len() as f64 / 1e6;
    let mut walls = Vec::new();
    let mut peak = 0;
    for n_threads in ["1", "2"] {
        let begun = std::time::Instant::now();
        let mut child = Command::new(binary)
            .args(["profile", "--format", "json", "--threads", n_threads])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        while child.try_wait()?.is_none() {
            peak = client::memory_of(child.id()).map_or(peak, |(_, now)| now);
            std::thread::sleep(Duration::from_millis(5));
        }
        walls.push(begun.elapsed().as_secs_f64());
    }
    let job = format!("profile of {mb:.0} MB, one thread over two, on the clock");
    rows.push(Row::at_least(&job, walls[0] / walls[1], "×", Some(1.7)));
    rows.push(Row::at_most("  resident meanwhile", peak as f64 / f64::from(1 << 20), "MiB", Some(64.0)));
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
    let (resident, peak) = client.memory()?;
    let is_full = mb > 20.0;
    let goal = |goal: f64| is_full.then_some(goal);
    let job = format!("didOpen of {mb:.0} MB until idle");
    rows.push(Row::at_most(&job, opened, "cpu-s", goal(0.8)));
    for (job, bytes, most) in
        [("  resident after the first findings", resident, 3.0), ("  peak memory", peak, 5.0)]
    {
        rows.push(Row::at_most(job, bytes as f64 / text.len() as f64, "× text", goal(most)));
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
        rows.push(Row::at_most(&format!("  key to findings, {name}"), quantile(q), "cpu-ms", goal(most)));
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
    let job = format!("  a key of {n_keys}, 20 ms apart, with all work behind it");
    rows.push(Row::at_most(&job, each, "cpu-ms", goal(2.0)));

    // Edits that move more than a key does, until nothing is left to do.
    let n_lines = text.lines().count().max(4);
    let middle = n_lines / 2;
    let pasted: String = text.lines().skip(1).cycle().take(10_000).map(|line| format!("{line}\n")).collect();
    let lower: String = text.split_inclusive('\n').skip(middle).collect();
    let steps: [(&str, usize, usize, &str); 5] = [
        ("a quote opened", middle, middle, "\""),
        ("paste of 10,000 lines", middle, middle, &pasted),
        ("  undone", middle, middle + 10_000, ""),
        ("the lower half deleted", middle, usize::MAX, ""),
        ("  undone", middle, middle, &lower),
    ];
    for (name, from, to, new) in steps {
        client.idle()?;
        let before = client.cpu()?;
        version += 1;
        client.replace(version, from, to, new)?;
        client.published(version, Duration::from_secs(120))?;
        client.idle()?;
        rows.push(Row::at_most(&format!("  {name}"), (client.cpu()? - before) * 1e3, "cpu-ms", None));
        if name == "a quote opened" {
            let before = client.cpu()?;
            version += 1;
            client.erase(version, from)?;
            client.published(version, Duration::from_secs(120))?;
            client.idle()?;
            rows.push(Row::at_most("    and closed again", (client.cpu()? - before) * 1e3, "cpu-ms", None));
        }
    }
    client.stop()
}

fn report(rows: &[Row]) {
    println!("{:<58} {:>10} {:<9} {:>10}", "job", "figure", "", "goal");
    for row in rows {
        let mark = match row.met {
            Some(true) => "✓",
            Some(false) => "✗",
            None => " ",
        };
        println!("{:<58} {:>10.2} {:<9} {:>10} {mark}", row.job, row.figure, row.unit, row.goal);
    }
}

/// The same in one line.
fn report_json(rows: &[Row], missing: &[&str]) {
    let line = |row: &Row| json!({"job": row.job.trim(), "figure": row.figure, "unit": row.unit, "goal": row.goal, "met": row.met});
    println!("{}", json!({"rows": rows.iter().map(line).collect::<Vec<_>>(), "missing": missing}));
}
