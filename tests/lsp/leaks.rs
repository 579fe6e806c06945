//! Nothing of a file is found where it may not be: not in the store, its logs and its temporary files after any step of a
//! session, not in the server's log at its loudest, not in what a panic says, and not after a kill.

use std::path::Path;

use aurora_testing::leaks::{leak, leak_in_folder};
use aurora_testing::lsp_client::{Client, Start};
use serde_json::{Value, json};

use crate::has_faults;

const URI: &str = "file:///home/someone/Secret%20Project/kept-quietly.csv";
const NAMES: [&str; 5] = ["SecretHeaderQuokka", "HiddenAmount", "SecretSince", "SecretMail", "SecretNote"];

/// A table of sixty records, none of whose values may be found anywhere.
struct Secrets {
    text: String,
    fields: Vec<String>,
}

fn secrets() -> Secrets {
    let mut text = NAMES.join(",") + "\n";
    let mut fields: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    fields.extend(["Secret Project", "Secret%20Project", "kept-quietly"].map(str::to_owned));
    for i in 0..60_u64 {
        let record = [
            format!("{}Canary{:04}Wombat", if i % 3 == 0 { " " } else { "" }, i % 9),
            format!("{}.25", 1_234_567 + i * i * 7_919),
            format!("19{:02}-0{}-1{}", 50 + i % 40, 1 + i % 9, i % 10),
            format!("zebrafinch{i}@numbat.example"),
            if i % 4 == 0 { "PLACEHOLDERXX".to_owned() } else { format!("Kookaburra {}", i % 7) },
        ];
        fields.extend(record.iter().map(|field| field.trim().to_owned()));
        text += &(record.join(",") + "\n");
    }
    fields.sort();
    fields.dedup();
    Secrets { text, fields }
}

/// Where a server keeps things.
struct Places {
    store: tempfile::TempDir,
    temporary: tempfile::TempDir,
}

impl Places {
    fn new() -> Self {
        Self { store: tempfile::tempdir().unwrap(), temporary: tempfile::tempdir().unwrap() }
    }

    fn server(&self) -> Start {
        let start = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(self.store.path());
        let temporary = |name: &str, start: Start| start.env(name, self.temporary.path());
        let start = temporary("SQLITE_TMPDIR", temporary("TMPDIR", start));
        start.arg("--log").arg("trace").options(json!({"clientCommands": ["aurora.client.choose"]}))
    }

    fn scan(&self, secrets: &Secrets, when: &str) {
        for folder in [self.store.path(), self.temporary.path()] {
            assert_eq!(leak_in_folder(folder, &secrets.fields), None, "{when}");
        }
    }
}

fn command(client: &mut Client, name: &str, argument: Value) -> i64 {
    client.request("workspace/executeCommand", json!({"command": name, "arguments": [argument]}))
}

