//! On real PostgreSQL and Redis: their falls, and two replicas.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use aurora_hub::config::Config;
use aurora_hub::model::{Act, MemberId, Verb};
use aurora_hub::repo::postgres;
use aurora_team::wire::{Mode, Role};
use aurora_testing::stack::{Postgres, Redis};

use crate::help::{JSON, Person, Running, Site, assertion, now, upload, vote, votes, wait_for};

pub(crate) fn database(server: &Postgres) -> String {
    // Roles are the server's, not the database's.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let database = server.database();
    server.sql(&database, postgres::ROLES);
    let owner = server.url("aurora_hub_migrate", &database);
    aurora_hub::start::runtime().unwrap().block_on(postgres::migrate(&owner)).unwrap();
    server.url("aurora_hub_app", &database)
}

fn replica(
    folder: &Path,
    database: &str,
    redis: Option<&Redis>,
    change: impl FnOnce(&mut Config),
) -> Running {
    Running::start_in(folder, |config| {
        config.secrets.database_url = Some(database.to_owned());
        config.secrets.redis_url = redis.map(Redis::url);
        change(config);
    })
}

#[test]
fn when_the_store_falls_rules_are_served_stale_and_writes_wait() {
    let Some(mut server) = Postgres::start(true) else { return };
    let folder = tempfile::tempdir().unwrap();
    let hub = replica(folder.path(), &database(&server), None, |_| {});
    let team = hub.team(Mode::Team);
    let person = hub.join(team, Role::Member);
    let rules = || hub.ask("GET", "/v1/rules?dictionary=1", &person.bearer(), "");
    let put = || hub.ask("PUT", "/v1/votes", &upload(&person), &votes(&[vote()]));
    let fresh = rules();
    assert_eq!((fresh.status, put().status), (200, 204));

    server.kill();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for _ in 0..3 {
        let stale = rules();
        assert_eq!((stale.status, &stale.body), (200, &fresh.body), "{stale:?}");
    }
    let refused = put();
    assert_eq!(
        (refused.status, refused.code().as_str(), refused.header("retry-after")),
        (503, "store-down", Some("1"))
    );
    assert_eq!(hub.ask("GET", "/v1/me", &person.bearer(), "").status, 503);
    assert_eq!(hub.ask("GET", "/readyz", "", "").status, 200, "the store's fall unreadies no replica");

    server.restart();
    wait_for("store", || put().status == 204);
    assert_eq!(rules().status, 200);
}

#[test]
fn two_replicas_are_one_hub() {
    let (Some(server), Some(mut redis)) = (Postgres::shared(), Redis::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let database = database(server);
    let narrow = |config: &mut Config| {
        config.replicas = 2;
        config.limits.member_per_minute = 60;
        config.limits.member_burst = 10;
    };
    // One folder: both have the same keys, as replicas do.
    let one = replica(folder.path(), &database, Some(&redis), narrow);
    let two = replica(folder.path(), &database, Some(&redis), narrow);
    let team = one.team(Mode::Team);
    let person = one.join(team, Role::Member);
    assert_eq!(two.ask("GET", "/v1/me", &person.bearer(), "").status, 200, "a token of the other");
    let once = assertion(&person, |_| {});
    let taken = [&one, &two].map(|hub| hub.ask("POST", "/v1/token", JSON, &once).status);
    assert_eq!(taken, [200, 401], "an assertion is taken once by all");
    let body = votes(&[vote()]);
    let headers = upload(&person);
    let put = [&one, &two].map(|hub| hub.ask("PUT", "/v1/votes", &headers, &body).status);
    assert_eq!(put, [204, 204], "the same request, sent to both, is one");

    // The limit is one for both.
    let other = two.join(team, Role::Viewer);
    let begun = std::time::Instant::now();
    let n = (0..40)
        .filter(|n| [&one, &two][n % 2].ask("GET", "/v1/me", &other.bearer(), "").status == 200)
        .count();
    let most = 12 + begun.elapsed().as_secs() as usize;
    assert!((8..=most).contains(&n), "{n} of 40 passed, 10 may at once and one a second");

    // Without Redis assertions are not taken, and the limiter still limits.
    redis.kill();
    let answer = one.ask("POST", "/v1/token", JSON, &assertion(&person, |_| {}));
    assert_eq!((answer.status, answer.code().as_str()), (503, "cache-down"));
    let answers: Vec<_> = (0..40).map(|_| one.ask("GET", "/v1/me", &person.bearer(), "").status).collect();
    assert!(answers.contains(&429) && answers.contains(&200) && !answers.contains(&503), "{answers:?}");
    redis.restart();
    wait_for("cache", || one.ask("POST", "/v1/token", JSON, &assertion(&person, |_| {})).status == 200);
}

#[test]
fn a_store_that_is_slow_lets_no_revoked_member_in_and_one_that_is_gone_only_reads() {
    let Some(mut server) = Postgres::start(true) else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = database(&server);
    let hub = replica(folder.path(), &url, None, |_| {});
    let team = hub.team(Mode::Team);
    let (revoked, admin) = (hub.join(team, Role::Admin), hub.join(team, Role::Admin));
    let rules = |person: &Person| hub.ask("GET", "/v1/rules?dictionary=1", &person.bearer(), "").status;
    let invite = |person: &Person| {
        let headers = format!("{}{JSON}", person.bearer());
        hub.ask("POST", "/v1/members", &headers, r#"{"role":"admin"}"#).status
    };
    assert_eq!([rules(&revoked), rules(&admin)], [200; 2]);
    let act = Act { id: 0, actor: None, verb: Verb::Revoke, object: 0, at: now() };
    let id = MemberId(revoked.enrolled.member);
    assert!(hub.runtime.block_on(hub.app.hub.repo.revoke(team, id, act)).unwrap());
    std::thread::sleep(Duration::from_secs(2));

    // Nobody can be asked for, and all else goes on.
    let name = url.rsplit('/').next().unwrap();
    let held =
        "FROM pg_locks WHERE relation='hub.member'::regclass AND mode='AccessExclusiveLock' AND granted";
    std::thread::scope(|scope| {
        scope.spawn(|| server.try_sql("postgres", name, "BEGIN; LOCK TABLE hub.member; SELECT pg_sleep(60)"));
        wait_for("lock", || server.sql(name, &format!("SELECT count(*) {held}")) == "1");
        assert_eq!([invite(&revoked), rules(&revoked), invite(&admin)], [503; 3]);
        server.sql(name, &format!("SELECT pg_terminate_backend(pid) {held}"));
    });
    wait_for("members", || rules(&revoked) != 503);
    assert_eq!([invite(&revoked), rules(&revoked)], [401; 2]);
    assert_eq!([rules(&admin), invite(&admin)], [200, 201]);

    server.kill();
    std::thread::sleep(Duration::from_secs(3));
    let members = || hub.ask("GET", "/v1/members", &admin.bearer(), "").code();
    let leave = || hub.ask("DELETE", "/v1/me", &admin.bearer(), "").code();
    assert_eq!(rules(&admin), 200, "as long as a token lives");
    assert_eq!([members(), leave()], ["store-down"; 2]);
    server.restart();
    wait_for("store", || invite(&admin) == 201);
}
