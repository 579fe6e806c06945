//! Roles of columns that come as statistics (`types/columns.jsonl` with `types/truth.csv`).

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use aurora_learning::name_group::group_of;
use aurora_learning::{ColumnKey, Correction, Kind, Look, Scope, Target, roles};
use aurora_privacy::LiveCell;
use aurora_profile::column_profile::Lengths;
use aurora_profile::value_kind::classify;
use aurora_profile::{ColumnProfile, Count, Numbers, Role, RoleGuess, ValueKind, role};
use aurora_store::{FileKey, Folder, Learner, StoreOptions};
use serde_json::{Value, json};

use super::baselines::{self, Baseline, Case};
use super::{Dice, Options, Shown, mean};

/// Numbers of answers at which accuracy is measured.
const AT: [usize; 8] = [0, 5, 10, 20, 35, 50, 75, 100];

/// A labelled column.
pub(super) struct Labelled {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) position: usize,
    pub(super) profile: ColumnProfile,
    pub(super) guess: RoleGuess,
    pub(super) label: Role,
}

impl Labelled {
    /// What a plainer learner knows of it: the guess, the buckets, and name group with cell.
    fn case(&self) -> Case {
        let cell = LiveCell::of(&self.profile);
        let mut buckets = vec![0.0; 14];
        for at in [cell.kind, 6 + cell.nulls, 8 + cell.skew, 11 + cell.distinct] {
            buckets[usize::from(at)] = 1.0;
        }
        Case {
            prior: Role::ALL.map(|role| self.guess.p(role)).to_vec(),
            features: buckets,
            cell: u64::from(group_of(&self.name).0) << 8 | u64::from(cell.id()),
        }
    }
}

/// How the simulated person answers, and what the learner may know.
#[derive(Clone, Copy)]
struct Setting {
    /// Mode B: says what was wanted.
    tells: bool,
    /// Share of answers that are wrong.
    wrong: f64,
    /// Whether names are known.
    names: bool,
    /// Whether exact looks are known.
    looks: bool,
    /// Whether the store is closed and opened again before the last measurement.
    restart: bool,
}

const LIVE: Setting = Setting { tells: true, wrong: 0.0, names: true, looks: true, restart: false };

/// What one run gave.
#[derive(Default)]
struct Run {
    /// Test accuracy by number of answers.
    accuracy: BTreeMap<usize, f64>,
    /// Confidence of each recommendation made, and whether it was right.
    made: Shown,
    /// Accuracy after the restart.
    restarted: f64,
}

/// Measures and prints.
pub(super) fn measure(options: &Options) -> anyhow::Result<()> {
    let mut domains = read(&options.folder("types", "columns.jsonl")?, options.priors.as_deref())?;
    domains.retain(|_, columns| columns.len() >= 40);
    let say = |line: String| options.say(line);
    say(format!("{} domains of 40 or more columns, {} seeds", domains.len(), options.seeds));
    let measure = |setting: Setting| -> anyhow::Result<Measured> {
        let mut all = Measured::default();
        for (name, columns) in &domains {
            let runs: anyhow::Result<Vec<Run>> =
                (0..options.seeds).map(|seed| run(name, columns, seed, setting)).collect();
            all.domains.push((name.clone(), columns.len(), runs?));
        }
        Ok(all)
    };
    let b = measure(LIVE)?;
    let a = measure(Setting { tells: false, ..LIVE })?;
    say(b.table("mode B (says what was wanted)"));
    say(a.table("mode A (accepts or dismisses)"));
    let wrong = measure(Setting { wrong: 0.05, ..LIVE })?;
    say(wrong.table("mode B, 5 % wrong answers"));
    for baseline in baselines::ALL {
        let mut rows = Measured::default();
        for (name, columns) in &domains {
            let runs = (0..options.seeds).map(|seed| baseline_run(baseline, columns, seed)).collect();
            rows.domains.push((name.clone(), columns.len(), runs));
        }
        say(rows.table(&format!("baseline, mode B: {}", baseline.name)));
    }
    let rest = Setting { restart: true, ..LIVE };
    let with_names = measure(rest)?;
    let answers_only = measure(Setting { names: false, ..rest })?;
    let live = b.last();
    say("after a restart (mode B, all answers given)".to_owned());
    for (name, _, runs) in &with_names.domains {
        let of = |of: &dyn Fn(&Run) -> f64| mean(&runs.iter().map(of).collect::<Vec<_>>());
        say(format!("    {name:<55} {:.3}", of(&|run| run.restarted)));
    }
    say(format!("  answers only {:.3}", answers_only.restarted()));
    say(format!("  + name       {:.3}", with_names.restarted()));
    say(format!("  + buckets    {:.3}  (roles are not learned by bucket)", with_names.restarted()));
    say(format!("  + exact live {live:.3}  (the files are open again)"));
    let mut made = Shown::default();
    b.domains.iter().flat_map(|(.., runs)| runs).for_each(|run| made.extend(&run.made));
    say(made.describe());
    println!(
        "{}",
        json!({
            "A": a.curve(),
            "B": b.curve(),
            "hard_B_100": b.hard(),
            "worst_vs_prior": a.worst().min(b.worst()),
            "restart_loss": live - with_names.restarted(),
            "wrong5_cost": b.last() - wrong.last(),
            "acceptance": made.acceptance(),
            "coverage": made.coverage(),
            "ece": made.ece(),
        })
    );
    Ok(())
}

