//! The store under stress: many processes, kills, full and read-only disks, damaged, foreign and newer files.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aurora_learning::{ActionId, ColumnKey, Correction, Kind, NameGroup, Scope, Target};
use aurora_store::{Folder, Learner, Status, StoreOptions};
use rusqlite::Connection;

const PATIENCE: Duration = Duration::from_secs(30);
/// Tells a copy of this test program to be a child that answers without end, or so many times.
const CHILD: &str = "AURORA_TEST_CHILD";

fn open(folder: &Path) -> Learner {
    Learner::open(&StoreOptions { folder: Folder::At(folder.to_owned()), ..StoreOptions::default() })
}

fn answer(group: u16) -> Correction {
    let key = ColumnKey { group: NameGroup(group), ..ColumnKey::default() };
    let (target, kind) = (Target::Transform, Kind::Accept);
    Correction { day: 1, key, target, asked: ActionId(1001), kind, scope: Scope::Alike, wanted: None }
}

fn n_answers(folder: &Path) -> u64 {
    let connection = Connection::open(folder.join("rules.db")).unwrap();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    connection.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0)).unwrap() as u64
}

/// A store that is full, read-only or locked is not damaged: it stays where it is.
fn never_put_aside(folder: &Path) {
    assert!(!folder.join("rules.db.broken-1").exists());
}

/// Not a test by itself: what the children of the others run.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let (folder, n) = task.rsplit_once('|').unwrap();
    let learner = open(Path::new(folder));
    for _ in 0..n.parse::<u64>().unwrap() {
        if learner.correct(&answer(3), None).wait(PATIENCE).is_ok() {
            println!("kept");
        }
    }
}

fn spawn(folder: &Path, n: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{}|{n}", folder.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn n_kept(child: &mut Child) -> u64 {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter(|line| line.contains("kept")).count() as u64
}

#[test]
fn eight_processes_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut children: Vec<_> = (0..8).map(|_| spawn(folder.path(), 100)).collect();
    let kept: u64 = children.iter_mut().map(n_kept).sum();
    children.iter_mut().for_each(|child| assert!(child.wait().unwrap().success()));
    assert_eq!((kept, n_answers(folder.path())), (800, 800));
    never_put_aside(folder.path());
}

/// Kills it a while after its first acknowledged answer; how many it acknowledged.
fn n_kept_until_killed(child: &mut Child, after: Duration) -> u64 {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("kept")), "the child ended before it had answered");
    std::thread::sleep(after);
    child.kill().unwrap();
    // What it said meanwhile waits in the pipe, which holds thousands of such lines; a child that would say more waits.
    1 + lines.filter(|line| line.contains("kept")).count() as u64
}

#[test]
fn sixty_kills_lose_no_acknowledged_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..60_u64 {
        let mut child = spawn(folder.path(), 1_000_000);
        acknowledged += n_kept_until_killed(&mut child, Duration::from_millis(round * 37 % 60));
        child.wait().unwrap();
    }
    let found = n_answers(folder.path());
    // At most the answer on its way is kept without having been acknowledged.
    assert!(
        (acknowledged..=acknowledged + 60).contains(&found),
        "{acknowledged} acknowledged, {found} found"
    );
    assert_eq!(open(folder.path()).learned().n_answers, found);
}

/// A tmpfs of that size, or `None` (with a message) where mounting is not allowed.
fn small_disk(folder: &Path, options: &str) -> Option<Mounted> {
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
    if mount.is_ok_and(|output| output.status.success()) {
        return Some(Mounted(folder.to_owned()));
    }
    eprintln!("skipped: no permission to mount a small disk");
    None
}

struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_takes_no_feature_away() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = small_disk(folder.path(), "size=400k") else { return };
    let learner = open(folder.path());
    assert!(matches!(learner.status(), Status::Saved(_)), "{}", learner.status());
    let mut last = Ok(());
    for group in 0..2_000 {
        last = learner.correct(&answer(group % 70), None).wait(PATIENCE);
        if last.is_err() {
            break;
        }
        if group == 20 {
            // Something else fills the disk.
            let _ = fs::write(folder.path().join("filler"), vec![0; 300_000]);
            let _ = fs::write(folder.path().join("filler2"), vec![0; 60_000]);
        }
    }
    assert!(last.unwrap_err().to_string().contains("full"));
    assert!(learner.status().to_string().starts_with("learning not saved"), "{}", learner.status());
    let before = learner.learned().n_answers;
    let _ = learner.correct(&answer(1), None).wait(PATIENCE);
    assert_eq!(learner.learned().n_answers, before + 1, "it counts in this session");
    let _ = fs::remove_file(folder.path().join("filler"));
    learner.correct(&answer(1), None).wait(PATIENCE).unwrap();
    assert!(matches!(learner.status(), Status::Saved(_)), "{}", learner.status());
    never_put_aside(folder.path());
}

#[test]
fn a_read_only_disk_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = small_disk(folder.path(), "size=2m") else { return };
    drop({
        let learner = open(folder.path());
        learner.correct(&answer(1), None).wait(PATIENCE).unwrap();
        learner
    });
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(folder.path()).status().unwrap();
    assert!(remounted.success());
    let learner = open(folder.path());
    assert!(learner.status().to_string().starts_with("learning not saved"), "{}", learner.status());
    assert_eq!(learner.learned().n_answers, 1, "what was learned before is there");
    assert!(learner.correct(&answer(1), None).wait(PATIENCE).is_err());
    assert_eq!(learner.learned().n_answers, 2, "it counts in this session");
    never_put_aside(folder.path());
}

