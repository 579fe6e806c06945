//! Changes of documents: order, versions, positions, oddities.

use std::time::Duration;

use aurora_testing::lsp_client::{Client, Columns, PATIENCE, offset};
use aurora_testing::random::Random;
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";

fn at(line: u32, character: u32) -> Value {
    json!({"line": line, "character": character})
}

fn range(start: Value, end: Value) -> Value {
    json!({"start": start, "end": end})
}

/// Everything that a client is shown of the document.
fn everything(client: &mut Client, text: &str) -> Vec<Value> {
    let document = json!({"textDocument": {"uri": URI}});
    let mut shown = Vec::new();
    for method in ["documentSymbol", "foldingRange", "codeLens"] {
        shown.push(client.call(&format!("textDocument/{method}"), document.clone()));
    }
    for line in (0..text.lines().count() as u32).step_by(9) {
        let params = json!({"textDocument": {"uri": URI}, "position": at(line, 1)});
        shown.push(client.call("textDocument/hover", params));
    }
    shown.push(client.call("aurora/recommendations", json!({"uri": URI})));
    shown
}

fn without_version(diagnostics: Vec<Value>) -> Vec<Value> {
    diagnostics
        .into_iter()
        .map(|mut diagnostic| {
            diagnostic["data"]["version"] = Value::Null;
            diagnostic
        })
        .collect()
}

#[test]
fn random_changes_in_every_encoding_equal_a_fresh_server() {
    let pieces =
        ["a", ",", "\n", "\r", "\r\n", "\"", "é", "\u{1F600}", "1.5", "\u{2028}", "7,y,z\n", "", "\u{301}"];
    for (word, columns, seed) in
        [("utf-8", Columns::Utf8, 1), ("utf-16", Columns::Utf16, 2), ("utf-32", Columns::Utf32, 3)]
    {
        let start = || server().capability("/general/positionEncodings", json!([word])).start();
        let mut random = Random::new(seed);
        // So many records that the changes do not make another table of it: the layout follows after a pause only.
        let mut text = "id,name,city\r\n".to_owned();
        for n in 0..120 {
            let town = if n % 4 == 0 { "\"town, a\"" } else { "town" };
            text.push_str(&format!("{n},\u{1F600}é {},{town}\r\n", n % 7));
        }
        let mut client = start();
        client.open(URI, &text);
        let mut version = 1;
        for round in 0..6 {
            for _ in 0..4 {
                version += 1;
                let mut changes = Vec::new();
                // Up to three changes in one notification, each on the result of the one before.
                for _ in 0..=random.below(3) {
                    let line = 1 + random.below(118) as u32;
                    let (from, to) = (random.below(18) as u32, random.below(18) as u32);
                    let ends =
                        [at(line, from.min(to)), at(line, if from == 0 { u32::MAX } else { from.max(to) })];
                    let new = *random.pick(&pieces);
                    let bytes = offset(&text, &ends[0], columns)..offset(&text, &ends[1], columns);
                    text.replace_range(bytes, new);
                    let [from, to] = ends;
                    changes.push(json!({"range": range(from, to), "text": new}));
                }
                client.change(URI, version, Value::Array(changes));
            }
            // How broken records are read rests on what the table looked like when it was opened: records, fields
            // and their faults are the same, what columns hold may differ by such a record.
            let of_structure = |found: Vec<Value>| {
                let mut found = without_version(found);
                found.retain(|finding| finding["severity"] == 1);
                found.iter_mut().for_each(|finding| finding["data"] = Value::Null);
                found
            };
            let found = of_structure(client.diagnostics(URI, version));
            let mut fresh = start();
            fresh.open(URI, &text);
            assert_eq!(found, of_structure(fresh.diagnostics(URI, 1)), "{word}, round {round}: {text:?}");
            // Read afresh, it is the same in everything.
            version += 1;
            client.change_whole(URI, version, &text);
            client.diagnostics(URI, version);
            let (shown, afresh) = (everything(&mut client, &text), everything(&mut fresh, &text));
            assert_eq!(shown, afresh, "{word}, round {round}: {text:?}");
            fresh.shut_down();
        }
        client.shut_down();
    }
}

