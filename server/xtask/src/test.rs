//! `cargo xtask test`: everything that CI runs.

use anyhow::bail;

use crate::step::{Steps, cargo, on_path, run as run_program};

/// Runs the parts named in `arguments`, all of them when none is.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let all = arguments.iter().any(|a| a == "--all");
    let parts: Vec<&str> = arguments.iter().map(String::as_str).filter(|a| *a != "--all").collect();
    if let Some(unknown) = parts.iter().find(|p| !["rust", "editors"].contains(p)) {
        bail!("no such part: {unknown}; parts are rust and editors, --all adds the slower stories");
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    let mut steps = Steps::default();
    if wanted("rust") {
        rust(&mut steps);
    }
    if wanted("editors") {
        editors(&mut steps, all);
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
    steps.run("test", || run_program(cargo().args(["test", "--workspace", "--quiet", "--locked"])));
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

/// The stories in real editors.
fn editors(steps: &mut Steps, all: bool) {
    crate::story::run_all(steps, all);
}
