//! TLS to the store and to the cache that replicas share, by the road that `aurora hub` takes.
//!
//! Whom a program believes it reads of its environment, so each case is a copy of this program, the [`child`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aurora_hub::cache::Cache as _;
use aurora_hub::cache::redis::RedisCache;
use aurora_hub::config::{Config, Secrets};
use aurora_hub::link::{Breaker, Link};
use aurora_hub::repo::postgres::ROLES;
use aurora_hub::start;
use aurora_hub::telemetry::{self, Metrics};
use aurora_testing::authority::Authority;
use aurora_testing::stack::{Postgres, Redis};

use crate::{people, shared, votes};

/// Tells a copy of this program what to do.
const CHILD: &str = "AURORA_TEST_CHILD";
/// Tells it where.
const URL: &str = "AURORA_TEST_URL";
/// Of both logins.
const PASSWORD: &str = "Wq8-z3LmT0xy91";

async fn open(folder: &Path, secrets: Secrets) -> Result<aurora_hub::Hub, String> {
    let config = Config { data: folder.to_owned(), secrets, ..Config::default() };
    start::open(&config, &Metrics::default()).await.map_err(|error| error.0)
}

async fn migrate(url: String) -> Result<(), String> {
    let secrets = Secrets { owner_url: Some(url), ..Secrets::default() };
    let config = Config { secrets, ..Config::default() };
    // It has a runtime of its own.
    let done = tokio::task::spawn_blocking(move || start::migrate(&config)).await.unwrap();
    done.map_err(|error| error.0)
}

async fn use_store(folder: &Path, url: String) -> Result<(), String> {
    let hub = open(folder, Secrets { database_url: Some(url), ..Secrets::default() }).await?;
    people::a_code_enrols_once(Arc::clone(&hub.repo)).await;
    votes::an_upload_replaces_ones_own_votes_on_its_keys(hub.repo).await;
    Ok(())
}

async fn use_cache(folder: &Path, url: String) -> Result<(), String> {
    let hub = open(folder, Secrets { redis_url: Some(url), ..Secrets::default() }).await?;
    let began = Instant::now();
    // A busy machine may miss 50 ms.
    while hub.cache.put("key", b"kept", Duration::from_secs(60)).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "it stays away");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Until nobody asks any more.
async fn miss_cache(link: Link) -> Result<(), String> {
    let link = Arc::new(link);
    let cache = RedisCache::new(Arc::clone(&link));
    while link.breaker() == Breaker::Closed {
        if cache.get("key").await.is_ok() {
            return Ok(());
        }
    }
    Err("the cache is done without".to_owned())
}

/// On a Redis of its own, whose authority it writes to where this program looks for authorities.
async fn lose_cache() -> Result<(), String> {
    let authority = Authority::new("right");
    std::fs::write(std::env::var_os("SSL_CERT_FILE").unwrap(), authority.pem()).unwrap();
    let Some((mut redis, port)) = Redis::start_tls(&authority.identity("localhost")) else { return Ok(()) };
    let url = format!("rediss://localhost:{port}/");
    shared::dies_and_comes_back(&mut redis, &url).await;
    Ok(())
}

/// Not a test by itself: says "done" or the error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(task), Ok(url)) = (std::env::var(CHILD), std::env::var(URL)) else { return };
    telemetry::log_to_stderr("warn");
    let folder = tempfile::tempdir().unwrap();
    let done = match task.as_str() {
        "migrate" => migrate(url).await,
        "store" => use_store(folder.path(), url).await,
        "lose-cache" => lose_cache().await,
        "cache" => use_cache(folder.path(), url).await,
        "silent-cache" => miss_cache(Link::new(&url).unwrap()).await,
        _ => miss_cache(Link::new(&url).unwrap().with_patience(Duration::from_secs(5))).await,
    };
    println!("\nsaid: {}", done.err().unwrap_or_else(|| "done".to_owned()));
}

/// What the child says that believes the authorities in the file `trusted`, and what it logs.
fn said(task: &str, url: &str, trusted: &Path) -> (String, String) {
    let out = Command::new(std::env::current_exe().unwrap())
        .args(["tls::child", "--exact", "--nocapture"])
        .envs([(CHILD, task), (URL, url)])
        .env("SSL_CERT_FILE", trusted)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let [text, log] = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let line = text.lines().find_map(|line| line.strip_prefix("said: ")).map(str::to_owned);
    (line.unwrap_or_else(|| panic!("{text}{log}")), log)
}

/// Files with the certificate of `authority` and with that of another.
fn files(authority: &Authority, folder: &Path) -> [PathBuf; 2] {
    let files = [("right", authority), ("other", &Authority::new("other"))];
    files.map(|(name, authority)| {
        let path = folder.join(name);
        std::fs::write(&path, authority.pem()).unwrap();
        path
    })
}

