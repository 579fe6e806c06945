//! Answers while the store is opened late, locked or slow: nothing waits for them, none is lost, and their order stays.

use std::path::Path;
use std::time::{Duration, Instant};

use aurora_learning::Kind;
use aurora_testing::lsp_client::Client;
use serde_json::{Value, json};

use crate::has_faults;
use crate::keeping::{SHORT, URI, keeping, kinds, offered};

/// Holds the store in `folder` as another process would that writes for long; until it is dropped.
fn locked(folder: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(folder.join(aurora_store::place::DATABASE)).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// A server with the document open and its store open too, but locked by another; until the lock is dropped.
fn with_its_store_locked(folder: &Path) -> (Client, rusqlite::Connection) {
    let mut client = keeping(folder).start();
    client.open(URI, SHORT);
    client.diagnostics(URI, 1);
    // It answers when the store is open.
    client.call("aurora/privacy", json!({"uri": URI}));
    (client, locked(folder))
}

/// Requests that answer about a column of the document, not waited for.
fn many_answers(client: &mut Client) -> Vec<i64> {
    let argument =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
    let params = json!({"command": "aurora.correct", "arguments": [argument]});
    (0..24).map(|_| client.request("workspace/executeCommand", params.clone())).collect()
}

#[test]
fn answers_that_wait_for_a_locked_store_hold_nothing_else_up() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, lock) = with_its_store_locked(folder.path());
    let answers = many_answers(&mut client);
    let hover = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 3}});
    assert!(client.call("textDocument/hover", hover)["contents"].is_object());
    drop(lock);
    for id in answers {
        assert_eq!(client.answer(id)["result"]["column"], 1);
    }
    client.shut_down();
}

#[test]
fn a_store_that_opens_late_holds_nothing_up_and_no_answer_is_lost() {
    if !has_faults() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut client = keeping(folder.path())
        .env("AURORA_TEST_FAULTS", "slow-store")
        .options(json!({"clientCommands": []}))
        .start();
    // As many as an editor opens again when it starts.
    for n in 0..40 {
        client.open(&format!("file:///{n}.csv"), SHORT);
    }
    client.open(URI, SHORT);
    let answers = many_answers(&mut client);
    for n in 0..40 {
        assert_eq!(client.diagnostics(&format!("file:///{n}.csv"), 1).len(), 1);
    }
    let hover = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 3}});
    assert!(client.call("textDocument/hover", hover)["contents"].is_object());
    std::fs::write(folder.path().join("open"), "").unwrap();
    for id in &answers {
        assert_eq!(client.answer(*id)["result"]["column"], 1);
    }
    client.shut_down();
    assert_eq!(kinds(folder.path()).len(), answers.len());
}

#[test]
fn what_is_accepted_and_taken_back_at_once_is_learned_in_that_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = keeping(folder.path()).start();
    client.open(URI, SHORT);
    let (mended, announce) = offered(&mut client);
    client.call("workspace/executeCommand", announce);
    // Done and undone without a pause, as by a key that is held down.
    let wanted: Vec<Kind> = (0..40).flat_map(|_| [Kind::Accept, Kind::Undo]).collect();
    for nth in 0..wanted.len() {
        client.change_whole(URI, 2 + nth as i32, if nth % 2 == 0 { &mended } else { SHORT });
    }
    let end = Instant::now() + Duration::from_secs(60);
    while client.call("aurora/rules", json!({"uri": URI}))["answers"] != wanted.len() {
        assert!(Instant::now() < end, "all are learned");
        client.read_for(Duration::from_millis(20));
    }
    client.shut_down();
    assert_eq!(kinds(folder.path()), wanted);
}

#[test]
fn the_last_answer_waits_for_the_store_at_the_end_of_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, lock) = with_its_store_locked(folder.path());
    let argument =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
    client.request("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [argument]}));
    let end = Instant::now() + Duration::from_secs(20);
    while client.call("aurora/rules", json!({"uri": URI}))["answers"] != 1 {
        assert!(Instant::now() < end, "the answer counts");
    }
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    // Longer than a session took to end, and shorter than one that waits for the store.
    std::thread::sleep(Duration::from_millis(1_200));
    drop(lock);
    assert_eq!(client.exit_code(), 0);
    assert_eq!(kinds(folder.path()), [Kind::Accept]);
}
