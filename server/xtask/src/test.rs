//! `cargo xtask test`: everything that CI runs.

mod hub;

use anyhow::{Context, bail};

use crate::install;
use crate::step::{Steps, cargo, on_path, run as run_program};
use crate::story::{self, Choice};

/// Runs the parts named in `arguments`, all of them when none is.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let mut parts = Vec::new();
    let mut choice = Choice { all: false, only: None };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--all" => choice.all = true,
            "--only" => choice.only = Some(rest.next().context("--only and a word of the story's name")?),
            part @ ("rust" | "hub" | "editors") => parts.push(part),
            unknown => {
                bail!(
                    "no such part: {unknown}; parts are rust, hub and editors, --all adds the slower stories"
                )
            }
        }
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    if parts == ["hub"] {
        return hub::run();
    }
    let mut steps = Steps::default();
    if wanted("rust") {
        rust(&mut steps);
    }
    // With "rust" its tests have run.
    if parts.contains(&"hub") && !wanted("rust") {
        steps.run("hub", hub::run);
    }
    if wanted("editors") {
        story::run_all(&mut steps, &choice);
    }
    steps.finish()
}

/// Format, lints, tests, dependencies.
fn rust(steps: &mut Steps) {
    steps.run("format", || run_program(cargo().args(["fmt", "--all", "--check"])));
    steps.run("lint", || {
        run_program(cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    });
    steps.run("test", || {
        let python = install::exports()?;
        install::servers()?;
        let (required, yes) = install::SERVERS_REQUIRED;
        let manifests = install::kubernetes_validate()?;
        let test = ["test", "--workspace", "--quiet", "--locked"];
        let mut command = cargo();
        command.env("AURORA_TEST_PYTHON", python).env("AURORA_TEST_KUBERNETES_VALIDATE", manifests);
        run_program(command.args(test).env(required, yes))
    });
    steps.run("dependencies", || {
        if !on_path("cargo-deny") {
            println!("skipped: cargo-deny is not installed");
            return Ok(());
        }
        run_program(cargo().args([
            "deny",
            "--config",
            ".config/deny.toml",
            "check",
            "bans",
            "licenses",
            "sources",
        ]))
    });
}
