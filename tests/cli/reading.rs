//! Every command that reads a table reads it in the same way: as the command line says, else as is configured.

use std::fs;

use serde_json::Value;

use crate::{aurora, stdout};

/// Eleven records whose likeliest delimiter is the comma, in a folder whose configuration says `|`.
fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let records: String = (0..10).map(|n| format!("{n},x|a{n},{n}\n")).collect();
    fs::write(folder.path().join("a.csv"), format!("id,x|name,n\n{records}")).unwrap();
    fs::write(folder.path().join("aurora.toml"), "[dialect]\ndelimiter = \"|\"\n").unwrap();
    let path = folder.path().join("a.csv").to_str().unwrap().to_owned();
    (folder, path)
}

/// The names of the columns that `command` sees.
fn names(command: &[&str], path: &str, options: &[&str]) -> Vec<String> {
    let store = tempfile::tempdir().unwrap();
    let store: &[&str] =
        if command[0] == "recommend" { &["--store", store.path().to_str().unwrap()] } else { &[] };
    let output = aurora(&[command, &[path], options, store].concat(), b"");
    assert!(output.status.success(), "{output:?}");
    let json: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let columns =
        json["columns"].as_array().or_else(|| json["fields"].as_array()).or_else(|| json.as_array());
    columns.unwrap().iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_configured_delimiter_and_the_one_of_the_command_line_hold_everywhere() {
    let (_folder, path) = folder();
    let commands: [&[&str]; 4] = [
        &["sniff", "--format", "json"],
        &["profile", "--format", "json"],
        &["recommend", "--format", "json"],
        &["schema", "infer"],
    ];
    for command in commands {
        assert_eq!(names(command, &path, &[]), ["id,x", "name,n"], "{command:?}");
        assert_eq!(names(command, &path, &["--isolated"]), ["id", "x|name", "n"], "{command:?}");
        assert_eq!(names(command, &path, &["--delimiter", ","]), ["id", "x|name", "n"], "{command:?}");
    }
    let converted = |options: &[&str]| stdout(&aurora(&[&["convert", &path], options].concat(), b""));
    assert!(converted(&[]).starts_with("\"id,x\",\"name,n\"\r\n"), "{}", converted(&[]));
    assert!(converted(&["--input-delimiter", ","]).starts_with("id,x|name,n\r\n"));
    let recipe = |options: &[&str], step: &str| {
        aurora(&[&["recipe", "new", &path, step], options].concat(), b"").status.code()
    };
    assert_eq!(recipe(&[], "drop-column=name,n"), Some(0));
    assert_eq!(recipe(&["--isolated"], "drop-column=name,n"), Some(2));
    // What is short by one delimiter is whole by another.
    let good: String = (1..7).map(|n| format!("{n},x|a,{n}\n")).collect();
    fs::write(&path, format!("id,x|n,c\n{good}9,x|b\n7,x|a,7\n")).unwrap();
    let codes = |options: &[&str]| {
        stdout(&aurora(
            &[&["check", "--format", "jsonl", "--select", "missing-fields", &path], options].concat(),
            b"",
        ))
    };
    assert_eq!(codes(&[]), "");
    assert!(codes(&["--delimiter", ","]).contains("missing-fields"));
    let diff = |options: &[&str]| stdout(&aurora(&[&["fix", "--diff", &path], options].concat(), b""));
    assert_eq!(diff(&[]), "");
    assert!(diff(&["--delimiter", ","]).contains("+9,x|b,"), "{}", diff(&["--delimiter", ","]));
}

#[test]
fn the_encoding_is_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, b"id,word\n1,\xe4\xee\xec\n2,\xe4\xe0\n").unwrap();
    let path = path.to_str().unwrap();
    let converted = |label: &str| stdout(&aurora(&["convert", "--encoding", label, path], b""));
    assert_eq!(converted("cp1251"), "id,word\r\n1,дом\r\n2,да\r\n");
    assert_eq!(converted("windows-1252"), "id,word\r\n1,äîì\r\n2,äà\r\n");
    let output = aurora(&["sniff", "--format", "json", "--encoding", "koi8-r", path], b"");
    let json: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["encoding"], "koi8-r");
    let output = aurora(&["profile", "--encoding", "klingon", path], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("windows-1252, "), "{output:?}");
}
