//! `hub.toml`: every setting with its default, what it means, and what it may be. Secrets come from the environment.

mod net;
pub mod secret;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use net::Net;

use crate::limit::Quota;
use crate::share::release::Plan;

/// Why the hub does not start, in one line that says what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// The settings of a hub.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the embedded store and of the keys.
    pub data: PathBuf,
    /// Address of the API.
    pub listen: SocketAddr,
    /// Address of the metrics.
    pub metrics_listen: SocketAddr,
    /// `iss` of tokens, and `aud` of assertions.
    pub issuer: String,
    /// `aud` of tokens.
    pub audience: String,
    /// Proxies that end TLS.
    pub trusted_proxies: Vec<Net>,
    /// Origins that browsers may call from.
    pub cors_origins: Vec<String>,
    /// How many hubs share one store.
    pub replicas: u32,
    /// Words of `RUST_LOG` syntax.
    pub log: String,
    /// Keys of tokens.
    pub tokens: Tokens,
    /// How much is taken.
    pub limits: Limits,
    /// How the hub ends.
    pub shutdown: Shutdown,
    /// When cards are published.
    pub release: ReleaseTimes,
    /// From the environment.
    #[serde(skip)]
    pub secrets: Secrets,
}

/// Settings `[tokens]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tokens {
    /// Seconds that an access token lives.
    pub lifetime_seconds: u32,
    /// File of the key that signs tokens.
    pub signing_key: String,
    /// File or https address of the keys that tokens are verified by.
    pub jwks: String,
    /// Seconds between two reads of it.
    pub jwks_refresh_seconds: u32,
}

/// Settings `[limits]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at once.
    pub connections: u32,
    /// Requests at once.
    pub in_flight: u32,
    /// Seconds for the head of a request.
    pub header_seconds: u32,
    /// Milliseconds for everything after it.
    pub request_ms: u32,
    /// Bytes of a body.
    pub body_bytes: u32,
    /// Requests a minute of one member.
    pub member_per_minute: u32,
    /// How many of them at once.
    pub member_burst: u32,
    /// Uploads a minute of one member.
    pub votes_per_minute: u32,
    /// How many of them at once.
    pub votes_burst: u32,
    /// Requests a minute of one address, before anything is verified.
    pub address_per_minute: u32,
    /// How many of them at once.
    pub address_burst: u32,
}

impl Limits {
    /// Of one member.
    pub fn member(&self) -> Quota {
        Quota { per_minute: self.member_per_minute, burst: self.member_burst }
    }

    /// Of one member's uploads.
    pub fn votes(&self) -> Quota {
        Quota { per_minute: self.votes_per_minute, burst: self.votes_burst }
    }

    /// Of one address.
    pub fn address(&self) -> Quota {
        Quota { per_minute: self.address_per_minute, burst: self.address_burst }
    }
}

/// Settings `[shutdown]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shutdown {
    /// Seconds between /readyz saying 503 and the last connection taken.
    pub announce_seconds: u32,
    /// Seconds that requests under way get.
    pub drain_seconds: u32,
}

/// Settings `[release]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReleaseTimes {
    /// Whether this hub publishes by itself.
    pub automatic: bool,
    /// Seconds between two looks whether a week has begun.
    pub look_seconds: u32,
    /// In how many releases a dp tenant's ε is spent.
    pub dp_releases: u32,
}

impl ReleaseTimes {
    /// How a dp tenant's ε is spent.
    pub fn plan(&self) -> Plan {
        if self.dp_releases == 3 { Plan::Thrice } else { Plan::Once }
    }
}

