//! What is seen from outside: metrics without any tenant, member or rule in their labels, and logs as lines of JSON.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the buckets of durations, seconds. The alert is on .2.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.5, 1.0, 2.5];

/// Content type of what [`Metrics::text`] gives.
pub const CONTENT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A request that was answered.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Answered {
    /// The route's template, or "other".
    pub route: String,
    /// One of the methods there are, or "other".
    pub method: &'static str,
    /// The status.
    pub status: u16,
}

/// A route's template.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Route {
    /// The route's template, or "other".
    pub route: String,
}

/// Why something was not done.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Why {
    /// One of a closed list of words.
    pub reason: &'static str,
}

/// What the limiter decided.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Limited {
    /// "allowed" or "refused".
    pub decision: &'static str,
    /// "memory" or "redis".
    pub backend: &'static str,
}

/// What a cache had.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Cached {
    /// "memory", "shared", "store", "members" or "tokens".
    pub layer: &'static str,
    /// "hit", "miss", "stale" or "down".
    pub result: &'static str,
}

/// Something the hub depends on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct Named {
    /// "store" or "redis".
    pub name: &'static str,
}

/// Which program it is.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// All metrics of a hub; the names begin with `aurora_hub_`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// `http_requests_total`
    pub requests: Family<Answered, Counter>,
    /// `http_request_duration_seconds`
    pub duration: Family<Route, Histogram>,
    /// `shed_total`
    pub shed: Family<Why, Counter>,
    /// `auth_rejected_total`
    pub auth_rejected: Family<Why, Counter>,
    /// `ratelimit_total`
    pub ratelimit: Family<Limited, Counter>,
    /// `cache_total`
    pub cache: Family<Cached, Counter>,
    /// `pool_wait_seconds`
    pub pool_wait: Histogram,
    /// `dependency_up`
    pub dependency_up: Family<Named, Gauge>,
    /// `breaker_state`: 0 closed, 1 half open, 2 open.
    pub breaker_state: Family<Named, Gauge>,
    /// `votes_accepted_total`
    pub votes_accepted: Counter,
    /// `release_age_seconds`: of the tenant that waits longest.
    pub release_age: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut metrics = Self {
            registry: Registry::with_prefix("aurora_hub"),
            requests: Family::default(),
            duration: Family::new_with_constructor(histogram),
            shed: Family::default(),
            auth_rejected: Family::default(),
            ratelimit: Family::default(),
            cache: Family::default(),
            pool_wait: histogram(),
            dependency_up: Family::default(),
            breaker_state: Family::default(),
            votes_accepted: Counter::default(),
            release_age: Gauge::default(),
        };
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        let m = &mut metrics;
        let r = &mut m.registry;
        r.register("http_requests", "Requests answered", m.requests.clone());
        r.register(
            "http_request_duration_seconds",
            "From the head read to the answer made",
            m.duration.clone(),
        );
        r.register("shed", "Requests and connections turned away before they queue", m.shed.clone());
        r.register("auth_rejected", "Tokens, assertions and codes not taken", m.auth_rejected.clone());
        r.register("ratelimit", "Decisions of the limiter", m.ratelimit.clone());
        r.register("cache", "What caches had", m.cache.clone());
        r.register("pool_wait_seconds", "Waiting for a connection to the store", m.pool_wait.clone());
        r.register("dependency_up", "Whether it answers: 1 or 0", m.dependency_up.clone());
        r.register("breaker_state", "0 closed, 1 half open, 2 open", m.breaker_state.clone());
        r.register("votes_accepted", "Votes stored", m.votes_accepted.clone());
        r.register(
            "release_age_seconds",
            "Since the last release of the team that waits longest",
            m.release_age.clone(),
        );
        r.register("build_info", "Which program this is", build);
        metrics
    }
}

impl Metrics {
    /// All of them as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Counts a rejection of a credential.
    pub fn rejected(&self, reason: &'static str) {
        self.auth_rejected.get_or_create(&Why { reason }).inc();
    }

    /// Counts what was turned away.
    pub fn shed(&self, reason: &'static str) {
        self.shed.get_or_create(&Why { reason }).inc();
    }

    /// Counts what a cache had.
    pub fn cached(&self, layer: &'static str, result: &'static str) {
        self.cache.get_or_create(&Cached { layer, result }).inc();
    }
}

/// Logs as lines of JSON on standard error. `filter` is of `RUST_LOG` syntax. Once a process; later calls do nothing.
pub fn log_to_stderr(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Makes a panic a line of the log with its place and without its text, which could hold what was being handled.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "a part of the program broke");
    }));
}

/// The trace id of a W3C `traceparent` header: 32 hex digits, not all 0. `None` for anything else.
pub fn trace_id(header: &str) -> Option<&str> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, n: usize| {
        text.len() == n && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_whole =
        is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let is_some = is_whole && trace.bytes().any(|b| b != b'0') && parent.bytes().any(|b| b != b'0');
    (is_some && (version != "00" || parts.next().is_none())).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over_only_if_it_is_one() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&format!("00-{trace}-00f067aa0ba902b7-01")), Some(trace));
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert_eq!(trace_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_and_labels_are_those_of_the_design() {
        let metrics = Metrics::default();
        let answered = Answered { route: "/v1/rules".to_owned(), method: "GET", status: 200 };
        metrics.requests.get_or_create(&answered).inc();
        metrics.duration.get_or_create(&Route { route: "/v1/rules".to_owned() }).observe(0.15);
        metrics.shed("in-flight");
        metrics.rejected("kid");
        metrics.cached("memory", "hit");
        let text = metrics.text();
        for wanted in [
            r#"aurora_hub_http_requests_total{route="/v1/rules",method="GET",status="200"} 1"#,
            r#"aurora_hub_http_request_duration_seconds_bucket{le="0.2",route="/v1/rules"} 1"#,
            r#"aurora_hub_shed_total{reason="in-flight"} 1"#,
            r#"aurora_hub_auth_rejected_total{reason="kid"} 1"#,
            r#"aurora_hub_cache_total{layer="memory",result="hit"} 1"#,
            "aurora_hub_votes_accepted_total 0",
            "aurora_hub_pool_wait_seconds_count 0",
            "aurora_hub_release_age_seconds 0",
            "aurora_hub_build_info{version=",
        ] {
            assert!(text.contains(wanted), "{wanted}\n{text}");
        }
    }
}
