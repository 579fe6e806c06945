//! A hub that runs, what it runs on, and the members of a team.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use aurora_hub::config::Config;
use aurora_hub::model::TenantId;
use aurora_hub::repo::postgres::ROLES;
use aurora_hub::telemetry::Metrics;
use aurora_hub::{operate, start};
use aurora_team::assertion::{Claims, InstallKey};
use aurora_team::jws::from_base64url;
use aurora_team::wire::{Mode, Role};
use aurora_testing::stack::{Postgres, Redis};
use serde_json::{Value, json};

use super::client::{Client, request};
use super::load::{self, Load, Outcome};

/// Where votes rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    /// PostgreSQL, and Redis beside it.
    Postgres,
    /// Embedded, with nothing else.
    Sqlite,
}

/// How much one member may ask; one address may always ask for everything, for all load comes from one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    /// 60 a minute.
    AsShipped,
    /// As much as it likes.
    Wide,
}

/// An install of a member.
struct Install {
    number: i64,
    key: InstallKey,
}

/// All of it; ends when dropped.
pub(super) struct World {
    binary: PathBuf,
    config: Config,
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    hub: Option<Child>,
    tenant: TenantId,
    installs: Vec<Install>,
    tokens: Arc<Vec<String>>,
    pub(super) postgres: Option<Postgres>,
    pub(super) redis: Option<Redis>,
}

