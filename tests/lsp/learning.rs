//! Answers of the person: counted when the text became what was promised, kept before they are acknowledged.

use std::path::Path;
use std::time::{Duration, Instant};

use aurora_learning::Kind;
use aurora_testing::lsp_client::{Client, Columns, PATIENCE, apply, edits_of};
use serde_json::{Value, json};

use crate::keeping::{SHORT, URI, keeping, kinds, offered};
use crate::server;

#[test]
fn an_answer_is_acknowledged_with_the_column() {
    let mut client = server().start();
    client.open(URI, "id,name\n1,Ada\n2,Grace\n");
    let all = client.call("aurora/recommendations", json!({"uri": URI}));
    assert_eq!(all.as_array().unwrap().len(), 2);
    let one = client.call("aurora/recommendations", json!({"uri": URI, "column": 1}));
    assert_eq!((one.as_array().unwrap().len(), &one[0]["name"]), (1, &json!("name")));
    let argument =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
    let answer = client
        .call("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [argument]}));
    assert_eq!((&answer["column"], &answer["name"]), (&json!(1), &json!("name")));
    for bad in [
        json!({"uri": URI, "column": 99, "target": "transform", "action": "leave-as-is", "kind": "accept"}),
        json!({"uri": URI, "column": 1, "target": "transform", "action": "no-such", "kind": "accept"}),
        json!({"uri": URI, "column": 1, "target": "dance", "action": "leave-as-is", "kind": "accept"}),
        json!({"uri": "file:///never.csv", "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"}),
    ] {
        let params = json!({"command": "aurora.correct", "arguments": [bad]});
        assert_eq!(client.call_error("workspace/executeCommand", params), -32602);
    }
    client.shut_down();
}

#[test]
fn a_file_can_be_read_with_another_delimiter() {
    let mut client = server().start();
    client.open(URI, "a;b,c\n1;2,3\n4;5,6\n");
    let width = |client: &mut aurora_testing::lsp_client::Client| {
        client.call("aurora/recommendations", json!({"uri": URI})).as_array().unwrap().len()
    };
    for (delimiter, expected) in [(json!("|"), 1), (json!(";"), 2), (json!(","), 2)] {
        let argument = json!({"uri": URI, "delimiter": delimiter});
        client.call(
            "workspace/executeCommand",
            json!({"command": "aurora.reinterpret", "arguments": [argument]}),
        );
        assert_eq!(width(&mut client), expected, "{delimiter}");
    }
    let too_long = json!({"uri": URI, "delimiter": "123456789"});
    let params = json!({"command": "aurora.reinterpret", "arguments": [too_long]});
    assert_eq!(client.call_error("workspace/executeCommand", params), -32602);
    client.shut_down();
}

#[test]
fn the_delimiter_chosen_for_one_file_tips_the_scales_in_the_next() {
    let text = "a;b,c\n1;2,3\n4;5,6\n";
    let mut client = server().start();
    let first_name = |client: &mut Client, uri: &str| {
        client.call("aurora/recommendations", json!({"uri": uri}))[0]["name"].as_str().unwrap().to_owned()
    };
    client.open(URI, text);
    let detected = first_name(&mut client, URI);
    let (delimiter, chosen) = if detected == "a" { (",", "a;b") } else { (";", "a") };
    let argument = json!({"uri": URI, "delimiter": delimiter});
    client
        .call("workspace/executeCommand", json!({"command": "aurora.reinterpret", "arguments": [argument]}));
    let beside = URI.replace(".csv", "-2.csv");
    client.open(&beside, text);
    assert_eq!(first_name(&mut client, &beside), chosen);
    client.open("file:///elsewhere/x.csv", text);
    assert_eq!(first_name(&mut client, "file:///elsewhere/x.csv"), detected);
    client.shut_down();
}

fn correct(client: &mut Client, argument: &Value) -> Value {
    client.call("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [argument]}))
}

/// Confidence of every action of a column.
fn confidences(client: &mut Client, uri: &str, column: usize) -> Vec<(String, f64)> {
    let answer = client.call("aurora/recommendations", json!({"uri": uri, "column": column}));
    let list = answer[0]["recommendations"].as_array().unwrap();
    list.iter()
        .map(|r| (r["action"].as_str().unwrap().to_owned(), r["confidence"].as_f64().unwrap()))
        .collect()
}

fn confidence(client: &mut Client, uri: &str, column: usize, action: &str) -> f64 {
    confidences(client, uri, column).into_iter().find(|(code, _)| code == action).expect("the action").1
}

#[test]
fn a_dismissed_check_stays_away_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = keeping(folder.path()).start();
    client.open(URI, SHORT);
    let found = client.diagnostics(URI, 1);
    assert_eq!(found.len(), 1);
    let actions = client.actions(URI, &found[0]["range"]);
    let dismiss =
        actions.iter().find(|a| a["title"].as_str().unwrap().starts_with("Never for columns")).unwrap();
    let argument = dismiss["command"]["arguments"][0].clone();
    correct(&mut client, &argument);
    assert!(client.diagnostics(URI, 1).is_empty());
    client.shut_down();

    let mut again = keeping(folder.path()).start();
    again.open(URI, SHORT);
    assert!(again.diagnostics(URI, 1).is_empty());
    // Another kind of finding is not concerned.
    again.open("file:///b.csv", "id,name\n1,\"Ada\"x\n2,\"Grace\"\n3,\"Linus\"\n4,\"Alan\"\n5,\"Barbara\"\n");
    assert!(!again.diagnostics("file:///b.csv", 1).is_empty());
    again.shut_down();
}

/// The file that was answered about comes first, the others that are open without being asked for.
#[test]
fn an_answer_about_one_file_reaches_the_others_that_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, other) = (keeping(folder.path()).start(), "file:///other.csv");
    for uri in [URI, other] {
        client.open(uri, SHORT);
        assert_eq!(client.diagnostics(uri, 1).len(), 1);
    }
    let code = "missing-fields";
    correct(
        &mut client,
        &json!({"uri": URI, "column": 1, "target": "check", "action": code, "kind": "dismiss", "scope": "all"}),
    );
    assert!(client.diagnostics(other, 1).is_empty());
    client.shut_down();
}

