//! Wrong values of tables whose clean form is known (`errors/INDEX.tsv` with `errors/pairs/<table>/{dirty,clean}.csv`),
//! through the real server.
//!
//! A table is a domain. Half of its records are for test and nothing in them is ever answered. The person takes the
//! columns in random order, again and again: at each step the server names the values of that column of which an answer
//! would tell most, and the person says of the first that stands in a record to teach with whether it is wrong.
//! Scored are the fields of the test records that the server thinks wrong.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

use super::baselines::{self, Case, Learns};
use super::served::{Served, fields_of, text_of};
use super::{Dice, Options, Shown, answer_times, mean};

/// Answers a table.
const ANSWERS: usize = 100;
/// Numbers of answers after which is scored.
const AT: [usize; 5] = [0, 20, 50, 75, ANSWERS];

/// A table with its truth.
struct Table {
    name: String,
    text: String,
    n_records: usize,
    n_columns: usize,
    /// Record and column of each wrong field.
    wrong: HashSet<(u64, usize)>,
}

impl Table {
    fn is_real(&self) -> bool {
        !self.name.starts_with("DGov_")
    }

    /// The document's name; the settings file of nobody is found above it.
    fn uri(&self) -> String {
        let name: String =
            self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        format!("file:///aurora-eval/{name}/dirty.csv")
    }
}

#[derive(Clone, Copy, Default)]
struct Score {
    precision: f64,
    recall: f64,
}

impl Score {
    fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// What one run gave.
#[derive(Default)]
struct Run {
    at: BTreeMap<usize, Score>,
    restarted: Score,
    without_buckets: Score,
    shown: Shown,
    answered_in: Vec<f64>,
    /// The scores of the plainer learners after the same number of answers about flags.
    baselines: Vec<Score>,
}

/// Measures and prints.
pub(super) fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.folder("errors", "INDEX.tsv")?;
    let tables = read(&folder)?;
    let binary = options.server()?;
    options.say(format!("{} tables, {} seeds, {ANSWERS} answers each", tables.len(), options.seeds));
    let mut rows = Vec::new();
    let mut shown = Shown::default();
    let mut with_wrong = Vec::new();
    for table in &tables {
        let mut runs = Vec::new();
        for seed in 0..options.seeds {
            runs.push(run(table, seed, 0.0, &binary)?);
        }
        runs.iter().for_each(|run| shown.extend(&run.shown));
        options.say(line(table, &runs));
        let wrong: anyhow::Result<Vec<Run>> =
            (0..options.seeds).map(|seed| run(table, seed, 0.05, &binary)).collect();
        with_wrong.push((table, wrong?));
        rows.push((table, runs));
    }
    print_tables(options, &rows, &with_wrong);
    let real = |score: &dyn Fn(&Score) -> f64| over(&rows, true, &|run| score(&run.at[&ANSWERS]));
    options.say(shown.describe());
    let of_last = |run: &Run| run.at[&ANSWERS].f1();
    let times: Vec<f64> =
        rows.iter().flat_map(|(_, runs)| runs).flat_map(|run| run.answered_in.clone()).collect();
    println!(
        "{}",
        json!({
            "real_P": real(&|score| score.precision),
            "real_F1": real(&|score| score.f1()),
            "lake_F1": over(&rows, false, &of_last),
            "real_F1_restarted": over(&rows, true, &|run| run.restarted.f1()),
            "lake_F1_restarted": over(&rows, false, &|run| run.restarted.f1()),
            "restart_loss": over(&rows, true, &|run| of_last(run) - run.restarted.f1()),
            "wrong5_cost": over(&rows, true, &of_last) - over(&with_wrong, true, &of_last),
            "answer_ms": answer_times(&times),
            "acceptance": shown.acceptance(),
            "coverage": shown.coverage(),
            "ece": shown.ece(),
        })
    );
    Ok(())
}

type Rows<'a> = [(&'a Table, Vec<Run>)];

/// The mean over tables of the mean over seeds.
fn over(rows: &Rows<'_>, real: bool, of: &dyn Fn(&Run) -> f64) -> f64 {
    let of_table = |runs: &Vec<Run>| mean(&runs.iter().map(of).collect::<Vec<_>>());
    let found: Vec<f64> =
        rows.iter().filter(|(table, _)| table.is_real() == real).map(|(_, runs)| of_table(runs)).collect();
    mean(&found)
}

