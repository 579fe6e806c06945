//! Code actions: what they change, what they promise, and when they are refused.

use aurora_testing::lsp_client::{Client, Columns, apply, edits_of};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";

/// Texts with one fault each, and the text that the preferred fix makes of it.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "missing-fields",
        "id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n",
        "id,name,city\n1,Ada,London\n2,Grace,\n3,Linus,Portland\n",
    ),
    ("missing-fields", "id,name\r\n1,\u{1F600}\r\n2\r\n3,c\r\n", "id,name\r\n1,\u{1F600}\r\n2,\r\n3,c\r\n"),
];

fn preferred(client: &mut Client, found: &Value) -> Option<Value> {
    let actions = client.actions(URI, &found["range"]);
    actions.into_iter().find(|action| action["isPreferred"] == true)
}

#[test]
fn a_fix_removes_its_finding_and_changes_nothing_else() {
    for (word, columns) in [("utf-8", Columns::Utf8), ("utf-16", Columns::Utf16), ("utf-32", Columns::Utf32)]
    {
        for (code, text, expected) in FAULTS {
            let mut client = server().capability("/general/positionEncodings", json!([word])).start();
            client.open(URI, text);
            let found = client.diagnostics(URI, 1);
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
            assert_eq!(found[0]["code"], *code);
            let action = preferred(&mut client, &found[0]).expect("a preferred fix");
            assert_eq!(action["kind"], "quickfix");
            // Eglot resolves only what has neither; and takes both from what it was resolved to.
            assert!(action.get("edit").is_none() && action.get("command").is_none());
            let resolved = client.call("codeAction/resolve", action);
            assert_eq!(resolved["command"]["command"], "aurora.announce");
            let edits = edits_of(&resolved["edit"]);
            let mended = apply(text, &edits, columns);
            assert_eq!(mended, *expected);
            client.change_whole(URI, 2, &mended);
            assert!(client.diagnostics(URI, 2).is_empty());
            client.shut_down();
        }
    }
}

#[test]
fn an_action_of_an_older_text_is_refused() {
    let mut client = server().start();
    client.open(URI, FAULTS[0].1);
    let found = client.diagnostics(URI, 1);
    let action = preferred(&mut client, &found[0]).unwrap();
    client.change(URI, 2, json!([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}]));
    assert_eq!(client.call_error("codeAction/resolve", action), -32801);
    client.shut_down();
}

#[test]
fn edits_come_in_the_form_that_the_client_knows() {
    let mut versioned = server().start();
    versioned.open(URI, FAULTS[0].1);
    let found = versioned.diagnostics(URI, 1);
    let action = preferred(&mut versioned, &found[0]).unwrap();
    let edit = versioned.call("codeAction/resolve", action)["edit"].clone();
    assert_eq!(edit["documentChanges"][0]["textDocument"], json!({"uri": URI, "version": 1}));
    assert!(edit.get("changes").is_none());
    versioned.shut_down();

    let mut plain = server()
        .capability("/workspace/workspaceEdit", Value::Null)
        .capability("/textDocument/codeAction/resolveSupport", Value::Null)
        .start();
    plain.open(URI, FAULTS[0].1);
    let found = plain.diagnostics(URI, 1);
    let action = preferred(&mut plain, &found[0]).unwrap();
    assert!(action["edit"]["changes"][URI].is_array(), "the edit comes at once: {action}");
    assert_eq!(apply(FAULTS[0].1, &edits_of(&action["edit"]), Columns::Utf16), FAULTS[0].2);
    plain.shut_down();
}

