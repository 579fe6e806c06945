//! Laying out columns, and the safe fixes on save.

use aurora_testing::lsp_client::{Client, Columns, apply, edits_of};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///a.csv";
const TEXT: &str = "id,name,amount\n1,Ada,3.5\n12,\"B, C\",120\n3,Tim,7\n";
const ALIGNED: &str = "id,name  ,amount\n 1,Ada   ,   3.5\n12,\"B, C\",   120\n 3,Tim   ,     7\n";

fn format(client: &mut Client, uri: &str, layout: Option<&str>, range: Option<Value>) -> Vec<Value> {
    let mut options = json!({"tabSize": 4, "insertSpaces": true});
    if let Some(layout) = layout {
        options["layout"] = json!(layout);
    }
    let mut params = json!({"textDocument": {"uri": uri}, "options": options});
    let method = match range {
        Some(range) => {
            params["range"] = range;
            "textDocument/rangeFormatting"
        }
        None => "textDocument/formatting",
    };
    client.call(method, params).as_array().cloned().unwrap_or_default()
}

#[test]
fn columns_are_aligned_and_compacted_and_that_is_all() {
    let mut client = server().start();
    client.open(URI, TEXT);
    assert!(format(&mut client, URI, None, None).is_empty(), "compact by default, and it is");
    let edits = format(&mut client, URI, Some("aligned"), None);
    assert_eq!(apply(TEXT, &edits, Columns::Utf16), ALIGNED);
    client.open("file:///b.csv", ALIGNED);
    assert!(format(&mut client, "file:///b.csv", Some("aligned"), None).is_empty(), "idempotent");
    let edits = format(&mut client, "file:///b.csv", None, None);
    assert_eq!(apply(ALIGNED, &edits, Columns::Utf16), TEXT);
    let record = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}});
    let edits = format(&mut client, "file:///b.csv", None, Some(record));
    assert_eq!(apply(ALIGNED, &edits, Columns::Utf16), ALIGNED.replace(" 1,Ada   ,   3.5", "1,Ada,3.5"));
    client.shut_down();
}

#[test]
fn blanks_of_a_broken_record_stay() {
    let mut client = server().start();
    let text = "id,name,n\n1, Nut ,1\n2,Pin,2\n3,Bolt, large,7\n4,Cap,4\n";
    client.open(URI, text);
    let edits = format(&mut client, URI, None, None);
    assert_eq!(apply(text, &edits, Columns::Utf16), text.replace(" Nut ", "Nut"));
    client.shut_down();
}

#[test]
fn a_command_lays_out_the_columns() {
    let mut client = server().capability("/workspace/applyEdit", json!(true)).start();
    client.open(URI, TEXT);
    let params = json!({"command": "aurora.layout", "arguments": [{"uri": URI, "layout": "aligned"}]});
    assert!(client.call("workspace/executeCommand", params).as_u64().unwrap() > 0);
    let asked = client.next_asked("workspace/applyEdit");
    assert_eq!(apply(TEXT, &edits_of(&asked["params"]["edit"]), Columns::Utf16), ALIGNED);
    let wrong = json!({"command": "aurora.layout", "arguments": [{"uri": URI, "layout": "fancy"}]});
    assert_eq!(client.call_error("workspace/executeCommand", wrong), -32602);
    client.shut_down();
}

#[test]
fn safe_fixes_are_made_on_save_where_asked_for() {
    let text = "id,name,city\n1,Ada,London\n2,Grace,Oslo\n3,Linus\n4,Alan,Leeds\n5,Edsger,Austin\n6,Barbara,Boston\n";
    for (fix_on_save, reason, n) in [(true, 1, 1), (true, 2, 0), (false, 1, 0)] {
        let settings = json!({"fix-on-save": fix_on_save});
        let mut client = server().options(json!({"settings": settings})).start();
        client.open(URI, text);
        let params = json!({"textDocument": {"uri": URI}, "reason": reason});
        let edits = client.call("textDocument/willSaveWaitUntil", params);
        assert_eq!(edits.as_array().map_or(0, Vec::len), n, "{fix_on_save} {reason}");
        let recipe = |client: &mut Client| {
            let params = json!({"command": "aurora.recipe", "arguments": [{"uri": URI}]});
            client.call("workspace/executeCommand", params)["steps"].as_u64().unwrap()
        };
        assert_eq!(recipe(&mut client), 0, "asked for, not made yet");
        if n > 0 {
            client.change(URI, 2, json!([{"range": edits[0]["range"], "text": edits[0]["newText"]}]));
            assert_eq!(recipe(&mut client), 1, "what is mended on save is a step of the recipe");
        }
        client.shut_down();
    }
}
