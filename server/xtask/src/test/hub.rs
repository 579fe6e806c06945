//! `cargo xtask test hub`: what the hub promises, on real servers; the last line is one JSON object.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::install;
use crate::step::cargo;

/// The hub and its client, each alone, and then beside the server and the command line.
const TESTS: [&[&str]; 2] = [
    &["-p", "aurora-hub", "-p", "aurora-team", "-p", "aurora-testing"],
    &["-p", "aurora-csv", "--test", "lsp", "--test", "cli", "--", "team"],
];

/// Runs them and prints what came out.
pub(super) fn run() -> anyhow::Result<()> {
    install::servers()?;
    let manifests = install::kubernetes_validate()?;
    let began = Instant::now();
    let (mut passed, mut failed, mut holds) = (0, 0, true);
    for tests in TESTS {
        let mut child = cargo()
            .args(["test", "--quiet", "--locked", "--no-fail-fast"])
            .args(tests)
            .env(install::SERVERS_REQUIRED.0, install::SERVERS_REQUIRED.1)
            .env("AURORA_TEST_KUBERNETES_VALIDATE", &manifests)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
            let line = line?;
            println!("{line}");
            let [p, f] = counts(&line).unwrap_or_default();
            passed += p;
            failed += f;
        }
        holds &= child.wait()?.success();
    }
    // Nothing that ran is nothing that holds.
    holds &= passed > 0;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        r#"{{"test":"hub","passed":{passed},"failed":{failed},"seconds":{seconds:.1},"holds":{holds}}}"#
    );
    if holds { Ok(()) } else { bail!("{failed} tests of the hub failed") }
}

/// How many passed and failed, of a line of cargo that says it.
fn counts(line: &str) -> Option<[u32; 2]> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = counts.split("; ");
    let mut next = |word: &str| parts.next()?.strip_suffix(word)?.trim().parse().ok();
    Some([next("passed")?, next("failed")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_counts_are_read() {
        let line = "test result: FAILED. 45 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 9.52s";
        assert_eq!(counts(line), Some([45, 1]));
        assert_eq!(counts("running 46 tests"), None);
    }
}
