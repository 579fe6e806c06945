//! Pull or push, exactly one of them.

use std::time::Duration;

use aurora_testing::lsp_client::{Client, PATIENCE};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";
const SHORT: &str = "a,b\n1,2\n3\n";

#[test]
fn a_client_that_pulls_is_not_pushed_to() {
    let mut client = server().capability("/textDocument/diagnostic", json!({})).start();
    client.open(URI, SHORT);
    let document = json!({"textDocument": {"uri": URI}});
    let first = client.call("textDocument/diagnostic", document.clone());
    assert_eq!((&first["kind"], first["items"].as_array().unwrap().len()), (&json!("full"), 1));
    assert_eq!(first["items"][0]["code"], "missing-fields");
    let again = json!({"textDocument": {"uri": URI}, "previousResultId": first["resultId"]});
    let unchanged = client.call("textDocument/diagnostic", again.clone());
    assert_eq!((&unchanged["kind"], &unchanged["resultId"]), (&json!("unchanged"), &first["resultId"]));

    let whole = client.call("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(whole["items"][0]["items"].as_array().unwrap().len(), 1);
    let known = json!({"previousResultIds": [{"uri": URI, "value": first["resultId"]}]});
    assert_eq!(client.call("workspace/diagnostic", known)["items"][0]["kind"], "unchanged");

    client.change_whole(URI, 2, "a,b\n1,2\n");
    let clean = client.call("textDocument/diagnostic", again);
    assert_eq!((&clean["kind"], &clean["items"]), (&json!("full"), &json!([])));
    let unopened = json!({"textDocument": {"uri": "file:///never.csv"}});
    assert_eq!(client.call("textDocument/diagnostic", unopened)["items"], json!([]));

    client.read_for(Duration::from_millis(200));
    assert!(client.notifications.iter().all(|n| n["method"] != "textDocument/publishDiagnostics"));
    client.shut_down();
}

#[test]
fn a_client_that_does_not_pull_is_offered_no_pulling() {
    let mut client = server().spawn();
    let params = client.initialize.clone();
    let offered = client.call("initialize", params);
    assert_eq!(offered["capabilities"]["diagnosticProvider"], Value::Null);
    client.notify("initialized", json!({}));
    client.open(URI, SHORT);
    let found = client.diagnostics(URI, 1);
    assert_eq!(
        (found[0]["source"].as_str(), found[0]["code"].as_str()),
        (Some("aurora"), Some("missing-fields"))
    );
    assert_eq!(
        found[0]["range"],
        json!({"start": {"line": 2, "character": 1}, "end": {"line": 2, "character": 1}})
    );
    client.shut_down();
}

#[test]
fn a_version_is_published_only_to_who_knows_it() {
    let mut client = server().capability("/textDocument/publishDiagnostics", json!({})).start();
    client.open(URI, SHORT);
    let published = client.notification("textDocument/publishDiagnostics", |_| true);
    assert!(published.get("version").is_none());
    client.shut_down();
}

#[test]
fn settings_that_change_are_looked_at_again() {
    let mut client = server().start();
    client.open(URI, SHORT);
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"aurora": {"ignore": ["missing-fields"]}}}),
    );
    assert!(client.diagnostics(URI, 1).is_empty());
    client.shut_down();
}

#[test]
fn the_status_is_told_to_who_shows_it() {
    let mut client = server().options(json!({"clientCommands": []})).start();
    client.open(URI, "a;b\n1;2\n3;4\n");
    let status = client.notification("aurora/status", |_| true);
    assert_eq!(status["uri"], URI);
    assert_eq!(
        (&status["dialect"], &status["records"], &status["columns"]),
        (&json!("semicolon"), &json!(2), &json!(2))
    );
    client.shut_down();
}

#[test]
fn an_empty_file_is_quiet() {
    let mut client = server().start();
    for (at, text) in ["", "\u{feff}", "\n", "\r\n\r\n", "a"].iter().enumerate() {
        let uri = format!("file:///{at}.csv");
        client.open(&uri, text);
        assert!(client.diagnostics(&uri, 1).is_empty(), "{text:?}");
        let document = json!({"textDocument": {"uri": uri}});
        for method in ["documentSymbol", "foldingRange", "codeLens"] {
            client.call(&format!("textDocument/{method}"), document.clone());
        }
        let zero = json!({"line": 0, "character": 0});
        client.call("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": zero}));
        client.actions(&uri, &json!({"start": zero, "end": zero}));
    }
    client.shut_down();
}

const UMLAUTS: &str = "id,name\n1,Müller\n2,Jäger\n3,Weiß\n4,Köhler\n";

