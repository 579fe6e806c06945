//! `cargo xtask pack`: the VS Code extension of one platform, for Marketplace and Open VSX.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::step::{cargo, run as run_program, target};
use crate::story::vscode;

/// Bytes that the extension of a platform may take.
const MOST_BYTES: u64 = 15_000_000;

/// Packs the extension: `pack [--target PLATFORM] [--binary PATH]`, where the platform is named as VS Code does
/// (`linux-x64`) and is this machine's by default. Without a binary, the released one is built.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let platform = match value("--target") {
        Some(platform) => platform.as_str(),
        None => vscode::this_platform()?,
    };
    let binary = match value("--binary") {
        Some(path) => PathBuf::from(path),
        None => {
            run_program(cargo().args(["build", "--release", "--quiet", "--locked", "--bin", "aurora"]))?;
            target().join("release").join("aurora")
        }
    };
    let packed = vscode::pack(&binary, platform)?;
    let bytes = std::fs::metadata(&packed).with_context(|| format!("no {}", packed.display()))?.len();
    if bytes > MOST_BYTES {
        bail!("{:.1} MB, and at most {} MB are meant to be", bytes as f64 / 1e6, MOST_BYTES / 1_000_000);
    }
    Ok(())
}
