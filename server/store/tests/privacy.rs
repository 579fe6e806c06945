//! What rests is a function of answers, public facts and draws, and of nothing else.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use aurora_learning::{ActionId, Correction, Derived, Kind, Scope, Store, Target, ValueCounts};
use aurora_privacy::{
    CAP_MEPS, ColumnPlace, ColumnStatistics, DomainId, DrawError, Entropy, LineageTag, Price, Spend, price,
    release,
};
use aurora_profile::ColumnSummary;
use aurora_store::{Evidence, Folder, Learner, Mechanism, SqliteStore, StoreOptions};
use aurora_table::source::TextSource;
use aurora_table::{Counts, Dialect, parse};
use aurora_testing::leaks::{leak_in_folder, spellings};
use rusqlite::Connection;
use statrs::distribution::{Beta, ContinuousCDF};

const PATIENCE: Duration = Duration::from_secs(30);

/// A column of 120 fields; the same shape whatever the flavour.
fn fields(flavour: &str) -> Vec<String> {
    (0..120)
        .map(|i| match flavour {
            "numbers" => format!("{}", 1_234_567 + i * i * 7_919),
            "words" => format!("Canary{:04}Quokka", i % 9),
            _ => format!("mostly empty {}", if i % 5 == 0 { "Zebrafinch" } else { "" }),
        })
        .collect()
}

/// Entropy that says the same each time it is made.
struct Fixed(u64);

impl Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

/// A mechanism whose output does not depend on the data.
fn stub() -> Mechanism {
    Box::new(|_, _| {
        release(&ColumnStatistics::default(), 100, Price { meps: 900, columns: 1 }, &mut Fixed(1)).ok()
    })
}

/// One answer script against a file of those fields; `leak` may tamper with an answer, as a fault would.
fn replay(flavour: &str, leak: &dyn Fn(&mut Correction, u16)) -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("install.key"), [7; 32]).unwrap();
    let options = StoreOptions { folder: Folder::At(folder.path().to_owned()), ..StoreOptions::default() };
    let learner = Learner::open_with(&options, stub());
    let (mut summary, mut statistics) = (ColumnSummary::default(), ColumnStatistics::default());
    for field in fields(flavour) {
        summary.observe(Some(&field));
        statistics.observe(Some(&field));
    }
    let profile = summary.profile();
    let mut counts = ValueCounts::default();
    fields(flavour).iter().for_each(|field| counts.observe(field, 1));
    let look = counts.look(&fields(flavour)[3], 1, &[]);
    let file = learner.file(Some("path:/data/file.csv"), "label:d");
    let script = [
        (0, Target::Transform, 1104, Kind::Accept, Scope::Alike, None),
        (1, Target::Role, 2000, Kind::Override, Scope::Alike, Some(2001)),
        (1, Target::Check, 102, Kind::Dismiss, Scope::Column, None),
        (2, Target::Value, 150, Kind::Accept, Scope::All, None),
        (0, Target::Transform, 1104, Kind::Undo, Scope::Alike, None),
    ];
    for (column, target, asked, kind, scope, wanted) in script {
        let mut key = learner.key_for(&file, column, "amount", 0.99, &profile);
        key.value = Some(look);
        // What a session sees and shows goes on beside the answers.
        let _ = learner.learned().beliefs.belief(&key, ActionId(asked), 0.5);
        let wanted = wanted.map(ActionId);
        let mut correction =
            Correction { day: 20_000, key, target, asked: ActionId(asked), kind, scope, wanted };
        // What a person sees beside the question: the record of the first value that looks odd.
        let shown = fields(flavour).iter().position(|field| field.len() % 7 == 0).unwrap_or(120) as u16;
        leak(&mut correction, shown);
        let evidence = learner.wants_evidence(&key, 120, 3).then(|| Evidence {
            n_records: 120,
            n_columns: 3,
            statistics: statistics.clone(),
        });
        learner.correct(&correction, evidence).wait(PATIENCE).unwrap();
    }
    drop(learner);
    let mut files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn files_that_differ_in_data_leave_equal_bytes() {
    let honest = |_: &mut Correction, _: u16| {};
    let numbers = replay("numbers", &honest);
    assert!(numbers.iter().any(|(name, bytes)| name == "rules.db" && bytes.len() > 8_192));
    assert!(numbers == replay("numbers", &honest), "the script repeats itself");
    assert!(numbers == replay("words", &honest));
    assert!(numbers == replay("sparse", &honest));
}

