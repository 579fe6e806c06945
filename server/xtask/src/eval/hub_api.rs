//! `cargo xtask eval hub-api`: schemathesis against a served hub: no 5xx, no answer that the description lacks.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::hub_run::{Person, Served, program};
use crate::install;
use crate::step::root;

/// Fewest requests that count as a trial.
const LEAST: u64 = 5_000;

/// Runs of schemathesis: name, role of the token, the operations left out, and examples an operation. Leaving ends the
/// token, so it has a run of its own.
const RUNS: [(&str, &str, &[&str], u32); 3] = [
    ("admin", "admin", &["leave"], 400),
    ("member", "member", &["leave", "livez", "readyz", "enrol", "token"], 200),
    ("leave", "member", &[], 20),
];

/// What one run found.
#[derive(Default, Debug)]
struct Found {
    cases: u64,
    done: u64,
    server_errors: u64,
    undocumented: u64,
    failures: u64,
}

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let begun = Instant::now();
    let schemathesis = install::schemathesis()?;
    let folder = tempfile::tempdir()?;
    let served = Served::start(program(arguments)?, folder.path());
    let mut all = Found::default();
    for (name, role, left_out, examples) in RUNS {
        // A team for each: the requests of an admin remove whomever they find.
        let (_, code) = served.hub.team();
        let admin = served.join(&code)?;
        let person = served.invite(&admin, role)?;
        let report = folder.path().join(format!("{name}.ndjson"));
        let only = if name == "leave" { Some("leave") } else { None };
        trial(&schemathesis, &served, &person, left_out, only, examples, &report)?;
        let found = read(&report)?;
        println!("{name}: {found:?}");
        all.cases += found.cases;
        all.done += found.done;
        all.server_errors += found.server_errors;
        all.undocumented += found.undocumented;
        all.failures += found.failures;
    }
    // A hub that refuses everything is no trial either.
    let is_tried = all.cases >= LEAST && all.done >= LEAST / 10;
    let holds = is_tried && all.server_errors == 0 && all.undocumented == 0 && all.failures == 0;
    println!(
        "{}",
        json!({"eval": "hub-api", "cases": all.cases, "done": all.done, "server_errors": all.server_errors,
               "undocumented": all.undocumented, "failed_checks": all.failures,
               "seconds": begun.elapsed().as_secs(), "holds": holds})
    );
    ensure!(holds, "the API does not keep to its description");
    Ok(())
}

fn trial(
    schemathesis: &Path,
    served: &Served,
    person: &Person,
    left_out: &[&str],
    only: Option<&str>,
    examples: u32,
    report: &Path,
) -> anyhow::Result<()> {
    let mut command = Command::new(schemathesis);
    command
        .args(["--no-color", "run"])
        .arg(root().join("server/hub/openapi.json"))
        .args(["--url", &served.hub.url()])
        .args(["--header", &format!("Authorization: Bearer {}", served.token(person)?)])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", &examples.to_string()])
        .args(["--seed", "1", "--continue-on-failure", "--max-failures", "100"])
        .args(["--generation-database", "none"])
        // A description in JSON Schema cannot say which numbers are in the dictionaries, or that an experiment runs:
        // 422 for what it allows is documented, and no failure.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args(["--report", "ndjson", "--report-ndjson-path"])
        .arg(report)
        .current_dir(report.parent().unwrap_or(Path::new(".")))
        .stdin(Stdio::null());
    for id in left_out {
        command.args(["--exclude-operation-id", id]);
    }
    if let Some(id) = only {
        command.args(["--include-operation-id", id]);
    }
    // Its exit status is told by the report.
    command.status().with_context(|| format!("cannot start {}", schemathesis.display()))?;
    Ok(())
}

/// Counts what the report says.
fn read(report: &Path) -> anyhow::Result<Found> {
    let text = std::fs::read_to_string(report).context("schemathesis wrote no report")?;
    let mut found = Found::default();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).context("a line of the report is no JSON")?;
        count(&event, &mut found);
    }
    Ok(found)
}

/// Interactions and failed checks, wherever in the event they are.
fn count(value: &Value, found: &mut Found) {
    match value {
        Value::Object(map) => {
            if let Some(status) = map.get("response").and_then(|response| response["status_code"].as_u64()) {
                found.cases += 1;
                found.done += u64::from((200..300).contains(&status));
                found.server_errors += u64::from(status >= 500);
            }
            if map.get("status").is_some_and(|status| status == "failure")
                && let Some(name) = map.get("name").and_then(Value::as_str)
            {
                found.failures += 1;
                found.undocumented += u64::from(name.contains("conformance"));
            }
            map.values().for_each(|value| count(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| count(value, found)),
        _ => {}
    }
}
