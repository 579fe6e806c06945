//! Beginning and end.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aurora_testing::lsp_client::{PATIENCE, Start};
use serde_json::{Value, json};

use crate::{has_faults, server};

#[test]
fn exit_after_shutdown_is_success() {
    assert_eq!(server().start().shut_down(), 0);
}

#[test]
fn exit_with_standard_input_still_open_ends_the_process() {
    let mut client = server().start();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn the_end_of_input_ends_the_process() {
    let mut idle = server().start();
    idle.close_input();
    assert_eq!(idle.exit_code(), 1);

    let mut after_shutdown = server().start();
    after_shutdown.call("shutdown", Value::Null);
    after_shutdown.close_input();
    assert_eq!(after_shutdown.exit_code(), 0);

    let mut inside_a_frame = server().start();
    inside_a_frame.raw(b"Content-Length: 100\r\n\r\n{\"json").unwrap();
    inside_a_frame.close_input();
    assert_eq!(inside_a_frame.exit_code(), 1);
}

#[test]
fn the_end_of_input_ends_a_busy_process() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    for _ in 0..8 {
        client.request("aurora/test/sleep", json!({"ms": PATIENCE.as_millis() * 4}));
    }
    client.close_input();
    assert_eq!(client.exit_code(), 1);
}

#[cfg(unix)]
#[test]
fn a_signal_to_terminate_ends_the_process() {
    let mut client = server().start();
    let killed = Command::new("kill").arg(client.pid().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(client.exit_code(), 1);
}

#[cfg(unix)]
#[test]
fn the_end_of_the_editor_ends_the_process() {
    let mut editor = Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap();
    let mut client = server().process_id(editor.id()).start();
    client.call(
        "textDocument/hover",
        json!({"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}),
    );
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.exit_code(), 1);
}

#[cfg(unix)]
#[test]
fn standard_output_that_nobody_reads_any_more_ends_the_process() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aurora"))
        .args(["lsp", "--no-learning"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
        .unwrap();
    let end = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    assert_eq!(child.wait().unwrap().code(), Some(1), "the server goes on");
}

#[test]
fn requests_have_their_time() {
    let mut client = server().spawn();
    let hover = json!({"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.call_error("textDocument/hover", hover.clone()), -32002);
    let params = client.initialize.clone();
    client.call("initialize", params.clone());
    assert_eq!(client.call_error("initialize", params), -32600);
    assert_eq!(client.call("textDocument/hover", hover.clone()), Value::Null);
    assert_eq!(client.call("shutdown", Value::Null), Value::Null);
    assert_eq!(client.call_error("textDocument/hover", hover), -32600);
    assert_eq!(client.call_error("shutdown", Value::Null), -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn unknown_methods_are_refused_and_unknown_notifications_ignored() {
    let mut client = server().start();
    assert_eq!(client.call_error("textDocument/sing", json!({})), -32601);
    assert_eq!(client.call_error("$/sing", json!({})), -32601);
    client.notify("$/sing", json!({}));
    client.notify("textDocument/sang", json!({}));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_panic_in_a_handler_costs_one_answer() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    for _ in 0..3 {
        assert_eq!(client.call_error("aurora/test/panic", json!({})), -32603);
    }
    client.open("file:///a.csv", "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics("file:///a.csv", 1).len(), 1);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_number_is_free_again_after_a_panic() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    for _ in 0..2 {
        client.expect_answer(777);
        client.frame(br#"{"jsonrpc":"2.0","id":777,"method":"aurora/test/panic","params":{}}"#);
        assert_eq!(client.error_code(777), -32603);
    }
    client.shut_down();
}

#[test]
fn a_fault_is_told_once_and_noted_without_data() {
    if !has_faults() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder.path()).start();
    client.open("file:///secret.csv", "a,b\nsecret,2\npanic-in-analysis,1\n");
    assert!(client.diagnostics("file:///secret.csv", 1).is_empty());
    client.call_error("aurora/test/panic", json!({}));
    let told = client.notification("window/showMessage", |_| true);
    client.read_for(Duration::from_millis(200));
    assert!(!client.notifications.iter().any(|n| n["method"] == "window/showMessage"), "told once");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("faults.log"), "{message}");
    let report = std::fs::read_to_string(folder.path().join("faults.log")).unwrap();
    assert_eq!(report.lines().count(), 2, "{report}");
    assert!(
        report.lines().all(|line| line.starts_with("aurora ") && line.contains("faults.rs:")),
        "{report}"
    );
    assert!(!report.contains("secret") && !report.contains("asked for"), "{report}");
    client.shut_down();
}

#[test]
fn a_panic_while_a_document_changes_ends_the_process() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    client.open("file:///a.csv", "a,b\n1,2\n");
    client.change_whole("file:///a.csv", 2, "panic-in-change");
    let code = client.exit_code();
    assert!(code > 0, "{code}");
}

#[test]
fn a_text_that_cannot_be_analysed_costs_its_own_findings_only() {
    if !has_faults() {
        return;
    }
    let mut client = server().start();
    client.open("file:///a.csv", "a,b\npanic-in-analysis,2\n3\n");
    assert!(client.diagnostics("file:///a.csv", 1).is_empty());
    let hover = json!({"textDocument": {"uri": "file:///a.csv"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.call("textDocument/hover", hover), Value::Null);
    client.open("file:///b.csv", "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics("file:///b.csv", 1).len(), 1);
    // Another text is analysed again, the same one is not.
    client.change_whole("file:///a.csv", 2, "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics("file:///a.csv", 2).len(), 1);
    client.change_whole("file:///a.csv", 3, "a,b\npanic-in-analysis,2\n3\n");
    assert!(client.diagnostics("file:///a.csv", 3).is_empty());
    client.close_input();
    client.exit_code();
    let faults = client.log().matches("a fault was caught").count();
    assert_eq!(faults, 1, "analysed once");
}

#[test]
fn nothing_that_the_client_does_not_support_is_sent() {
    let mut client = server().start();
    client.open("file:///a.csv", "a,b\n1,2\n3\n");
    client.diagnostics("file:///a.csv", 1);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    client.read_for(Duration::from_millis(300));
    assert!(client.asked.is_empty(), "{:?}", client.asked);
    let odd: Vec<_> =
        client.notifications.iter().filter(|n| n["method"] != "textDocument/publishDiagnostics").collect();
    assert!(odd.is_empty(), "{odd:?}");
    client.shut_down();
}

#[test]
fn a_client_that_never_answers_is_served() {
    let mut client = server()
        .mute()
        .capability("/workspace/configuration", json!(true))
        .capability("/workspace/didChangeWatchedFiles", json!({"dynamicRegistration": true}))
        .capability("/workspace/codeLens", json!({"refreshSupport": true}))
        .start();
    client.open("file:///a.csv", "a,b\n1,2\n3\n");
    for _ in 0..300 {
        client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    }
    let symbols =
        client.call("textDocument/documentSymbol", json!({"textDocument": {"uri": "file:///a.csv"}}));
    assert_eq!(symbols.as_array().unwrap().len(), 2);
    client.read_for(Duration::from_millis(200));
    assert!(client.asked.len() <= 4, "one question at a time: {}", client.asked.len());
    client.shut_down();
}

#[test]
fn answers_that_nobody_waits_for_are_dropped() {
    let mut client = server().start();
    for body in [
        r#"{"jsonrpc":"2.0","id":12345,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":"x","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"result":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no"}}"#,
    ] {
        client.frame(body.as_bytes());
        client.frame(body.as_bytes());
    }
    assert_eq!(client.shut_down(), 0);
}

#[cfg(unix)]
#[test]
fn a_signal_right_after_the_first_answer_is_heard() {
    if !has_faults() {
        return;
    }
    // Two seconds pass between the first answer and the end of what is done at the beginning.
    let mut client = server().env("AURORA_TEST_FAULTS", "slow-start").start();
    assert!(Command::new("kill").arg(client.pid().to_string()).status().unwrap().success());
    assert_eq!(client.exit_code(), 1);
}