#[test]
fn an_answer_that_counts_is_kept_however_soon_the_session_ends() {
    // How soon is chance: several sessions, one after the other.
    let folder = tempfile::tempdir().unwrap();
    for n_before in 0..6 {
        let mut client = keeping(folder.path()).start();
        let uri = format!("file:///{n_before}.csv");
        let records: String = (0..60).map(|n| format!("{n},{},Oslo\n", n * 37 % 400)).collect();
        client.open(&uri, &format!("id,price,city\n{records}"));
        client.diagnostics(&uri, 1);
        let argument = json!({"uri": uri, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
        let params = json!({"command": "aurora.correct", "arguments": [argument]});
        client.request("workspace/executeCommand", params);
        let end = Instant::now() + PATIENCE;
        while client.call("aurora/rules", json!({"uri": uri}))["answers"] != n_before + 1 {
            assert!(Instant::now() < end, "the answer counts");
        }
        client.request("shutdown", Value::Null);
        client.notify("exit", Value::Null);
        assert_eq!(client.exit_code(), 0);
        assert_eq!(kinds(folder.path()).len(), n_before + 1);
    }
}

#[test]
fn an_accept_counts_when_the_text_is_what_was_promised_and_an_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = keeping(folder.path()).start();
    client.open(URI, SHORT);
    let (mended, announce) = offered(&mut client);

    // Announced, but the text became another one: nothing is learned.
    client.call("workspace/executeCommand", announce);
    client.change_whole(URI, 2, &SHORT.replace("Ada", "Eva"));
    client.diagnostics(URI, 2);
    assert!(kinds(folder.path()).is_empty());
    client.change_whole(URI, 3, &mended);
    client.diagnostics(URI, 3);
    wait_for(folder.path(), &[Kind::Accept]);
    // The text returns.
    client.change_whole(URI, 4, SHORT);
    client.diagnostics(URI, 4);
    wait_for(folder.path(), &[Kind::Accept, Kind::Undo]);
    client.shut_down();
}

fn wait_for(folder: &Path, wanted: &[Kind]) {
    let end = Instant::now() + PATIENCE;
    while kinds(folder) != wanted {
        assert!(Instant::now() < end, "{:?}", kinds(folder));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_answer_moves_the_next_recommendation() {
    let mut client = server().start();
    client.open(URI, SHORT);
    let before = confidence(&mut client, URI, 1, "leave-as-is");
    let argument =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "dismiss"});
    let answer = correct(&mut client, &argument);
    let moved =
        answer["recommendations"].as_array().unwrap().iter().find(|r| r["action"] == "leave-as-is").unwrap();
    assert!(moved["confidence"].as_f64().unwrap() < before, "{before}: {answer}");
    client.shut_down();
}

#[test]
fn no_acknowledged_answer_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut built_in = None;
    for round in 0..4 {
        let mut client = keeping(folder.path()).start();
        client.open(URI, SHORT);
        let now = confidence(&mut client, URI, 1, "leave-as-is");
        let before = *built_in.get_or_insert(now);
        assert!(round == 0 || now < before / 2.0, "round {round}: {now} after {before}");
        let argument = json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "dismiss"});
        for _ in 0..3 {
            correct(&mut client, &argument);
        }
        // One more is on its way when the end comes.
        client.request(
            "workspace/executeCommand",
            json!({"command": "aurora.correct", "arguments": [argument]}),
        );
        client.kill();
    }
    let kept = kinds(folder.path()).len();
    assert!((12..=16).contains(&kept), "{kept} answers at rest");
}