#[test]
fn a_burst_of_ten_thousand_changes_ends_right_and_publishes_little() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n");
    for version in 2..=10_001 {
        // Every second change takes back what the one before typed.
        let (end, text) = if version % 2 == 0 { (at(1, 0), "9") } else { (at(1, 1), "") };
        client.change(URI, version, json!([{"range": range(at(1, 0), end), "text": text}]));
    }
    client.change(URI, 10_002, json!([{"range": range(at(1, 1), at(1, 3)), "text": ""}]));
    assert_eq!(client.diagnostics(URI, 10_002).len(), 1, "the short record is found");
    client.read_for(Duration::from_millis(300));
    let published = std::mem::take(&mut client.notifications);
    let versions: Vec<i64> = published
        .iter()
        .filter(|n| n["method"] == "textDocument/publishDiagnostics")
        .map(|n| n["params"]["version"].as_i64().unwrap())
        .collect();
    assert!(versions.is_sorted(), "versions went back: {versions:?}");
    assert!(versions.len() <= 1_000, "{} publications", versions.len());
    assert_eq!(client.shut_down(), 0);
}

/// Where an analysis takes long it begins when typing pauses, or has gone on for long; what is said meanwhile is
/// carried on from the text before.
#[test]
fn a_long_analysis_begins_when_typing_pauses() {
    if !crate::has_faults() {
        return;
    }
    // A busy machine pauses by itself now and then: of some sessions one goes as on an idle one.
    let sessions: Vec<_> = (0..5)
        .scan(false, |is_calm, _| {
            let typed = (!*is_calm).then(type_without_pause)?;
            *is_calm = typed.is_calm();
            Some(typed)
        })
        .collect();
    assert!(sessions.last().is_some_and(Typed::is_calm), "{sessions:?}");
}

/// What a server did while it was typed without a pause.
#[derive(Debug)]
struct Typed {
    /// How often something was said of a text that was not analysed.
    n_carried: usize,
    n_analyses: usize,
}

impl Typed {
    /// Something is said while it is typed, but not after every key. Analyses are one when it was opened, one after the
    /// last key; without a pause one in two seconds. Each is of a tenth of a second, so that without waiting there would
    /// be twenty and more.
    fn is_calm(&self) -> bool {
        (6..100).contains(&self.n_carried) && (3..=12).contains(&self.n_analyses)
    }
}

fn type_without_pause() -> Typed {
    const KEYS: i32 = 150;
    let mut text = "id,slow-analysis\n".to_owned();
    (0..200).for_each(|n| text.push_str(&format!("{n},town\n")));
    let mut client = server().options(json!({"clientCommands": []})).start();
    client.open(URI, &text);
    let is_complete = |status: &Value| status["coverage"] == "complete";
    client.notification("aurora/status", is_complete);
    // Keys follow one another for some three seconds, with no pause between them.
    for version in 2..=KEYS {
        let at = at(1, 3);
        client.change(URI, version, json!([{"range": range(at.clone(), at), "text": "x"}]));
        client.read_for(Duration::from_millis(20));
    }
    let typed = std::mem::take(&mut client.notifications);
    let said = |all: &[Value], coverage: &str| -> Vec<i64> {
        let of = all.iter().filter(|n| n["method"] == "aurora/status" && n["params"]["coverage"] == coverage);
        of.map(|n| n["params"]["version"].as_i64().unwrap()).collect()
    };
    let is_last = |version: i64| version == i64::from(KEYS);
    // Of the last text all that can be said is said once, be it after the last key or, on a slow machine, before that.
    let early = said(&typed, "complete").into_iter().filter(|&version| is_last(version)).count();
    if early == 0 {
        client.notification("aurora/status", |status| {
            is_complete(status) && status["version"].as_i64().is_some_and(is_last)
        });
    }
    client.read_for(Duration::from_millis(500));
    let after = std::mem::take(&mut client.notifications);
    client.call("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    client.exit_code();
    assert!(early <= 1 && !said(&after, "complete").into_iter().any(is_last), "it is said once");
    let carried = said(&typed, "in progress");
    assert!(carried.is_sorted(), "{carried:?}");
    Typed { n_carried: carried.len(), n_analyses: client.log().matches("a slow analysis begins").count() }
}

#[test]
fn the_newest_version_is_published_also_when_nothing_changed() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n");
    assert!(client.diagnostics(URI, 1).is_empty());
    client.change(URI, 2, json!([]));
    client.change_whole(URI, 3, "a,b\n1,2\n");
    assert!(client.diagnostics(URI, 3).is_empty());
    client.shut_down();
}

