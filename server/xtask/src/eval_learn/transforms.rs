//! What to do with columns (`transforms/truth.csv`, `transforms/downstream.jsonl`, `transforms/csv/`), through the real
//! server.
//!
//! A package is a domain: its tables are open together. The label of a column is the best explainable transform by its
//! measured gain where there is one, else what the package's author did. Half of the columns are for test; regret is
//! the best gain less that of the recommendation, over the test columns whose gains were measured.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Context;
use aurora_learning::name_group::group_of;
use serde_json::{Value, json};

use super::baselines::{self, Case, Learns};
use super::served::{Served, fields_of, text_of};
use super::{Dice, Options, Shown, answer_times, mean};

/// What can be wanted, with the actions that do it; the first is what a person would name.
const CHOICES: [(&str, &[&str]); 6] = [
    ("none", &["leave-as-is"]),
    ("log", &["log1p-column", "log-column"]),
    ("sqrt", &["sqrt-column"]),
    ("yeojohnson", &["yeo-johnson-column", "box-cox-column"]),
    ("reciprocal", &["reciprocal"]),
    ("factor", &["one-hot-encode", "ordinal-encode", "frequency-encode", "hash-encode"]),
];
/// Actions that nobody can explain; they are passed over.
const UNEXPLAINED: [&str; 2] = ["rank", "quantile-normal"];

/// A labelled column.
struct Labelled {
    file: String,
    column: usize,
    name: String,
    label: usize,
    /// Gains by choice, where they were measured.
    gains: Option<Vec<f64>>,
}

impl Labelled {
    fn regret(&self, choice: usize) -> Option<f64> {
        let gains = self.gains.as_ref()?;
        Some(gains.iter().copied().fold(0.0, f64::max) - gains[choice])
    }
}

/// A package: its tables and its columns.
#[derive(Default)]
struct Package {
    tables: BTreeMap<String, String>,
    columns: Vec<Labelled>,
}

/// Regrets of the test columns of one run.
#[derive(Default)]
struct Run {
    cold: Vec<f64>,
    after: Vec<f64>,
    restarted: Vec<f64>,
    without_buckets: Vec<f64>,
    shown: Shown,
    answered_in: Vec<f64>,
    baselines: Vec<Vec<f64>>,
}

/// Measures and prints.
pub(super) fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.folder("transforms", "truth.csv")?;
    let packages = read(&folder)?;
    let binary = options.server()?;
    options.say(format!("{} packages, {} seeds", packages.len(), options.seeds));
    let (mut runs, mut mode_a, mut with_wrong) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = Shown::default();
    for (name, package) in &packages {
        let all = |tells: bool, wrong: f64, seeds: u64| -> anyhow::Result<Vec<Run>> {
            (0..seeds).map(|seed| run(name, package, seed, tells, wrong, &binary)).collect()
        };
        let b = all(true, 0.0, options.seeds)?;
        b.iter().for_each(|run| shown.extend(&run.shown));
        let of = |of: &dyn Fn(&Run) -> &Vec<f64>| regret(&b, of);
        options.say(format!(
            "  {name:<16} {:>4} columns  {:.4} → {:.4}",
            package.columns.len(),
            of(&|run| &run.cold),
            of(&|run| &run.after)
        ));
        runs.extend(b);
        mode_a.extend(all(false, 0.0, options.seeds)?);
        with_wrong.extend(all(true, 0.05, options.seeds)?);
    }
    let say = |title: &str, regret: f64| options.say(format!("  {title:<46} {regret:.4}"));
    options.say("mean regret over test columns".to_owned());
    say("no answers", regret(&runs, &|run| &run.cold));
    say("half of the columns answered, mode B", regret(&runs, &|run| &run.after));
    say("half of the columns answered, mode A", regret(&mode_a, &|run| &run.after));
    say("5 % wrong answers", regret(&with_wrong, &|run| &run.after));
    say("after a restart, with buckets", regret(&runs, &|run| &run.restarted));
    say("after a restart, answers and names only", regret(&runs, &|run| &run.without_buckets));
    for (at, baseline) in baselines::ALL.iter().enumerate() {
        say(baseline.name, regret(&runs, &|run| &run.baselines[at]));
    }
    options.say(shown.describe());
    let times: Vec<f64> = runs.iter().flat_map(|run| run.answered_in.clone()).collect();
    println!(
        "{}",
        json!({
            "regret_cold": regret(&runs, &|run| &run.cold),
            "regret_after": regret(&runs, &|run| &run.after),
            "acceptance": shown.acceptance(),
            "coverage": shown.coverage(),
            "ece": shown.ece(),
            "answer_ms": answer_times(&times),
        })
    );
    Ok(())
}

