//! Hostile documents, addresses and environments: the server answers, and is right for the rest.

use std::time::{Duration, Instant};

use aurora_testing::lsp_client::{Client, PATIENCE};
use serde_json::{Value, json};

use crate::server;

/// Asks for everything at several places; answers may be errors of the "content modified" kind only.
fn ask_everything(client: &mut Client, uri: &str) {
    let document = json!({"uri": uri});
    for method in ["documentSymbol", "foldingRange", "codeLens"] {
        client.call(&format!("textDocument/{method}"), json!({"textDocument": document}));
    }
    for (line, character) in [(0, 0), (0, 5), (1, 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
        let position = json!({"line": line, "character": character});
        client.call("textDocument/hover", json!({"textDocument": document, "position": position}));
        let range = json!({"start": position, "end": position});
        for action in client.actions(uri, &range).iter().take(5) {
            if action.get("data").is_some() {
                client.call("codeAction/resolve", action.clone());
            }
        }
    }
}

#[test]
fn hostile_texts_are_read() {
    let long_name = "n".repeat(10_240);
    let cases: Vec<(&str, String, usize)> = vec![
        // name, text, most findings that are still calm
        ("a lone quote", "\"".to_owned(), 3),
        ("quotes only", "\"".repeat(50_000), 10),
        ("nul", "a,b\n1,\0\n".to_owned(), 5),
        ("all nul", "\0".repeat(100_000), 5),
        ("commas only", ",".repeat(2_000), 10),
        ("line ends only", "\n".repeat(100_000), 5),
        ("carriage returns only", "a,b\r1,2\r3,4\r".to_owned(), 2),
        ("mixed line ends", "a,b\r\n1,2\n3,4\r5,6\n".to_owned(), 2),
        ("other line breaks", "a,b\n1\u{2028}2,3\n4\u{85}5,6\u{b}\u{c}\n".to_owned(), 3),
        ("bidi", "a,b\n\u{202E}gpj.exe,2\n3,4\n".to_owned(), 5),
        ("combining", "e\u{301},\u{e9}\n1,2\n".to_owned(), 3),
        ("emoji", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467},b\n1,2\n".to_owned(), 3),
        ("header only", "a,b,c".to_owned(), 3),
        ("one column", "a\n1\n2\n".to_owned(), 3),
        ("long header names", format!("{long_name},{long_name},,  \n1,2,3,4\n"), 6),
        ("markup", "[x](command:evil),<img src=x onerror=y>\n\u{1b}[31mred,`code`\n1,2\n".to_owned(), 6),
        ("formulas", "a,b\n=cmd|'/c calc'!A1,@SUM(1)\n\"=HYPERLINK(\"\"x\"\")\",2\n".to_owned(), 8),
        ("numbers", "a,b\n1e999,NaN\n-0,0x1F\n1_000,00123\nInf,\"1,5\"\n".to_owned(), 8),
        ("ragged", (1..98).map(|n| "x,".repeat(n) + "\n").collect(), 1_001),
        ("many columns", format!("{}\n{}\n", "h,".repeat(2_000), "1,".repeat(2_000)), 1_001),
        ("a long multi-line field", format!("a,b\n\"{}\",2\n3,4\n", "line\n".repeat(20_000)), 3),
        ("an open quote", format!("a,b\n1,\"open\n{}", "3,4\n".repeat(5_000)), 5),
        ("sep", "sep=;\na;b\n1;2\n".to_owned(), 4),
        ("a stray quote in every record", format!("a,b\n{}", "x \"y\" z,2\n".repeat(400)), 4),
        ("too short by habit", format!("a,b,c\n{}", "1,2\n1,2,3\n1,2,4\n".repeat(200)), 4),
        ("private use", "a,\u{E000}\n\u{FDD0},\u{10FFFF}\n".to_owned(), 4),
        ("long text of one letter", format!("a,b\n{},2\n", "a".repeat(200_000)), 4),
    ];
    let mut client = server().start();
    for (name, text, most) in cases {
        let uri = format!("file:///{}.csv", name.replace(' ', "-"));
        println!("{name}");
        let begun = Instant::now();
        client.open(&uri, &text);
        let found = client.diagnostics(&uri, 1);
        assert!(found.len() <= most, "{name}: {} findings, first {}", found.len(), found[0]);
        ask_everything(&mut client, &uri);
        assert!(begun.elapsed() < PATIENCE * 2, "{name}: {:?}", begun.elapsed());
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert_eq!(client.shut_down(), 0);
}

/// Markdown with its code spans taken out: what is left may come to life.
fn outside_code(markdown: &str) -> String {
    // Fenced blocks end at a line of their fence alone.
    let mut inside = false;
    let lines = markdown.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside = inside != (fence && (!inside || line.trim_end() == "```"));
        !inside && !fence
    });
    let markdown = lines.collect::<Vec<_>>().join("\n");
    let mut out = String::new();
    let mut rest = markdown.as_str();
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let fence = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let inside = &rest[at + fence..];
        let mut end = None;
        for (at, _) in inside.match_indices(&"`".repeat(fence)) {
            let longer = inside[at + fence..].starts_with('`') || inside[..at].ends_with('`');
            if !longer {
                end = Some(at);
                break;
            }
        }
        match end {
            Some(end) => rest = &inside[end + fence..],
            None => {
                out.push_str(&rest[at..at + fence]);
                rest = inside;
            }
        }
    }
    out + rest
}