/// Faults that write what only the session may know: the same comparison finds each.
#[test]
fn a_session_that_leaks_into_an_answer_is_caught() {
    type Leak<'a> = (&'a str, &'a dyn Fn(&mut Correction, u16));
    let leaks: [Leak<'_>; 6] = [
        ("the exact cell", &|c, _| c.wanted = c.key.cell.map(|cell| ActionId(cell.id().into()))),
        ("the guess", &|c, _| c.wanted = c.key.guess),
        ("a belief", &|c, _| {
            let look = c.key.look.unwrap();
            c.wanted = Some(ActionId((1_000.0 * look.role_guess().p(aurora_profile::Role::Numeric)) as u16));
        }),
        ("what was shown", &|c, _| c.asked = c.key.guess.unwrap_or(c.asked)),
        ("a record number", &|c, record| c.wanted = Some(ActionId(record))),
        ("what a value looks like", &|c, _| {
            let number = ValueCounts::default().look("1234567", 1, &[]);
            c.wanted = c.key.value.map(|look| ActionId((1e4 * look.likeness(&number)) as u16));
        }),
    ];
    for (name, leak) in leaks {
        assert!(replay("numbers", leak) != replay("words", leak), "not caught: {name}");
    }
}

#[test]
fn no_field_is_found_at_rest_after_any_operation_and_a_planted_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { folder: Folder::At(folder.path().to_owned()), ..StoreOptions::default() };
    let learner = Learner::open(&options);
    let mut canaries: Vec<String> = ["numbers", "words"].iter().flat_map(|flavour| fields(flavour)).collect();
    canaries.sort();
    canaries.dedup();
    canaries.truncate(60);
    let header = "SecretHeaderQuokka";
    canaries.extend([header.to_owned(), "/home/someone/Secret Project.csv".to_owned()]);
    let (mut summary, mut statistics) = (ColumnSummary::default(), ColumnStatistics::default());
    for field in &canaries {
        (0..3).for_each(|_| {
            summary.observe(Some(field));
            statistics.observe(Some(field));
        });
    }
    let profile = summary.profile();
    let file = learner.file(Some("/home/someone/Secret Project.csv"), "Secret Project");
    let scan = |when: &str| assert_eq!(leak_in_folder(folder.path(), &canaries), None, "{when}");
    for (column, kind) in Kind::ALL.iter().enumerate() {
        let key = learner.key_for(&file, column, header, 0.99, &profile);
        let correction = Correction {
            day: 20_000,
            key,
            target: Target::Transform,
            asked: ActionId(1001),
            kind: *kind,
            scope: Scope::Alike,
            wanted: Some(ActionId(1002)),
        };
        let evidence = Evidence { n_records: 180, n_columns: 5, statistics: statistics.clone() };
        learner.correct(&correction, Some(evidence)).wait(PATIENCE).unwrap();
        // The write-ahead log is there at this moment.
        scan(kind.as_str());
    }
    learner.report().unwrap();
    scan("report");
    learner.forget_file(&file).unwrap();
    scan("forget");
    drop(learner);
    scan("close");
    // The scan itself: a build that wrote one value would be found out, in each spelling.
    for spelling in spellings(&canaries[10]) {
        let planted = folder.path().join("rules.db-wal");
        fs::write(&planted, [b"xx".as_slice(), &spelling, b"xx"].concat()).unwrap();
        assert!(leak_in_folder(folder.path(), &canaries).is_some());
        fs::remove_file(planted).unwrap();
    }
}