fn regret(runs: &[Run], of: &dyn Fn(&Run) -> &Vec<f64>) -> f64 {
    mean(&runs.iter().flat_map(of).copied().collect::<Vec<_>>())
}

/// The recommendation that a person would look at who asks how to scale the column: action, choice, confidence. What
/// can be done besides, such as filling nulls, answers another question, as in `eval transforms`.
fn first(answer: &Value) -> Option<(String, usize, f64)> {
    let list = answer["recommendations"].as_array()?;
    let is_choice = |action: &str| CHOICES.iter().any(|(_, actions)| actions.contains(&action));
    let one = list.iter().find(|one| one["action"].as_str().is_some_and(is_choice))?;
    let action = one["action"].as_str()?.to_owned();
    Some((action.clone(), choice_of(&action), one["confidence"].as_f64()?))
}

fn choice_of(action: &str) -> usize {
    CHOICES.iter().position(|(_, actions)| actions.contains(&action)).unwrap_or_default()
}

/// What a plainer learner knows of the column.
fn case(answer: &Value) -> Case {
    let mut prior = vec![1e-3; CHOICES.len()];
    for one in answer["recommendations"].as_array().into_iter().flatten() {
        let (action, p) =
            (one["action"].as_str().unwrap_or_default(), one["confidence"].as_f64().unwrap_or(0.0));
        if !UNEXPLAINED.contains(&action) {
            let choice = choice_of(action);
            prior[choice] = f64::max(prior[choice], p);
        }
    }
    let name = answer["name"].as_str().unwrap_or_default();
    Case { prior, features: Vec::new(), cell: group_of(name).0.into() }
}

