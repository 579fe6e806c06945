//! Packs the extension and tells stories in VS Code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::team::Team;
use super::{Tally, World, pictures};
use crate::install;
use crate::step::{self, root, run};

/// The extension's folder.
pub(crate) fn folder() -> PathBuf {
    root().join("editors").join("vscode")
}

/// This machine, as VS Code names platforms.
pub(crate) fn this_platform() -> anyhow::Result<&'static str> {
    Ok(match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        ("windows", "x86_64") => "win32-x64",
        (os, arch) => anyhow::bail!("no package for {os} on {arch}"),
    })
}

/// Type-checks, bundles and packs the extension with `server` inside, for the platform `target` (as VS Code
/// names it, `linux-x64`).
pub(crate) fn pack(server: &Path, target: &str) -> anyhow::Result<PathBuf> {
    let extension = folder();
    install::npm_ci(&extension)?;
    let node = install::node()?;
    for script in ["check", "build"] {
        run(install::npm(Some(&node)).current_dir(&extension).args(["run", "--silent", script]))?;
    }
    let inside = extension.join("server");
    if inside.exists() {
        fs::remove_dir_all(&inside)?;
    }
    fs::create_dir_all(&inside)?;
    let name = if target.starts_with("win32") { "aurora.exe" } else { "aurora" };
    fs::copy(server, inside.join(name)).with_context(|| format!("no server at {}", server.display()))?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root().join(".licences").join(licence), extension.join(licence))?;
    }
    let packed = step::target().join("extension").join(format!("aurora-csv-{target}.vsix"));
    fs::create_dir_all(packed.parent().context("target has folders")?)?;
    run(install::npm(Some(&node))
        .current_dir(&extension)
        .args(["run", "--silent", "package", "--", "--target", target, "-o"])
        .arg(&packed))?;
    let bytes = fs::metadata(&packed)?.len();
    println!("   {}: {:.1} MB", packed.display(), bytes as f64 / 1e6);
    Ok(packed)
}

/// Tells `story` in the VS Code of a code-server version.
pub(super) fn tell(tally: &mut Tally, world: &World, version: &str, story: &str) -> anyhow::Result<()> {
    let files = world.folder(&format!("vscode-{version}-{story}"))?;
    tally.drive(&mut driver(world, version, story, &files)?)
}

/// Tells the story of a team, whose hub and whose other four members are real.
pub(super) fn tell_team(tally: &mut Tally, world: &World, version: &str) -> anyhow::Result<()> {
    let files = world.folder(&format!("vscode-{version}-team"))?;
    let others = world.folder(&format!("vscode-{version}-team-others"))?;
    let team = Team::gather(&world.server, &others)?;
    fs::copy(others.join("sales.csv"), files.join("sales.csv"))?;
    let mut driver = driver(world, version, "team", &files)?;
    team.tell(&mut driver);
    tally.drive(&mut driver)
}

fn driver(world: &World, version: &str, story: &str, files: &Path) -> anyhow::Result<Command> {
    let drivers = root().join("tests/editors");
    install::npm_ci(&drivers)?;
    let node = install::node()?.join("node");
    let entry = install::code_server(version)?;
    // The oldest supported VS Code runs on the machine's own Node.
    let runs_it = if version == install::CODE_SERVER { node.clone() } else { PathBuf::from("node") };
    let mut driver = Command::new(&node);
    driver
        .arg(drivers.join("run.mjs"))
        .arg(format!("vscode/{story}"))
        .env("AURORA_NODE", runs_it)
        .env("AURORA_CODE_SERVER", entry)
        .env("AURORA_VSIX", &world.vsix)
        .env("AURORA_FILES", files)
        .env("AURORA_PICTURES", pictures().join(format!("vscode-{version}")));
    Ok(driver)
}