#[test]
fn without_a_folder_it_learns_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let learner = open(&file.join("below"));
    assert!(
        learner.status().to_string().starts_with("learning not saved: cannot use"),
        "{}",
        learner.status()
    );
    assert!(learner.correct(&answer(1), None).wait(PATIENCE).is_err(), "and does not say it is saved");
    assert_eq!(learner.learned().n_answers, 1);
}

#[test]
fn a_damaged_store_is_put_aside_and_three_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        fs::write(folder.path().join("rules.db"), format!("garbage {round} {}", "x".repeat(5_000))).unwrap();
        let learner = open(folder.path());
        assert!(matches!(learner.status(), Status::Saved(_)), "{}", learner.status());
        learner.correct(&answer(1), None).wait(PATIENCE).unwrap();
        drop(learner);
        assert_eq!(n_answers(folder.path()), 1);
    }
    let aside = |n: u32| fs::read_to_string(folder.path().join(format!("rules.db.broken-{n}")));
    assert!(aside(1).unwrap().starts_with("garbage 4") && aside(3).unwrap().starts_with("garbage 2"));
    assert!(aside(4).is_err());
}

#[test]
fn of_eight_processes_that_find_a_damaged_store_one_puts_it_aside() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.db"), "garbage".repeat(1_000)).unwrap();
    let mut children: Vec<_> = (0..8).map(|_| spawn(folder.path(), 5)).collect();
    let kept: u64 = children.iter_mut().map(n_kept).sum();
    children.iter_mut().for_each(|child| assert!(child.wait().unwrap().success()));
    assert_eq!((kept, n_answers(folder.path())), (40, 40));
    assert!(fs::read_to_string(folder.path().join("rules.db.broken-1")).unwrap().starts_with("garbage"));
    assert!(!folder.path().join("rules.db.broken-2").exists());
}

#[test]
fn the_file_says_whose_it_is_and_how_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).correct(&answer(1), None).wait(PATIENCE).unwrap();
    let connection = Connection::open(folder.path().join("rules.db")).unwrap();
    let of = |name: &str| {
        let value = connection
            .query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0));
        format!("{:?}", value.unwrap())
    };
    assert_eq!((of("auto_vacuum"), of("user_version")), ("Integer(1)".to_owned(), "Integer(1)".to_owned()));
    assert_eq!(of("journal_mode"), "Text(\"wal\")");
    assert_ne!(of("application_id"), "Integer(0)");
}

#[test]
fn a_page_that_went_bad_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(folder.path());
    (0..70).for_each(|group| learner.correct(&answer(group), None).wait(PATIENCE).unwrap());
    drop(learner);
    let path = folder.path().join("rules.db");
    let mut bytes = fs::read(&path).unwrap();
    for page in 2..bytes.len() / 4096 {
        bytes[page * 4096..page * 4096 + 64].fill(0xAA);
    }
    fs::write(&path, bytes).unwrap();
    let learner = open(folder.path());
    assert!(matches!(learner.status(), Status::Saved(_)), "{}", learner.status());
    assert!(folder.path().join("rules.db.broken-1").exists());
}

#[test]
fn a_newer_store_is_read_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(folder.path());
    learner.correct(&answer(1), None).wait(PATIENCE).unwrap();
    drop(learner);
    let path = folder.path().join("rules.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let learner = open(folder.path());
    assert!(learner.status().to_string().contains("newer version"), "{}", learner.status());
    assert_eq!(learner.learned().n_answers, 1);
    assert!(learner.correct(&answer(1), None).wait(PATIENCE).is_err());
    drop(learner);
    assert_eq!(n_answers(folder.path()), 1);
}

#[test]
fn a_link_is_not_followed() {
    for name in ["rules.db", "install.key"] {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = elsewhere.path().join("target");
        fs::write(&target, "precious").unwrap();
        symlink(&target, folder.path().join(name)).unwrap();
        let learner = open(folder.path());
        assert!(
            learner.status().to_string().starts_with("learning not saved"),
            "{name}: {}",
            learner.status()
        );
        drop(learner);
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    }
}

#[test]
fn another_programs_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs(x)").unwrap();
    let before = fs::read(&path).unwrap();
    let learner = open(folder.path());
    assert!(learner.status().to_string().contains("another program"), "{}", learner.status());
    drop(learner);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn files_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("new/aurora");
    let learner = open(&place);
    learner.correct(&answer(1), None).wait(PATIENCE).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place), 0o700);
    for entry in fs::read_dir(&place).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_locked_store_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let learner = open(folder.path());
    let other = Connection::open(folder.path().join("rules.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let saving = learner.correct(&answer(1), None);
    assert_eq!(learner.learned().n_answers, 1, "it counts at once");
    assert!(saving.wait(Duration::from_millis(50)).is_err());
    other.execute_batch("COMMIT").unwrap();
    learner.correct(&answer(2), None).wait(PATIENCE).unwrap();
    assert_eq!(n_answers(folder.path()), 2);
    never_put_aside(folder.path());
}

/// Network file systems have no shared memory; SQLite's dot-file layer has none either.
#[test]
fn where_wal_is_refused_a_rollback_journal_serves() {
    use aurora_learning::Store;
    let folder = tempfile::tempdir().unwrap();
    let mut store = aurora_store::SqliteStore::open_on(folder.path(), Some("unix-dotfile")).unwrap();
    store.append(&answer(1).at_rest(None), None).unwrap();
    assert!(!folder.path().join("rules.db-wal").exists());
    drop(store);
    let mode: String = Connection::open(folder.path().join("rules.db"))
        .unwrap()
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "delete");
    assert_eq!(n_answers(folder.path()), 1);
}
