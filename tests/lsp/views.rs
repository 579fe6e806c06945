//! What the editors' views are made of: profiles, the records behind a bar, rules, the privacy ledger.

use aurora_testing::lsp_client::{Client, Columns, PATIENCE, Start, apply, edits_of};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";

/// 60 records: a growing number, a city, and a coupon that every third record lacks.
fn table() -> String {
    let city = ["Oslo", "Bern", "Rome"];
    let record = |n: usize| {
        format!("{n},{},{},{}\n", n * n, city[n % 3], if n.is_multiple_of(3) { "NA" } else { "SPRING" })
    };
    (1..=60).fold("id,area,city,coupon\n".to_owned(), |text, n| text + &record(n))
}

fn records(client: &mut Client, column: usize, of: Value) -> Value {
    client.call("aurora/records", json!({"uri": URI, "column": column, "of": of}))
}

#[test]
fn a_profile_has_all_columns_and_one_in_full() {
    let mut client = server().start();
    client.open(URI, &table());
    let profile = client.call("aurora/profile", json!({"uri": URI, "column": 1}));
    assert_eq!((&profile["records"], profile["columns"].as_array().unwrap().len()), (&json!(60), 4));
    let brief = &profile["columns"][2];
    assert_eq!(
        (&brief["name"], &brief["distinct"], &brief["spark"]),
        (&json!("city"), &json!(3), &json!([20, 20, 20]))
    );
    let detail = &profile["detail"];
    assert_eq!(
        (&detail["name"], &detail["kind"], &detail["nulls"]),
        (&json!("area"), &json!("integer"), &json!(0))
    );
    let bins: u64 = detail["numbers"]["bins"].as_array().unwrap().iter().filter_map(Value::as_u64).sum();
    assert_eq!(bins, 60, "every number is in a bar");
    let points = detail["trend"]["points"].as_array().unwrap();
    assert_eq!((points[0]["from"].clone(), points.last().unwrap()["to"].clone()), (json!(0), json!(60)));
    let middles: Vec<f64> = points.iter().filter_map(|point| point["middle"].as_f64()).collect();
    assert!(middles.is_sorted() && middles.len() == 15, "{middles:?}");
    assert!(!detail["advice"]["recommendations"].as_array().unwrap().is_empty());
    assert_eq!(client.call("aurora/profile", json!({"uri": "file:///not-open.csv"})), Value::Null);
    client.shut_down();
}

#[test]
fn a_bar_leads_to_its_records() {
    let mut client = server().start();
    client.open(URI, &table());
    let profile = client.call("aurora/profile", json!({"uri": URI, "column": 1}));
    let numbers = &profile["detail"]["numbers"];
    let bins: Vec<u64> = numbers["bins"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    for (at, n) in bins.iter().enumerate() {
        let bar = json!({"which": "bins", "first": at, "last": at});
        assert_eq!(records(&mut client, 1, bar)["n"], json!(n), "bar {at}");
    }
    let bern = records(&mut client, 2, json!({"which": "value", "value": "Bern"}));
    let start = json!({"line": 1, "character": 4});
    assert_eq!(
        (&bern["n"], &bern["records"][0]["record"], &bern["records"][0]["range"]["start"]),
        (&json!(20), &json!(0), &start)
    );
    assert_eq!(records(&mut client, 3, json!({"which": "null"}))["n"], json!(20));
    assert_eq!(records(&mut client, 0, json!({"which": "kind", "kind": "integer"}))["n"], json!(60));
    assert_eq!(records(&mut client, 0, json!({"which": "records", "from": 10, "to": 12}))["n"], json!(2));
    assert_eq!(
        client.call_error("aurora/records", json!({"uri": URI, "column": 0, "of": {"which": "x"}})),
        -32602
    );
    client.shut_down();
}

#[test]
fn a_rule_is_learned_seen_switched_off_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder.path()).start();
    // Five files with a column of one name, all answered alike.
    for file in 0..6 {
        let uri = format!("file:///shop/{file}.csv");
        client.open(&uri, &table().replace("area", "amount"));
        let answer = json!({"uri": uri, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
        client.call("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [answer]}));
    }
    let uri = "file:///shop/0.csv";
    let rules = client.call("aurora/rules", json!({"uri": uri}));
    assert_eq!((&rules["answers"], &rules["learned"]), (&json!(6), &json!(1)));
    let rule = &rules["rules"][0];
    assert_eq!(
        (&rule["tier"], &rule["here"], &rule["accepted"]),
        (&json!("active"), &json!(true), &json!(6))
    );
    assert!(rule["text"].as_str().unwrap().contains("Accepted 6 of 6"), "{rule}");
    // By day, and midnight may fall between the answers.
    let days = rules["curve"].as_array().unwrap();
    let answered: Vec<u64> = days.iter().filter_map(|day| day["answered"].as_u64()).collect();
    assert!(answered.iter().sum::<u64>() == 6 && (1..=2).contains(&answered.len()), "{days:?}");

    let change = |client: &mut Client, verb: &str| {
        client.call("aurora/rule", json!({"uri": uri, "rule": rule["id"], "verb": verb}))
    };
    let off = change(&mut client, "disable");
    assert_eq!((&off["rules"][0]["disabled"], &off["learned"]), (&json!(true), &json!(0)));
    assert_eq!(change(&mut client, "enable")["learned"], json!(1));
    assert_eq!(change(&mut client, "forget")["answers"], json!(0));
    assert_eq!(client.call_error("aurora/rule", json!({"rule": 99, "verb": "forget"})), -32602);
    client.shut_down();
}

#[test]
fn the_ledger_says_what_is_kept_and_forgets_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder.path()).start();
    client.open(URI, &table());
    let empty = client.call("aurora/privacy", json!({"uri": URI}));
    assert_eq!((&empty["nAnswers"], &empty["files"], &empty["cap"]), (&json!(0), &json!([]), &json!(0.9)));
    let answer =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "leave-as-is", "kind": "accept"});
    client.call("workspace/executeCommand", json!({"command": "aurora.correct", "arguments": [answer]}));
    let ledger = client.call("aurora/privacy", json!({"uri": URI}));
    let file = &ledger["files"][0];
    let column = &file["columns"][0];
    assert_eq!(
        (&file["here"], &column["name"], &column["column"]),
        (&json!(true), &json!("area"), &json!(1))
    );
    assert!(file["used"].as_f64().unwrap() > 0.0 && column["buckets"].is_string(), "{ledger}");
    assert_eq!(
        (&ledger["answers"][0]["asked"], &ledger["answers"][0]["here"]),
        (&json!("leave-as-is"), &json!(true))
    );
    assert!(ledger["notClaimed"].as_array().unwrap().len() > 3);
    let after = client.call("aurora/forget", json!({"uri": URI}));
    assert_eq!((&after["nAnswers"], &after["files"][0]["columns"][0]["buckets"]), (&json!(0), &Value::Null));
    assert_eq!(after["files"][0]["used"], file["used"], "what was spent stays spent");
    client.shut_down();
}