/// Domains with their runs.
#[derive(Default)]
struct Measured {
    domains: Vec<(String, usize, Vec<Run>)>,
}

impl Measured {
    fn at(&self, k: usize, min_columns: usize) -> (f64, usize) {
        let of = |(_, n, runs): &(String, usize, Vec<Run>)| {
            let found: Vec<f64> = runs.iter().filter_map(|run| run.accuracy.get(&k).copied()).collect();
            (*n >= min_columns && !found.is_empty()).then(|| mean(&found))
        };
        let found: Vec<f64> = self.domains.iter().filter_map(of).collect();
        (mean(&found), found.len())
    }

    /// Each k over the domains of that many columns or more: at 50 those of 100, at 100 those of 200.
    fn curve(&self) -> Value {
        let mut curve = serde_json::Map::new();
        for k in AT {
            let (mean, n) = self.at(k, (2 * k).max(40));
            curve.insert(k.to_string(), json!({"mean": mean, "n": n}));
        }
        let over: Vec<f64> =
            AT.iter().map(|&k| self.at(k, 40)).filter(|(_, n)| *n > 0).map(|(mean, _)| mean).collect();
        curve.insert("all40".to_owned(), json!(mean(&over)));
        Value::Object(curve)
    }

    fn ends(runs: &[Run]) -> (f64, f64) {
        let first: Vec<f64> = runs.iter().filter_map(|run| run.accuracy.values().next().copied()).collect();
        let last: Vec<f64> =
            runs.iter().filter_map(|run| run.accuracy.values().next_back().copied()).collect();
        (mean(&first), mean(&last))
    }

    fn last(&self) -> f64 {
        mean(&self.domains.iter().map(|(.., runs)| Self::ends(runs).1).collect::<Vec<_>>())
    }

    fn restarted(&self) -> f64 {
        mean(
            &self
                .domains
                .iter()
                .map(|(.., runs)| mean(&runs.iter().map(|r| r.restarted).collect::<Vec<_>>()))
                .collect::<Vec<_>>(),
        )
    }

    fn worst(&self) -> f64 {
        let gains = self.domains.iter().map(|(.., runs)| Self::ends(runs)).map(|(first, last)| last - first);
        gains.fold(f64::INFINITY, f64::min)
    }

    /// Domains of 200 columns or more where the built-in guess is right in less than .80.
    fn hard(&self) -> Value {
        let hard: Vec<(f64, f64)> = self
            .domains
            .iter()
            .filter(|(_, n, _)| *n >= 200)
            .map(|(.., runs)| Self::ends(runs))
            .filter(|(before, _)| *before < 0.8)
            .collect();
        let (before, after): (Vec<f64>, Vec<f64>) = hard.iter().copied().unzip();
        json!({"before": mean(&before), "after": mean(&after), "n": hard.len()})
    }

