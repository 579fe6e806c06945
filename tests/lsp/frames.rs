//! What is not a message, and what is not a frame.

use serde_json::json;

use crate::server;

#[test]
fn messages_that_are_none_are_answered_and_the_session_goes_on() {
    let deep = format!("{{\"params\":{}", "[".repeat(100_000));
    let bad_json: &[&[u8]] = &[b"{\"jsonrpc\":", b"\xff\xfe", b"{\"method\":\"x\xff\"}", deep.as_bytes()];
    let no_message: &[&[u8]] = &[
        b"null",
        b"7",
        b"\"text\"",
        b"{}",
        b"[]",
        b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}]",
        b"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"x\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"x\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"x\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
    ];
    let mut client = server().start();
    for body in bad_json {
        client.frame(body);
        assert_eq!(client.nameless_error(), -32700, "{:.40}", String::from_utf8_lossy(body));
    }
    for body in no_message {
        client.frame(body);
        let code = client.nameless_error();
        assert!(matches!(code, -32600 | -32700), "{:.40}: {code}", String::from_utf8_lossy(body));
    }
    client.raw(b"Content-Length: 0\r\n\r\n").unwrap();
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn odd_but_sound_frames_are_understood() {
    let body = |id: i64| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"textDocument/sing\"}}");
    let mut client = server().start();
    let long = body(101).len();
    let frames = [
        (101, format!("content-length:{long}\r\n\r\n{}", body(101))),
        (102, format!("CONTENT-LENGTH: {long} \r\nX-Whatever: yes\r\nX-B: \r\n\r\n{}", body(102))),
        (
            103,
            format!(
                "Content-Type: application/vscode-jsonrpc\r\nContent-Length: {long}\r\n\r\n{}",
                body(103)
            ),
        ),
        (104, format!("Content-Length: {}\r\n\r\n\u{feff}{}", long + 3, body(104))),
    ];
    for (id, frame) in &frames {
        client.expect_answer(*id);
        client.raw(frame.as_bytes()).unwrap();
        assert_eq!(client.error_code(*id), -32601);
    }
    // One byte at a time.
    client.expect_answer(105);
    for byte in format!("Content-Length: {long}\r\n\r\n{}", body(105)).bytes() {
        client.raw(&[byte]).unwrap();
    }
    assert_eq!(client.error_code(105), -32601);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn what_is_not_framed_ends_the_session_with_the_reason() {
    let huge_header = format!("X: {}", "y".repeat(8 << 20));
    let cases: &[&[u8]] = &[
        b"Content-Type: x\r\n\r\n{}",
        b"Content-Length: -5\r\n\r\n{}",
        b"Content-Length: five\r\n\r\n{}",
        b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        b"Content-Length: 4611686018427387904\r\n\r\n{}",
        b"Content-Length: 1\r\n\r\n{\"jsonrpc\":\"2.0\"}",
        b"Content-Length: 2\n\n{}",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x9a",
        huge_header.as_bytes(),
    ];
    for bytes in cases {
        let mut client = server().start();
        // The server may be gone before it has read everything.
        let _ = client.raw(bytes);
        let name = String::from_utf8_lossy(&bytes[..bytes.len().min(30)]).into_owned();
        assert_eq!(client.exit_code(), 1, "{name}");
        assert!(client.log().contains("not framed"), "{name}");
    }
}

#[test]
fn parameters_of_the_wrong_shape_are_refused() {
    let mut client = server().start();
    client.open("file:///a.csv", "a,b\n1,2\n");
    let at = |line: serde_json::Value| json!({"textDocument": {"uri": "file:///a.csv"}, "position": {"line": line, "character": 0}});
    for line in [json!(-1), json!(1.5), json!("1"), json!(4_294_967_296_u64), json!(null), json!([])] {
        assert_eq!(client.call_error("textDocument/hover", at(line.clone())), -32602, "{line}");
    }
    assert_eq!(client.call_error("textDocument/hover", json!([1, 2])), -32602);
    client.call("textDocument/hover", at(json!(u32::MAX)));
    assert_eq!(
        client.call_error("workspace/executeCommand", json!({"command": "rm", "arguments": []})),
        -32602
    );
    assert_eq!(
        client.call_error("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [7]})),
        -32602
    );
    assert_eq!(client.shut_down(), 0);
}