#[test]
fn all_that_is_safe_is_fixed_in_two_passes() {
    let mut text = "id,name,city\n1,Ada,London\n".to_owned();
    for n in 2..60 {
        text.push_str(if n % 5 == 0 { "7,Short\n" } else { "8,Whole,Record\n" });
    }
    let mut client = server().start();
    client.open(URI, &text);
    let mut version = 1;
    let found = client.diagnostics(URI, 1);
    let menu = client.actions(URI, &found[0]["range"]);
    let in_menu: Vec<_> = menu.iter().filter(|action| action["title"] == "Fix all that is safe").collect();
    assert!(in_menu.len() == 1 && in_menu[0]["kind"] == "quickfix", "{menu:?}");
    for _ in 0..2 {
        let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
        let params = json!({"textDocument": {"uri": URI}, "range": whole, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
        let actions = client.call("textDocument/codeAction", params);
        let Some(action) = actions.as_array().and_then(|actions| actions.first()).cloned() else { break };
        assert_eq!(action["kind"], "source.fixAll.aurora");
        let edits = client.resolve(&action);
        text = apply(&text, &edits, Columns::Utf16);
        version += 1;
        client.change_whole(URI, version, &text);
        client.diagnostics(URI, version);
    }
    assert_eq!(text.matches("7,Short,\n").count(), 11, "every short record is padded");
    assert_eq!(text.matches("8,Whole,Record\n").count(), 47, "nothing else is changed");
    client.shut_down();
}

/// A column that is often empty, in several spellings: two findings on its header, with eleven fixes and more.
fn with_many_nulls() -> String {
    let coupon = |n: usize| ["NA", "AUTUMN", "", "SPRING", "n/a", "SPRING", "N/A", "WELCOME"][n % 8];
    let records = (0..40).map(|n| format!("{n},{},{}\n", ["Oslo", "Bern", "Paris"][n % 3], coupon(n)));
    format!("id,city,coupon\n{}", records.collect::<String>())
}

#[test]
fn the_menu_of_a_header_with_several_findings_is_short_and_says_nothing_twice() {
    for commands in [json!(["aurora.client.choose"]), json!([])] {
        let mut client = server().options(json!({"clientCommands": commands})).start();
        client.open(URI, &with_many_nulls());
        let found = client.diagnostics(URI, 1);
        let on_coupon: Vec<_> =
            found.iter().filter(|f| f["range"]["start"] == json!({"line": 0, "character": 8})).collect();
        let mut codes: Vec<_> = on_coupon.iter().map(|f| f["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["mixed-null-tokens", "null-heavy"]);
        let params = json!({"textDocument": {"uri": URI}, "range": on_coupon[0]["range"], "context": {"diagnostics": on_coupon}});
        let actions = client.call("textDocument/codeAction", params.clone());
        let actions = actions.as_array().unwrap();
        let of = |key: &str| -> Vec<&str> { actions.iter().filter_map(|a| a[key].as_str()).collect() };
        // What is advised stands with its confidence behind it.
        let mut titles: Vec<&str> =
            of("title").iter().map(|title| title.split(" (").next().unwrap_or(title)).collect();
        let whys = |titles: &[&str]| titles.iter().filter(|title| **title == "Why this?").count();
        let n_whys = whys(&titles);
        titles.retain(|title| *title != "Why this?");
        let n_titles = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), n_titles, "twice: {:?}", of("title"));
        let mending = |code: &str| {
            let mends = |a: &&Value| {
                a["diagnostics"].as_array().is_some_and(|mended| mended.iter().any(|d| d["code"] == code))
            };
            actions.iter().filter(mends).count()
        };
        for code in codes {
            assert!((1..=3).contains(&mending(code)), "{code}: {:?}", of("title"));
        }
        let preferred: Vec<usize> =
            (0..actions.len()).filter(|&n| actions[n]["isPreferred"] == true).collect();
        assert!(preferred == [0] || preferred == [0, 1], "{preferred:?}: {:?}", of("title"));
        let has = |title: &str| of("title").contains(&title);
        assert!(
            has("Dismiss for this column: null-heavy") && has("Dismiss for this column: mixed-null-tokens")
        );
        let listed = commands[0] == "aurora.client.choose";
        assert_eq!(listed, has("Never …"));
        assert_eq!(!listed, has("Never for columns like this: null-heavy"));
        if listed {
            let never = actions.iter().find(|a| a["title"] == "Never …").unwrap();
            let items = never["command"]["arguments"][0]["items"].as_array().unwrap();
            let titles: Vec<_> = items.iter().map(|item| item["title"].as_str().unwrap()).collect();
            assert!(titles.contains(&"Never for columns like this: null-heavy"), "{titles:?}");
            assert!(items.len() == 4 && actions.len() <= 18, "{}: {:?}", actions.len(), of("title"));
            client.call(
                "workspace/executeCommand",
                json!({"command": items[0]["command"], "arguments": items[0]["arguments"]}),
            );
        }
        assert!(n_whys <= 3, "{:?}", of("title"));
        // Asked for alone, what is advised is whole.
        let mut alone = params;
        alone["context"]["only"] = json!(["refactor.rewrite"]);
        let advised = client.call("textDocument/codeAction", alone);
        let n_advised = advised.as_array().unwrap().iter().filter(|a| a["data"].is_object()).count();
        assert!(n_advised > 0, "{advised}");
        client.shut_down();
    }
}

#[test]
fn every_finding_can_be_dismissed_and_explained() {
    let mut client = server().options(json!({"clientCommands": ["aurora.client.showWhy"]})).start();
    client.open(URI, FAULTS[0].1);
    let found = client.diagnostics(URI, 1);
    let actions = client.actions(URI, &found[0]["range"]);
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert!(!titles.contains(&"Fix all that is safe"), "there is one: {titles:?}");
    for beginning in ["Dismiss for this column", "Never for columns like this", "Why this?"] {
        assert!(titles.iter().any(|title| title.starts_with(beginning)), "{beginning}: {titles:?}");
    }
    let why = actions.iter().find(|a| a["command"]["command"] == "aurora.client.showWhy").unwrap();
    let params = json!({"command": "aurora.why", "arguments": why["command"]["arguments"]});
    let page = client.call("workspace/executeCommand", params);
    let markdown = page["markdown"].as_str().unwrap();
    for part in ["What it finds", "built-in belief", "no answer of yours bears on it yet"] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    client.shut_down();
}

#[test]
fn the_kinds_asked_for_are_the_kinds_answered() {
    let mut client = server().start();
    client.open(URI, FAULTS[0].1);
    let found = client.diagnostics(URI, 1);
    for only in ["quickfix", "refactor.rewrite", "source", "source.fixAll.aurora", "refactor.extract"] {
        let params = json!({"textDocument": {"uri": URI}, "range": found[0]["range"], "context": {"diagnostics": [], "only": [only]}});
        let actions = client.call("textDocument/codeAction", params);
        for action in actions.as_array().into_iter().flatten() {
            assert!(action["kind"].as_str().unwrap().starts_with(only), "{only}: {action}");
        }
    }
    client.shut_down();
}

#[test]
fn what_was_accepted_is_a_recipe_when_somebody_asks_for_it() {
    let mut client = server().start();
    let text = FAULTS[0].1;
    client.open(URI, text);
    let asked = |client: &mut Client| {
        let params = json!({"command": "aurora.recipe", "arguments": [{"uri": URI}]});
        client.call("workspace/executeCommand", params)
    };
    assert_eq!(asked(&mut client)["steps"], 0);
    let found = client.diagnostics(URI, 1);
    let action = preferred(&mut client, &found[0]).unwrap();
    let action = client.call("codeAction/resolve", action);
    let edits = edits_of(&action["edit"]);
    let mended = apply(text, &edits, Columns::Utf16);
    assert_eq!(asked(&mut client)["steps"], 0, "offered is not accepted");
    let announce =
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]});
    client.call("workspace/executeCommand", announce);
    client.change_whole(URI, 2, &mended);
    client.diagnostics(URI, 2);
    let recipe = asked(&mut client);
    assert_eq!(recipe["steps"], 1);
    let written = recipe["text"].as_str().unwrap();
    assert!(written.contains("It holds column names and values"), "{written}");
    assert!(written.contains("columns = [\"id\", \"name\", \"city\"]"), "{written}");
    assert!(written.contains("transform = \"pad-record\"\nper-record = true"), "{written}");
    client.change_whole(URI, 3, text);
    client.diagnostics(URI, 3);
    assert_eq!(asked(&mut client)["steps"], 0, "taken back");
    client.shut_down();
}

