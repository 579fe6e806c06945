//! The end: announced, what is under way done, nothing new taken.

use std::io::Write;
use std::net::TcpStream;

use aurora_hub::serve::End;
use aurora_team::wire::{Mode, Role};

use crate::help::{Running, Site, ask, connect, read, upload, vote, votes, wait_for};

#[test]
fn an_announced_end_finishes_what_is_under_way() {
    let hub = Running::start(|_| {});
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let body = votes(&[vote()]);
    let mut slow = connect(hub.api);
    let head = format!(
        "PUT /v1/votes HTTP/1.1\r\nhost: hub\r\ncontent-length: {}\r\n{}\r\n",
        body.len(),
        upload(&person)
    );
    slow.write_all(head.as_bytes()).unwrap();
    wait_for("request under way", || {
        hub.app.in_flight.available_permits() < hub.app.config.limits.in_flight as usize
    });
    let api = hub.api;
    let (runtime, ended) = hub.end(End::Announced);
    wait_for("announcement", || ask(api, "GET", "/readyz", "", "").status == 503);
    assert_eq!(ask(api, "GET", "/livez", "", "").status, 200, "taken still, for balancers take time");
    wait_for("closed door", || TcpStream::connect(api).is_err());
    slow.write_all(body.as_bytes()).unwrap();
    let answer = read(&mut slow);
    assert_eq!(answer.status, 204, "and the connection ends, though it was to be kept");
    assert!(runtime.block_on(ended).unwrap(), "nothing was cut off");
}

#[test]
fn an_end_does_not_wait_for_ever() {
    let hub = Running::start(|config| config.shutdown.drain_seconds = 1);
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let mut stuck = connect(hub.api);
    let head = format!("PUT /v1/votes HTTP/1.1\r\nhost: hub\r\ncontent-length: 9\r\n{}\r\n", upload(&person));
    stuck.write_all(head.as_bytes()).unwrap();
    wait_for("request under way", || {
        hub.app.in_flight.available_permits() < hub.app.config.limits.in_flight as usize
    });
    let (runtime, ended) = hub.end(End::AtOnce);
    assert!(!runtime.block_on(ended).unwrap());
}