/// Every table that is derived.
fn derived(folder: &Path) -> Vec<String> {
    let connection = Connection::open(folder.join("rules.db")).unwrap();
    let mut rows = Vec::new();
    for table in ["node", "rule", "rule_log", "curve"] {
        let mut select = connection.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
        let n = select.column_count();
        let found = select.query_map([], |row| {
            let cells =
                (0..n).map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| format!("{value:?}")));
            Ok(format!("{table} {}", cells.collect::<rusqlite::Result<Vec<_>>>()?.join(" ")))
        });
        rows.extend(found.unwrap().map(|row| row.unwrap()));
    }
    rows
}

#[test]
fn a_draw_needs_a_spend_comes_once_and_is_lost_in_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let cell = |seed| {
        let price = Price { meps: 900, columns: 1 };
        release(&ColumnStatistics::default(), 100, price, &mut Fixed(seed)).unwrap()
    };
    let (first, other) =
        (cell(1), (2..).map(cell).find(|other| other.buckets() != cell(1).buckets()).unwrap());
    let place = |column| ColumnPlace { lineage: LineageTag([3; 16]), column };
    let spend =
        |column| Spend { place: place(column), domain: DomainId(1), meps: 450, scheme: 1, band: 7, day: 1 };
    let answer = |ledger| {
        let key =
            aurora_learning::ColumnKey { place: Some(place(0)), domain: DomainId(1), ..Default::default() };
        let (target, asked, kind) = (Target::Transform, ActionId(1001), Kind::Accept);
        Correction { day: 1, key, target, asked, kind, scope: Scope::Alike, wanted: None }.at_rest(ledger)
    };
    let drawn = |store: &mut SqliteStore| store.report().unwrap().files[0].columns.clone();
    let mut store = SqliteStore::open(folder.path()).unwrap();
    let unpaid = aurora_privacy::LedgerId(77);
    assert!(store.append(&answer(Some(unpaid)), Some((unpaid, first))).is_err(), "nobody has paid");
    let paid = store.spend(&spend(0)).unwrap().unwrap();
    store.append(&answer(Some(paid)), Some((paid, first))).unwrap();
    store.append(&answer(Some(paid)), Some((paid, other))).unwrap();
    assert_eq!(drawn(&mut store)[0].buckets, Some(first.buckets()), "the first draw stays");
    // A crash between spend and draw: what was spent is spent, and nothing is drawn for it any more.
    let lost = store.spend(&spend(1)).unwrap().unwrap();
    drop(store);
    let mut store = SqliteStore::open(folder.path()).unwrap();
    store.append(&answer(Some(lost)), Some((lost, first))).unwrap();
    let columns = drawn(&mut store);
    assert_eq!((columns[1].buckets, columns[1].forgotten, columns[1].meps), (None, true, 450));
    assert_eq!(store.spend(&spend(1)).unwrap(), None);
    assert_eq!(store.spend(&spend(2)).unwrap(), None, "the budget is spent");
}

#[test]
fn who_opens_the_store_takes_no_draw_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let price = Price { meps: 900, columns: 1 };
    let cell = release(&ColumnStatistics::default(), 100, price, &mut Fixed(1)).unwrap();
    let place = ColumnPlace { lineage: LineageTag([3; 16]), column: 0 };
    let spend = Spend { place, domain: DomainId(1), meps: 450, scheme: 1, band: 7, day: 1 };
    let key = aurora_learning::ColumnKey { place: Some(place), domain: DomainId(1), ..Default::default() };
    let (target, asked, kind) = (Target::Transform, ActionId(1001), Kind::Accept);
    let mut store = SqliteStore::open(folder.path()).unwrap();
    let paid = store.spend(&spend).unwrap();
    // Another program looks at the rules between the spend and the draw.
    drop(SqliteStore::open(folder.path()).unwrap());
    let answer =
        Correction { day: 1, key, target, asked, kind, scope: Scope::Alike, wanted: None }.at_rest(paid);
    store.append(&answer, paid.map(|ledger| (ledger, cell))).unwrap();
    assert_eq!(store.report().unwrap().files[0].columns[0].buckets, Some(cell.buckets()));
}