#[test]
fn versions_are_taken_as_they_come() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n");
    for (version, text) in [(7, "a,b\n1,2\n3\n"), (7, "a,b\n1\n2,3\n4\n5,6\n"), (-4, "a,b\n1,2\n")] {
        client.change_whole(URI, version, text);
        let expected = text.lines().filter(|line| !line.contains(',')).count();
        assert_eq!(client.diagnostics(URI, version).len(), expected);
    }
    client.shut_down();
}

#[test]
fn a_change_that_ends_before_it_begins_waits_for_the_whole_text() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n");
    client.diagnostics(URI, 1);
    client.change(URI, 2, json!([{"range": range(at(1, 3), at(1, 0)), "text": "x"}]));
    client.notification("window/logMessage", |_| true);
    client.change(URI, 3, json!([{"range": range(at(1, 1), at(1, 3)), "text": ""}]));
    assert!(client.diagnostics(URI, 3).is_empty(), "nothing was applied");
    client.change_whole(URI, 4, "a,b,c\n1,2,3\n4,5\n");
    assert_eq!(client.diagnostics(URI, 4).len(), 1);
    client.shut_down();
}

#[test]
fn documents_that_are_not_open_are_ignored() {
    let mut client = server().start();
    client.change_whole("file:///never.csv", 2, "a,b\n1\n");
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "file:///never.csv"}}));
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": "file:///never.csv"}}));
    let document = json!({"textDocument": {"uri": "file:///never.csv"}});
    for method in ["documentSymbol", "foldingRange", "codeLens"] {
        assert_eq!(client.call(&format!("textDocument/{method}"), document.clone()), Value::Null);
    }
    assert!(client.actions("file:///never.csv", &range(at(0, 0), at(0, 0))).is_empty());
    assert_eq!(client.call("aurora/recommendations", json!({"uri": "file:///never.csv"})), Value::Null);
    client.shut_down();
}

#[test]
fn opening_twice_replaces_and_closing_clears() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n");
    client.diagnostics(URI, 1);
    client.open(URI, "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    let cleared =
        client.notification("textDocument/publishDiagnostics", |params| params.get("version").is_none());
    assert_eq!(cleared["diagnostics"], json!([]));
    client.shut_down();
}

#[test]
fn a_request_sees_the_text_of_its_moment() {
    let mut client = server().start();
    client.open(URI, "a\n1\n");
    let document = json!({"textDocument": {"uri": URI}});
    let mut asked = Vec::new();
    for width in 2..40_usize {
        let header: Vec<String> = (0..width).map(|n| format!("c{n}")).collect();
        client.change_whole(URI, width as i32, &format!("{}\n", header.join(",")));
        asked.push((width, client.request("textDocument/documentSymbol", document.clone())));
    }
    let mut answered = 0;
    for (width, id) in asked {
        let answer = client.answer(id);
        match answer["error"]["code"].as_i64() {
            // The text moved on before it was read.
            Some(-32801) => {}
            None => {
                answered += 1;
                assert_eq!(answer["result"].as_array().unwrap().len(), width);
            }
            Some(code) => panic!("{code}"),
        }
    }
    assert!(answered >= 1);
    client.shut_down();
}

