//! PostgreSQL killed and frozen under a hub that goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aurora_hub::model::{Tally, Verb};
use aurora_hub::repo::{Put, Repo, RepoError};
use aurora_team::wire::Card;
use aurora_testing::stack::Postgres;

use crate::writes::{Team, act, open, prepared, until_done};

const WRITERS: u64 = 6;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What half of all take at most: a busy machine holds up some.
fn median(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_of_the_database_lose_and_double_nothing() {
    let Some(mut server) = Postgres::start(true) else { return };
    let repo: Arc<dyn Repo> = Arc::from(open(&prepared(&server).await));
    let team = Team::new(&*repo).await;
    let (ends, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (repo, ends, done) = (Arc::clone(&repo), Arc::clone(&ends), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut n, mut n_replayed) = (writer, 0_u64);
                while !ends.load(Ordering::Relaxed) {
                    n_replayed += u64::from(until_done(team, &*repo, n).await == Put::Replayed);
                    done.fetch_add(1, Ordering::Relaxed);
                    n += WRITERS;
                }
                (n - writer, n_replayed)
            })
        })
        .collect();
    // Uploads done since `before`, waited for.
    let uploads = async |before: u64, n: u64| {
        let begun = Instant::now();
        while done.load(Ordering::Relaxed) < before + n {
            assert!(begun.elapsed() < PATIENCE, "the writers hardly get to write");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        begun.elapsed()
    };
    let mut took = Vec::new();
    for round in 0..20_u64 {
        uploads(done.load(Ordering::Relaxed), 10).await;
        tokio::time::sleep(Duration::from_millis(30 + round * 37 % 90)).await;
        server = tokio::task::spawn_blocking(move || {
            server.kill();
            server.restart();
            server
        })
        .await
        .unwrap();
        took.push(uploads(done.load(Ordering::Relaxed), 1).await);
    }
    ends.store(true, Ordering::Relaxed);
    let (mut n, mut n_replayed) = (0, 0);
    for writer in writers {
        let (sent, replayed) = writer.await.unwrap();
        n += sent / WRITERS;
        n_replayed += replayed;
    }
    println!("{n} uploads, {n_replayed} of them had been stored unheard, back after {took:?}");
    assert!(n > 200, "ten in each round, and one after: {n}");
    assert_eq!(team.held(&*repo).await, (n, n));
    assert!(median(took.clone()) < Duration::from_secs(2), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database_holds_nobody_longer_than_a_second() {
    let Some(server) = Postgres::start(true) else { return };
    let repo: Arc<dyn Repo> = Arc::from(open(&prepared(&server).await));
    let team = Team::new(&*repo).await;
    // All connections of the pool are open and in use when it freezes.
    for n in 0..100 {
        until_done(team, &*repo, n).await;
    }
    server.freeze();
    let began = Instant::now();
    let tries: Vec<_> = (100..140)
        .map(|n| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move {
                let done = if n % 2 == 0 {
                    team.upload(&*repo, n).await.map(|_| ())
                } else {
                    repo.member(team.tenant, team.member).await.map(|_| ())
                };
                (done, began.elapsed())
            })
        })
        .collect();
    let mut took = Vec::new();
    for one in tries {
        let (done, after) = tokio::time::timeout(PATIENCE, one).await.expect("it is held for ever").unwrap();
        took.push(after);
        assert!(matches!(done, Err(RepoError::Unavailable(_))), "{done:?}");
    }
    // One second, and what a busy machine adds.
    assert!(median(took.clone()) < Duration::from_secs(3), "{took:?}");
    server.thaw();
    let thawed = Instant::now();
    // What was sent before may have been done or not; sent again it is done once.
    for n in (100..140).step_by(2) {
        until_done(team, &*repo, n).await;
    }
    assert!(thawed.elapsed() < Duration::from_secs(20), "{:?}", thawed.elapsed());
    assert_eq!(team.held(&*repo).await, (120, 120));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn more_than_the_pool_holds_is_shed_not_queued() {
    let Some(server) = Postgres::start(false) else { return };
    let repo: Arc<dyn Repo> = Arc::from(open(&prepared(&server).await));
    let team = Team::new(&*repo).await;
    // A release of the team holds its writers up; more of them than connections come.
    let ((tell, told), (open_gate, gate)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
    let gate = std::sync::Mutex::new(gate);
    let release = {
        let repo = Arc::clone(&repo);
        tokio::spawn(async move {
            let decide = move |_: &[Tally], _: &[Card]| {
                tell.send(()).unwrap();
                gate.lock().unwrap().recv().unwrap();
                vec![]
            };
            repo.release_team(team.tenant, 1, &decide, act(Verb::Release)).await
        })
    };
    tokio::task::spawn_blocking(move || told.recv().unwrap()).await.unwrap();
    let (told, mut outcomes) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..40 {
        let (repo, told) = (Arc::clone(&repo), told.clone());
        tokio::spawn(async move {
            let _ = told.send(team.upload(&*repo, n).await);
        });
    }
    // Seven have a connection and wait for the release; all others are told at once.
    for n in 0..33 {
        let shed = outcomes.recv().await.unwrap();
        assert!(matches!(shed, Err(RepoError::Unavailable(_))), "{n}: {shed:?}");
    }
    open_gate.send(()).unwrap();
    for n in 0..7 {
        let stored = outcomes.recv().await.unwrap();
        assert!(matches!(stored, Ok(Put::Stored)), "{n}: {stored:?}");
    }
    assert!(release.await.unwrap().unwrap().is_some());
    assert_eq!(team.held(&*repo).await, (7, 7));
}