#[test]
fn text_of_fields_is_inert_where_it_is_shown() {
    let mut client = server().start();
    let uri = "file:///a.csv";
    let text = "[click](command:evil),b\n<img src=http://x/y onerror=z>,\u{202E}gpj.exe\n\u{1b}[31mred,2\n``` [c](command:d),` <b>\n";
    client.open(uri, text);
    client.diagnostics(uri, 1);
    for (line, character) in [(0, 3), (1, 3), (1, 32), (2, 3), (3, 3), (3, 22)] {
        let position = json!({"line": line, "character": character});
        let hover =
            client.call("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": position}));
        let shown = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(!shown.is_empty());
        for bad in ["\u{202E}", "\u{1b}"] {
            assert!(!shown.contains(bad), "{bad:?} in {shown}");
        }
        let alive = outside_code(shown);
        for bad in ["](", "<img", "<b>", "command:", "http:"] {
            assert!(!alive.contains(bad), "{bad:?} in {shown}");
        }
    }
    client.shut_down();
}

#[test]
fn any_address_can_be_opened_and_nothing_is_read() {
    let long = format!("file:///{}", "x".repeat(100_000));
    let mut client = server().folder("file:///").start();
    for uri in [
        "untitled:Untitled-1",
        "git:/a/b.csv?%7B%22ref%22%3A%22HEAD%22%7D",
        "vscode-vfs://github/a/b.csv",
        "http://127.0.0.1:9/a.csv",
        "data:text/csv,a%2Cb",
        "vscode-notebook-cell:/a.ipynb#X1",
        "file:///../../etc/passwd",
        "file:///%2e%2e/%2e%2e/etc/passwd",
        "file:///a%00b.csv",
        "file://server/share/a.csv",
        "file:///c%3A/a.csv",
        "file:///%E4%B8%AD/%C3%A9.csv",
        "file:///dev/zero",
        "file:///proc/self/mem",
        "file:///tmp",
        long.as_str(),
    ] {
        client.open(uri, "a,b\n1,2\n3\n");
        let shown = client.notification("textDocument/publishDiagnostics", |_| true);
        assert_eq!(shown["diagnostics"].as_array().unwrap().len(), 1, "{uri:.60}");
    }
    // Not addresses at all: dropped.
    for uri in ["", "%zz", "no scheme", "//x"] {
        client.open(uri, "a,b\n1,2\n3\n");
    }
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [
        {"uri": "file:///dev/zero", "type": 2}, {"uri": "file:///proc/self/mem", "type": 1}]}),
    );
    client.open("file:///ok.csv", "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics("file:///ok.csv", 1).len(), 1);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn hostile_configuration_files_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let large = "x".repeat(2 << 20);
    let cases: &[(&str, &str)] = &[
        ("not toml", "[[[["),
        ("unknown keys", "run = \"/bin/sh\"\n[server]\npath = \"/bin/sh\"\n"),
        ("wrong types", "ignore = 7\nprofile = []\nmax-findings = \"many\"\n"),
        ("large", &large),
        ("binary", "\u{0}\u{1}\u{2}"),
    ];
    for (name, text) in cases {
        std::fs::write(folder.path().join("aurora.toml"), text).unwrap();
        let mut client = server().start();
        let uri = format!("file://{}", folder.path().join("a.csv").display());
        client.open(&uri, "a,b\n1,2\n3\n");
        assert_eq!(client.diagnostics(&uri, 1).len(), 1, "{name}");
        client.shut_down();
    }
    std::fs::remove_file(folder.path().join("aurora.toml")).unwrap();
    std::fs::create_dir(folder.path().join("aurora.toml")).unwrap();
    let mut client = server().start();
    let uri = format!("file://{}", folder.path().join("a.csv").display());
    client.open(&uri, "a,b\n1,2\n3\n");
    assert_eq!(client.diagnostics(&uri, 1).len(), 1, "a folder");
    client.shut_down();
}