#[test]
fn a_column_that_is_typed_in_is_laid_out_after_a_pause() {
    let mut text = "id,name\n".to_owned();
    (0..40).for_each(|n| text.push_str(&format!("{n},b{}\n", n % 7)));
    let mut client = server().start();
    client.open(URI, &text);
    client.diagnostics(URI, 1);
    let mut longer = String::new();
    let mut changes = Vec::new();
    for (line, record) in text.lines().enumerate() {
        let new = if line == 0 { ",size".to_owned() } else { format!(",{}", line * 7 % 90) };
        let end = at(line as u32, record.len() as u32);
        changes.push(json!({"range": range(end.clone(), end), "text": new}));
        longer.push_str(&format!("{record}{new}\n"));
    }
    client.change(URI, 2, json!(changes));
    let document = json!({"textDocument": {"uri": URI}});
    let n_columns = |client: &mut Client| {
        let symbols = client.call("textDocument/documentSymbol", document.clone());
        symbols.as_array().map_or(0, Vec::len)
    };
    let end = std::time::Instant::now() + PATIENCE;
    while n_columns(&mut client) != 3 {
        assert!(std::time::Instant::now() < end, "the third column was never laid out");
        client.read_for(Duration::from_millis(50));
    }
    let mut fresh = server().start();
    fresh.open(URI, &longer);
    assert_eq!(everything(&mut client, &longer), everything(&mut fresh, &longer));
    client.shut_down();
    fresh.shut_down();
}

#[test]
fn nothing_is_offered_while_the_text_that_the_client_shows_is_not_known() {
    let mut client = server().start();
    client.open(URI, "a,b\n1,2\n3\n4,5\n6\n");
    let found = client.diagnostics(URI, 1);
    let action =
        client.actions(URI, &found[0]["range"]).into_iter().find(|a| a["isPreferred"] == true).unwrap();
    let good = json!({"range": range(at(1, 0), at(1, 1)), "text": "77"});
    let nonsense = json!({"range": range(at(1, 3), at(1, 0)), "text": "x"});
    client.change(URI, 2, json!([good, nonsense]));
    assert!(client.diagnostics(URI, 2).is_empty(), "places of another text");
    client.change(URI, 3, json!([good]));
    assert!(client.diagnostics(URI, 3).is_empty());
    assert_eq!(client.call_error("codeAction/resolve", action), -32801);
    let everything = range(at(0, 0), at(5, 0));
    assert!(client.actions(URI, &everything).is_empty());
    let params = json!({"textDocument": {"uri": URI}, "range": everything, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
    let fixes = client.call("textDocument/codeAction", params);
    assert!(fixes.as_array().is_none_or(Vec::is_empty), "{fixes}");
    let command = json!({"command": "aurora.fixAll", "arguments": [{"uri": URI}]});
    assert_eq!(client.call("workspace/executeCommand", command.clone()), 0);
    let command_of = |name: &str| json!({"command": name, "arguments": [{"uri": URI, "column": 0, "action": "trim-whitespace", "layout": "aligned"}]});
    assert_eq!(client.call("workspace/executeCommand", command_of("aurora.layout")), 0);
    assert_eq!(client.call_error("workspace/executeCommand", command_of("aurora.apply")), -32602);
    let options = json!({"textDocument": {"uri": URI}, "options": {"tabSize": 4, "insertSpaces": true, "layout": "aligned"}});
    let edits = client.call("textDocument/formatting", options);
    assert!(edits.as_array().is_none_or(Vec::is_empty), "{edits}");
    let rename = json!({"textDocument": {"uri": URI}, "position": at(0, 0), "newName": "z"});
    assert_eq!(client.call_error("textDocument/rename", rename), -32602);
    assert!(client.asked.iter().all(|asked| asked["method"] != "workspace/applyEdit"), "{:?}", client.asked);
    client.change_whole(URI, 4, "a,b\n1,2\n3\n4,5\n6\n");
    assert_eq!(client.diagnostics(URI, 4).len(), 2);
    assert_ne!(client.call("workspace/executeCommand", command), 0);
    client.shut_down();
}

#[test]
fn a_request_is_not_answered_from_half_of_a_change_that_makes_no_sense() {
    for _ in 0..5 {
        let mut client = server().start();
        // A tenth of a second longer than else, so that the change comes before the answer.
        client.open(URI, "slow-analysis,b\n1,2\n");
        let asked = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
        let good = json!({"range": range(at(0, 0), at(0, 13)), "text": "other"});
        let nonsense = json!({"range": range(at(1, 3), at(1, 0)), "text": "x"});
        client.change(URI, 2, json!([good, nonsense]));
        let answer = client.answer(asked);
        let is_refused = answer["error"]["code"] == -32801;
        assert!(is_refused || answer["result"][0]["name"] == "slow-analysis", "{answer}");
        client.shut_down();
    }
}
