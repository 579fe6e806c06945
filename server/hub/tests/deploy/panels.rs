//! Every panel of the dashboard, against a real Prometheus that scraped a loaded hub on real PostgreSQL and Redis.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aurora_hub::app::App;
use aurora_hub::auth::keys::Keys;
use aurora_hub::config::Config;
use aurora_hub::repo::postgres::{ROLES, migrate};
use aurora_hub::serve::{End, Server};
use aurora_hub::telemetry::Metrics;
use aurora_hub::{auth, background, operate, start};
use aurora_team::assertion::{Claims, InstallKey};
use aurora_team::jws::from_base64url;
use aurora_team::wire::{Mode, Role};
use aurora_testing::port::Port;
use aurora_testing::stack::{Postgres, Redis};
use serde_json::{Value, json};

/// How long scrapes may take to come, one a second.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often the hub was scraped.
const SCRAPES: &str = "sum_over_time(up[1h])";

/// Ends with the test.
struct Ended(Child, #[allow(dead_code, reason = "held until then")] Port);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One request on a connection of its own: status and body. `None` when it is not answered.
fn ask(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.get(9..12)?.parse().ok()?;
    // Prometheus answers in chunks; JSON has no line of hex digits alone.
    let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let is_size = |line: &str| !line.is_empty() && line.bytes().all(|b| b.is_ascii_hexdigit());
    let body =
        if is_chunked { body.split("\r\n").filter(|line| !is_size(line)).collect() } else { body.to_owned() };
    Some((status, body))
}

fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// How many series with a number an expression has.
fn n_numbers(prometheus: SocketAddr, expression: &str) -> usize {
    let path = format!("/api/v1/query?query={}", percent(&expression.replace("$__rate_interval", "20s")));
    let Some((200, body)) = ask(prometheus, "GET", &path, "", "") else { return 0 };
    let answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(answer["status"], "success", "{expression}: {body}");
    let is_number = |series: &&Value| {
        series["value"][1].as_str().and_then(|n| n.parse::<f64>().ok()).is_some_and(f64::is_finite)
    };
    answer["data"]["result"].as_array().unwrap().iter().filter(is_number).count()
}

/// The one number that an expression is.
fn number(prometheus: SocketAddr, expression: &str) -> Option<f64> {
    let path = format!("/api/v1/query?query={}", percent(expression));
    let (_, body) = ask(prometheus, "GET", &path, "", "").filter(|(status, _)| *status == 200)?;
    let answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
}

fn start_prometheus(folder: &std::path::Path, target: SocketAddr) -> Option<(Ended, SocketAddr)> {
    let port = Port::free();
    let address = port.address();
    let config = format!(
        "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n  - job_name: aurora-hub\n    static_configs: [{{targets: ['{target}']}}]\n"
    );
    std::fs::write(folder.join("prometheus.yml"), config).unwrap();
    let started = Command::new("prometheus")
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => Some((Ended(child, port), address)),
        Err(_) => {
            aurora_testing::stack::skipped("prometheus");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_panel_of_the_dashboard_is_empty() {
    let (Some(mut postgres), Some(redis)) = (Postgres::start(false), Redis::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let database = postgres.database();
    postgres.sql(&database, ROLES);
    migrate(&postgres.url("aurora_hub_migrate", &database)).await.unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut config =
        Config { data: folder.path().join("hub"), listen: any, metrics_listen: any, ..Config::default() };
    std::fs::create_dir(&config.data).unwrap();
    config.limits.connections = 12;
    // Uploads meet their limit, reads do not: they shall meet the store's fall.
    (config.limits.member_per_minute, config.limits.member_burst) = (60_000, 10_000);
    config.secrets.database_url = Some(postgres.url("aurora_hub_app", &database));
    config.secrets.redis_url = Some(redis.url());
    let metrics = Metrics::default();
    let hub = start::open(&config, &metrics).await.unwrap();

    // A member, by the operator's way.
    let now = hub.clock.now();
    let tenant = hub.repo.create_tenant(Mode::Team, 10, now).await.unwrap();
    let invited = operate::invite(&hub, tenant, Role::Member, 1, None).await.unwrap();
    let (_, code) = auth::code::read(&invited.code).unwrap();
    let key = InstallKey::from_seed([7; 32]);
    let public: [u8; 32] = from_base64url(&key.public_key()).unwrap().try_into().unwrap();
    let (_, install) = hub.repo.enrol(tenant, code, public, now).await.unwrap().member().unwrap();

    let issuer = config.issuer.clone();
    let app = App::new(hub, config.clone(), Keys::open(&config).unwrap(), metrics);
    let server = Server::bind(Arc::clone(&app)).await.unwrap();
    let (api, shown) = server.addresses().unwrap();
    background::start(&app);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async {
        let _ = stopped.await;
        End::AtOnce
    }));
    let Some((_ended, prometheus)) = start_prometheus(folder.path(), shown) else { return };

    let outcome = tokio::task::spawn_blocking(move || {
        let assertion = key.assertion(&Claims::new(install.0, tenant.0, &issuer, now, [3; 16]));
        let body = json!({ "assertion": assertion }).to_string();
        let (status, body) = ask(api, "POST", "/v1/token", "", &body).unwrap();
        assert_eq!(status, 200, "{body}");
        let token: Value = serde_json::from_str(&body).unwrap();
        let authorization = format!("authorization: Bearer {}\r\n", token["access_token"].as_str().unwrap());
        let load = |n: usize| {
            ask(api, "GET", "/v1/rules?dictionary=1", &authorization, "");
            ask(api, "GET", "/v1/rules?dictionary=1", "authorization: Bearer a.b.c\r\n", "");
            let votes = json!([{ "domain": 1, "group": 1, "cell": n % 100, "action": 1000, "yes": true }]);
            let once = format!("{authorization}idempotency-key: once-{n:08}\r\n");
            ask(api, "PUT", "/v1/votes", &once, &json!({ "dictionary": 1, "votes": votes }).to_string());
            ask(api, "GET", "/v1/me", &authorization, "");
            // More connections than are taken.
            let many: Vec<_> = (0..16).filter_map(|_| TcpStream::connect(api).ok()).collect();
            std::thread::sleep(Duration::from_millis(100));
            drop(many);
            std::thread::sleep(Duration::from_millis(300));
        };
        // Scraped a few times before and after the store falls.
        let begun = Instant::now();
        let mut n = 0;
        let mut load_for = |scrapes: f64| {
            let until = number(prometheus, SCRAPES).unwrap_or(0.0) + scrapes;
            while number(prometheus, SCRAPES).is_none_or(|n| n < until) {
                assert!(begun.elapsed() < PATIENCE, "Prometheus does not scrape");
                load(n);
                n += 1;
            }
        };
        load_for(8.0);
        postgres.kill();
        load_for(6.0);
        let empty = || -> Vec<(String, String)> {
            crate::panels()
                .into_iter()
                .filter(|(_, expression)| n_numbers(prometheus, expression) == 0)
                .collect()
        };
        // A scrape may be under way.
        let end = Instant::now() + Duration::from_secs(30);
        while !empty().is_empty() && Instant::now() < end {
            load(n);
            n += 1;
        }
        let nothing = n_numbers(prometheus, "aurora_hub_no_such_thing");
        (empty(), nothing)
    });
    let (empty, nothing) = outcome.await.unwrap();
    let _ = stop.send(());
    let _ = serving.await;
    assert!(empty.is_empty(), "{empty:#?}");
    assert_eq!(nothing, 0, "an empty panel would be seen");
    assert_eq!(crate::panels().len(), 16);
}
