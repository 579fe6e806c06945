//! The command line, driven as a person or a pipeline does: by the built binary.
#![allow(clippy::unwrap_used, reason = "a test program")]

mod check;
mod config;
mod convert;
mod drift;
mod fix;
mod formats;
mod hub;
mod learning;
mod reading;
mod recipe;
mod references;
mod schema;
mod team;
mod team_hub;

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs `aurora` with `arguments` and `input` on standard input, in an empty environment.
fn aurora(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aurora"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command may end without reading its input.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
