//! A served hub with people in it, for the evals of its API.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use aurora_team::assertion::{Claims, InstallKey};
use aurora_team::wire::{Enrolled, Token};
use aurora_testing::real_hub::RealHub;
use serde_json::{Value, json};

use crate::step::{cargo, run, target};

/// Limits that no eval reaches, and patience for machines that are busy: what is measured is right or wrong.
pub(super) const ROOMY: &str = "[limits]\nconnections = 10000\nin_flight = 1000\nrequest_ms = 20000\n\
    member_per_minute = 1000000\nmember_burst = 1000000\nvotes_per_minute = 1000000\nvotes_burst = 1000000\n\
    address_per_minute = 100000000\naddress_burst = 100000000\n";

/// The program: the one after `--binary`, else built.
pub(super) fn program(arguments: &[String]) -> anyhow::Result<PathBuf> {
    if let Some(at) = arguments.iter().position(|word| word == "--binary") {
        return Ok(PathBuf::from(arguments.get(at + 1).context("--binary and a path")?));
    }
    run(cargo().args(["build", "--quiet", "--bin", "aurora"]))?;
    Ok(target().join("debug").join("aurora"))
}

/// A hub, and a client of it.
pub(super) struct Served {
    pub(super) hub: RealHub,
    agent: ureq::Agent,
    program: PathBuf,
}

/// Someone of a team.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) key: InstallKey,
    pub(super) enrolled: Enrolled,
    pub(super) token: String,
}

/// A request.
#[derive(Clone, Default)]
pub(super) struct Ask {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) token: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) body: Option<Value>,
}

impl Served {
    pub(super) fn start(program: PathBuf, folder: &Path) -> Self {
        let hub = RealHub::start_with(&program, folder, ROOMY);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .max_redirects(0)
            // A connection that idles is closed by the hub; on a busy machine just when it is used again.
            .max_idle_connections(0)
            .proxy(None)
            .build()
            .into();
        Self { hub, agent, program }
    }

    /// Status and body of an answer; a body that is no JSON is null.
    pub(super) fn ask(&self, ask: &Ask) -> anyhow::Result<(u16, Value)> {
        let mut request = ureq::http::Request::builder().method(ask.method.as_str()).uri(format!(
            "{}{}",
            self.hub.url(),
            ask.path
        ));
        if let Some(token) = &ask.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = &ask.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let body = ask.body.as_ref().map(Value::to_string);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let mut answer = match body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let text = answer.body_mut().read_to_string()?;
        Ok((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    fn post(&self, path: &str, token: Option<&str>, body: Value) -> anyhow::Result<Value> {
        let ask = Ask {
            method: "POST".to_owned(),
            path: path.to_owned(),
            token: token.map(str::to_owned),
            body: Some(body),
            ..Ask::default()
        };
        let (status, answer) = self.ask(&ask)?;
        ensure!(status == 200 || status == 201, "POST {path}: {status} {answer}");
        Ok(answer)
    }

    /// Joins by a code.
    pub(super) fn join(&self, code: &str) -> anyhow::Result<Person> {
        let key = InstallKey::from_seed(random());
        let body = json!({"code": code, "public_key": key.public_key()});
        let enrolled: Enrolled = serde_json::from_value(self.post("/v1/enrol", None, body)?)?;
        let mut person = Person { key, enrolled, token: String::new() };
        person.token = self.token(&person)?;
        Ok(person)
    }

    /// A fresh access token.
    pub(super) fn token(&self, person: &Person) -> anyhow::Result<String> {
        let e = &person.enrolled;
        let claims = Claims::new(e.install, e.tenant, &e.issuer, now(), random());
        let body = json!({"assertion": person.key.assertion(&claims)});
        let token: Token = serde_json::from_value(self.post("/v1/token", None, body)?)?;
        Ok(token.access_token)
    }

    /// Someone invited by `admin`.
    pub(super) fn invite(&self, admin: &Person, role: &str) -> anyhow::Result<Person> {
        let body = json!({"role": role});
        let invited = self.post("/v1/members", Some(&self.token(admin)?), body)?;
        self.join(invited["code"].as_str().context("a code")?)
    }

    /// Begins an experiment; its number.
    pub(super) fn experiment(&self, admin: &Person) -> anyhow::Result<i64> {
        let body = json!({"without_cards": 5000, "days": 7});
        let begun = self.post("/v1/experiments", Some(&self.token(admin)?), body)?;
        begun["experiment"].as_i64().context("a number")
    }

    /// Runs `aurora hub …`.
    pub(super) fn operate(&self, words: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(&self.program);
        command.arg("hub").args(words).arg("--config").arg(self.hub.config());
        let output = command.output()?;
        if !output.status.success() {
            bail!("{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }
}

/// Bytes of the system.
pub(super) fn random<const N: usize>() -> [u8; N] {
    use std::io::Read as _;
    let mut bytes = [0; N];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .expect("the system has random bytes");
    bytes
}

/// Seconds since 1970-01-01.
pub(super) fn now() -> i64 {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
}