/// SQLite marks what is deleted as free and leaves it there, unless told otherwise.
#[test]
fn what_is_forgotten_is_gone_from_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { folder: Folder::At(folder.path().to_owned()), ..StoreOptions::default() };
    let learner = Learner::open(&options);
    let profile = ColumnSummary::default().profile();
    let file = learner.file(Some("path:/data/file.csv"), "label:d");
    let mut hashes = Vec::new();
    for column in 0..50_usize {
        // Digits are all one in a name's hash.
        let letters: String = format!("{column:02}").bytes().map(|b| char::from(b + 49)).collect();
        let key = learner.key_for(&file, column, &format!("name {letters}"), 0.99, &profile);
        hashes.push(key.name.unwrap().0);
        let (target, asked, kind) = (Target::Transform, ActionId(1001), Kind::Accept);
        let correction = Correction { day: 1, key, target, asked, kind, scope: Scope::Alike, wanted: None };
        learner.correct(&correction, None).wait(PATIENCE).unwrap();
    }
    let found = || {
        let bytes: Vec<u8> = ["rules.db", "rules.db-wal"]
            .iter()
            .flat_map(|name| fs::read(folder.path().join(name)).unwrap_or_default())
            .collect();
        hashes.iter().filter(|hash| bytes.windows(8).any(|window| window == *hash)).count()
    };
    assert_eq!(found(), 50);
    assert_eq!(learner.forget_file(&file), Ok(50));
    assert_eq!(found(), 0, "while the store is open");
    drop(learner);
    assert_eq!(found(), 0);
}

#[test]
fn derived_tables_are_rebuilt_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { folder: Folder::At(folder.path().to_owned()), ..StoreOptions::default() };
    let learner = Learner::open(&options);
    let mut summary = ColumnSummary::default();
    fields("numbers").iter().for_each(|field| summary.observe(Some(field)));
    let profile = summary.profile();
    let file = learner.file(Some("f"), "d");
    for i in 0..120_usize {
        let name = ["amount", "price", "id", "note"][i % 4];
        let correction = Correction {
            day: 20_000 + (i / 10) as i32,
            key: learner.key_for(&file, i % 6, name, 0.99, &profile),
            target: if i % 3 == 0 { Target::Role } else { Target::Transform },
            asked: ActionId(if i % 3 == 0 { 2_000 } else { 1_104 } + (i % 2) as u16),
            kind: Kind::ALL[[0, 0, 0, 1, 2, 3, 4][i % 7]],
            scope: Scope::ALL[[1, 1, 1, 0, 2][i % 5]],
            wanted: Some(ActionId(1_106)),
        };
        learner.correct(&correction, None).wait(PATIENCE).unwrap();
    }
    drop(learner);
    let before = derived(folder.path());
    assert!(before.len() > 20, "{before:?}");
    let tables = "DELETE FROM rule_log; DELETE FROM rule; DELETE FROM node; DELETE FROM curve;";
    Connection::open(folder.path().join("rules.db")).unwrap().execute_batch(tables).unwrap();
    let mut store = SqliteStore::open(folder.path()).unwrap();
    let at_rest = store.read().unwrap();
    store.write_derived(&Derived::of(&at_rest)).unwrap();
    drop(store);
    assert_eq!(derived(folder.path()), before);
}

