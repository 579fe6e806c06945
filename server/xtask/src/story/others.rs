//! Stories in Helix and Emacs, with the configuration that we give away, and by a client that is nobody's editor.

use std::fs;
use std::process::Command;

use anyhow::Context;

use super::{Tally, World, pictures};
use crate::install;
use crate::step::root;

/// Helix in a terminal.
pub(super) fn helix(tally: &mut Tally, world: &World) -> anyhow::Result<()> {
    let unpacked = install::helix()?;
    let drivers = root().join("tests/editors");
    install::npm_ci(&drivers)?;
    let folder = world.folder("helix")?;
    let config = folder.join("config").join("helix");
    fs::create_dir_all(&config)?;
    // As we give it away, but for the server: it is not on the path.
    let ours = fs::read_to_string(root().join("editors/helix/languages.toml"))?;
    let server = world.server.to_str().context("the path of the server is text")?;
    fs::write(
        config.join("languages.toml"),
        ours.replace("command = \"aurora\"", &format!("command = {server:?}")),
    )?;
    tally.drive(
        Command::new(install::node()?.join("node"))
            .arg(drivers.join("run.mjs"))
            .arg("terminal/helix")
            .env("AURORA_HELIX", unpacked.join("usr/bin/hx"))
            .env("AURORA_FILES", &folder)
            .env("AURORA_PICTURES", pictures().join("helix"))
            .env("AURORA_STORE", folder.join("store"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("HOME", &folder),
    )
}

/// Emacs in batch mode.
pub(super) fn emacs(tally: &mut Tally, world: &World) -> anyhow::Result<()> {
    let program = install::emacs()?;
    let folder = world.folder("emacs")?;
    tally.drive(
        Command::new(program)
            .args(["-Q", "--batch", "-l"])
            .arg(root().join("tests/editors/emacs.el"))
            .env("AURORA_SERVER", &world.server)
            .env("AURORA_CONFIG", root().join("editors/emacs"))
            .env("AURORA_FILE", folder.join("orders.csv"))
            .env("AURORA_STORE", folder.join("store"))
            .env("HOME", &folder),
    )
}

/// pytest-lsp, a client that reads every answer by the protocol's types, in the guise of several editors.
pub(super) fn protocol_client(tally: &mut Tally, world: &World) -> anyhow::Result<()> {
    let python = install::pytest_lsp()?;
    let folder = world.folder("pytest-lsp")?;
    tally.drive(
        Command::new(python)
            .arg(root().join("tests/editors/protocol_client.py"))
            .env("AURORA_SERVER", &world.server)
            .env("AURORA_FILES", &folder)
            .env("AURORA_STORE", folder.join("store"))
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )
}
