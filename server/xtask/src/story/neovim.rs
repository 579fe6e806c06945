//! Stories in Neovim without a screen, and one in a terminal that is seen as pictures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::team::Team;
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

/// Tells the story of a team without a screen.
pub(super) fn tell_team(tally: &mut Tally, world: &World, suite: &str) -> anyhow::Result<()> {
    let program = install::neovim(suite)?;
    let folder = world.folder(&format!("neovim-{suite}-team"))?;
    let (team, _others) = gathered(world, &folder)?;
    let script = root().join("tests/editors/neovim/team.lua");
    let mut command = command(&program, world, &folder);
    team.tell(&mut command);
    tally.drive(command.arg("--headless").arg(folder.join("sales.csv")).arg("-c").arg(format!(
        "lua local ok, why = pcall(dofile, [[{}]]) if not ok then print(why) vim.cmd('cquit 1') end",
        script.display()
    )))
}

/// A team whose table lies in `folder` too; its other members have a folder of their own.
fn gathered(world: &World, folder: &Path) -> anyhow::Result<(Team, PathBuf)> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or("team");
    let others = world.folder(&format!("{name}-others"))?;
    let team = Team::gather(&world.server, &others)?;
    fs::copy(others.join("sales.csv"), folder.join("sales.csv"))?;
    Ok((team, others))
}

/// Tells the story of a team as a person sees it, in a terminal.
pub(super) fn show_team(tally: &mut Tally, world: &World, suite: &str) -> anyhow::Result<()> {
    let folder = world.folder(&format!("terminal-neovim-{suite}-team"))?;
    let (team, _others) = gathered(world, &folder)?;
    let mut driver = driver(world, suite, "neovim_team", &folder)?;
    team.tell(&mut driver);
    tally.drive(&mut driver)
}

/// Tells the story of what a person sees, in a terminal.
pub(super) fn show(tally: &mut Tally, world: &World, suite: &str) -> anyhow::Result<()> {
    let folder = world.folder(&format!("terminal-neovim-{suite}"))?;
    tally.drive(&mut driver(world, suite, "neovim", &folder)?)
}

/// The driver of a story in a terminal.
fn driver(world: &World, suite: &str, story: &str, folder: &Path) -> anyhow::Result<Command> {
    let drivers = root().join("tests/editors");
    install::npm_ci(&drivers)?;
    let mut driver = Command::new(install::node()?.join("node"));
    environment(&mut driver, world, folder);
    driver
        .arg(drivers.join("run.mjs"))
        .arg(format!("terminal/{story}"))
        .env("AURORA_NVIM", install::neovim(suite)?)
        .env("AURORA_INIT", drivers.join("neovim/init.lua"))
        .env("AURORA_FILES", folder)
        .env("AURORA_PICTURES", pictures().join(format!("terminal-{suite}")));
    Ok(driver)
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