#[test]
fn the_ledger_holds_under_any_trace_and_against_plain_sql() {
    let folder = tempfile::tempdir().unwrap();
    let mut stores: Vec<_> = (0..3).map(|_| SqliteStore::open(folder.path()).unwrap()).collect();
    let mut state = 9_u64;
    let mut dice = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut spent = std::collections::HashMap::new();
    for _ in 0..400 {
        let place = ColumnPlace { lineage: LineageTag([dice(4) as u8; 16]), column: dice(12) as u32 };
        let meps = [9, 45, 180, 225, 450, 900][dice(6) as usize];
        let spend = Spend { place, domain: DomainId(1), meps, scheme: 1, band: 7, day: 1 };
        let paid = stores[dice(3) as usize].spend(&spend).unwrap();
        let total: u32 = spent.iter().filter(|((l, _), _)| *l == place.lineage).map(|(_, meps)| *meps).sum();
        let allowed = total + meps <= CAP_MEPS && !spent.contains_key(&(place.lineage, place.column));
        assert_eq!(paid.is_some(), allowed);
        if allowed {
            spent.insert((place.lineage, place.column), meps);
        }
        if dice(40) == 0 {
            stores[0].forget(place.lineage).unwrap();
        }
        if dice(50) == 0 {
            // A crash: the connection is gone, spends without a draw are given up.
            let at = dice(3) as usize;
            stores[at] = SqliteStore::open(folder.path()).unwrap();
        }
    }
    assert!(spent.len() > 10);
    let raw = Connection::open(folder.path().join("rules.db")).unwrap();
    raw.pragma_update(None, "foreign_keys", true).unwrap();
    for attempt in [
        "DELETE FROM eps_ledger",
        "UPDATE eps_ledger SET meps=1",
        "INSERT OR REPLACE INTO eps_ledger SELECT id, lineage, col, 1, scheme, band, day FROM eps_ledger",
        "DELETE FROM lineage",
        "UPDATE lineage SET cap_meps=0",
        "INSERT OR REPLACE INTO lineage SELECT id, tag, domain, 1 FROM lineage",
        "DELETE FROM fingerprint",
        "UPDATE fingerprint SET state=0",
        "INSERT INTO fingerprint(ledger, state, kind, nulls, skew, dist) VALUES(999999, 1, 0, 0, 0, 0)",
        "INSERT INTO fingerprint(ledger, state) VALUES(999999, 0)",
        "INSERT INTO eps_ledger(lineage, col, meps, scheme, band, day) VALUES(1, 99, 901, 1, 7, 1)",
    ] {
        assert!(raw.execute_batch(attempt).is_err(), "went through: {attempt}");
    }
}

/// The number of the cell at rest that each of `n` lineages holds of the same file, counted. Every one goes the whole road:
/// the bytes are read by the real reader, the spend is committed before the draw, the answer with the draw after it, and
/// the buckets are read back from the database's file by SQL.
fn cells_at_rest(csv: &str, n: u64, seed: u64, louder: u32) -> Vec<u64> {
    let dialect = Dialect::default();
    let records = parse(csv, &dialect).records;
    let source = TextSource { text: csv, records: &records, dialect: &dialect, before: Counts::default() };
    // In memory where there is such a place: every commit waits for the disk.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let mut store = SqliteStore::open(folder.path()).unwrap();
    let mut dice = Fixed(seed);
    for lineage in 0..n {
        let mut tag = [0; 16];
        tag[..8].copy_from_slice(&lineage.to_le_bytes());
        let place = ColumnPlace { lineage: LineageTag(tag), column: 1 };
        let statistics = ColumnStatistics::read(&source, 1);
        let price = price(records.len() as u64, 1).unwrap();
        let spend = Spend { place, domain: DomainId(1), meps: price.meps, scheme: 1, band: 6, day: 1 };
        let ledger = store.spend(&spend).unwrap().unwrap();
        let paid = Price { meps: price.meps * louder, ..price };
        let cell = release(&statistics, records.len() as u64, paid, &mut dice).unwrap();
        let key =
            aurora_learning::ColumnKey { place: Some(place), domain: DomainId(1), ..Default::default() };
        let correction = Correction {
            day: 1,
            key,
            target: Target::Transform,
            asked: ActionId(1001),
            kind: Kind::Accept,
            scope: Scope::Alike,
            wanted: None,
        };
        store.append(&correction.at_rest(Some(ledger)), Some((ledger, cell))).unwrap();
    }
    drop(store);
    let raw = Connection::open(folder.path().join("rules.db")).unwrap();
    let mut counts = vec![0; 108];
    let mut rows = raw.prepare("SELECT kind, nulls, skew, dist FROM fingerprint WHERE state=1").unwrap();
    let cells = rows.query_map([], |row| {
        let (kind, nulls, skew, distinct) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(aurora_privacy::LiveCell { kind, nulls, skew, distinct })
    });
    cells.unwrap().for_each(|cell| counts[usize::from(cell.unwrap().id())] += 1);
    assert_eq!(counts.iter().sum::<u64>(), n);
    counts
}

