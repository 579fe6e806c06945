//! The real servers of tests start, freeze, die, come back, and leave nothing behind.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use aurora_testing::stack::{Postgres, Redis};

/// Tells a copy of this test program to be a child that starts servers and is killed.
const CHILD: &str = "AURORA_TEST_CHILD";

fn is_open(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn closes(port: u16) -> bool {
    let end = Instant::now() + Duration::from_secs(20);
    while is_open(port) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    !is_open(port)
}

#[test]
fn what_a_killed_database_had_committed_is_there_again() {
    let Some(mut postgres) = Postgres::start(true) else { return };
    let database = postgres.database();
    postgres.sql(&database, "CREATE TABLE kept(x int); INSERT INTO kept VALUES (7)");
    let copy = postgres.copy_of(&database);
    postgres.kill();
    assert!(!is_open(postgres.port()));
    assert!(postgres.try_sql("postgres", &database, "SELECT 1").is_err());
    postgres.restart();
    assert_eq!(postgres.sql(&copy, "SELECT x FROM kept"), "7");
    postgres.freeze();
    postgres.thaw();
    assert_eq!(postgres.sql(&copy, "SELECT x FROM kept"), "7");
    let port = postgres.port();
    drop(postgres);
    assert!(!is_open(port));
}

/// The folders of servers that this program has started.
fn n_folders() -> usize {
    let own = format!("-{}-", std::process::id());
    let is_own = |name: &str| name.starts_with("aurora-") && name.contains(&own);
    let entries = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_own)).count()
}

#[test]
fn nothing_is_left_of_servers_that_were_killed() {
    // In a program of its own, for the other tests have folders too.
    if std::env::var_os(CHILD).is_none() {
        let out = Command::new(std::env::current_exe().unwrap())
            .args(["nothing_is_left_of_servers_that_were_killed", "--exact", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        return;
    }
    let (Some(mut postgres), Some(mut redis)) = (Postgres::start(false), Redis::start()) else { return };
    assert_eq!(n_folders(), 2);
    postgres.kill();
    redis.kill();
    drop((postgres, redis));
    assert_eq!(n_folders(), 0);
}

#[test]
fn a_cache_dies_freezes_and_comes_back() {
    let Some(mut redis) = Redis::start() else { return };
    redis.kill();
    assert!(!is_open(redis.port()));
    redis.restart();
    redis.freeze();
    let port = redis.port();
    drop(redis);
    assert!(!is_open(port));
}

/// Not a test by itself: what the next one runs.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (Some(postgres), Some(redis)) = (Postgres::shared(), Redis::start()) else { return };
    println!("ports {} {}", postgres.port(), redis.port());
    std::process::abort();
}

#[test]
fn a_test_program_that_dies_takes_its_servers_along() {
    let out = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let Some((_, ports)) = text.split_once("ports ") else {
        assert!(out.status.success(), "{text}");
        return;
    };
    let ports = ports.lines().next().unwrap().split_whitespace();
    let n_closed = ports.filter(|port| closes(port.parse().unwrap())).count();
    assert_eq!(n_closed, 2);
}
