//! Answers of the person: counted when the text became what was promised, kept before they are acknowledged.

use serde_json::json;

use crate::server;

const URI: &str = "file:///a.csv";

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