    fn table(&self, title: &str) -> String {
        let mut text = format!("{title}\n  answers      ");
        AT.iter().for_each(|k| text += &format!("{k:>7}"));
        text += "\n  >= 40 columns";
        AT.iter().for_each(|&k| text += &format!("{:>7.3}", self.at(k, 40).0));
        text += "\n  >= 2k columns";
        AT.iter().for_each(|&k| text += &format!("{:>7.3}", self.at(k, (2 * k).max(40)).0));
        text += "\n  domains      ";
        AT.iter().for_each(|&k| text += &format!("{:>7}", self.at(k, (2 * k).max(40)).1));
        for (name, n, runs) in &self.domains {
            let (first, last) = Self::ends(runs);
            text += &format!("\n    {name:<55} {n:>5} columns  {first:.3} → {last:.3}");
        }
        text
    }
}

/// One person, one domain, one order.
fn run(domain: &str, columns: &[Labelled], seed: u64, setting: Setting) -> anyhow::Result<Run> {
    let folder = tempfile::tempdir()?;
    let place = if setting.restart { Folder::At(folder.path().to_owned()) } else { Folder::Memory };
    let options = StoreOptions { folder: place, ..StoreOptions::default() };
    let mut learner = Learner::open(&options);
    let (test, teach, mut dice) = split(columns, seed);
    let mut result = Run::default();
    let place_of = |learner: &Learner, column: &Labelled| key(learner, domain, column, setting);
    let accuracy = |learner: &Learner| {
        let learned = learner.learned();
        let right = |column: &&&Labelled| {
            roles::rank(&learned.beliefs, &place_of(learner, column), &column.guess)[0].0 == column.label
        };
        test.iter().filter(right).count() as f64 / test.len().max(1) as f64
    };
    let last = teach.len().min(100);
    for k in 0..=last {
        if AT.contains(&k) && !setting.restart {
            result.accuracy.insert(k, accuracy(&learner));
        }
        let Some(column) = teach.get(k).filter(|_| k < last) else { break };
        let key = place_of(&learner, column);
        let (shown, belief) = roles::rank(&learner.learned().beliefs, &key, &column.guess).swap_remove(0);
        result.made.note(belief.p, shown == column.label);
        let mistaken = (dice.below(1_000_000) as f64) < setting.wrong * 1e6;
        let wanted = if mistaken { Role::ALL[dice.below(9)] } else { column.label };
        let kind = match (shown == wanted, setting.tells) {
            (true, _) => Kind::Accept,
            (false, true) => Kind::Override,
            (false, false) => Kind::Dismiss,
        };
        let correction = Correction {
            day: 20_000,
            key,
            target: Target::Role,
            asked: roles::action_of(shown),
            kind,
            scope: Scope::Alike,
            wanted: (kind == Kind::Override).then(|| roles::action_of(wanted)),
        };
        let saving = learner.correct(&correction, None);
        saving.wait(Duration::from_secs(20)).context("an answer was not kept")?;
    }
    if setting.restart {
        drop(learner);
        learner = Learner::open(&options);
        result.restarted = accuracy(&learner);
    }
    Ok(result)
}

/// A baseline in mode B.
fn baseline_run(baseline: &Baseline, columns: &[Labelled], seed: u64) -> Run {
    let (test, teach, _) = split(columns, seed);
    let mut learner = (baseline.new)();
    let mut result = Run::default();
    let last = teach.len().min(100);
    for k in 0..=last {
        if AT.contains(&k) {
            let is_right = |column: &&&Labelled| learner.best(&column.case()) == column.label as usize;
            let right = test.iter().filter(is_right).count();
            result.accuracy.insert(k, right as f64 / test.len().max(1) as f64);
        }
        if let Some(column) = teach.get(k).filter(|_| k < last) {
            let case = column.case();
            let shown = learner.best(&case);
            learner.told(&case, shown, column.label as usize);
        }
    }
    result
}

/// Columns for test, columns to teach with, and the rest of the randomness.
fn split(columns: &[Labelled], seed: u64) -> (Vec<&Labelled>, Vec<&Labelled>, Dice) {
    let mut dice = Dice::new(seed + 1);
    let mut order: Vec<&Labelled> = columns.iter().collect();
    dice.shuffle(&mut order);
    let teach = order.split_off(order.len() / 2);
    (order, teach, dice)
}

