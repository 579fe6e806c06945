//! Stories in Neovim without a screen, and one in a terminal that is seen as pictures.

use std::path::Path;
use std::process::Command;

use super::{Tally, World};
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
            .arg(format!("luafile {}", script.display()))
            // An error in Lua would leave it waiting for a key.
            .args(["-c", "cquit 1"]),
    )
}

/// Neovim with the stories' configuration, and folders of its own.
fn command(program: &Path, world: &World, folder: &Path) -> Command {
    let here = root();
    let mut command = Command::new(program);
    command
        .env("AURORA_PLUGIN", here.join("editors/neovim"))
        .env("AURORA_STEPS", here.join("tests/editors/neovim"))
        .env("AURORA_SERVER", &world.server)
        .env("AURORA_STORE", folder.join("store"))
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .args(["-i", "NONE", "-n", "-u"])
        .arg(here.join("tests/editors/neovim/init.lua"));
    command
}