/// What comes from the environment only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    /// `AURORA_HUB_DATABASE_URL`: PostgreSQL under the app's login, with TLS as `sslmode` says; the embedded
    /// store without.
    pub database_url: Option<String>,
    /// `AURORA_HUB_OWNER_URL`: PostgreSQL under the owner's login, for `aurora hub migrate` alone.
    pub owner_url: Option<String>,
    /// `AURORA_HUB_REDIS_URL`: Redis, with TLS when it begins with `rediss`; memory of this process without.
    pub redis_url: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("aurora-hub"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8470)),
            metrics_listen: SocketAddr::from(([127, 0, 0, 1], 9470)),
            issuer: "aurora-hub".to_owned(),
            audience: "aurora-hub".to_owned(),
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            replicas: 1,
            log: "info".to_owned(),
            tokens: Tokens::default(),
            limits: Limits::default(),
            shutdown: Shutdown::default(),
            release: ReleaseTimes::default(),
            secrets: Secrets::default(),
        }
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            lifetime_seconds: 600,
            signing_key: "signing-key.json".to_owned(),
            jwks: "jwks.json".to_owned(),
            jwks_refresh_seconds: 300,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            // Enough for 1,000 a second while a frozen Redis is waited for, twice 50 ms a question, before its breaker
            // opens; few enough that a hub at its limit answers what it takes within 0.2 s.
            in_flight: 512,
            header_seconds: 5,
            request_ms: 2000,
            body_bytes: 256 * 1024,
            member_per_minute: 60,
            member_burst: 30,
            votes_per_minute: 10,
            votes_burst: 10,
            address_per_minute: 1200,
            address_burst: 300,
        }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { announce_seconds: 5, drain_seconds: 20 }
    }
}

impl Default for ReleaseTimes {
    fn default() -> Self {
        Self { automatic: true, look_seconds: 60, dp_releases: 1 }
    }
}

/// Each setting with what it means and may be; in the order of the file. `check-config --print` shows them.
pub const SETTINGS: [(&str, &str); 29] = [
    ("data", "folder of the embedded store and of the keys; relative to this file"),
    ("listen", "address of the API; one that is not loopback needs trusted_proxies"),
    ("metrics_listen", "address of /metrics; anyone who reaches it reads them"),
    ("issuer", "`iss` of tokens and `aud` of assertions; 1 to 200 characters"),
    ("audience", "`aud` of tokens; 1 to 200 characters"),
    (
        "trusted_proxies",
        "addresses or nets of the proxies that end TLS; only their forwarded headers count; list one on this machine too (127.0.0.1), else all it forwards count as one address",
    ),
    ("cors_origins", "exact origins that browsers may call from, https://HOST; no * and no null"),
    (
        "replicas",
        "how many hubs share one store; more than one need PostgreSQL and Redis, and limit to their share while Redis is down; 1 to 1000",
    ),
    ("log", "what to log: error, warn, info, debug, or module=level pairs"),
    ("tokens.lifetime_seconds", "how long an access token lives; 60 to 600"),
    (
        "tokens.signing_key",
        "file of the key that signs tokens, in `data` unless absolute; made when missing there",
    ),
    (
        "tokens.jwks",
        "file (in `data` unless absolute) or https:// address of the keys that tokens are verified by",
    ),
    ("tokens.jwks_refresh_seconds", "how often it is read again; 10 to 3600"),
    ("limits.connections", "connections at once; more are told 503; 1 to 1000000"),
    ("limits.in_flight", "requests at once; more are told 503 before they queue; 1 to 100000"),
    ("limits.header_seconds", "how long the head of a request may take, and a connection may idle; 1 to 60"),
    ("limits.request_ms", "how long everything after the head may take; 100 to 60000"),
    ("limits.body_bytes", "longest body; 1024 to 262144"),
    ("limits.member_per_minute", "requests a minute of one member; 1 to 1000000"),
    ("limits.member_burst", "how many of them at once; 1 to 1000000"),
    ("limits.votes_per_minute", "uploads a minute of one member; 1 to 1000000"),
    ("limits.votes_burst", "how many of them at once; 1 to 1000000"),
    (
        "limits.address_per_minute",
        "requests a minute of one address, before tokens are looked at; 1 to 100000000",
    ),
    ("limits.address_burst", "how many of them at once; 1 to 100000000"),
    (
        "shutdown.announce_seconds",
        "after SIGTERM /readyz says 503 for so long before connections are refused; 0 to 600",
    ),
    ("shutdown.drain_seconds", "how long requests under way get; 0 to 600"),
    ("release.automatic", "whether this hub publishes cards each week by itself"),
    ("release.look_seconds", "how often it looks whether a week has begun; 1 to 86400"),
    ("release.dp_releases", "in how many releases a dp team's ε of 0.9 is spent; 1 or 3"),
];