/// All that a person can do with a document; `after` is called after each step.
fn session(client: &mut Client, secrets: &Secrets, mut after: impl FnMut(&str)) {
    client.open(URI, &secrets.text);
    client.diagnostics(URI, 1);
    after("open");
    let document = json!({"textDocument": {"uri": URI}});
    let at = |line: u64, character: u64| {
        let position = json!({"line": line, "character": character});
        json!({"textDocument": {"uri": URI}, "position": position})
    };
    for (method, params) in [
        ("textDocument/hover", at(2, 3)),
        ("textDocument/completion", at(2, 3)),
        ("textDocument/documentSymbol", document.clone()),
        ("textDocument/codeLens", document),
        ("aurora/recommendations", json!({"uri": URI})),
        ("aurora/profile", json!({"uri": URI, "column": 1})),
        ("aurora/rules", json!({"uri": URI})),
        ("aurora/privacy", json!({"uri": URI})),
    ] {
        client.call(method, params);
        after(method);
    }
    let answers = [
        json!({"column": 0, "target": "transform", "action": "trim-whitespace", "kind": "accept"}),
        json!({"column": 1, "target": "transform", "action": "leave-as-is", "kind": "override", "wanted": "log1p-column"}),
        json!({"column": 2, "target": "role", "action": "datetime", "kind": "accept"}),
        json!({"column": 3, "target": "role", "action": "sentence", "kind": "override", "wanted": "categorical"}),
        json!({"column": 4, "target": "value", "action": "wrong-value", "record": 4, "kind": "accept", "scope": "column"}),
        json!({"column": 4, "target": "value", "action": "wrong-value", "record": 5, "kind": "dismiss"}),
        json!({"column": 4, "target": "check", "action": "rare-value", "kind": "dismiss", "scope": "all"}),
        json!({"column": 0, "target": "transform", "action": "trim-whitespace", "kind": "undo"}),
        json!({"column": 0, "target": "transform", "action": "leave-as-is", "kind": "manual", "wanted": "trim-whitespace"}),
        // A slip of the client: a value where a word belongs.
        json!({"column": 0, "target": "transform", "action": secrets.fields[9], "kind": "accept"}),
    ];
    for mut answer in answers {
        answer["uri"] = json!(URI);
        let (when, slip) = (answer["kind"].to_string(), answer["action"] == secrets.fields[9].as_str());
        let id = command(client, "aurora.correct", answer);
        let answered = client.answer(id);
        assert_eq!(answered["result"].is_object(), !slip, "{answered}");
        after(&when);
    }
    for line in 0..3 {
        let place = json!({"line": line, "character": 2});
        for action in client.actions(URI, &json!({"start": place, "end": place})) {
            if action["data"].is_object() {
                client.resolve(&action);
            }
        }
    }
    after("menus");
    for (name, argument) in [
        ("aurora.apply", json!({"uri": URI, "column": 0, "action": "trim-whitespace"})),
        ("aurora.fixAll", json!({"uri": URI})),
        ("aurora.why", json!({"uri": URI, "column": 0, "action": "trim-whitespace"})),
        ("aurora.recipe", json!({"uri": URI})),
        ("aurora.reinterpret", json!({"uri": URI, "delimiter": ";"})),
        ("aurora.reinterpret", json!({"uri": URI, "delimiter": null})),
    ] {
        let id = command(client, name, argument);
        client.answer(id);
        after(name);
    }
    // Blanks taken away by hand, a change that makes no sense, then the whole text with a fault in its analysis.
    for version in 2..6 {
        let line = 1 + 3 * (version as usize - 2);
        let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 1}});
        client.change(URI, version, json!([{"range": range, "text": ""}]));
        client.diagnostics(URI, version);
    }
    let backwards = json!({"start": {"line": 9, "character": 0}, "end": {"line": 1, "character": 0}});
    client.change(URI, 6, json!([{"range": backwards, "text": secrets.fields[12]}]));
    client.change_whole(URI, 7, &(secrets.text.clone() + "panic-in-analysis\n"));
    client.call("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
    client.change_whole(URI, 8, &secrets.text);
    client.diagnostics(URI, 8);
    after("edits");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": URI}, "text": secrets.text}));
    client.call("aurora/forget", json!({"uri": URI, "what": "file"}));
    after("forget");
}

#[test]
fn nothing_of_a_file_is_found_in_store_log_or_temporary_files() {
    let (secrets, places) = (secrets(), Places::new());
    let mut client = places.server().start();
    session(&mut client, &secrets, |when| places.scan(&secrets, when));
    client.call("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    client.exit_code();
    places.scan(&secrets, "shutdown");
    let log = client.log();
    assert!(log.contains("TRACE") || log.contains("ERROR"), "the log says something: {log}");
    assert_eq!(leak(log.as_bytes(), &secrets.fields), None, "{log}");
    assert_eq!(log.contains("a fault was caught") || log.contains("panicked"), has_faults(), "{log}");
}

#[test]
fn nothing_of_a_file_is_found_after_a_kill() {
    let (secrets, places) = (secrets(), Places::new());
    for round in 0..6 {
        let mut client = places.server().start();
        client.open(URI, &secrets.text);
        client.diagnostics(URI, 1);
        for column in 0..5 {
            let answer = json!({"uri": URI, "column": column, "target": "transform", "action": "leave-as-is", "kind": "dismiss"});
            let id = command(&mut client, "aurora.correct", answer);
            // The last ones are on their way when the end comes.
            if column < round {
                client.answer(id);
            }
        }
        client.kill();
        places.scan(&secrets, "kill");
        let log = client.log();
        assert_eq!(leak(log.as_bytes(), &secrets.fields), None, "{log}");
    }
    assert!(places.store.path().join("rules.db").exists());
}

/// The search itself: a server that lets its text into the log is found out, and so is a value in any file of the store.
#[test]
fn a_planted_leak_is_found() {
    let (secrets, places) = (secrets(), Places::new());
    if has_faults() {
        let mut client = places.server().env("AURORA_TEST_FAULTS", "leak").start();
        client.open(URI, &secrets.text);
        client.diagnostics(URI, 1);
        client.kill();
        let log = client.log();
        assert!(leak(log.as_bytes(), &secrets.fields).is_some(), "{log}");
    }
    let plant = |folder: &Path| {
        std::fs::write(folder.join("rules.db-wal"), secrets.fields[20].to_uppercase()).unwrap();
        leak_in_folder(folder, &secrets.fields)
    };
    assert!(plant(places.store.path()).is_some() && plant(places.temporary.path()).is_some());
}
