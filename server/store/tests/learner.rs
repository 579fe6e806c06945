//! The learner as the server and the command line use it: what is answered counts at once and after a restart.

use std::time::Duration;

use aurora_learning::{ActionId, ColumnKey, Correction, Kind, RuleKey, Scope, Target, Verdict};
use aurora_privacy::ColumnStatistics;
use aurora_profile::{ColumnProfile, ColumnSummary};
use aurora_store::{Evidence, Folder, Learner, Status, StoreOptions};

const LOG: ActionId = ActionId(1001);
const PATIENCE: Duration = Duration::from_secs(30);

fn open(folder: &tempfile::TempDir) -> Learner {
    Learner::open(&StoreOptions { folder: Folder::At(folder.path().to_owned()), ..StoreOptions::default() })
}

fn profile() -> ColumnProfile {
    let mut summary = ColumnSummary::default();
    (0..100).for_each(|i| summary.observe(Some(&(i * i).to_string())));
    summary.profile()
}

fn evidence() -> Evidence {
    let mut statistics = ColumnStatistics::default();
    (0..100).for_each(|i| statistics.observe(Some(&(i * i).to_string())));
    Evidence { n_records: 100, n_columns: 2, statistics }
}

fn key(learner: &Learner, column: usize) -> ColumnKey {
    let file = learner.file(Some("path:/data/a.csv"), "finance");
    learner.key_for(&file, column, "amount", 0.99, &profile())
}

fn correction(key: ColumnKey, kind: Kind) -> Correction {
    Correction {
        day: 20_000,
        key,
        target: Target::Transform,
        asked: LOG,
        kind,
        scope: Scope::Alike,
        wanted: None,
    }
}

fn belief(learner: &Learner, key: &ColumnKey) -> f64 {
    learner.learned().beliefs.belief(key, LOG, 0.5).p
}

#[test]
fn an_answer_counts_at_once_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(&folder);
    assert!(matches!(learner.status(), Status::Saved(_)), "{}", learner.status());
    let first = key(&learner, 0);
    for _ in 0..3 {
        learner.correct(&correction(first, Kind::Dismiss), None).wait(PATIENCE).unwrap();
    }
    let before = belief(&learner, &first);
    assert!(before < 0.1);
    drop(learner);
    let learner = open(&folder);
    assert_eq!(key(&learner, 0), first, "the key of this install stays");
    // The exact cell does not survive; name, group and the column itself do.
    assert!(belief(&learner, &first) < 0.1);
    assert!(belief(&learner, &key(&learner, 1)) < 0.4);
}

#[test]
fn a_column_is_drawn_once_for_life_and_the_budget_ends() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(&folder);
    for column in [0, 0, 1, 2, 3] {
        let key = key(&learner, column);
        let wanted = learner.wants_evidence(&key, 100, 2);
        learner.correct(&correction(key, Kind::Accept), wanted.then(evidence)).wait(PATIENCE).unwrap();
    }
    let report = learner.report().unwrap();
    let file = &report.files[0];
    assert_eq!((file.used_meps, file.columns.len()), (900, 2), "two columns at 450 each");
    assert!(file.columns.iter().all(|column| column.buckets.is_some()));
    assert_eq!(report.at_rest.answers.len(), 5);
    assert_eq!(report.at_rest.answers.iter().filter(|one| one.answer.ledger.is_some()).count(), 3);

    // Forgetting empties what was drawn and refills nothing.
    let key = key(&learner, 0);
    let file = learner.file(Some("path:/data/a.csv"), "finance");
    assert_eq!(learner.forget_file(&file).unwrap(), 5);
    assert_eq!(belief(&learner, &key), 0.5);
    learner.correct(&correction(key, Kind::Accept), Some(evidence())).wait(PATIENCE).unwrap();
    let report = learner.report().unwrap();
    assert_eq!(report.files[0].used_meps, 900);
    assert!(report.files[0].columns.iter().all(|column| column.buckets.is_none() && column.forgotten));
    assert!(report.at_rest.draws.is_empty());
}

#[test]
fn without_buckets_only_answers_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        folder: Folder::At(folder.path().to_owned()),
        buckets: false,
        ..StoreOptions::default()
    };
    let learner = Learner::open(&options);
    let key = key(&learner, 0);
    assert!(!learner.wants_evidence(&key, 100, 2));
    learner.correct(&correction(key, Kind::Accept), Some(evidence())).wait(PATIENCE).unwrap();
    let report = learner.report().unwrap();
    assert_eq!((report.files[0].used_meps, report.at_rest.answers.len()), (0, 1));
}

#[test]
fn a_doubtful_header_gives_neither_group_nor_hash() {
    let learner = Learner::open(&StoreOptions { folder: Folder::Memory, ..StoreOptions::default() });
    let file = learner.file(None, "d");
    let key = learner.key_for(&file, 0, "amount", 0.9, &profile());
    assert_eq!((key.group.0, key.name, key.place), (0, None, None));
}

#[test]
fn switched_off_learning_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("never");
    let options =
        StoreOptions { folder: Folder::At(place.clone()), learning: false, ..StoreOptions::default() };
    let learner = Learner::open(&options);
    let key = key(&learner, 0);
    assert!(learner.correct(&correction(key, Kind::Accept), None).wait(PATIENCE).is_err());
    assert_eq!((belief(&learner, &key), learner.status()), (0.5, Status::Off));
    assert!(!place.exists());
}

