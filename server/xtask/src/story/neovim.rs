//! Stories in Neovim without a screen, and one in a terminal that is seen as pictures.

use std::path::Path;
use std::process::Command;

use super::{Tally, World, pictures};
use crate::install;
use crate::step::root;

/// Tells a story, a Lua file, in the Neovim of a Debian release.
pub(super) fn tell(tally: &mut Tally, world: &World, suite: &str, story: &str) -> anyhow::Result<()> {
    let program = install::neovim(suite)?;
    let folder = world.folder(&format!("neovim-{suite}-{story}"))?;
    let script = root().join("tests/editors/neovim").join(format!("{story}.lua"));
    tally.drive(
        command(&program, world, &folder)
            .arg("--headless")
            .arg(folder.join("orders.csv"))
            .arg("-c")
            // A story that cannot even be read must not leave the editor waiting for a key.
            .arg(format!(
                "lua local ok, why = pcall(dofile, [[{}]]) if not ok then print(why) vim.cmd('cquit 1') end",
                script.display()
            )),
    )
}

/// Tells the story of what a person sees, in a terminal.
pub(super) fn show(tally: &mut Tally, world: &World, suite: &str) -> anyhow::Result<()> {
    let drivers = root().join("tests/editors");
    install::npm_ci(&drivers)?;
    let folder = world.folder(&format!("terminal-neovim-{suite}"))?;
    let mut driver = Command::new(install::node()?.join("node"));
    environment(&mut driver, world, &folder);
    tally.drive(
        driver
            .arg(drivers.join("run.mjs"))
            .arg("terminal/neovim")
            .env("AURORA_NVIM", install::neovim(suite)?)
            .env("AURORA_INIT", drivers.join("neovim/init.lua"))
            .env("AURORA_FILES", &folder)
            .env("AURORA_PICTURES", pictures().join(format!("terminal-{suite}"))),
    )
}

/// Neovim with the stories' configuration, and folders of its own.
fn command(program: &Path, world: &World, folder: &Path) -> Command {
    let mut command = Command::new(program);
    environment(&mut command, world, folder);
    command.args(["-i", "NONE", "-n", "-u"]).arg(root().join("tests/editors/neovim/init.lua"));
    command
}

/// What the stories' configuration reads, and a home that is not the person's.
fn environment(command: &mut Command, world: &World, folder: &Path) {
    command
        .env("AURORA_PLUGIN", root().join("editors/neovim"))
        .env("AURORA_STEPS", root().join("tests/editors/neovim"))
        .env("AURORA_SERVER", &world.server)
        .env("AURORA_STORE", folder.join("store"))
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("XDG_DATA_HOME", folder.join("data"));
}
