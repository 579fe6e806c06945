//! `cargo xtask fuzz [TARGET…] [--minutes N]`: runs the fuzz targets, each for N minutes (default 1).
//!
//! The flags are those that cargo-fuzz sets. With a nightly compiler the address sanitizer watches too; on
//! stable the targets run without it. What is found is kept under `server/fuzz/artifacts`: mend it, then move
//! the file to the corpus.

use std::process::Command;

use anyhow::{Context, bail};

use crate::step;

/// The targets, in the order of the pipeline.
const TARGETS: &[&str] = &["decode", "sniff", "parse", "convert"];
/// Coverage counters for libFuzzer.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Cdebug-assertions -Coverflow-checks \
    -Ccodegen-units=1";

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let mut minutes = 1.0;
    let mut wanted = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--minutes" => {
                let number = rest.next().and_then(|n| n.parse().ok());
                minutes = number.context("--minutes needs a number")?;
            }
            name if TARGETS.contains(&name) => wanted.push(name.to_owned()),
            other => bail!("no target {other}; there are {}", TARGETS.join(", ")),
        }
    }
    if wanted.is_empty() {
        wanted = TARGETS.iter().map(|&name| name.to_owned()).collect();
    }
    let folder = step::root().join("server/fuzz");
    let host = host()?;
    let nightly = Command::new("cargo").args(["+nightly", "--version"]).output();
    let sanitizer = nightly.is_ok_and(|output| output.status.success());
    println!("address sanitizer: {}", if sanitizer { "on" } else { "off, it needs a nightly compiler" });
    let mut build = Command::new("cargo");
    if sanitizer {
        build.arg("+nightly");
    }
    build.current_dir(&folder).args(["build", "--release", "--target", &host]);
    build.env(
        "RUSTFLAGS",
        if sanitizer { format!("{COVERAGE} -Zsanitizer=address") } else { COVERAGE.into() },
    );
    // The caller's target folder belongs to builds without instruments.
    build.env_remove("CARGO_TARGET_DIR");
    if !build.status().context("cannot run cargo")?.success() {
        bail!("the fuzz targets do not build");
    }
    let mut broken = Vec::new();
    for name in wanted {
        let (found, artifacts) =
            (folder.join("target/found").join(&name), folder.join("artifacts").join(&name));
        std::fs::create_dir_all(&found)?;
        std::fs::create_dir_all(&artifacts)?;
        println!("== {name}, {minutes} minutes");
        let status = Command::new(folder.join("target").join(&host).join("release").join(&name))
            .args([&found, &folder.join("corpus").join(&name)])
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .arg(format!("-max_total_time={}", (minutes * 60.0) as u64))
            .args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"])
            .status()
            .with_context(|| format!("cannot run {name}"))?;
        if !status.success() {
            broken.push(name);
        }
    }
    if !broken.is_empty() {
        bail!("{} found something: see server/fuzz/artifacts", broken.join(", "));
    }
    Ok(())
}

/// The machine that the compiler builds for.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not say its host")?.to_owned())
}