impl Config {
    /// Reads the file (defaults without one) and the environment, and checks all of it.
    ///
    /// # Errors
    /// One line that says what to do.
    pub fn load(file: Option<&Path>, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut config = match file {
            None => Self { data: default_data(variable), ..Self::default() },
            Some(path) => {
                let shown = path.display();
                let text = std::fs::read_to_string(path).map_err(|error| {
                    ConfigError(format!("cannot read {shown}: {error}; pass another file by --config"))
                })?;
                let mut config = Self::parse(&text).map_err(|why| ConfigError(format!("{shown}: {why}")))?;
                let folder = path.parent().unwrap_or(Path::new(""));
                config.data =
                    if text_sets_data(&text) { folder.join(&config.data) } else { default_data(variable) };
                config
            }
        };
        for name in UNKNOWN_TO_BE_CAUGHT {
            if variable(name).is_some() {
                return Err(ConfigError(format!(
                    "{name} is set, which is no name of ours; see `aurora hub serve --help`"
                )));
            }
        }
        config.secrets = Secrets {
            database_url: secret::read("AURORA_HUB_DATABASE_URL", variable)?,
            owner_url: secret::read("AURORA_HUB_OWNER_URL", variable)?,
            redis_url: secret::read("AURORA_HUB_REDIS_URL", variable)?,
        };
        config.check()?;
        Ok(config)
    }

