//! What bad input gets, and that nothing of it is stored.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use aurora_team::wire::{Mode, Role};
use serde_json::{Value, json};

use crate::help::{JSON, Running, Site, connect, key, read, upload, vote, votes, withdrawn};

pub(crate) fn an_upload_that_is_wrong_anywhere_stores_nothing(hub: &dyn Site) {
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let with = |key: &str, value: Value| {
        let mut vote = vote();
        vote[key] = value;
        votes(&[self::vote(), vote])
    };
    let many: Vec<_> = (0..201).map(|_| vote()).collect();
    let cases: Vec<(String, u16, &str)> = vec![
        (with("domain", json!(200)), 422, "unknown-id"),
        (with("group", json!(60_000)), 422, "unknown-id"),
        (with("cell", json!(108)), 422, "unknown-id"),
        (with("action", json!(60_000)), 422, "unknown-id"),
        (with("column_name", json!("salary")), 422, "unknown-field"),
        (with("yes", json!("maybe")), 422, "unknown-field"),
        (with("cell", json!(-1)), 422, "unknown-field"),
        (with("cell", json!(1.5)), 422, "unknown-field"),
        (votes(&[vote(), vote()]), 422, "two-votes"),
        (withdrawn(&[vote()], &[key()]), 422, "two-votes"),
        (withdrawn(&[], &[key(), key()]), 422, "two-votes"),
        (withdrawn(&[], &[vote()]), 422, "unknown-field"),
        (withdrawn(&[vote()], &[json!({"domain": 1, "group": 1, "cell": 108, "action": 1001})]), 422, "unknown-id"),
        (withdrawn(&many[..200], &[key()]), 422, "too-many-votes"),
        (votes(&many), 422, "too-many-votes"),
        (json!({"dictionary": 1, "votes": [], "workspace": "x"}).to_string(), 422, "unknown-field"),
        (json!({"dictionary": 9, "votes": [vote()]}).to_string(), 422, "dictionary"),
        (json!({"votes": [vote()]}).to_string(), 422, "unknown-field"),
        (json!([]).to_string(), 422, "unknown-field"),
        (json!([1, []]).to_string(), 422, "unknown-field"),
        (json!({"dictionary": 1, "votes": [[1, 1, 20, 1001, true]]}).to_string(), 422, "unknown-field"),
        (r#"{"dictionary":1,"dictionary":1,"votes":[]}"#.to_owned(), 422, "unknown-field"),
        ("{\"dictionary\":1,".to_owned(), 400, "broken-json"),
        ("votes".to_owned(), 400, "broken-json"),
        ("\u{0}".to_owned(), 400, "broken-json"),
        (format!("{{\"dictionary\":1,\"votes\":[{}]}}", "[".repeat(10_000)), 422, "unknown-field"),
        (" ".repeat(256 * 1024 + 1), 413, "body-too-large"),
        (json!({"dictionary": 1, "votes": [vote()], "exposure": {"experiment": 1, "shown": 1, "accepted": 2, "undone": 0, "abstained": 0}}).to_string(), 422, "exposure"),
    ];
    for (body, status, code) in cases {
        let answer = hub.ask("PUT", "/v1/votes", &upload(&person), &body);
        let shown = &body[..body.len().min(200)];
        assert!(answer.status >= 400, "taken: {shown}");
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{shown}: {}", answer.body);
        assert!(!answer.body.contains("salary"), "nothing of a request is echoed");
    }
    let me = hub.ask("GET", "/v1/me", &person.bearer(), "").json();
    assert_eq!(me["votes"], json!([]));
}

pub(crate) fn an_idempotency_key_is_asked_for_and_means_one_body(hub: &dyn Site) {
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let bearer = person.bearer();
    let put =
        |headers: &str, body: &str| hub.ask("PUT", "/v1/votes", &format!("{bearer}{JSON}{headers}"), body);
    let body = votes(&[vote()]);
    for headers in [
        "",
        "idempotency-key: short\r\n",
        "idempotency-key: with a blank in it\r\n",
        "idempotency-key: aaaaaaaaaaaaaaaa\r\nidempotency-key: bbbbbbbbbbbbbbbb\r\n",
    ] {
        assert_eq!(put(headers, &body).code(), "idempotency-key", "{headers}");
    }
    let key = "idempotency-key: 0123456789abcdef\r\n";
    assert_eq!([put(key, &body).status, put(key, &body).status], [204, 204]);
    let answer = put(key, &votes(&[]));
    assert_eq!((answer.status, answer.code().as_str()), (422, "key-reused"));
    let me = hub.ask("GET", "/v1/me", &bearer, "").json();
    assert_eq!(me["votes"].as_array().unwrap().len(), 1);
}

pub(crate) fn paths_methods_types_and_queries_that_are_not_there_are_problems_too(hub: &dyn Site) {
    let admin = hub.join(hub.team(Mode::Team), Role::Admin);
    let bearer = admin.bearer();
    let ask = |method: &str, path: &str, headers: &str, body: &str| {
        let answer = hub.ask(method, path, &format!("{bearer}{headers}"), body);
        (answer.status, answer.code(), answer.header("allow").map(str::to_owned))
    };
    assert_eq!(ask("GET", "/v2/rules", "", ""), (404, "not-found".to_owned(), None));
    let (status, code, allow) = ask("PATCH", "/v1/members", "", "");
    assert_eq!((status, code.as_str()), (405, "method"));
    assert_eq!(allow.unwrap().split(',').map(str::trim).collect::<Vec<_>>(), ["GET", "HEAD", "POST"]);
    assert_eq!(ask("POST", "/v1/members", "content-type: text/plain\r\n", "{}").1, "content-type");
    assert_eq!(ask("POST", "/v1/members", JSON, r#"{"role":"member","days":31}"#).1, "days");
    for query in ["", "?dictionary=", "?dictionary=x", "?dictionary=-1", "?dictionary=1&more=2"] {
        assert_eq!(ask("GET", &format!("/v1/rules{query}"), "", "").1, "bad-query", "{query}");
    }
    assert_eq!(ask("GET", "/v1/rules?dictionary=2", "", "").1, "dictionary");
    for query in ["?limit=0", "?limit=201", "?after=-1", "?after=x", "?page=1"] {
        assert_eq!(ask("GET", &format!("/v1/audit{query}"), "", "").1, "bad-query", "{query}");
    }
    for path in
        ["/v1/members/x", "/v1/members/99999", "/v1/members/99999999999999999999", "/v1/experiments/1"]
    {
        assert_eq!(ask("DELETE", path, "", "").1, "not-found", "{path}");
    }
    let own = format!("/v1/members/{}", admin.enrolled.member);
    assert_eq!(ask("DELETE", &own, "", "").1, "own-membership");
}

#[test]
fn a_header_of_one_byte_a_second_is_closed_in_time() {
    let hub = Running::start(|config| config.limits.header_seconds = 2);
    // Before the hub can begin to count.
    let start = Instant::now();
    let mut stream = connect(hub.api);
    let mut head = "GET /v1/rules HTTP/1.1\r\nhost: hub\r\nx-slow: ".bytes().chain(std::iter::repeat(b'a'));
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    loop {
        let is_sent = stream.write_all(&[head.next().unwrap()]).is_ok();
        let mut buffer = [0; 256];
        match stream.read(&mut buffer) {
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            _ if is_sent || start.elapsed() > Duration::from_secs(1) => break,
            _ => {}
        }
        assert!(start.elapsed() < Duration::from_secs(30), "it is open still");
    }
    assert!(start.elapsed() >= Duration::from_secs(2), "it had its time");
}

#[test]
fn two_gigabytes_in_chunks_are_told_413_at_the_limit() {
    let hub = Running::start(|_| {});
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let mut stream = connect(hub.api);
    let head = format!(
        "PUT /v1/votes HTTP/1.1\r\nhost: hub\r\ntransfer-encoding: chunked\r\n{}\r\n",
        upload(&person)
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let sent = std::thread::spawn(move || {
        let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 65_536], b"\r\n"].concat();
        let mut n_bytes = 0_u64;
        while n_bytes < 2 << 30 && writer.write_all(&chunk).is_ok() {
            n_bytes += 65_536;
        }
        n_bytes
    });
    let answer = read(&mut stream);
    assert_eq!((answer.status, answer.code().as_str()), (413, "body-too-large"));
    drop(stream);
    assert!(sent.join().unwrap() < 64 << 20, "most of it was never read");
}

#[test]
fn a_body_that_says_its_length_is_refused_before_it_is_read_and_one_that_stops_in_time() {
    let hub = Running::start(|config| config.limits.request_ms = 1000);
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let mut stream = connect(hub.api);
    let head = |length: u64| {
        format!(
            "PUT /v1/votes HTTP/1.1\r\nhost: hub\r\nconnection: close\r\ncontent-length: {length}\r\n{}\r\n",
            upload(&person)
        )
    };
    stream.write_all(head(2 << 30).as_bytes()).unwrap();
    assert_eq!(read(&mut stream).status, 413);
    let mut stream = connect(hub.api);
    stream.write_all(head(100).as_bytes()).unwrap();
    stream.write_all(b"{").unwrap();
    assert_eq!(read(&mut stream).code(), "body-slow");
}
