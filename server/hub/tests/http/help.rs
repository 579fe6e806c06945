//! A hub in this process on free ports, members of it, and a client that writes its requests byte by byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aurora_hub::app::App;
use aurora_hub::auth::keys::Keys;
use aurora_hub::background;
use aurora_hub::config::Config;
use aurora_hub::model::TenantId;
use aurora_hub::serve::{End, Server};
use aurora_hub::telemetry::Metrics;
use aurora_hub::{operate, start};
use aurora_team::assertion::{Claims, InstallKey};
use aurora_team::wire::{Enrolled, Mode, Role, Token};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A hub that serves until it is dropped.
pub(crate) struct Running {
    pub(crate) api: SocketAddr,
    pub(crate) metrics: SocketAddr,
    pub(crate) app: Arc<App>,
    pub(crate) runtime: Runtime,
    serving: Option<(oneshot::Sender<End>, JoinHandle<bool>)>,
    _folder: Option<tempfile::TempDir>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem's code, checked to be a whole problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string());
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// Someone of a team, with an access token.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) key: InstallKey,
    pub(crate) enrolled: Enrolled,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn bearer(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.token)
    }
}

/// Limits that no test reaches by chance.
pub(crate) fn roomy(config: &mut Config) {
    let limits = &mut config.limits;
    for limit in [
        &mut limits.member_per_minute,
        &mut limits.member_burst,
        &mut limits.votes_per_minute,
        &mut limits.votes_burst,
        &mut limits.address_per_minute,
        &mut limits.address_burst,
    ] {
        *limit = 1_000_000;
    }
    // Tests run beside one another on machines that are busy.
    limits.request_ms = 20_000;
}

impl Running {
    /// A hub on a store of its own.
    pub(crate) fn start(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut running = Self::start_in(folder.path(), change);
        running._folder = Some(folder);
        running
    }

    /// A hub whose data are in `folder`.
    pub(crate) fn start_in(folder: &Path, change: impl FnOnce(&mut Config)) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut config =
            Config { data: folder.to_owned(), listen: any, metrics_listen: any, ..Config::default() };
        roomy(&mut config);
        config.shutdown.announce_seconds = 1;
        config.release.automatic = false;
        change(&mut config);
        let runtime = start::runtime().unwrap();
        let (server, app) = runtime.block_on(async {
            let metrics = Metrics::default();
            let hub = start::open(&config, &metrics).await.unwrap();
            let keys = Keys::open(&config).unwrap();
            let app = App::new(hub, config, keys, metrics);
            background::start(&app);
            (Server::bind(Arc::clone(&app)).await.unwrap(), app)
        });
        let (api, metrics) = server.addresses().unwrap();
        let (end, ended) = oneshot::channel();
        let serving = runtime.spawn(server.run(async { ended.await.unwrap_or(End::AtOnce) }));
        let running = Self { api, metrics, app, runtime, serving: Some((end, serving)), _folder: None };
        wait_for("readiness", || running.ask("GET", "/readyz", "", "").status == 200);
        running
    }

    /// Ends it; whether nothing was cut off.
    pub(crate) fn end(mut self, how: End) -> (Runtime, JoinHandle<bool>) {
        let (end, serving) = self.serving.take().unwrap();
        end.send(how).unwrap();
        (std::mem::replace(&mut self.runtime, start::runtime().unwrap()), serving)
    }
}

impl Site for Running {
    fn api(&self) -> SocketAddr {
        self.api
    }

    fn app(&self) -> &App {
        &self.app
    }

    fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

/// A hub, or several that are one.
pub(crate) trait Site {
    fn api(&self) -> SocketAddr;

    /// What an operator's command beside the hub sees.
    fn app(&self) -> &App;

    fn runtime(&self) -> &Runtime;

    /// How long one replica may not know yet what another one did.
    fn lag(&self) -> Duration {
        Duration::ZERO
    }

    /// Waits for what holds at once where one hub is alone.
    fn settle(&self, what: &str, holds: &mut dyn FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < self.lag(), "no {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        ask(self.api(), method, path, headers, body)
    }

    fn team(&self, mode: Mode) -> TenantId {
        let (hub, seats) = (&self.app().hub, 300);
        self.runtime().block_on(hub.repo.create_tenant(mode, seats, now())).unwrap()
    }

    fn code(&self, tenant: TenantId, role: Role) -> String {
        self.runtime().block_on(operate::invite(&self.app().hub, tenant, role, 7, None)).unwrap().code
    }

    /// Someone who has joined, by the API.
    fn join(&self, tenant: TenantId, role: Role) -> Person {
        let key = InstallKey::from_seed(random());
        let body = json!({"code": self.code(tenant, role), "public_key": key.public_key()});
        let answer = self.ask("POST", "/v1/enrol", JSON, &body.to_string());
        assert_eq!(answer.status, 201, "{answer:?}");
        let enrolled: Enrolled = serde_json::from_str(&answer.body).unwrap();
        let mut person = Person { key, enrolled, token: String::new() };
        person.token = self.token(&person);
        person
    }

    /// A fresh access token, by the API.
    fn token(&self, person: &Person) -> String {
        let answer = self.ask("POST", "/v1/token", JSON, &assertion(person, |_| {}));
        assert_eq!(answer.status, 200, "{answer:?}");
        let token: Token = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(token.expires_in, 600);
        token.access_token
    }
}

/// The header of a body.
pub(crate) const JSON: &str = "content-type: application/json\r\n";

/// The body of a request for a token.
pub(crate) fn assertion(person: &Person, change: impl FnOnce(&mut Claims)) -> String {
    let e = &person.enrolled;
    let mut claims = Claims::new(e.install, e.tenant, &e.issuer, now(), random());
    change(&mut claims);
    json!({"assertion": person.key.assertion(&claims)}).to_string()
}

/// Bytes of the system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// Asks over a connection of its own. `headers` end in CR LF each.
pub(crate) fn ask(to: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head = format!("{method} {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{length}{headers}\r\n");
    let mut stream = connect(to);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    read(&mut stream)
}

pub(crate) fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Reads to the end of the connection.
pub(crate) fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// Waits up to a minute.
pub(crate) fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "no {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An upload of one vote.
pub(crate) fn vote() -> Value {
    json!({"domain": 1, "group": 1, "cell": 20, "action": 1001, "yes": true})
}

/// The body of an upload.
pub(crate) fn votes(votes: &[Value]) -> String {
    json!({"dictionary": 1, "votes": votes}).to_string()
}

/// What [`vote`] is on.
pub(crate) fn key() -> Value {
    json!({"domain": 1, "group": 1, "cell": 20, "action": 1001})
}

/// The body of an upload that takes back, too.
pub(crate) fn withdrawn(votes: &[Value], keys: &[Value]) -> String {
    json!({"dictionary": 1, "votes": votes, "withdrawn": keys}).to_string()
}

/// Headers of an upload with a key of its own.
pub(crate) fn upload(person: &Person) -> String {
    format!("{}{JSON}idempotency-key: {}\r\n", person.bearer(), hex(&random::<16>()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