fn line(table: &Table, runs: &[Run]) -> String {
    let of = |k: usize| {
        let scores: Vec<_> = runs.iter().map(|run| run.at[&k]).collect();
        let mean = |of: &dyn Fn(&Score) -> f64| mean(&scores.iter().map(of).collect::<Vec<_>>());
        format!(
            "P {:.2} R {:.2} F1 {:.2}",
            mean(&|score| score.precision),
            mean(&|score| score.recall),
            mean(&|score| score.f1())
        )
    };
    let name: String = table.name.chars().take(44).collect();
    let restarted = mean(&runs.iter().map(|run| run.restarted.f1()).collect::<Vec<_>>());
    format!("  {name:<44}  {} → {}, restarted F1 {restarted:.2}", of(0), of(ANSWERS))
}

fn print_tables(options: &Options, rows: &Rows<'_>, with_wrong: &Rows<'_>) {
    for real in [true, false] {
        options.say(format!("{} tables", if real { "real" } else { "lake" }));
        let say = |title: &str, rows: &Rows<'_>, of: &dyn Fn(&Run) -> Score| {
            options.say(format!(
                "  {title:<42} P {:.3}  R {:.3}  F1 {:.3}",
                over(rows, real, &|run| of(run).precision),
                over(rows, real, &|run| of(run).recall),
                over(rows, real, &|run| of(run).f1())
            ));
        };
        for k in AT {
            say(&format!("{k} answers"), rows, &|run| run.at[&k]);
        }
        say("after a restart, with buckets", rows, &|run| run.restarted);
        say("after a restart, answers and names only", rows, &|run| run.without_buckets);
        say("5 % wrong answers", with_wrong, &|run| run.at[&ANSWERS]);
        for (at, baseline) in baselines::ALL.iter().enumerate() {
            say(&format!("{}, on flags", baseline.name), rows, &|run| run.baselines[at]);
        }
    }
}

/// A field that the server names.
#[derive(Clone, Debug)]
struct Named {
    record: u64,
    column: usize,
    code: String,
    confidence: f64,
}

fn named(answer: &Value, list: &str) -> Vec<Named> {
    let column = answer["column"].as_u64().unwrap_or_default() as usize;
    let of = |one: &Value| {
        Some(Named {
            record: one["record"].as_u64()?,
            column,
            code: one["code"].as_str()?.to_owned(),
            confidence: one["confidence"].as_f64()?,
        })
    };
    answer[list].as_array().into_iter().flatten().filter_map(of).collect()
}

/// One person, one table, one order.
fn run(table: &Table, seed: u64, share_wrong: f64, binary: &Path) -> anyhow::Result<Run> {
    let folder = tempfile::tempdir()?;
    let mut dice = Dice::new(seed + 1);
    let mut records: Vec<u64> = (0..table.n_records as u64).collect();
    dice.shuffle(&mut records);
    let test: HashSet<u64> = records[..records.len() / 2].iter().copied().collect();
    let mut columns: Vec<usize> = (0..table.n_columns).collect();
    dice.shuffle(&mut columns);
    let uri = table.uri();
    let mut server = Served::start(binary, &folder.path().join("store"), &json!({}));
    server.open(&uri, &table.text);
    let mut run = Run::default();
    let mut answers = server.recommendations(&uri, None)?;
    run.baselines = with_baselines(table, &answers, &test, seed);
    let mut answered: HashSet<(u64, usize)> = HashSet::new();
    let mut idle = 0;
    for &column in columns.iter().cycle() {
        if AT.contains(&answered.len()) && !run.at.contains_key(&answered.len()) {
            let all = server.recommendations(&uri, None)?;
            run.at.insert(answered.len(), score(table, &all, &test));
        }
        if answered.len() == ANSWERS || idle > columns.len() {
            break;
        }
        let Some(state) = answers.get(column) else { break };
        let mut candidates = named(state, "ask");
        candidates.extend(named(state, "values"));
        let fits = |one: &&Named| !test.contains(&one.record) && !answered.contains(&(one.record, column));
        let Some(asked) = candidates.iter().find(fits) else {
            idle += 1;
            continue;
        };
        idle = 0;
        answered.insert((asked.record, column));
        let truth = table.wrong.contains(&(asked.record, column));
        run.shown.note(asked.confidence.max(1.0 - asked.confidence), (asked.confidence >= 0.5) == truth);
        let mistaken = (dice.below(1_000_000) as f64) < share_wrong * 1e6;
        let kind = if truth != mistaken { "accept" } else { "dismiss" };
        answers[column] = server.correct(&json!({
            "uri": uri, "column": column, "record": asked.record,
            "target": "value", "action": asked.code, "kind": kind,
        }));
    }
    let last = server.recommendations(&uri, None)?;
    for k in AT {
        run.at.entry(k).or_insert_with(|| score(table, &last, &test));
    }
    run.answered_in = std::mem::take(&mut server.answered_in);
    server.stop()?;
    let restarted = |settings: Value| -> anyhow::Result<Score> {
        let mut server = Served::start(binary, &folder.path().join("store"), &settings);
        server.open(&uri, &table.text);
        let found = score(table, &server.recommendations(&uri, None)?, &test);
        server.stop()?;
        Ok(found)
    };
    run.restarted = restarted(json!({}))?;
    run.without_buckets = restarted(json!({"privacy": {"buckets": false}}))?;
    Ok(run)
}