fn key(learner: &Learner, domain: &str, column: &Labelled, setting: Setting) -> ColumnKey {
    let file: FileKey = learner.file(Some(&format!("{domain}/{}", column.file)), domain);
    let confidence = if setting.names { 1.0 } else { 0.0 };
    let mut key = learner.key_for(&file, column.position, &column.name, confidence, &column.profile);
    key.guess = Some(roles::action_of(column.guess.best()));
    let standing = role::guess_and_standing(&column.name, &column.profile).1;
    key.look = setting.looks.then(|| Look::of(&column.name, &column.profile, &column.guess, standing));
    key
}

/// The labelled columns by domain.
fn read(data: &Path, priors: Option<&Path>) -> anyhow::Result<BTreeMap<String, Vec<Labelled>>> {
    let text_of = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let truth = text_of(&data.join("truth.csv"))?;
    let labels: HashMap<&str, &str> =
        truth.lines().filter_map(|line| Some((line.split(',').next()?, line.rsplit(',').next()?))).collect();
    let priors = priors.map(text_of).transpose()?.map(|text| guesses(&text)).unwrap_or_default();
    let mut domains: BTreeMap<String, Vec<Labelled>> = BTreeMap::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for line in text_of(&data.join("columns.jsonl"))?.lines() {
        let column: Value =
            serde_json::from_str(line).context("columns.jsonl holds a line that is no JSON")?;
        let text = |name: &str| column[name].as_str().unwrap_or_default().to_owned();
        let (id, file, name) = (text("id"), text("file"), text("name"));
        let label =
            labels.get(id.as_str()).and_then(|word| Role::ALL.into_iter().find(|r| r.as_str() == *word));
        let Some(label) = label else { continue };
        let profile = profile(&column);
        let guess = priors.get(&id).cloned().unwrap_or_else(|| role::guess(&name, &profile));
        let position = positions.entry(format!("{}/{file}", text("domain"))).or_default();
        let labelled = Labelled { name, file, position: *position, profile, guess, label };
        *position += 1;
        domains.entry(text("domain")).or_default().push(labelled);
    }
    Ok(domains)
}

fn guesses(text: &str) -> HashMap<String, RoleGuess> {
    let mut lines = text.lines();
    let roles: Vec<Option<Role>> = lines
        .next()
        .unwrap_or_default()
        .split(',')
        .skip(1)
        .map(|word| Role::ALL.into_iter().find(|role| role.as_str() == word))
        .collect();
    let guess = |line: &str| {
        let (id, rest) = line.split_once(',')?;
        let mut ranked: Vec<(Role, f64)> = roles
            .iter()
            .zip(rest.split(','))
            .filter_map(|(role, p)| Some(((*role)?, p.parse().ok()?)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some((id.to_owned(), RoleGuess { ranked }))
    };
    lines.filter_map(guess).collect()
}

/// The profile that the published statistics and sample values amount to.
fn profile(column: &Value) -> ColumnProfile {
    let stat = |name: &str| column["stats"][name].as_f64().unwrap_or(0.0);
    let samples: Vec<&str> = column["samples"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let n = stat("total_vals") as u64;
    let n_null = (stat("num_nans") as u64).min(n);
    let present: Vec<&str> =
        samples.iter().copied().filter(|value| classify(value) != ValueKind::Null).collect();
    let mut kinds = [0; 9];
    kinds[ValueKind::Null as usize] = n_null;
    for value in &present {
        kinds[classify(value) as usize] += (n - n_null) / present.len() as u64;
    }
    let is_numeric = ["mean", "std_dev", "min_val", "max_val"].iter().any(|name| stat(name) != 0.0);
    let (min, max, mean) = (stat("min_val"), stat("max_val"), stat("mean"));
    let numbers = is_numeric.then(|| Numbers {
        n: n - n_null,
        min,
        max,
        mean,
        variance: stat("std_dev").powi(2),
        // The statistics hold no quantiles: a straight line between the ends stands for them.
        percentiles: (0..=100).map(|p| min + (max - min) * f64::from(p) / 100.0).collect(),
        ..Numbers::default()
    });
    ColumnProfile {
        n,
        kinds,
        distinct: stat("num_of_dist_val") as u64,
        top: present.iter().map(|value| Count::new(value, 1)).collect(),
        numbers,
        lengths: Lengths {
            mean: stat("mean_char_count"),
            mean_words: stat("mean_word_count"),
            ..Lengths::default()
        },
        examples: samples.iter().map(|&value| value.to_owned()).collect(),
        ..ColumnProfile::default()
    }
}