#[test]
fn what_is_wrong_in_a_configuration_file_is_said_in_it_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("aurora.toml");
    std::fs::write(&file, "# é\nignored = [\"missing-fields\"]\n").unwrap();
    let mut client = server().start();
    let uri = format!("file://{}", folder.path().join("a.csv").display());
    let settings = format!("file://{}", file.display());
    client.open(&uri, "a,b\n1,2\n3\n");
    let said = client.notification("textDocument/publishDiagnostics", |params| params["uri"] == settings);
    assert_eq!(said["diagnostics"][0]["code"], "unknown-setting");
    assert_eq!(said["diagnostics"][0]["range"]["start"]["line"], 1);
    std::fs::write(&file, "ignore = [\"missing-fields\"]\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": settings, "type": 2}]}));
    let said = client.notification("textDocument/publishDiagnostics", |params| params["uri"] == settings);
    assert_eq!(said["diagnostics"], json!([]));
    client.shut_down();
}

#[test]
fn a_configuration_file_holds_and_is_read_again_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("aurora.toml");
    std::fs::write(&file, "ignore = [\"missing-fields\"]\n").unwrap();
    let mut client = server().start();
    let uri = format!("file://{}", folder.path().join("a.csv").display());
    client.open(&uri, "a,b\n1,2\n3\n");
    assert!(client.diagnostics(&uri, 1).is_empty());
    std::fs::write(&file, "").unwrap();
    let changed = json!({"changes": [{"uri": format!("file://{}", file.display()), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(client.diagnostics(&uri, 1).len(), 1);
    client.shut_down();
}

#[test]
fn logs_hold_no_field_values() {
    let mut client = server().arg("--log").arg("trace").start();
    let uri = "file:///a.csv";
    client.open(uri, "secretheader,b\nsecretvalue,2\n3\npanic-in-analysis,1\n");
    client.diagnostics(uri, 1);
    ask_everything(&mut client, uri);
    client.frame(br#"{"jsonrpc":"2.0","id":5000,"method":"textDocument/hover","params":{"textDocument":"secretvalue"}}"#);
    client.notify("textDocument/didChange", json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": 5, "x": "secretvalue"}]}));
    client.close_input();
    client.expect_answer(5000);
    client.exit_code();
    let log = client.log();
    assert!(!log.contains("secret"), "{log}");
}

#[test]
fn many_documents_are_open_at_once() {
    let mut client = server().start();
    for n in 0..2_000 {
        client.open(&format!("file:///{n}.csv"), "a,b\n1,2\n3\n");
    }
    let last =
        client.call("textDocument/documentSymbol", json!({"textDocument": {"uri": "file:///1999.csv"}}));
    assert_eq!(last.as_array().map(Vec::len), Some(2));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_client_that_stops_reading_for_a_while_gets_every_answer() {
    let mut client = server().start();
    client.open("file:///a.csv", "a,b\n1,2\n3\n");
    let ids: Vec<i64> = (0..3_000)
        .map(|_| {
            client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": "file:///a.csv"}}))
        })
        .collect();
    std::thread::sleep(Duration::from_secs(1));
    for id in ids {
        assert!(client.answer(id)["result"].is_array());
    }
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn numbers_of_every_kind_are_answered() {
    let mut client = server().start();
    for id in [json!(0), json!(-7), json!(9_007_199_254_740_991_i64)] {
        client.expect_answer(id.as_i64().unwrap());
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/documentSymbol",
            "params": {"textDocument": {"uri": "file:///never.csv"}}});
        client.frame(body.to_string().as_bytes());
        assert_eq!(client.answer(id.as_i64().unwrap())["result"], Value::Null);
    }
    client.shut_down();
}