#[test]
fn postgres_is_believed_by_its_authority_and_name_alone() {
    let authority = Authority::new("right");
    let Some(server) = Postgres::start_tls(&authority.identity("localhost")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let [right, other] = files(&authority, folder.path());
    let database = server.database();
    server.sql(&database, ROLES);
    for login in ["aurora_hub_app", "aurora_hub_migrate"] {
        server.sql(&database, &format!("ALTER ROLE {login} PASSWORD '{PASSWORD}'"));
    }
    let url = |login: &str, host: &str, options: &str| {
        format!("postgresql://{login}:{PASSWORD}@{host}:{}/{database}?{options}", server.port())
    };
    let owner = |host: &str, options: &str| url("aurora_hub_migrate", host, options);
    let app = |host: &str, options: &str| url("aurora_hub_app", host, options);

    assert_eq!(said("migrate", &owner("localhost", "sslmode=require"), &right).0, "done");
    // The password is bound to the very channel.
    let bound = "sslmode=require&channel_binding=require";
    assert_eq!(said("store", &app("localhost", bound), &right).0, "done");
    assert_eq!(said("store", &app("localhost", ""), &right).0, "done");

    let refused = |task: &str, url: &str, trusted: &Path, wanted: [&str; 3]| {
        let (line, _) = said(task, url, trusted);
        assert!(wanted.iter().all(|wanted| line.contains(wanted)) && !line.contains(PASSWORD), "{line}");
    };
    let unknown = ["UnknownIssuer", "SSL_CERT_FILE", "sslmode=disable"];
    refused("migrate", &owner("localhost", "sslmode=require"), &other, unknown);
    refused("store", &app("localhost", "sslmode=require"), &other, unknown);
    // No way back to plain where TLS was offered.
    refused("store", &app("localhost", "sslmode=prefer"), &other, unknown);
    let absent = folder.path().join("absent");
    refused("store", &app("localhost", ""), &absent, ["UnknownIssuer", "SSL_CERT_FILE", "No such file"]);
    let name = ["not valid for name \"127.0.0.1\"", "localhost", "host of the address"];
    refused("migrate", &owner("127.0.0.1", "sslmode=require"), &right, name);
    refused("store", &app("127.0.0.1", ""), &right, ["AURORA_HUB_DATABASE_URL", name[0], name[2]]);
    // The server is as it should be: plain is what it turns away.
    refused("migrate", &owner("localhost", "sslmode=disable"), &right, ["28000", "", ""]);
    let full = ["require", "verify-full", "SSL_CERT_FILE"];
    refused("store", &app("localhost", "sslmode=verify-full"), &right, full);
}

#[test]
fn a_postgres_without_tls_is_refused_where_it_is_required() {
    let Some(server) = Postgres::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [right, _] = files(&Authority::new("right"), folder.path());
    let database = server.database();
    server.sql(&database, ROLES);
    let [owner, app] = ["aurora_hub_migrate", "aurora_hub_app"].map(|login| server.url(login, &database));
    for (task, url) in [("migrate", &owner), ("store", &app)] {
        let (line, _) = said(task, &format!("{url}?sslmode=require"), &right);
        assert!(line.contains("offers none; set ssl = on") && line.contains("sslmode=disable"), "{line}");
        for plain in ["", "?sslmode=prefer", "?sslmode=disable"] {
            assert_eq!(said(task, &format!("{url}{plain}"), &right).0, "done");
        }
    }
}

#[test]
fn a_redis_that_speaks_tls_is_lost_and_found_like_one_that_does_not() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(said("lose-cache", "", &folder.path().join("authority")).0, "done");
}

#[test]
fn redis_is_believed_by_its_authority_and_name_alone_and_done_without_else() {
    let authority = Authority::new("right");
    let Some((server, port)) = Redis::start_tls(&authority.identity("localhost")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let [right, other] = files(&authority, folder.path());
    assert_eq!(said("cache", &format!("rediss://localhost:{port}/1"), &right).0, "done");
    assert_eq!(said("cache", &server.url(), &other).0, "done");
    let cases = [
        ("no-cache", format!("rediss://localhost:{port}/"), &other, "name a file"),
        // What turns verification off in other programs does nothing here.
        ("no-cache", format!("rediss://localhost:{port}/#insecure"), &other, "name a file"),
        ("no-cache", format!("rediss://127.0.0.1:{port}/"), &right, "host of the address"),
        // Without TLS it waits for the end of what it takes for a command.
        ("silent-cache", format!("rediss://localhost:{}/", server.port()), &right, "not in time"),
    ];
    for (task, url, trusted, wanted) in cases {
        let (line, log) = said(task, &url, trusted);
        assert!(line.contains("done without") && log.contains(wanted), "{line}: {log}");
    }
    let own = Authority::as_identity("localhost");
    let Some((_server, port)) = Redis::start_tls(&own) else { return };
    let trusted = folder.path().join("own");
    std::fs::write(&trusted, own.certificate).unwrap();
    let (_, log) = said("no-cache", &format!("rediss://localhost:{port}/"), &trusted);
    assert!(log.contains("CA:TRUE"), "{log}");
}
