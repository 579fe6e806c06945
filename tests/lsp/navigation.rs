//! Finding one's way: selection, highlights, completion, renaming, hints, colours.

use aurora_testing::lsp_client::{Client, Columns, apply, edits_of};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";
const TEXT: &str = "id,city,\"full, name\"\n1,Oslo,\"Ada\nLovelace\"\n2,Bern,Grace\n3,Oslo,Linus\n4,Bern,Alan\n5,Oslo,Edsger\n6,Oslo,Tim\n7,Bern,Barbara\n8,Oslo,Ken\n";

fn at(line: u32, character: u32) -> Value {
    json!({"line": line, "character": character})
}

fn ask(client: &mut Client, method: &str, line: u32, character: u32) -> Value {
    let params = json!({"textDocument": {"uri": URI}, "position": at(line, character)});
    client.call(&format!("textDocument/{method}"), params)
}

/// The texts that a chain of selection ranges holds, innermost first; of one line each.
fn chain(range: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut now = range;
    while now.is_object() {
        found.push(json!([now["range"]["start"], now["range"]["end"]]));
        now = &now["parent"];
    }
    found
}

#[test]
fn a_selection_grows_from_the_value_to_the_table() {
    let mut client = server().start();
    client.open(URI, TEXT);
    let params = json!({"textDocument": {"uri": URI}, "positions": [at(1, 9), at(3, 3)]});
    let answer = client.call("textDocument/selectionRange", params);
    let quoted = chain(&answer[0]);
    assert_eq!(quoted[0], json!([at(1, 8), at(2, 8)]), "the value");
    assert_eq!(quoted[1], json!([at(1, 7), at(2, 9)]), "with its quotes");
    assert_eq!(quoted[2], json!([at(1, 0), at(2, 9)]), "the record");
    assert_eq!(quoted.len(), 4);
    assert_eq!(chain(&answer[1])[0], json!([at(3, 2), at(3, 6)]));
    client.shut_down();
}

#[test]
fn the_same_value_is_highlighted_in_its_column() {
    let mut client = server().start();
    client.open(URI, TEXT);
    assert_eq!(ask(&mut client, "documentHighlight", 3, 3).as_array().unwrap().len(), 3, "Bern");
    assert_eq!(ask(&mut client, "documentHighlight", 0, 4).as_array().unwrap().len(), 1, "the header itself");
    client.shut_down();
}

#[test]
fn the_values_of_a_category_are_offered() {
    let mut client = server().start();
    client.open(URI, TEXT);
    let items = ask(&mut client, "completion", 3, 3);
    let labels: Vec<&str> =
        items.as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect();
    assert_eq!(labels, ["Oslo", "Bern"]);
    assert_eq!(items[0]["textEdit"]["range"], json!({"start": at(3, 2), "end": at(3, 6)}));
    client.shut_down();
}

#[test]
fn a_name_of_the_header_is_renamed_and_quoted_where_it_must_be() {
    let mut client = server().start();
    client.open(URI, TEXT);
    let prepared = ask(&mut client, "prepareRename", 0, 12);
    assert_eq!(prepared["placeholder"], "full, name");
    assert_eq!(ask(&mut client, "prepareRename", 3, 3), Value::Null);
    let params = json!({"textDocument": {"uri": URI}, "position": at(0, 4), "newName": "city, country"});
    let edit = client.call("textDocument/rename", params);
    let after = apply(TEXT, &edits_of(&edit), Columns::Utf16);
    assert!(after.starts_with("id,\"city, country\",\"full, name\"\n1,Oslo"), "{after}");
    let params = json!({"textDocument": {"uri": URI}, "position": at(3, 3), "newName": "x"});
    assert_eq!(client.call_error("textDocument/rename", params), -32602);
    client.shut_down();
}