impl World {
    /// Starts everything, with a team of `n_members`; `None` (with a message) where a part is not installed.
    pub(super) async fn start(
        binary: &Path,
        store: Store,
        limits: Limits,
        n_members: usize,
    ) -> anyhow::Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let mut variables = Vec::new();
        let (mut postgres, mut redis) = (None, None);
        if store == Store::Postgres {
            // With fsync: what is acknowledged is on disk.
            let (Some(server), Some(cache)) = (Postgres::start(true), Redis::start()) else {
                return Ok(None);
            };
            let database = server.database();
            server.sql(&database, ROLES);
            variables.push(("AURORA_HUB_DATABASE_URL", server.url("aurora_hub_app", &database)));
            variables.push(("AURORA_HUB_OWNER_URL", server.url("aurora_hub_migrate", &database)));
            variables.push(("AURORA_HUB_REDIS_URL", cache.url()));
            (postgres, redis) = (Some(server), Some(cache));
        }
        let mut config =
            Config { data: folder.path().join("data"), log: "warn".to_owned(), ..Config::default() };
        std::fs::create_dir(&config.data)?;
        (config.listen, config.metrics_listen) = (free_address()?, free_address()?);
        config.limits.address_per_minute = 100_000_000;
        config.limits.address_burst = 100_000_000;
        config.shutdown.announce_seconds = 0;
        let mut world = Self {
            binary: binary.to_owned(),
            config,
            folder,
            variables,
            hub: None,
            tenant: TenantId(0),
            installs: Vec::new(),
            tokens: Arc::default(),
            postgres,
            redis,
        };
        world.write_config(limits)?;
        let status = world.command("migrate").status()?;
        ensure!(status.success(), "aurora hub migrate failed");
        world.enrol(n_members).await?;
        world.start_hub().await?;
        world.sign_in().await?;
        Ok(Some(world))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("hub.toml")
    }

    fn write_config(&mut self, limits: Limits) -> anyhow::Result<()> {
        let shipped = Config::default().limits;
        let wide = |shipped: u32| if limits == Limits::Wide { 1_000_000 } else { shipped };
        self.config.limits.member_per_minute = wide(shipped.member_per_minute);
        self.config.limits.member_burst = wide(shipped.member_burst);
        self.config.limits.votes_per_minute = wide(shipped.votes_per_minute);
        self.config.limits.votes_burst = wide(shipped.votes_burst);
        std::fs::write(self.file(), self.config.to_toml())?;
        Ok(())
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["hub", what, "--config"]).arg(self.file());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::null());
        command
    }

    /// Members by the operator's way: a code each, used at once.
    async fn enrol(&mut self, n_members: usize) -> anyhow::Result<()> {
        let variable = |name: &str| {
            self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        let config = Config::load(Some(&self.file()), &variable)?;
        let hub = start::open(&config, &Metrics::default()).await?;
        let now = hub.clock.now();
        self.tenant = hub.repo.create_tenant(Mode::Team, n_members as u32, now).await?;
        for i in 0..n_members {
            let invited = operate::invite(&hub, self.tenant, Role::Member, 1, None).await?;
            let (tenant, code) =
                aurora_hub::auth::code::read(&invited.code).context("a code that was just made")?;
            let mut seed = [0; 32];
            seed[..8].copy_from_slice(&(i as u64 + 1).to_le_bytes());
            let key = InstallKey::from_seed(seed);
            let public = from_base64url(&key.public_key()).context("a key as it is sent")?;
            let public: [u8; 32] = public.try_into().ok().context("a key has 32 bytes")?;
            let enrolled = hub.repo.enrol(tenant, code, public, now).await?;
            let (_, install) = enrolled.member().context("a code that was just made")?;
            self.installs.push(Install { number: install.0, key });
        }
        Ok(())
    }

    /// Starts the hub and waits until it is ready.
    pub(super) async fn start_hub(&mut self) -> anyhow::Result<()> {
        self.spawn_hub()?;
        let begun = Instant::now();
        while !self.is_ready().await {
            ensure!(begun.elapsed() < Duration::from_secs(20), "the hub is not ready in 20 s");
            super::pause(5).await;
        }
        Ok(())
    }

    fn spawn_hub(&mut self) -> anyhow::Result<()> {
        self.hub = Some(self.command("serve").spawn().context("the hub does not start")?);
        Ok(())
    }

    async fn is_ready(&self) -> bool {
        let asked = Client::new(self.address()).ask(&request("GET", "/readyz", "", "")).await;
        asked.is_ok_and(|answer| answer.status == 200)
    }

    /// Kills the hub (SIGKILL).
    pub(super) fn kill_hub(&mut self) -> anyhow::Result<()> {
        if let Some(mut hub) = self.hub.take() {
            hub.kill()?;
            hub.wait()?;
        }
        Ok(())
    }

    /// Another hub, with other limits.
    pub(super) async fn restart_hub(&mut self, limits: Limits) -> anyhow::Result<()> {
        self.kill_hub()?;
        self.write_config(limits)?;
        self.start_hub().await?;
        self.sign_in().await
    }

    /// Where the hub listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.config.listen
    }

    /// The access token of a member.
    pub(super) fn token(&self, member: usize) -> &str {
        &self.tokens[member]
    }

    /// A fresh access token for every member, by the API.
    pub(super) async fn sign_in(&mut self) -> anyhow::Result<()> {
        let mut client = Client::new(self.address());
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let mut tokens = Vec::with_capacity(self.installs.len());
        for (i, install) in self.installs.iter().enumerate() {
            let mut once = [0; 16];
            once[..8].copy_from_slice(&(now.as_nanos() as u64).to_le_bytes());
            once[8..].copy_from_slice(&(i as u64).to_le_bytes());
            let issuer = &self.config.issuer;
            let claims = Claims::new(install.number, self.tenant.0, issuer, now.as_secs() as i64, once);
            let body = json!({ "assertion": install.key.assertion(&claims) }).to_string();
            let answer = client.ask(&request("POST", "/v1/token", "", &body)).await?;
            ensure!(answer.status == 200, "a token is refused: {}", String::from_utf8_lossy(&answer.body));
            let token: Value = serde_json::from_slice(&answer.body)?;
            tokens.push(token["access_token"].as_str().context("a token")?.to_owned());
        }
        self.tokens = Arc::new(tokens);
        Ok(())
    }

    /// Sends a load and waits for its end.
    pub(super) async fn load(&self, load: Load) -> anyhow::Result<Outcome> {
        load::run(self.address(), &self.tokens, load).await
    }

    /// The same beside other work.
    pub(super) fn load_beside(&self, load: Load) -> tokio::task::JoinHandle<anyhow::Result<Outcome>> {
        let (address, tokens) = (self.address(), Arc::clone(&self.tokens));
        tokio::spawn(async move { load::run(address, &tokens, load).await })
    }

    /// How long it takes until fifty requests in a row are answered 200 within 50 ms each.
    pub(super) async fn recovery(&self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let authorization = format!("authorization: Bearer {}\r\n", self.tokens[0]);
        let get = request("GET", "/v1/rules?dictionary=1", &authorization, "");
        let mut client = Client::new(self.address());
        let (mut in_a_row, mut since) = (0, begun);
        while in_a_row < 50 {
            ensure!(begun.elapsed() < Duration::from_secs(30), "it does not recover in 30 s");
            let asked = Instant::now();
            let is_well = client.ask(&get).await.is_ok_and(|answer| answer.status == 200);
            if is_well && asked.elapsed() < Duration::from_millis(50) {
                in_a_row += 1;
            } else {
                (in_a_row, since) = (0, Instant::now());
            }
            super::pause(2).await;
        }
        Ok(since.duration_since(begun))
    }

    /// Seconds of processor time that the hub has taken (Linux: `/proc`, hundredths of a second).
    pub(super) fn cpu(&self) -> anyhow::Result<f64> {
        let hub = self.hub.as_ref().context("it runs")?;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", hub.id()))?;
        let after_name = stat.rsplit_once(')').context("no process name")?.1;
        let field = |at: usize| after_name.split_whitespace().nth(at).and_then(|n| n.parse::<f64>().ok());
        // Fields 14 and 15 of proc(5), counted from the state, which is the third.
        Ok((field(11).unwrap_or(0.0) + field(12).unwrap_or(0.0)) / 100.0)
    }

    /// Why the hub turned requests away, as its metrics have it.
    pub(super) async fn shed(&self) -> String {
        let asked = Client::new(self.config.metrics_listen).ask(&request("GET", "/metrics", "", "")).await;
        let text = asked.map_or(Vec::new(), |answer| answer.body);
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines = text.lines().filter_map(|line| line.strip_prefix("aurora_hub_shed_total"));
        lines.collect::<Vec<_>>().join(" ")
    }

    /// What the hub holds in memory, in MiB (Linux: `/proc`).
    pub(super) fn resident_mib(&self) -> anyhow::Result<f64> {
        let hub = self.hub.as_ref().context("it runs")?;
        let status = std::fs::read_to_string(format!("/proc/{}/status", hub.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.split_whitespace().next().context("no figure")?.parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.kill_hub();
    }
}

/// A port that is free now.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