#[test]
fn two_servers_share_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = [keeping(folder.path()).start(), keeping(folder.path()).start()];
    for client in &mut servers {
        client.open(URI, SHORT);
        client.diagnostics(URI, 1);
    }
    for round in 0..6 {
        let argument = json!({"uri": URI, "column": round % 3, "target": "transform", "action": "leave-as-is", "kind": "dismiss"});
        for client in &mut servers {
            assert_eq!(correct(client, &argument)["column"], round % 3);
        }
    }
    for client in servers {
        assert_eq!(client.shut_down(), 0);
    }
    assert_eq!(kinds(folder.path()).len(), 12);
}

#[test]
fn a_store_that_cannot_be_used_takes_nothing_away() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut client = keeping(&file.path().join("no-folder")).options(json!({"clientCommands": []})).start();
    client.open(URI, SHORT);
    let status = client.notification("aurora/status", |_| true);
    assert!(status["notice"].as_str().unwrap().contains("not saved"), "{status}");
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    let argument =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
    assert_eq!(correct(&mut client, &argument)["column"], 1);
    assert_eq!(client.shut_down(), 0);
}

/// Forty towns of which some are spoilt by a strange letter, and one field that no check can know to be wrong.
fn towns() -> String {
    let names = ["Oslo", "Rome", "Bern", "Wien", "Lund"];
    let mut text = "id,town\n".to_owned();
    for id in 0..40 {
        let town = names[id % 5];
        let spoilt =
            if id % 8 == 3 { town.replace(['o', 'e', 'u'], "\u{e9}\u{e9}") } else { town.to_owned() };
        text += &format!("{id},{spoilt}\n");
    }
    text
}

fn listed(column: &Value, list: &str) -> Vec<u64> {
    column[list].as_array().unwrap().iter().map(|one| one["record"].as_u64().unwrap()).collect()
}

#[test]
fn an_answer_about_a_value_holds_for_values_that_look_like_it() {
    let mut client = server().start();
    client.open(URI, &towns());
    let answer = |record: u64, kind: &str| json!({"uri": URI, "column": 1, "record": record, "target": "value", "action": "wrong-value", "kind": kind});
    correct(&mut client, &answer(3, "accept"));
    let column = correct(&mut client, &answer(0, "dismiss"));
    for record in [3, 11, 19, 27, 35] {
        assert!(listed(&column, "values").contains(&record), "{record}: {column}");
    }
    assert!(!listed(&column, "values").contains(&1), "{column}");
    let all = client.call("aurora/recommendations", json!({"uri": URI, "column": 1}));
    assert_eq!(all[0], column, "the answer is that column's object");
    // What was said in error is taken back by saying the contrary.
    correct(&mut client, &answer(3, "dismiss"));
    let column = correct(&mut client, &answer(11, "dismiss"));
    assert!(!listed(&column, "values").contains(&11), "{column}");
    client.shut_down();
}