    /// The settings in a text, not checked yet.
    ///
    /// # Errors
    /// Line, key and what is wrong, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            format!("line {line}: {}", error.message().replace('\n', "; "))
        })
    }

    /// The file of a name: in `data` unless absolute.
    pub fn in_data(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// All settings with their values, as a file that could be read again.
    pub fn to_toml(&self) -> String {
        let all = serde_json::to_value(self).unwrap_or_default();
        let mut text = String::new();
        let mut section = "";
        for (key, about) in SETTINGS {
            let (table, name) = key.split_once('.').unwrap_or(("", key));
            if table != section {
                section = table;
                text += &format!("\n[{table}]\n");
            }
            let value = if table.is_empty() { &all[name] } else { &all[table][name] };
            text += &format!("# {about}\n{name} = {value}\n");
        }
        text
    }

    fn check(&self) -> Result<(), ConfigError> {
        let within = |key: &str, value: u32, least: u32, most: u32| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(ConfigError(format!("{key} is {value}; write a number from {least} to {most}")))
        };
        let (t, l) = (&self.tokens, &self.limits);
        within("tokens.lifetime_seconds", t.lifetime_seconds, 60, 600)?;
        within("tokens.jwks_refresh_seconds", t.jwks_refresh_seconds, 10, 3600)?;
        within("limits.connections", l.connections, 1, 1_000_000)?;
        within("limits.in_flight", l.in_flight, 1, 100_000)?;
        within("limits.header_seconds", l.header_seconds, 1, 60)?;
        within("limits.request_ms", l.request_ms, 100, 60_000)?;
        within("limits.body_bytes", l.body_bytes, 1024, 256 * 1024)?;
        within("limits.member_per_minute", l.member_per_minute, 1, 1_000_000)?;
        within("limits.member_burst", l.member_burst, 1, 1_000_000)?;
        within("limits.votes_per_minute", l.votes_per_minute, 1, 1_000_000)?;
        within("limits.votes_burst", l.votes_burst, 1, 1_000_000)?;
        within("limits.address_per_minute", l.address_per_minute, 1, 100_000_000)?;
        within("limits.address_burst", l.address_burst, 1, 100_000_000)?;
        within("shutdown.announce_seconds", self.shutdown.announce_seconds, 0, 600)?;
        within("shutdown.drain_seconds", self.shutdown.drain_seconds, 0, 600)?;
        within("release.look_seconds", self.release.look_seconds, 1, 86_400)?;
        within("replicas", self.replicas, 1, 1000)?;
        if ![1, 3].contains(&self.release.dp_releases) {
            return Err(ConfigError(format!(
                "release.dp_releases is {}; write 1 or 3",
                self.release.dp_releases
            )));
        }
        for (key, text) in [("issuer", &self.issuer), ("audience", &self.audience)] {
            if text.is_empty() || text.len() > 200 {
                return Err(ConfigError(format!("{key} has {} characters; write 1 to 200", text.len())));
            }
        }
        for origin in &self.cors_origins {
            check_origin(origin)?;
        }
        if !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            return Err(ConfigError(format!(
                "listen is {}, which others reach over plain http; list the proxies that end TLS in trusted_proxies, or listen on 127.0.0.1",
                self.listen
            )));
        }
        if let Some((scheme, _)) = t.jwks.split_once("://")
            && scheme != "https"
            && !is_loopback_http(&t.jwks)
        {
            return Err(ConfigError(format!("tokens.jwks begins with {scheme}://; write https://")));
        }
        if self.replicas > 1 && self.secrets.database_url.is_none() {
            return Err(ConfigError(format!(
                "replicas is {}, and the embedded store serves one; set AURORA_HUB_DATABASE_URL",
                self.replicas
            )));
        }
        if self.replicas > 1 && self.secrets.redis_url.is_none() {
            // An assertion is taken once: who remembers that must be one for all.
            return Err(ConfigError(format!(
                "replicas is {}, which share what they remember in Redis; set AURORA_HUB_REDIS_URL",
                self.replicas
            )));
        }
        let postgres = ["postgres", "postgresql"];
        if let Some(url) = &self.secrets.database_url {
            secret::check_url("AURORA_HUB_DATABASE_URL", url, &postgres)?;
        }
        if let Some(url) = &self.secrets.owner_url {
            secret::check_url("AURORA_HUB_OWNER_URL", url, &postgres)?;
        }
        if let Some(url) = &self.secrets.redis_url {
            secret::check_url("AURORA_HUB_REDIS_URL", url, &["redis", "rediss"])?;
        }
        Ok(())
    }
}

/// Names that one could take for ours: a secret in one of them would be ignored without a word.
const UNKNOWN_TO_BE_CAUGHT: [&str; 4] =
    ["AURORA_HUB_DATABASE", "AURORA_HUB_REDIS", "AURORA_HUB_POSTGRES_URL", "AURORA_HUB_DB_URL"];

/// Whether an address is plain http of this machine.
pub fn is_loopback_http(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        authority.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
    })
}

fn text_sets_data(text: &str) -> bool {
    toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key("data"))
}

/// The platform's folder for data of a person's programs.
fn default_data(variable: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let base = variable("XDG_DATA_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/share")));
    base.map_or_else(|| PathBuf::from("aurora-hub"), |base| base.join("aurora").join("hub"))
}

fn check_origin(origin: &str) -> Result<(), ConfigError> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_plain = rest.is_some_and(|host| {
        !host.is_empty()
            && host.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c))
    });
    if is_plain {
        return Ok(());
    }
    Err(ConfigError(format!(
        "cors_origins has `{origin}`; write exact origins like https://app.example.org, no * and no path"
    )))
}

#[cfg(test)]
mod tests;