#[test]
fn two_learners_on_one_store_hear_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(&folder), open(&folder));
    let key = key(&one, 0);
    one.correct(&correction(key, Kind::Dismiss), None).wait(PATIENCE).unwrap();
    two.refresh().unwrap();
    assert!(belief(&two, &key) < 0.4);
    two.correct(&correction(key, Kind::Accept), None).wait(PATIENCE).unwrap();
    one.refresh().unwrap();
    assert_eq!(one.learned().n_answers, 2);
}

#[test]
fn a_rule_is_learned_switched_off_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(&folder);
    let other = ColumnKey { name: None, place: None, ..key(&learner, 0) };
    for _ in 0..8 {
        learner.correct(&correction(other, Kind::Accept), None).wait(PATIENCE).unwrap();
    }
    let learned = learner.learned();
    assert_eq!(learned.rules.n_learned(20_000), 1, "the cell's rule only repeats the group's");
    let rule: RuleKey = learned.rules.shown(20_000)[0].key;
    assert!(belief(&learner, &other) > 0.8);
    learner.choose(&rule, Verdict::Disabled, 20_000).unwrap();
    assert_eq!(belief(&learner, &other), 0.5);
    assert_eq!(learner.learned().rules.n_learned(20_000), 0);
    learner.choose(&rule, Verdict::Enabled, 20_000).unwrap();
    assert!(belief(&learner, &other) > 0.8);
    // One that is switched off leaves nothing behind either: what is answered next counts from the beginning.
    learner.choose(&rule, Verdict::Disabled, 20_000).unwrap();
    assert_eq!(learner.forget_rule(&rule).unwrap(), 8);
    assert_eq!(belief(&learner, &other), 0.5);
    assert!(learner.learned().rules.shown(20_000).is_empty());
    learner.correct(&correction(other, Kind::Accept), None).wait(PATIENCE).unwrap();
    assert!(belief(&learner, &other) > 0.5);
}

#[test]
fn what_never_came_to_rest_is_forgotten_too() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(&folder);
    let (one, other) = (key(&learner, 0), key(&learner, 1));
    learner.correct(&correction(one, Kind::Accept), None).wait(PATIENCE).unwrap();
    // Nothing can be written for a while.
    let beside = rusqlite::Connection::open(folder.path().join("rules.db")).unwrap();
    beside.busy_timeout(PATIENCE).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END";
    beside.execute_batch(refuse).unwrap();
    assert!(learner.correct(&correction(other, Kind::Dismiss), None).wait(PATIENCE).is_err());
    beside.execute_batch("DROP TRIGGER refuse").unwrap();
    assert!(belief(&learner, &other) < 0.5, "it counts in this session");
    learner.forget_all().unwrap();
    assert_eq!(belief(&learner, &one), 0.5);
    assert_eq!(belief(&learner, &other), 0.5);
}

#[test]
fn an_answer_does_not_look_like_a_forgotten_one_whose_number_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (learner, another) = (open(&folder), open(&folder));
    let one = key(&learner, 0);
    learner.correct(&correction(one, Kind::Accept), None).wait(PATIENCE).unwrap();
    learner.forget_all().unwrap();
    // Without buckets or a look, of a name that says nothing to the first column.
    let strange = ColumnKey {
        group: aurora_learning::NameGroup(0),
        cell: None,
        look: None,
        name: None,
        ..key(&another, 5)
    };
    another.correct(&correction(strange, Kind::Dismiss), None).wait(PATIENCE).unwrap();
    learner.refresh().unwrap();
    assert_eq!(belief(&learner, &one), 0.5);
}

#[test]
fn a_rules_number_is_the_same_in_the_session_after_a_restart_and_in_the_derived_table() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(&folder);
    let of_group = |group: u16| ColumnKey {
        name: None,
        place: None,
        group: aurora_learning::NameGroup(group),
        ..key(&learner, 0)
    };
    let numbers = |learner: &Learner| {
        let learned = learner.learned();
        let groups = learned.rules.all().iter().filter(|rule| rule.key.cell.is_none());
        let mut numbers: Vec<(RuleKey, u32)> = groups.map(|rule| (rule.key, rule.id)).collect();
        numbers.sort_unstable();
        numbers
    };
    for group in 1..4 {
        for _ in 0..6 {
            learner.correct(&correction(of_group(group), Kind::Accept), None).wait(PATIENCE).unwrap();
        }
    }
    let told = numbers(&learner);
    assert_eq!(told.len(), 3);
    learner.choose(&told[2].0, Verdict::Disabled, 20_000).unwrap();
    assert_eq!(numbers(&learner), told);
    learner.forget_rule(&told[0].0).unwrap();
    assert_eq!(numbers(&learner), told[1..]);
    drop(learner);
    let rows = rusqlite::Connection::open(folder.path().join("rules.db")).unwrap();
    let mut rows = rows.prepare("SELECT id FROM rule WHERE cell=-1 ORDER BY domain, grp, action").unwrap();
    let at_rest: Vec<u32> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(at_rest, told[1..].iter().map(|(_, number)| *number).collect::<Vec<_>>());
    assert_eq!(numbers(&open(&folder)), told[1..]);
}
