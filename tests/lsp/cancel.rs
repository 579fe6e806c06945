//! Cancelling: at once, twice, late, unknown; and slow requests beside quick ones.

use aurora_testing::lsp_client::PATIENCE;
use serde_json::json;

use crate::{has_faults, server};

/// Milliseconds of a sleep that outlasts the patience of the client.
const LONG: u128 = PATIENCE.as_millis() * 4;

#[test]
fn a_cancelled_request_is_answered_once_and_at_once() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    let id = client.request("aurora/test/sleep", json!({"ms": LONG}));
    client.notify("$/cancelRequest", json!({"id": id}));
    client.notify("$/cancelRequest", json!({"id": id}));
    // An answer in time comes before the sleep is over.
    assert_eq!(client.error_code(id), -32800);
    // Late, unknown, of another kind.
    client.notify("$/cancelRequest", json!({"id": id}));
    client.notify("$/cancelRequest", json!({"id": 999_999}));
    client.notify("$/cancelRequest", json!({"id": "text"}));
    client.notify("$/cancelRequest", json!({"id": 1.5}));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_request_with_a_text_as_number_can_be_cancelled() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    let sleep = json!({"jsonrpc": "2.0", "id": "abc", "method": "aurora/test/sleep", "params": {"ms": LONG}});
    client.frame(sleep.to_string().as_bytes());
    client.notify("$/cancelRequest", json!({"id": "abc"}));
    assert_eq!(client.nameless_error_of("abc"), -32800);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn of_four_hundred_requests_each_has_one_answer() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    let ids: Vec<i64> = (0..400).map(|_| client.request("aurora/test/sleep", json!({"ms": 150}))).collect();
    for (at, id) in ids.iter().enumerate() {
        if at % 4 != 0 {
            client.notify("$/cancelRequest", json!({"id": id}));
        }
    }
    let mut cancelled = 0;
    for id in ids {
        let answer = client.answer(id);
        match answer["error"]["code"].as_i64() {
            Some(-32800) => cancelled += 1,
            None => assert_eq!(answer["result"], "slept"),
            Some(code) => panic!("{code}"),
        }
    }
    assert!(cancelled > 100, "{cancelled}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn four_slow_requests_hold_up_nobody() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    let slow: Vec<i64> = (0..4).map(|_| client.request("aurora/test/sleep", json!({"ms": LONG}))).collect();
    client.open("file:///a.csv", "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics("file:///a.csv", 1).len(), 1);
    let hover = json!({"textDocument": {"uri": "file:///a.csv"}, "position": {"line": 0, "character": 0}});
    assert!(client.call("textDocument/hover", hover).is_object());
    for id in slow {
        assert!(!client.is_answered(id), "it sleeps still");
        client.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(client.error_code(id), -32800);
    }
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_number_in_use_is_refused() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    let id = client.request("aurora/test/sleep", json!({"ms": LONG}));
    let again = format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"textDocument/hover","params":{{"textDocument":{{"uri":"file:///x"}},"position":{{"line":0,"character":0}}}}}}"#
    );
    client.frame(again.as_bytes());
    assert_eq!(client.error_code(id), -32600);
    client.expect_answer(id);
    client.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.error_code(id), -32800, "the first one has its own answer");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn work_that_takes_long_says_so_and_can_be_stopped() {
    let start = server().capability("/window/workDoneProgress", json!(true)).options(json!({"status": true}));
    let mut client = start.start();
    let mut text = "id,name,size\n".to_owned();
    (0..120_000).for_each(|n| text.push_str(&format!("{n},name {},{}.5\n", n % 900, n * 7 % 1013)));
    let uri = "file:///long.csv";
    client.open(uri, &text);
    let begin = client.notification("$/progress", |progress| progress["value"]["kind"] == "begin");
    assert_eq!(begin["value"]["cancellable"], true);
    client.notify("window/workDoneProgress/cancel", json!({"token": begin["token"]}));
    client.notification("aurora/status", |status| status["coverage"] == "stopped");
    client.notification("$/progress", |p| p["token"] == begin["token"] && p["value"]["kind"] == "end");
    // A change is read as ever.
    client.change_whole(uri, 2, "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics(uri, 2)[0]["code"], "missing-fields");
    assert_eq!(client.shut_down(), 0);
}