#[test]
fn hints_and_colours_are_off_until_asked_for() {
    let mut client = server().spawn();
    let params = client.initialize.clone();
    let offered = client.call("initialize", params);
    assert!(offered["capabilities"]["inlayHintProvider"].is_null());
    assert!(offered["capabilities"]["semanticTokensProvider"].is_null());
    client.shut_down();

    let mut client = server().options(json!({"inlayHints": true, "semanticTokens": true})).start();
    client.open(URI, TEXT);
    let whole = json!({"start": at(0, 0), "end": at(20, 0)});
    let hints = client.call("textDocument/inlayHint", json!({"textDocument": {"uri": URI}, "range": whole}));
    assert_eq!((hints.as_array().unwrap().len(), &hints[0]["label"]), (3, &json!(": integer")));

    let full = client.call("textDocument/semanticTokens/full", json!({"textDocument": {"uri": URI}}));
    let data: Vec<u64> = full["data"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    // Header and eight records of three fields; one field has two lines.
    assert_eq!(data.len(), 5 * (9 * 3 + 1));
    assert_eq!(data[..15], [0, 0, 2, 0, 0, 0, 3, 4, 1, 0, 0, 5, 12, 2, 0]);
    let some = json!({"start": at(3, 0), "end": at(3, 4)});
    let range = client
        .call("textDocument/semanticTokens/range", json!({"textDocument": {"uri": URI}, "range": some}));
    assert!(range["data"].as_array().unwrap().len() < 5 * 9);
    client.shut_down();
}

#[test]
fn the_lens_counts_and_fixes() {
    let mut client = server().capability("/workspace/applyEdit", json!(true)).start();
    client.open(URI, "id,name,city\n1,Ada,London\n2,Grace,Oslo\n3,Linus\n4,Alan,Leeds\n5,Edsger,Austin\n6,Barbara,Boston\n");
    let lenses = client.call("textDocument/codeLens", json!({"textDocument": {"uri": URI}}));
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().filter_map(|l| l["command"]["title"].as_str()).collect();
    assert_eq!(titles, ["6 records · 3 columns · 1 finding", "fix 1 safe"]);
    let command = &lenses[1]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    assert_eq!(client.call("workspace/executeCommand", params), json!(1));
    let asked = client.next_asked("workspace/applyEdit");
    assert_eq!(edits_of(&asked["params"]["edit"]).len(), 1);
    client.shut_down();
}

#[test]
fn a_key_leads_to_its_record_in_a_file_beside() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let orders = "order,customer_id,country\n1,7,NO\n2,8,SE\n3,7,NO\n";
    write("orders.csv", orders);
    write("customers.csv", "id,name\n7,Ada\n8,Grace\n");
    write("countries.csv", "code,country\n47,NO\n46,SE\n");
    // The value stands here twice: it names no record.
    write("visits.csv", "customer_id,day\n7,1\n7,2\n");
    write("notes.txt", "customer_id\n7\n");
    let uri = |name: &str| format!("file://{}", folder.path().canonicalize().unwrap().join(name).display());
    let mut client = server().folder(&uri("")).start();
    client.open(&uri("orders.csv"), orders);
    let ask = |client: &mut Client, line: u32, character: u32| {
        let params = json!({"textDocument": {"uri": uri("orders.csv")}, "position": at(line, character)});
        client.call("textDocument/definition", params)
    };
    let customer = ask(&mut client, 1, 2);
    let expected = json!([{"uri": uri("customers.csv"), "range": {"start": at(1, 0), "end": at(1, 1)}}]);
    assert_eq!(customer, expected);
    assert_eq!(ask(&mut client, 2, 4)[0]["uri"], json!(uri("countries.csv")));
    assert_eq!(ask(&mut client, 0, 8), Value::Null, "the header is no key");
    // What is open counts as it is open.
    client.open(&uri("customers.csv"), "id,name\n1,Tim\n7,Ada\n");
    assert_eq!(ask(&mut client, 1, 2)[0]["range"]["start"], at(2, 0));
    client.shut_down();
}

#[test]
fn nothing_outside_the_folder_is_read() {
    let outside = tempfile::tempdir().unwrap();
    let orders = "order,customer_id\n1,7\n";
    std::fs::write(outside.path().join("orders.csv"), orders).unwrap();
    std::fs::write(outside.path().join("customers.csv"), "id,name\n7,Ada\n").unwrap();
    let mut client = server().folder("file:///nowhere").start();
    let uri = format!("file://{}", outside.path().canonicalize().unwrap().join("orders.csv").display());
    client.open(&uri, orders);
    let params = json!({"textDocument": {"uri": uri}, "position": at(1, 2)});
    assert_eq!(client.call("textDocument/definition", params), Value::Null);
    client.shut_down();
}

#[test]
fn blanks_between_columns_are_shown_and_not_written() {
    let mut client = server().options(json!({"inlayHints": "aligned"})).start();
    client.open(URI, TEXT);
    let some = json!({"start": at(3, 0), "end": at(10, 0)});
    let hints = client.call("textDocument/inlayHint", json!({"textDocument": {"uri": URI}, "range": some}));
    assert!(hints.as_array().unwrap().iter().all(|hint| hint["label"].as_str().unwrap().trim().is_empty()));
    client.open("file:///b.csv", "id,name,n\n1,Ada,x\n22,Grace,y\n");
    let whole = json!({"start": at(0, 0), "end": at(9, 0)});
    let params = json!({"textDocument": {"uri": "file:///b.csv"}, "range": whole});
    let hints = client.call("textDocument/inlayHint", params);
    let found: Vec<_> =
        hints.as_array().unwrap().iter().map(|hint| (&hint["position"], &hint["label"])).collect();
    let expected = [(at(0, 7), " "), (at(1, 0), " "), (at(1, 5), "  ")];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((position, label), expected) in found.iter().zip(&expected) {
        assert_eq!((*position, label.as_str().unwrap()), (&expected.0, expected.1));
    }
    client.shut_down();
}

#[test]
fn kinds_and_blanks_together_leave_columns_under_each_other() {
    let text = "id,city,n\n1,Oslo,5\n22,Stavanger,71\n";
    let mut client = server().options(json!({"inlayHints": "both"})).start();
    client.open(URI, text);
    let params = json!({"textDocument": {"uri": URI}, "range": {"start": at(0, 0), "end": at(9, 0)}});
    let hints = client.call("textDocument/inlayHint", params);
    let shown: Vec<String> = (0..)
        .zip(text.lines())
        .map(|(line, text)| {
            let mut shown = text.to_owned();
            // From the end, so that what comes before keeps its place; of two at one place the later goes behind.
            let mut here: Vec<_> =
                hints.as_array().unwrap().iter().filter(|h| h["position"]["line"] == line).collect();
            here.sort_by_key(|hint| hint["position"]["character"].as_u64());
            for hint in here.iter().rev() {
                let at = hint["position"]["character"].as_u64().unwrap() as usize;
                shown.insert_str(at, hint["label"].as_str().unwrap());
            }
            shown
        })
        .collect();
    let expected = [
        "id: integer,city: text,n: integer",
        "          1,Oslo      ,         5",
        "         22,Stavanger ,        71",
    ];
    assert_eq!(shown, expected);
    assert!(hints.as_array().unwrap().iter().all(|hint| hint["paddingRight"] != true), "{hints}");
    client.shut_down();
}