#[test]
fn several_tables_become_files_for_a_client_that_can_create_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("a b.csv");
    let text =
        "shop,month,amount\na,Jan,12\nb,Jan,19\na,Feb,11\nb,Feb,24\n\nshop,city\na,Rome\nb,Oslo\nc,Bern\n";
    std::fs::write(&path, text).unwrap();
    let folder_uri = format!("file://{}", path.parent().unwrap().display());
    let uri = format!("{folder_uri}/a%20b.csv");
    let offered = |client: &mut Client, uri: &str| {
        client.open(uri, text);
        let found = client.diagnostics(uri, 1);
        let found = found.iter().find(|found| found["code"] == "several-tables").unwrap();
        let actions = client.actions(uri, &found["range"]);
        actions.into_iter().find(|action| action["title"].as_str().unwrap().contains("files of their own"))
    };
    let creating = || server().capability("/workspace/workspaceEdit/resourceOperations", json!(["create"]));

    let mut client = creating().start();
    let action = offered(&mut client, &uri).unwrap();
    let resolved = client.call("codeAction/resolve", action);
    let create = |n: u32, text: &str| {
        let uri = format!("{folder_uri}/a%20b-{n}.csv");
        let start = json!({"line": 0, "character": 0});
        [
            json!({"kind": "create", "uri": uri, "options": {"overwrite": false, "ignoreIfExists": false}}),
            json!({
                "textDocument": {"uri": uri, "version": null},
                "edits": [{"range": {"start": start, "end": start}, "newText": text}],
            }),
        ]
    };
    let (first, second) = text.split_once("\n\n").unwrap();
    let operations = [create(1, &format!("{first}\n")), create(2, second)].concat();
    assert_eq!(resolved["edit"], json!({"documentChanges": operations}));
    assert!(offered(&mut client, "untitled:a.csv").is_none());
    client.shut_down();

    // A client that resolves nothing gets the edit at once.
    let mut client = creating().capability("/textDocument/codeAction/resolveSupport", json!({})).start();
    assert_eq!(offered(&mut client, &uri).unwrap()["edit"], resolved["edit"]);
    client.shut_down();

    // Not for a client that creates no files, nor where a file is there already.
    let mut client = server().start();
    assert!(offered(&mut client, &uri).is_none());
    client.shut_down();
    std::fs::write(path.with_file_name("a b-2.csv"), "").unwrap();
    let mut client = creating().start();
    assert!(offered(&mut client, &uri).is_none());
    client.shut_down();
}