#[test]
fn every_answer_can_be_given_from_the_menu() {
    let mut client = server().start();
    client.open(URI, &towns());
    let at = |line: u64, character: u64| {
        let place = json!({"line": line, "character": character});
        json!({"start": place, "end": place})
    };
    let titled = |actions: &[Value], title: &str| {
        let found = actions.iter().find(|action| action["title"] == title);
        found.unwrap_or_else(|| panic!("no {title} in {actions:?}"))["command"]["arguments"][0].clone()
    };
    let of_name = client.actions(URI, &at(0, 4));
    let role = of_name.iter().find(|a| a["title"].as_str().unwrap().starts_with("Treat as ")).unwrap();
    let argument = role["command"]["arguments"][0].clone();
    let answer = correct(&mut client, &argument);
    assert_eq!(answer["role"]["code"], argument["wanted"]);
    let of_field = client.actions(URI, &at(4, 3));
    let wrong = titled(&of_field, "This value is wrong");
    assert_eq!(
        (&wrong["target"], &wrong["record"], &wrong["kind"]),
        (&json!("value"), &json!(3), &json!("accept"))
    );
    assert_eq!(titled(&of_field, "This value is right")["kind"], "dismiss");
    client.shut_down();
}

#[test]
fn an_answer_is_judged_without_reading_the_file_again() {
    let mut client = server().start();
    let mut text = "id,amount,town\n".to_owned();
    for id in 0..4_000_u32 {
        text += &format!("{id},{:.2},Town{}\n", (f64::from(id * 37 % 4_000) / 400.0).exp(), id % 97);
    }
    let before = Instant::now();
    client.open(URI, &text);
    let first = client.call("aurora/recommendations", json!({"uri": URI, "column": 1}));
    let reading = before.elapsed();
    let best = first[0]["recommendations"][0]["action"].clone();
    let argument = json!({"uri": URI, "column": 1, "target": "transform", "action": best, "kind": "dismiss"});
    let fastest = (0..5)
        .map(|_| {
            let before = Instant::now();
            correct(&mut client, &argument);
            before.elapsed()
        })
        .min()
        .unwrap();
    // Fifty milliseconds in a release build on an idle machine; here only that nothing is read anew.
    assert!(fastest < reading / 2, "{fastest:?} against {reading:?}");
    client.shut_down();
}

/// Names of which most begin with a blank, and how many towns stand beside them.
fn blanks() -> String {
    let mut text = "id,name,town\n".to_owned();
    for id in 0..30 {
        let name = ["Ada", "Grace", "Linus", "Alan", "Edsger", "Barbara"][id % 6];
        text +=
            &format!("{id},{}{name}{id},{}\n", if id % 3 == 0 { "" } else { " " }, ["Oslo", "Rome"][id % 2]);
    }
    text
}

/// Replaces what stands in one line, as an editor tells of it.
fn type_over(client: &mut Client, version: i32, line: usize, from: usize, to: usize, text: &str) {
    let range = json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"range": range, "text": text}]}),
    );
}

fn kept_by_hand(client: &mut Client, line: usize, character: usize) -> Option<Value> {
    let place = json!({"line": line, "character": character});
    let actions = client.actions(URI, &json!({"start": place, "end": place}));
    actions
        .into_iter()
        .find(|action| action["title"].as_str().unwrap().starts_with("Keep as your preference"))
}

/// A server that says when it has compared.
fn by_hand(folder: &Path) -> Client {
    keeping(folder).arg("--log").arg("debug").options(json!({"clientCommands": []})).start()
}

/// What it logs then.
fn compared(version: i32) -> String {
    format!("edits by hand up to version {version} were compared")
}

/// The offer at a place, as soon as the server has compared.
fn wait_for_offer(client: &mut Client, line: usize, character: usize) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(offer) = kept_by_hand(client, line, character) {
            return offer;
        }
        assert!(Instant::now() < end, "no offer");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn edits_by_hand_that_do_what_a_transform_does_are_kept_after_one_keypress() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = by_hand(folder.path());
    client.open(URI, &blanks());
    client.diagnostics(URI, 1);
    let before = confidence(&mut client, URI, 1, "trim-whitespace");
    // One field that is mended otherwise is forgotten; then the blanks go, one after the other.
    type_over(&mut client, 2, 1, 2, 5, "Eve");
    client.diagnostics(URI, 2);
    client.wait_for_log(&compared(2));
    let mut version = 2;
    for id in [1_usize, 2, 4, 5] {
        version += 1;
        let at = if id < 10 { 2 } else { 3 };
        type_over(&mut client, version, id + 1, at, at + 1, "");
        client.diagnostics(URI, version);
    }
    let told = client.notification("aurora/doneByHand", |_| true);
    assert!(told["title"].as_str().unwrap().contains("trim-whitespace"), "{told}");
    let offer = wait_for_offer(&mut client, 2, 3);
    let argument = offer["command"]["arguments"][0].clone();
    assert_eq!(
        (&argument["kind"], &argument["wanted"], &argument["column"]),
        (&json!("manual"), &json!("trim-whitespace"), &json!(1))
    );
    assert!(kept_by_hand(&mut client, 2, 10).is_none(), "only at its column: {offer}");
    // Nothing is kept unasked.
    assert!(kinds(folder.path()).is_empty());
    correct(&mut client, &argument);
    assert_eq!(kinds(folder.path()), [Kind::Manual]);
    assert!(kept_by_hand(&mut client, 2, 3).is_none(), "offered once");
    let after = confidence(&mut client, URI, 1, "trim-whitespace");
    assert!(after > before, "{before} → {after}");
    client.shut_down();
}

