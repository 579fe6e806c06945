//! The hub's process killed under writes, on either store.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aurora_hub::model::{Change, MemberId, TenantId, Verb, VoteKey};
use aurora_hub::repo::{Page, Put, Repo, RepoError};
use aurora_team::wire::Mode;
use aurora_testing::stack::Postgres;

use crate::writes::{Team, act, join, open, prepared};

/// Tells a copy of this test program to be a hub that writes without end: what, where to, for whom.
const CHILD: &str = "AURORA_TEST_CHILD";

/// Not a test by itself: what the children of the others run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let [what, from, tenant, member, experiment, store] = *task.splitn(6, '|').collect::<Vec<_>>() else {
        panic!("{task}");
    };
    let repo: Arc<dyn Repo> = Arc::from(open(store));
    let tenant = TenantId(tenant.parse().unwrap());
    let member = MemberId(member.parse().unwrap());
    let team = Team { tenant, member, experiment: experiment.parse().unwrap() };
    if what == "spend" {
        return spend(&*repo, tenant, from.parse().unwrap()).await;
    }
    let next = Arc::new(AtomicU64::new(from.parse().unwrap()));
    for _ in 0..8 {
        let (repo, next) = (Arc::clone(&repo), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                println!("asked {n}");
                if team.upload(&*repo, n).await.is_ok() {
                    println!("kept {n}");
                }
            }
        });
    }
    std::future::pending::<()>().await;
}

/// Spends and publishes without end, two at once.
async fn spend(repo: &dyn Repo, tenant: TenantId, from: i32) {
    for epoch in from.. {
        let week = || async {
            match repo.spend_dp(tenant, epoch, 7, act(Verb::Release)).await {
                Ok(Some((release, ballots))) => {
                    println!("kept {}", ballots.len());
                    let _ = repo.store_dp(tenant, release.id, &[]).await;
                }
                Ok(None) | Err(RepoError::Unavailable(_)) => {}
                Err(error) => panic!("{error}"),
            }
        };
        tokio::join!(week(), week());
    }
}

fn spawn(what: &str, from: u64, team: Team, store: &str) -> Child {
    let Team { tenant, member, experiment } = team;
    Command::new(std::env::current_exe().unwrap())
        .args(["hub_killed::child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{what}|{from}|{}|{}|{experiment}|{store}", tenant.0, member.0))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets it write until it has said `kept` so many times and for a while more, and kills it: the numbers after `asked` and
/// after `kept`.
fn killed(mut child: Child, n_kept: usize, after: Duration) -> [Vec<u64>; 2] {
    let out = child.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut numbers = [Vec::new(), Vec::new()];
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            for (word, numbers) in ["asked ", "kept "].iter().zip(&mut numbers) {
                // The test harness's own words may stand before the first.
                let number = line.split_once(word).and_then(|(_, number)| number.trim().parse::<u64>().ok());
                numbers.extend(number);
            }
            if numbers[1].len() >= n_kept {
                let _ = tell.send(());
            }
        }
        numbers
    });
    let _ = told.recv_timeout(Duration::from_secs(60));
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

async fn kills_lose_and_double_nothing(store: &str, is_at_rest: impl Fn() -> bool) {
    let team = Team::new(&*open(store)).await;
    let (mut next, mut kept) = (0, BTreeSet::new());
    for round in 0..20_u64 {
        let child = spawn("write", next, team, store);
        let wait = Duration::from_millis(10 + round * 37 % 80);
        let [asked, done] = tokio::task::spawn_blocking(move || killed(child, 6, wait)).await.unwrap();
        next = asked.iter().copied().max().map_or(next, |n| n + 1);
        kept.extend(done);
    }
    // A commit that was on its way when the last one died may end a moment later.
    let end = Instant::now() + Duration::from_secs(60);
    while !is_at_rest() {
        assert!(Instant::now() < end, "something is under way still");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let repo = open(store);
    let (votes, shown) = team.held(&*repo).await;
    println!("{} acknowledged, {votes} found of {next} asked", kept.len());
    assert!(kept.len() > 100, "six in each round: {}", kept.len());
    // Each upload is there with all its parts or with none.
    assert_eq!(votes, shown);
    assert!((kept.len() as u64..=kept.len() as u64 + 20 * 8).contains(&votes), "{} {votes}", kept.len());
    for &n in &kept {
        assert_eq!(team.upload(&*repo, n).await.unwrap(), Put::Replayed, "{n}");
    }
    assert_eq!(team.held(&*repo).await, (votes, shown));
}

async fn kills_leave_no_ledger_above_900(store: &str) {
    let repo = open(store);
    let tenant = repo.create_tenant(Mode::Dp, 300, 0).await.unwrap();
    let mut members = Vec::new();
    for n in 0..20 {
        let member = join(&*repo, tenant, n).await;
        let once = aurora_hub::model::Idempotency { key: [1; 32], body: [1; 32] };
        let key = VoteKey { domain: 1, group: 7, cell: 20, action: 1001 };
        let change = Change { votes: vec![key.vote(true)], ..Change::default() };
        repo.put_votes(tenant, member, change, once, 0).await.unwrap();
        members.push(member);
    }
    let team = Team { tenant, member: members[0], experiment: 0 };
    let (mut n_spent, mut epoch) = (0, 0);
    for round in 0..12 {
        let child = spawn("spend", epoch, team, store);
        let wait = Duration::from_millis(10 + round * 37 % 80);
        let [_, ballots] = tokio::task::spawn_blocking(move || killed(child, 1, wait)).await.unwrap();
        n_spent += ballots.iter().filter(|&&n| n > 0).count();
        epoch += 10_000;
    }
    for &member in &members {
        let spent = repo.spent(tenant, member).await.unwrap();
        assert!(spent <= 900 && spent.is_multiple_of(7), "{spent}");
        assert!(spent as usize >= 7 * n_spent, "{n_spent} releases were drawn from, {spent} is written down");
    }
    assert!(n_spent > 3, "the children hardly got to spend: {n_spent}");
    // Spent, though it may never have been drawn: each week once.
    let mut epochs = BTreeSet::new();
    let mut after = 0;
    loop {
        let page = repo.releases(tenant, Page { after, limit: 200 }).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id;
        assert!(page.iter().all(|release| epochs.insert(release.epoch)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_of_the_hub_on_the_embedded_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = format!("sqlite:{}", path.display());
    kills_lose_and_double_nothing(&store, || true).await;
    kills_leave_no_ledger_above_900(&store).await;
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let broken: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!((sound.as_str(), broken), ("ok", 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_of_the_hub_on_postgres() {
    let Some(server) = Postgres::start(true) else { return };
    let store = prepared(&server).await;
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'aurora_hub_app'";
    kills_lose_and_double_nothing(&store, || server.sql("postgres", sessions) == "0").await;
    kills_leave_no_ledger_above_900(&store).await;
}
