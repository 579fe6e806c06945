//! The corpora of the fuzzers (`server/fuzz`), replayed as ordinary tests: what once broke stays mended.
#![allow(clippy::unwrap_used, reason = "a test program")]

#[path = "../../server/fuzz/targets.rs"]
mod targets;

use std::path::Path;

/// Runs `target` over every file of its corpus.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("server/fuzz/corpus").join(name);
    let entries = std::fs::read_dir(&folder).expect("the corpus is in the repository");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no corpus in {}", folder.display());
    for path in paths {
        let data = std::fs::read(&path).expect("the file can be read");
        let run = std::panic::catch_unwind(|| target(&data));
        assert!(run.is_ok(), "{} breaks {name}", path.display());
    }
}

#[test]
fn decode() {
    replay("decode", targets::decode);
}

#[test]
fn sniff() {
    replay("sniff", targets::sniff);
}

#[test]
fn parse() {
    replay("parse", targets::parse);
}

#[test]
fn convert() {
    replay("convert", targets::convert);
}