/// One person, one package, one order.
fn run(
    name: &str,
    package: &Package,
    seed: u64,
    tells: bool,
    share_wrong: f64,
    binary: &Path,
) -> anyhow::Result<Run> {
    let folder = tempfile::tempdir()?;
    let mut dice = Dice::new(seed + 1);
    let mut order: Vec<&Labelled> = package.columns.iter().collect();
    dice.shuffle(&mut order);
    let teach = order.split_off(order.len() / 2);
    let test = order;
    let uri = |file: &str| format!("file:///aurora-eval/{name}/{file}");
    let store = folder.path().join("store");
    let start = |settings: &Value| {
        let mut server = Served::start(binary, &store, settings);
        package.tables.iter().for_each(|(file, text)| server.open(&uri(file), text));
        server
    };
    let advice = |server: &mut Served, column: &Labelled| -> anyhow::Result<Value> {
        let all = server.recommendations(&uri(&column.file), Some(column.column))?;
        all.into_iter().next().with_context(|| format!("{} has no column {}", column.file, column.name))
    };
    let regrets = |server: &mut Served| -> anyhow::Result<Vec<f64>> {
        let mut found = Vec::new();
        for column in test.iter().filter(|column| column.gains.is_some()) {
            let choice = first(&advice(server, column)?).map_or(0, |(_, choice, _)| choice);
            found.extend(column.regret(choice));
        }
        Ok(found)
    };
    let mut server = start(&json!({}));
    let mut run = Run { cold: regrets(&mut server)?, ..Run::default() };
    let mut cases = Vec::new();
    for column in package.columns.iter() {
        cases.push(((column.file.as_str(), column.column), case(&advice(&mut server, column)?)));
    }
    let cases: HashMap<(&str, usize), Case> = cases.into_iter().collect();
    run.baselines = baselines::ALL.iter().map(|one| baseline(one, &teach, &test, &cases)).collect();
    for column in &teach {
        let Some((action, shown, confidence)) = first(&advice(&mut server, column)?) else { continue };
        run.shown.note(confidence, shown == column.label);
        let mistaken = (dice.below(1_000_000) as f64) < share_wrong * 1e6;
        let wanted = if mistaken { dice.below(CHOICES.len()) } else { column.label };
        let kind = match (shown == wanted, tells) {
            (true, _) => "accept",
            (false, true) => "override",
            (false, false) => "dismiss",
        };
        let mut answer = json!({
            "uri": uri(&column.file), "column": column.column,
            "target": "transform", "action": action, "kind": kind,
        });
        if kind == "override" {
            answer["wanted"] = json!(CHOICES[wanted].1[0]);
        }
        server.correct(&answer);
    }
    run.after = regrets(&mut server)?;
    run.answered_in = std::mem::take(&mut server.answered_in);
    server.stop()?;
    for (settings, out) in
        [(json!({}), &mut run.restarted), (json!({"privacy": {"buckets": false}}), &mut run.without_buckets)]
    {
        let mut server = start(&settings);
        *out = regrets(&mut server)?;
        server.stop()?;
    }
    Ok(run)
}

fn baseline(
    baseline: &baselines::Baseline,
    teach: &[&Labelled],
    test: &[&Labelled],
    cases: &HashMap<(&str, usize), Case>,
) -> Vec<f64> {
    let mut learner: Box<dyn Learns> = (baseline.new)();
    for column in teach {
        let case = &cases[&(column.file.as_str(), column.column)];
        let shown = learner.best(case);
        learner.told(case, shown, column.label);
    }
    let best = |column: &Labelled| learner.best(&cases[&(column.file.as_str(), column.column)]);
    test.iter().filter_map(|column| column.regret(best(column))).collect()
}

fn choice_named(label: &str) -> usize {
    CHOICES.iter().position(|(name, _)| *name == label).unwrap_or_default()
}

/// The labelled columns by package.
fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, Package>> {
    let mut labels: BTreeMap<(String, String), (usize, Option<Vec<f64>>)> = BTreeMap::new();
    for row in fields_of(&text_of(&folder.join("truth.csv"))?)?.iter().skip(1) {
        let [file, column, label, ..] = row.as_slice() else { continue };
        labels.insert((file.clone(), column.clone()), (choice_named(label), None));
    }
    for line in text_of(&folder.join("downstream.jsonl"))?.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value =
            serde_json::from_str(line).context("downstream.jsonl holds a line that is no JSON")?;
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let gains: Vec<f64> =
            CHOICES.iter().map(|(name, _)| row["gain"][*name].as_f64().unwrap_or(0.0)).collect();
        let best = (0..gains.len()).rev().max_by(|&a, &b| gains[a].total_cmp(&gains[b])).unwrap_or_default();
        labels.insert((text("file"), text("column")), (best, Some(gains)));
    }
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    for ((file, name), (label, gains)) in labels {
        let package = file.split("__").next().unwrap_or_default().to_owned();
        let package = packages.entry(package).or_default();
        if !package.tables.contains_key(&file) {
            package.tables.insert(file.clone(), text_of(&folder.join("csv").join(&file))?);
        }
        let header = fields_of(&package.tables[&file])?.into_iter().next().unwrap_or_default();
        let Some(column) = header.iter().position(|one| *one == name) else { continue };
        package.columns.push(Labelled { file, column, name, label, gains });
    }
    Ok(packages)
}