#[test]
fn a_recommendation_is_applied_by_one_command_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let start = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder.path());
    let mut client = start.capability("/workspace/applyEdit", json!(true)).start();
    let text = table().replace(",Oslo,", ", Oslo,");
    client.open(URI, &text);
    let argument = json!({"uri": URI, "column": 2, "action": "trim-whitespace"});
    let params = json!({"command": "aurora.apply", "arguments": [argument]});
    assert!(client.call("workspace/executeCommand", params.clone()).is_string(), "it says what it does");
    let asked = client.next_asked("workspace/applyEdit");
    let after = apply(&text, &edits_of(&asked["params"]["edit"]), Columns::Utf16);
    assert_eq!(after, table());
    let answers = |client: &mut Client| client.call("aurora/rules", json!({"uri": URI}))["answers"].clone();
    assert_eq!(answers(&mut client), json!(0), "the text has not become that yet");
    client.change_whole(URI, 2, &after);
    client.diagnostics(URI, 2);
    let end = std::time::Instant::now() + PATIENCE;
    while answers(&mut client) != json!(1) {
        assert!(std::time::Instant::now() < end, "the accept is counted");
    }
    assert_eq!(client.call_error("workspace/executeCommand", params), -32602, "nothing is left to change");
    client.shut_down();
}

#[test]
fn what_a_column_is_can_be_said_from_the_menu() {
    let mut client = server().options(json!({"clientCommands": ["aurora.client.choose"]})).start();
    client.open(URI, &table());
    let header = json!({"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}});
    let actions = client.actions(URI, &header);
    let treat = actions.iter().find(|action| action["title"] == "Treat as …").expect("it is offered");
    let items = treat["command"]["arguments"][0]["items"].as_array().unwrap();
    assert_eq!(items.len(), 9);
    let wanted = items.iter().find(|item| item["title"] == "context-specific").unwrap();
    let params = json!({"command": wanted["command"], "arguments": wanted["arguments"]});
    let answer = client.call("workspace/executeCommand", params);
    assert_eq!(answer["role"]["code"], json!("context-specific"));

    let mut plain = server().start();
    plain.open(URI, &table());
    let titles: Vec<Value> =
        plain.actions(URI, &header).iter().map(|action| action["title"].clone()).collect();
    assert!(titles.iter().any(|title| title.as_str().unwrap().starts_with("Treat as ")), "{titles:?}");
    plain.shut_down();
    client.shut_down();
}
