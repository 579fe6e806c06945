//! Schemas beside an open table.

use std::fs;
use std::path::Path;

use aurora_testing::lsp_client::Client;
use serde_json::{Value, json};

use crate::server;

const TABLE: &str = "id,kind\n1,a\n2,b\n2,x\n";
const SCHEMA: &str = r#"{"fields": [
    {"name": "id", "type": "integer", "constraints": {"unique": true}},
    {"name": "kind", "constraints": {"enum": ["a", "b"]}}
]}"#;

fn uri(folder: &Path, name: &str) -> String {
    format!("file://{}", folder.canonicalize().unwrap().join(name).display())
}

/// The codes and messages of what comes from a schema.
fn of_schema(found: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = found.iter().map(|one| format!("{}: {}", text(&one["code"]), text(&one["message"])));
    all.filter(|one| one.contains("schema-")).collect()
}

/// What is said of the file called `uri`, as soon as something is.
fn said(client: &mut Client, uri: &str) -> Vec<Value> {
    let told = client.notification("textDocument/publishDiagnostics", |params| params["uri"] == uri);
    told["diagnostics"].as_array().unwrap().clone()
}

#[test]
fn a_table_is_checked_against_its_schema_as_it_is_edited() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv.schema.json"), SCHEMA).unwrap();
    let people = uri(folder.path(), "people.csv");
    let mut client = server().folder(&uri(folder.path(), "")).start();
    client.open(&people, TABLE);
    let found = client.diagnostics(&people, 1);
    assert_eq!(
        of_schema(&found),
        [
            "schema-constraint: 1 of 3 values break the schema's unique, such as '2'",
            "schema-constraint: 1 of 3 values break the schema's enumeration, such as 'x'",
        ]
    );
    // What a schema promises is not dismissed; its page is shown.
    let broken = found.iter().find(|one| of_schema(&[(*one).clone()]).len() == 1).unwrap();
    let titles: Vec<_> =
        client.actions(&people, &broken["range"]).iter().map(|a| a["title"].clone()).collect();
    assert!(
        titles.iter().all(|title| !title.as_str().unwrap().contains("schema-constraint")
            || title == "Why this? (schema-constraint)"),
        "{titles:?}"
    );
    let asked = json!({"uri": people, "column": 0, "action": "schema-constraint"});
    let why = client.call("workspace/executeCommand", json!({"command": "aurora.why", "arguments": [asked]}));
    assert!(why["markdown"].as_str().unwrap().contains("what others were promised"), "{why}");

    client.change_whole(&people, 2, "id,kind\n1,a\n2,b\n3,x\n");
    assert_eq!(of_schema(&client.diagnostics(&people, 2)).len(), 1);

    // The schema is mended beside the open table.
    fs::write(folder.path().join("people.csv.schema.json"), SCHEMA.replace(r#""b""#, r#""b", "x""#)).unwrap();
    client.notifications.clear();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !of_schema(&said(&mut client, &people)).is_empty() {
        assert!(std::time::Instant::now() < end, "the schema is read again");
    }
    client.shut_down();
}

#[test]
fn a_schema_that_cannot_be_read_says_so_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("schema.json");
    fs::write(&schema, "{").unwrap();
    let people = uri(folder.path(), "people.csv");
    let mut client = server().folder(&uri(folder.path(), "")).start();
    client.open(&people, TABLE);
    let found = said(&mut client, &uri(folder.path(), "schema.json"));
    assert_eq!((found.len(), &found[0]["code"]), (1, &json!("unreadable-schema")));
    assert!(of_schema(&client.diagnostics(&people, 1)).is_empty());
    fs::write(&schema, SCHEMA).unwrap();
    client
        .notify("textDocument/didSave", json!({"textDocument": {"uri": uri(folder.path(), "schema.json")}}));
    assert!(said(&mut client, &uri(folder.path(), "schema.json")).is_empty());
    client.change_whole(&people, 2, TABLE);
    assert_eq!(of_schema(&client.diagnostics(&people, 2)).len(), 2);
    client.shut_down();
}

#[cfg(unix)]
#[test]
fn a_schema_outside_of_the_workspace_is_not_read() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(elsewhere.path().join("schema.json"), SCHEMA).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("schema.json"), folder.path().join("schema.json"))
        .unwrap();
    let people = uri(folder.path(), "people.csv");
    let mut client = server().folder(&uri(folder.path(), "")).start();
    client.open(&people, TABLE);
    assert!(of_schema(&client.diagnostics(&people, 1)).is_empty());
    client.shut_down();
}