/// A file in windows-1252, its bytes and its address.
fn in_windows_1252(folder: &std::path::Path) -> (Vec<u8>, String) {
    let path = folder.join("a.csv");
    let bytes: Vec<u8> = UMLAUTS.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    std::fs::write(&path, &bytes).unwrap();
    (bytes, format!("file://{}", path.canonicalize().unwrap().display()))
}

#[test]
fn who_pulled_too_early_is_told_to_pull_again() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, uri) = in_windows_1252(folder.path());
    let mut client = server()
        .capability("/textDocument/diagnostic", json!({}))
        .capability("/workspace/diagnostics", json!({"refreshSupport": true}))
        .start();
    client.open(&uri, &String::from_utf8_lossy(&bytes));
    let pull = |client: &mut Client| {
        let found = client.call("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
        found["items"].as_array().unwrap().iter().any(|one| one["code"] == "mismatched-encoding")
    };
    // How early is chance: the file is decoded wrongly and rightly in turn.
    let mut version = 1;
    for _ in 0..12 {
        assert!(pull(&mut client));
        client.asked.clear();
        version += 1;
        client.change_whole(&uri, version, UMLAUTS);
        let end = std::time::Instant::now() + PATIENCE;
        while pull(&mut client) {
            let is_refresh = |asked: &Value| asked["method"] == "workspace/diagnostic/refresh";
            while !client.asked.iter().any(is_refresh) {
                assert!(std::time::Instant::now() < end, "nobody says that there is news");
                client.read_for(Duration::from_millis(10));
            }
            client.asked.clear();
        }
        version += 1;
        client.change_whole(&uri, version, &String::from_utf8_lossy(&bytes));
        client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
        while !pull(&mut client) {
            assert!(std::time::Instant::now() < end, "the file is looked at again");
            client.read_for(Duration::from_millis(10));
        }
    }
    client.shut_down();
}

#[test]
fn a_file_decoded_anew_is_no_longer_misread() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, uri) = in_windows_1252(folder.path());
    let text = UMLAUTS;
    let mut client = server().start();
    client.open(&uri, &String::from_utf8_lossy(&bytes));
    let misread = |found: &[serde_json::Value]| found.iter().any(|f| f["code"] == "mismatched-encoding");
    let end = std::time::Instant::now() + PATIENCE;
    let mut found = client.diagnostics(&uri, 1);
    assert!(misread(&found), "{found:?}");
    let lenses = client.call("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    assert!(!lenses.to_string().contains("aurora.fixAll"), "no edit can mend it: {lenses}");
    // The editor reads the bytes again and tells of it as of any other change.
    client.change_whole(&uri, 2, text);
    while misread(&found) {
        assert!(std::time::Instant::now() < end, "it is noticed");
        found = client.diagnostics(&uri, 2);
    }
    client.shut_down();
}

#[test]
fn a_file_decoded_anew_while_it_is_looked_at_is_not_misread() {
    if !crate::has_faults() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("a.csv");
    let text = UMLAUTS.replace("id", "slow-look");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    std::fs::write(&path, &bytes).unwrap();
    let uri = format!("file://{}", path.display());
    let mut client = server().start();
    client.open(&uri, &String::from_utf8_lossy(&bytes));
    client.notification("window/logMessage", |params| params["message"] == "a slow look begins");
    client.change_whole(&uri, 2, &text);
    let misread = |found: &Value| found["code"] == "mismatched-encoding";
    // Whatever was found of the text before does not stay.
    while client.diagnostics(&uri, 2).iter().any(misread) {}
    client.shut_down();
}

#[test]
fn a_binary_file_has_one_finding_and_nothing_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let bytes =
        [&b"PK\x03\x04\x14\0\0\0[Content_Types].xml\n1,2\n3, 4,5\n\n"[..], &[0xFF, 7, 6, 0, 200, b',']]
            .concat();
    std::fs::write(&path, &bytes).unwrap();
    let uri = format!("file://{}", path.canonicalize().unwrap().display());
    let mut client = server().capability("/textDocument/diagnostic", json!({})).start();
    client.open(&uri, &String::from_utf8_lossy(&bytes));
    let document = json!({"textDocument": {"uri": uri}});
    let found = client.call("textDocument/diagnostic", document);
    let codes: Vec<_> = found["items"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["not-a-table"]);
    let place = json!({"line": 1, "character": 0});
    let actions = client.actions(&uri, &json!({"start": place, "end": place}));
    let fixes: Vec<_> = actions
        .iter()
        .filter(|action| action["kind"].as_str().is_some_and(|kind| kind.starts_with("quickfix")))
        .collect();
    assert!(fixes.is_empty(), "{fixes:?}");
    client.shut_down();
}
