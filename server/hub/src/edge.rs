//! What every request passes before its handler: the cap of requests, https, the limit of its address, and a time for
//! all of it; and what every answer gets: headers of the limiter and of CORS, a metric and a line of the log.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use tokio::sync::SemaphorePermit;

use crate::app::App;
use crate::auth::principal::Said;
use crate::config::Config;
use crate::limit::{Decision, Quota};
use crate::problem::Problem;
use crate::telemetry::{Answered, Route, trace_id};

/// Who is at the other end of the connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub SocketAddr);

/// Takes a request through.
pub async fn edge(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = method_word(request.method());
    let trace = request.headers().get("traceparent").and_then(|value| value.to_str().ok()).and_then(trace_id);
    let trace = trace.map_or_else(new_trace, str::to_owned);
    let origin = allowed_origin(&app.config, request.headers());
    let said = Said::default();
    request.extensions_mut().insert(said.clone());

    let mut response = match preflight(&request, origin.is_some()) {
        Some(response) => response,
        None => answer(&app, request, next, &route, &said).await,
    };

    let headers = response.headers_mut();
    if let Some((name, quota, decision)) = said.get() {
        limit_headers(headers, name, quota, decision);
    }
    if !app.config.cors_origins.is_empty() {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("ETag, RateLimit, RateLimit-Policy, Retry-After"),
        );
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));

    let (status, seconds) = (response.status().as_u16(), started.elapsed().as_secs_f64());
    app.metrics.duration.get_or_create(&Route { route: route.clone() }).observe(seconds);
    app.metrics.requests.get_or_create(&Answered { route: route.clone(), method, status }).inc();
    tracing::info!(target: "aurora_hub::request", route, method, status, ms = seconds * 1e3, trace_id = trace, "answered");
    response
}

/// The handler's answer, or why it was not asked.
async fn answer(app: &App, request: Request, next: Next, route: &str, said: &Said) -> Response {
    let is_probe = route == "/livez" || route == "/readyz";
    let _permit: Option<SemaphorePermit<'_>> = if is_probe {
        None
    } else {
        match app.in_flight.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => {
                app.metrics.shed("in-flight");
                return Problem::unavailable("overloaded", "there is more to do than the hub can")
                    .into_response();
            }
        }
    };
    let handled = async {
        if !is_probe {
            let address = client(&app.config, &request)?;
            let decision =
                app.take(&format!("a:{}", neighbourhood(address)), app.config.limits.address()).await;
            if !decision.is_allowed {
                said.note("address", app.config.limits.address(), decision);
                return Err(Problem::too_many(decision.retry_after));
            }
        }
        Ok(next.run(request).await)
    };
    let patience = Duration::from_millis(u64::from(app.config.limits.request_ms));
    match tokio::time::timeout(patience, AssertUnwindSafe(handled).catch_unwind()).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(problem))) => problem.into_response(),
        // The panic's place is in the log by the hook of the process.
        Ok(Err(_)) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something is broken here")
            .into_response(),
        Err(_) => {
            app.metrics.shed("timeout");
            Problem::unavailable("timeout", "the answer took too long").into_response()
        }
    }
}

/// The address that the request comes from.
///
/// # Errors
/// 403 when a proxy took it without https, or when it came past the proxies.
fn client(config: &Config, request: &Request) -> Result<IpAddr, Problem> {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip().to_canonical());
    let https_required = || {
        Problem::new(StatusCode::FORBIDDEN, "https-required", "the hub is asked by https only")
            .with("use the https address of the hub")
    };
    let peer = peer.ok_or_else(https_required)?;
    let is_trusted = |address: IpAddr| config.trusted_proxies.iter().any(|net| net.contains(address));
    if !is_trusted(peer) {
        // Listening on loopback, nobody else gets here; elsewhere only proxies may.
        return if config.listen.ip().is_loopback() { Ok(peer) } else { Err(https_required()) };
    }
    let headers = request.headers();
    let mut schemes = headers.get_all("x-forwarded-proto").iter();
    let scheme = schemes.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !scheme.trim().eq_ignore_ascii_case("https") || schemes.next().is_some() {
        return Err(https_required());
    }
    // From the right: what our proxies wrote. The first that is none of them is the client; further left is hearsay.
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = peer;
    for one in forwarded.iter().rev() {
        let Ok(address) = one.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(client) {
            break;
        }
    }
    Ok(client)
}

/// Who counts as one: an address of IPv4, a /64 of IPv6, for a household has as many addresses as it wants.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

fn method_word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "other",
    }
}

fn new_trace() -> String {
    let mut random = [0; 16];
    // A trace of zeros is better than no line in the log.
    let _ = getrandom::fill(&mut random);
    random.iter().fold(String::with_capacity(32), |mut hex, byte| {
        hex.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
        hex.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
        hex
    })
}

/// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
fn limit_headers(headers: &mut HeaderMap, name: &str, quota: Quota, decision: Decision) {
    let policy = format!("\"{name}\";q={};w=60", quota.per_minute);
    let limit = format!("\"{name}\";r={};t={}", decision.remaining, decision.retry_after);
    for (header, value) in [("ratelimit-policy", policy), ("ratelimit", limit)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(header), value);
        }
    }
}

/// The request's origin, if it is exactly one of the list.
fn allowed_origin(config: &Config, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    config.cors_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

/// The answer to a browser that asks first; `None` for every other request.
fn preflight(request: &Request, is_allowed: bool) -> Option<Response> {
    let is_preflight = request.method() == Method::OPTIONS
        && is_allowed
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, PUT, POST, DELETE"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, idempotency-key, if-none-match, traceparent",
        ),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    is_preflight.then(|| (StatusCode::NO_CONTENT, headers).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(config: &Config, peer: &str, headers: &[(&str, &str)]) -> Result<String, &'static str> {
        let mut request = axum::http::Request::builder().uri("/v1/rules");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(axum::body::Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::new(peer.parse().unwrap(), 9)));
        client(config, &request).map(|address| address.to_string()).map_err(|problem| problem.code)
    }

    #[test]
    fn only_listed_proxies_are_believed() {
        let config = Config {
            listen: "0.0.0.0:1".parse().unwrap(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Config::default()
        };
        let https = ("x-forwarded-proto", "https");
        let seen = |peer, headers: &[_]| seen(&config, peer, headers);
        assert_eq!(seen("10.0.0.1", &[https, ("x-forwarded-for", "192.0.2.7")]).unwrap(), "192.0.2.7");
        let spoofed = ("x-forwarded-for", "198.51.100.1, 192.0.2.7, 10.0.0.3");
        assert_eq!(seen("10.0.0.1", &[https, spoofed]).unwrap(), "192.0.2.7");
        assert_eq!(seen("10.0.0.1", &[https, ("x-forwarded-for", "nonsense")]).unwrap(), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &[https]).unwrap(), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), Err("https-required"));
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-proto", "http")]), Err("https-required"));
        assert_eq!(seen("10.0.0.1", &[https, ("x-forwarded-proto", "http")]), Err("https-required"));
        assert_eq!(seen("192.0.2.1", &[https]), Err("https-required"), "past the proxies");
    }

    #[test]
    fn on_loopback_nobody_is_believed_but_the_connection() {
        let forwarded = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https")];
        assert_eq!(seen(&Config::default(), "127.0.0.1", &forwarded).unwrap(), "127.0.0.1");
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let one = |text: &str| neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(one("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(one("192.0.2.1"), "192.0.2.1");
    }
}
