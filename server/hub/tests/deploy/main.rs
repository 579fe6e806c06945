//! What is shipped for operators: rules fire, manifests are valid, and no panel of the dashboard is empty.
#![allow(clippy::unwrap_used, reason = "a test program")]

mod panels;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use aurora_hub::telemetry::{Answered, Limited, Metrics, Named, Route};
use serde_json::Value;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

fn read(path: &str) -> String {
    let path = deploy().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Titles and expressions of the dashboard's panels.
fn panels() -> Vec<(String, String)> {
    let dashboard: Value = serde_json::from_str(&read("grafana/dashboard.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_panel = |panel: &Value| {
        let title = text(&panel["title"]);
        let targets = panel["targets"].as_array().unwrap().clone();
        targets.into_iter().map(move |target| (title.clone(), target["expr"].as_str().unwrap().to_owned()))
    };
    dashboard["panels"].as_array().unwrap().iter().flat_map(of_panel).collect()
}

/// Runs a program; `None` (with a message) where it is not installed.
fn run(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).current_dir(deploy()).output() {
        Ok(out) => {
            let text = [out.stdout, out.stderr].concat();
            Some((out.status.success(), String::from_utf8_lossy(&text).into_owned()))
        }
        Err(_) => {
            aurora_testing::stack::skipped(program);
            None
        }
    }
}

#[test]
fn alerts_fire_when_they_should_and_not_before() {
    let Some((is_good, said)) = run("promtool", &["check", "rules", "prometheus/rules.yaml"]) else { return };
    assert!(is_good, "{said}");
    let (is_good, said) = run("promtool", &["test", "rules", "prometheus/rules.test.yaml"]).unwrap();
    assert!(is_good, "{said}");
}

#[test]
fn manifests_are_of_the_schema() {
    let program = std::env::var("AURORA_TEST_KUBERNETES_VALIDATE");
    let program = program.unwrap_or_else(|_| "kubernetes-validate".to_owned());
    let mut files: Vec<String> = std::fs::read_dir(deploy().join("kubernetes"))
        .unwrap()
        .map(|entry| format!("kubernetes/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    files.sort();
    assert_eq!(files.len(), 7);
    let arguments: Vec<&str> = ["--strict"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let Some((is_good, said)) = run(&program, &arguments) else { return };
    assert!(is_good, "{said}");
    assert_eq!(said.matches("passed for resource").count(), files.len(), "{said}");
}

#[test]
fn pods_are_not_root_and_cannot_write() {
    for file in ["kubernetes/deployment.yaml", "kubernetes/migrate-job.yaml"] {
        let text = read(file);
        for wanted in [
            "runAsNonRoot: true",
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "capabilities: {drop: [ALL]}",
            "automountServiceAccountToken: false",
            "seccompProfile: {type: RuntimeDefault}",
        ] {
            assert!(text.contains(wanted), "{file}: {wanted}");
        }
    }
    // The owner's login is for the migration alone.
    assert!(!read("kubernetes/deployment.yaml").contains("OWNER_URL"));
    assert!(!read("kubernetes/migrate-job.yaml").contains("DATABASE_URL"));
}

/// Metrics with a sample of each: those without one are not written.
fn seen() -> Metrics {
    let (metrics, route, name) = (Metrics::default(), "/v1/rules".to_owned(), "store");
    metrics.requests.get_or_create(&Answered { route: route.clone(), method: "GET", status: 200 }).inc();
    metrics.duration.get_or_create(&Route { route }).observe(0.1);
    metrics.ratelimit.get_or_create(&Limited { decision: "allowed", backend: "redis" }).inc();
    metrics.dependency_up.get_or_create(&Named { name }).set(1);
    metrics.breaker_state.get_or_create(&Named { name }).set(0);
    metrics.shed("in-flight");
    metrics.rejected("kid");
    metrics.cached("memory", "hit");
    metrics
}

#[test]
fn every_metric_that_is_asked_for_is_one_of_the_hubs() {
    let has: BTreeSet<String> = seen()
        .text()
        .lines()
        .filter_map(|line| Some(line.strip_prefix("# TYPE ")?.split(' ').next()?.to_owned()))
        .collect();
    let mut asked = panels().into_iter().map(|(_, expression)| expression).collect::<Vec<_>>().join("\n");
    asked.push_str(&read("prometheus/rules.yaml"));
    let names = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut n = 0;
    for name in names.filter(|name| name.starts_with("aurora_hub_")) {
        let bare = ["_total", "_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end));
        assert!(has.contains(name) || bare.is_some_and(|bare| has.contains(bare)), "{name} {has:?}");
        n += 1;
    }
    assert!(n > 20);
    // And the other way round: nothing is measured that nobody is shown.
    assert!(has.iter().all(|name| asked.contains(name.as_str())), "{has:?}");
}