#[test]
fn edits_by_hand_that_no_transform_explains_are_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = by_hand(folder.path());
    client.open(URI, &blanks());
    client.diagnostics(URI, 1);
    for (nth, id) in [1_usize, 2, 4, 5].into_iter().enumerate() {
        // Every second blank becomes an underscore instead.
        let version = nth as i32 + 2;
        type_over(&mut client, version, id + 1, 2, 3, if nth % 2 == 0 { "" } else { "_" });
        client.diagnostics(URI, version);
        client.wait_for_log(&compared(version));
    }
    assert!(kept_by_hand(&mut client, 2, 3).is_none());
    // Nor is what the server itself does.
    let argument = json!({"uri": URI, "column": 1, "action": "trim-whitespace"});
    client.call("workspace/executeCommand", json!({"command": "aurora.apply", "arguments": [argument]}));
    let _ = client.call("aurora/recommendations", json!({"uri": URI}));
    assert!(kept_by_hand(&mut client, 2, 3).is_none());
    client.shut_down();
}

#[test]
fn a_transform_of_all_columns_alike_is_one_edit_and_one_vote() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "a,b,c,n\n".to_owned();
    for id in 0..60 {
        text += &format!(" x{id}, y{id}, z{id},{id}\n");
    }
    let mut client = keeping(folder.path()).options(json!({"clientCommands": []})).start();
    client.open(URI, &text);
    let place = json!({"line": 1, "character": 1});
    let actions = client.actions(URI, &json!({"start": place, "end": place}));
    let action =
        actions.iter().find(|action| action["title"] == "trim-whitespace, in all 3 columns like this");
    let action = action.unwrap_or_else(|| panic!("{actions:?}"));
    let action = client.call("codeAction/resolve", action.clone());
    let after = apply(&text, &edits_of(&action["edit"]), Columns::Utf16);
    assert_eq!(after, text.replace(' ', ""));
    client.call(
        "workspace/executeCommand",
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]}),
    );
    client.change_whole(URI, 2, &after);
    client.diagnostics(URI, 2);
    wait_for(folder.path(), &[Kind::Accept]);
    // One step back, and the vote is taken back.
    client.change_whole(URI, 3, &text);
    client.diagnostics(URI, 3);
    wait_for(folder.path(), &[Kind::Accept, Kind::Undo]);
    client.shut_down();
}

#[test]
fn a_column_dropped_or_added_by_hand_is_recognised() {
    let mut text = "id,amount,town\n".to_owned();
    let (mut without, mut with) = ("id,amount\n".to_owned(), "id,amount,logs,town\n".to_owned());
    for id in 0..60_u32 {
        let amount = (f64::from(id * 37 % 60) / 6.0).exp().round();
        text += &format!("{id},{amount},Oslo\n");
        without += &format!("{id},{amount}\n");
        with += &format!("{id},{amount},{:.3},Oslo\n", amount.ln_1p());
    }
    for (after, column, action) in [(without, 2, "drop-column"), (with, 1, "log1p-column")] {
        let mut client = server().options(json!({"clientCommands": []})).start();
        client.open(URI, &text);
        client.diagnostics(URI, 1);
        client.change_whole(URI, 2, &after);
        let told = client.notification("aurora/doneByHand", |_| true);
        let answer = &told["arguments"][0];
        assert_eq!((&answer["column"], &answer["wanted"]), (&json!(column), &json!(action)), "{told}");
        let place = wait_for_offer(&mut client, 1, 3);
        assert_eq!(place["command"]["arguments"], told["arguments"]);
        correct(&mut client, answer);
        client.shut_down();
    }
}