/// The action that makes all safe fixes, where there is one.
fn fix_all(client: &mut Client) -> Option<Value> {
    let start = json!({"line": 0, "character": 0});
    let params = json!({"textDocument": {"uri": URI}, "range": {"start": start, "end": start}, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
    client.call("textDocument/codeAction", params).as_array().and_then(|actions| actions.first().cloned())
}

/// What the command line makes of `text`.
fn on_the_command_line(text: &str) -> String {
    use std::io::Write;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_aurora"))
        .args(["fix", "--isolated", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn all_that_is_safe_is_the_same_in_an_editor_and_on_the_command_line() {
    let padded = "id,name,city\n1, Ada,London\n2, Grace\n3,Linus,Portland,\n4, Alan , Leeds\n5, Eve,Rome\n";
    // Which delimiter it is read with is for the person to say: nothing is to be fixed.
    for text in [padded, FAULTS[0].1, FAULTS[1].1, &with_many_nulls(), "a;b,c\n1;2,3\n4;5,6\n"] {
        let mut client = server().start();
        client.open(URI, text);
        let (mut mended, mut version) = (text.to_owned(), 1);
        client.diagnostics(URI, 1);
        while let Some(action) = fix_all(&mut client) {
            let edits = client.resolve(&action);
            assert!(!edits.is_empty(), "offered, and nothing to do: {mended}");
            mended = apply(&mended, &edits, Columns::Utf16);
            version += 1;
            assert!(version < 6, "it ends: {mended}");
            client.change_whole(URI, version, &mended);
            client.diagnostics(URI, version);
        }
        assert_eq!(mended, on_the_command_line(text));
        client.shut_down();
    }
}

#[test]
fn many_edits_of_two_columns_are_put_together_at_once() {
    const N: usize = 60_000;
    let text = (0..N).fold("n,name,town\n".to_owned(), |text, n| text + &format!("{n}, x{n}, y{n}\n"));
    let mut client = server().start();
    client.open(URI, &text);
    let command = json!({"command": "aurora.fixAll", "arguments": [{"uri": URI}]});
    let n_edits = client.call("workspace/executeCommand", command).as_u64().unwrap();
    assert!((1..=1_000).contains(&n_edits), "{n_edits}");
    while client.asked.is_empty() {
        client.read_for(std::time::Duration::from_millis(20));
    }
    let edits = edits_of(&client.asked[0]["params"]["edit"]);
    let mended: String = edits.iter().map(|edit| edit["newText"].as_str().unwrap()).collect();
    assert!(!mended.contains(' ') && mended.contains(",x7,y7\n"), "{} edits", edits.len());
    client.shut_down();
}
