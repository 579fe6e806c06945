//! Caps and limits, and what browsers may.

use std::io::Write;

use aurora_team::wire::{Mode, Role};

use crate::help::{Running, Site, connect, read, upload, vote, votes, wait_for};

#[test]
fn a_member_who_asks_too_often_is_told_when_to_come_again() {
    let hub = Running::start(|config| {
        config.limits.member_per_minute = 60;
        config.limits.member_burst = 3;
        config.limits.votes_per_minute = 10;
        config.limits.votes_burst = 1;
    });
    let team = hub.team(Mode::Team);
    let (one, other) = (hub.join(team, Role::Member), hub.join(team, Role::Member));
    let get = |bearer: &str| hub.ask("GET", "/v1/me", bearer, "");
    let first = get(&one.bearer());
    assert_eq!(first.header("ratelimit-policy"), Some("\"member\";q=60;w=60"));
    assert!(first.header("ratelimit").unwrap().starts_with("\"member\";r=2;t="), "{first:?}");
    let refused =
        std::iter::repeat_with(|| get(&one.bearer())).take(20).find(|answer| answer.status == 429).unwrap();
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("too-many-requests", Some("1")));
    assert!(refused.header("ratelimit").unwrap().starts_with("\"member\";r=0;t="));
    assert_eq!(get(&other.bearer()).status, 200, "each has their own");
    // Uploads have a limit of their own beside that of all requests.
    let put = || hub.ask("PUT", "/v1/votes", &upload(&other), &votes(&[vote()]));
    assert_eq!(put().status, 204);
    let refused = put();
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("ratelimit-policy"), Some("\"votes\";q=10;w=60"));
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() <= 6);
}

#[test]
fn an_address_is_limited_before_its_token_is_looked_at() {
    let hub = Running::start(|config| {
        config.limits.address_per_minute = 1;
        config.limits.address_burst = 5;
    });
    let answers: Vec<_> =
        (0..20).map(|_| hub.ask("GET", "/v1/me", "authorization: Bearer x\r\n", "").status).collect();
    assert!(answers.starts_with(&[401]) && answers.ends_with(&[429]), "{answers:?}");
    let rejected = |text: &str| text.lines().filter(|line| line.contains("auth_rejected_total{")).count();
    assert_eq!(rejected(&hub.app.metrics.text()), 1);
    assert_eq!(hub.ask("GET", "/readyz", "", "").status, 200, "who balances is not limited");
}

#[test]
fn above_the_caps_the_answer_is_503_at_once() {
    let hub = Running::start(|config| {
        config.limits.in_flight = 1;
        config.limits.connections = 3;
    });
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    // One request under way: its body does not come.
    let body = votes(&[vote()]);
    let mut slow = connect(hub.api);
    let head = format!(
        "PUT /v1/votes HTTP/1.1\r\nhost: hub\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n",
        body.len(),
        upload(&person)
    );
    slow.write_all(head.as_bytes()).unwrap();
    wait_for("request under way", || hub.app.in_flight.available_permits() == 0);
    let answer = hub.ask("GET", "/v1/me", &person.bearer(), "");
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.header("retry-after")),
        (503, "overloaded", Some("1"))
    );
    assert_eq!(hub.ask("GET", "/livez", "", "").status, 200, "probes are no requests to shed");
    // Two more connections that say nothing, and the cap is reached. They are closed after a while: fresh ones each time.
    wait_for("cap of connections", || {
        let _idle = (connect(hub.api), connect(hub.api));
        let mut stream = connect(hub.api);
        let _ = stream.write_all(b"GET /livez HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
        let mut text = String::new();
        let _ = std::io::Read::read_to_string(&mut stream, &mut text);
        text.starts_with("HTTP/1.1 503 ") && text.contains("\"code\":\"overloaded\"")
    });
    slow.write_all(body.as_bytes()).unwrap();
    assert_eq!(read(&mut slow).status, 204, "what was under way is done");
    let text = hub.app.metrics.text();
    for reason in ["in-flight", "connections"] {
        assert!(text.contains(&format!("aurora_hub_shed_total{{reason=\"{reason}\"}}")), "{text}");
    }
}

#[test]
fn browsers_may_call_from_listed_origins_alone() {
    let hub = Running::start(|config| config.cors_origins = vec!["https://app.example.org".to_owned()]);
    let person = hub.join(hub.team(Mode::Team), Role::Viewer);
    let from = |method: &str, origin: &str, more: &str| {
        let headers = format!("{}origin: {origin}\r\n{more}", person.bearer());
        let answer = hub.ask(method, "/v1/rules?dictionary=1", &headers, "");
        (answer.status, answer.header("access-control-allow-origin").map(str::to_owned), answer)
    };
    let (status, allowed, answer) = from("GET", "https://app.example.org", "");
    assert_eq!((status, allowed.as_deref()), (200, Some("https://app.example.org")));
    assert_eq!(
        (answer.header("vary"), answer.header("access-control-allow-credentials")),
        (Some("Origin"), None)
    );
    for other in [
        "https://app.example.org.evil.example",
        "http://app.example.org",
        "https://APP.example.org",
        "null",
        "*",
    ] {
        assert_eq!(from("GET", other, "").1, None, "{other}");
    }
    let preflight = "access-control-request-method: PUT\r\n";
    let (status, _, answer) = from("OPTIONS", "https://app.example.org", preflight);
    assert_eq!(
        (status, answer.header("access-control-allow-methods")),
        (204, Some("GET, PUT, POST, DELETE"))
    );
    let (status, allowed, _) = from("OPTIONS", "https://other.example.org", preflight);
    assert_eq!((status, allowed), (405, None));
}

#[test]
fn metrics_are_on_a_port_of_their_own_and_name_nobody() {
    let hub = Running::start(|_| {});
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    assert_eq!(hub.ask("PUT", "/v1/votes", &upload(&person), &votes(&[vote()])).status, 204);
    assert_eq!(hub.ask("DELETE", "/v1/members/123456", &person.bearer(), "").status, 403);
    assert_eq!(hub.ask("GET", "/metrics", "", "").status, 404);
    let answer = crate::help::ask(hub.metrics, "GET", "/metrics", "", "");
    assert_eq!(answer.status, 200);
    for wanted in [
        "aurora_hub_votes_accepted_total 1",
        "aurora_hub_http_requests_total{route=\"/v1/votes\",method=\"PUT\",status=\"204\"} 1",
        "aurora_hub_http_requests_total{route=\"/v1/members/{member}\",method=\"DELETE\",status=\"403\"} 1",
        "aurora_hub_dependency_up{name=\"store\"} 1",
    ] {
        assert!(answer.body.contains(wanted), "{wanted}\n{}", answer.body);
    }
    assert!(!answer.body.contains("123456") && !answer.body.contains("tenant"));
}