/// Two files that differ in one record, on the border of as many buckets as one record can be.
fn neighbours() -> [String; 2] {
    ["8", "blue"].map(|last| {
        let field = |i: usize| {
            if i == 49 {
                last
            } else if i.is_multiple_of(2) {
                "7"
            } else {
                "red"
            }
        };
        (0..50).map(|i| format!("{i},{}\n", field(i))).collect()
    })
}

/// The ε that `n` draws each of two files prove at 95 % confidence (Clopper and Pearson), with `louder` times the rate. Half
/// of the draws choose the set of cells that tells most, the other half judge it: chosen and judged by the same draws, the
/// luckiest of many sets would prove too much.
fn audited_epsilon(n: u64, louder: u32) -> f64 {
    let [a, b] = neighbours();
    let half = |seed| [cells_at_rest(&a, n / 2, seed, louder), cells_at_rest(&b, n / 2, seed + 1, louder)];
    let (choose, judge) = (half(11), half(13));
    let one_way = |a: usize, b: usize| {
        let mut order: Vec<usize> = (0..108).collect();
        let ratio = |i: usize| (choose[a][i] as f64 + 0.5) / (choose[b][i] as f64 + 0.5);
        order.sort_by(|&i, &j| ratio(j).total_cmp(&ratio(i)));
        let proved = |counts: &[Vec<u64>; 2], set: usize| {
            let of = |side: usize| order[..set].iter().map(|&cell| counts[side][cell]).sum::<u64>();
            proven(of(a), of(b), n / 2)
        };
        let best = (1..108).max_by(|&x, &y| proved(&choose, x).total_cmp(&proved(&choose, y))).unwrap();
        proved(&judge, best)
    };
    one_way(0, 1).max(one_way(1, 0))
}

/// The least ε at which `in_a` of `n` draws fall into a set under one file and `in_b` under the other.
fn proven(in_a: u64, in_b: u64, n: u64) -> f64 {
    if in_a == 0 || in_b == n {
        return 0.0;
    }
    let low = Beta::new(in_a as f64, (n - in_a + 1) as f64).unwrap().inverse_cdf(0.025);
    let high = Beta::new((in_b + 1) as f64, (n - in_b) as f64).unwrap().inverse_cdf(0.975);
    (low / high).ln()
}

/// `AURORA_AUDIT_DRAWS=400000` for the full audit, which takes minutes.
#[test]
fn what_is_read_back_from_the_database_proves_no_more_than_the_claim() {
    let n = std::env::var("AURORA_AUDIT_DRAWS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let found = audited_epsilon(n, 1);
    println!("{n} draws a file: audited lower bound of ε {found:.3}, claimed 0.9");
    assert!(found <= 0.9, "audited lower bound {found}");
    let loud = audited_epsilon(10_000, 12);
    println!("with twelve times less noise: {loud:.3}");
    assert!(loud > 0.9, "twelve times less noise is not caught: {loud}");
}