fn score(table: &Table, answers: &[Value], test: &HashSet<u64>) -> Score {
    let flagged: HashSet<(u64, usize)> = answers
        .iter()
        .flat_map(|answer| named(answer, "values"))
        .map(|one| (one.record, one.column))
        .filter(|(record, _)| test.contains(record))
        .collect();
    of_flags(table, &flagged, test)
}

fn of_flags(table: &Table, flagged: &HashSet<(u64, usize)>, test: &HashSet<u64>) -> Score {
    let n_wrong = table.wrong.iter().filter(|(record, _)| test.contains(record)).count();
    let hits = flagged.iter().filter(|place| table.wrong.contains(place)).count() as f64;
    Score { precision: hits / flagged.len().max(1) as f64, recall: hits / n_wrong.max(1) as f64 }
}

/// Plainer learners on the values flagged before any answer: each answer is about a flag in a record to teach with.
fn with_baselines(table: &Table, answers: &[Value], test: &HashSet<u64>, seed: u64) -> Vec<Score> {
    let flags: Vec<Named> = answers.iter().flat_map(|answer| named(answer, "values")).collect();
    let mut codes: Vec<&str> = flags.iter().map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let case = |one: &Named| {
        let code = codes.iter().position(|code| *code == one.code).unwrap_or_default();
        let is_code = (0..codes.len()).map(|at| f64::from(u8::from(at == code)));
        let is_column = (0..table.n_columns).map(|at| f64::from(u8::from(at == one.column)));
        Case {
            prior: vec![1.0 - one.confidence, one.confidence],
            features: is_code.chain(is_column).collect(),
            cell: (code * table.n_columns + one.column) as u64,
        }
    };
    let is_wrong = |one: &Named| usize::from(table.wrong.contains(&(one.record, one.column)));
    let mut teach: Vec<&Named> = flags.iter().filter(|one| !test.contains(&one.record)).collect();
    Dice::new(seed + 1).shuffle(&mut teach);
    teach.truncate(ANSWERS);
    let of = |baseline: &baselines::Baseline| {
        let mut learner: Box<dyn Learns> = (baseline.new)();
        for one in &teach {
            let case = case(one);
            let shown = learner.best(&case);
            learner.told(&case, shown, is_wrong(one));
        }
        let kept = flags.iter().filter(|one| test.contains(&one.record) && learner.best(&case(one)) == 1);
        of_flags(table, &kept.map(|one| (one.record, one.column)).collect(), test)
    };
    baselines::ALL.iter().map(of).collect()
}

fn read(folder: &Path) -> anyhow::Result<Vec<Table>> {
    let index = text_of(&folder.join("INDEX.tsv"))?;
    let names =
        index.lines().skip(1).filter_map(|line| line.split('\t').next()).filter(|name| !name.is_empty());
    names.map(|name| table(name, folder.join("pairs").join(name))).collect()
}

fn table(name: &str, folder: PathBuf) -> anyhow::Result<Table> {
    let text = text_of(&folder.join("dirty.csv"))?;
    let (dirty, clean) = (fields_of(&text)?, fields_of(&text_of(&folder.join("clean.csv"))?)?);
    let n_columns = dirty.first().context("an empty table")?.len();
    let mut wrong = HashSet::new();
    for (record, (before, after)) in dirty.iter().zip(&clean).skip(1).enumerate() {
        for (column, (a, b)) in before.iter().zip(after).enumerate() {
            if a != b {
                wrong.insert((record as u64, column));
            }
        }
    }
    Ok(Table { name: name.to_owned(), text, n_records: dirty.len() - 1, n_columns, wrong })
}
