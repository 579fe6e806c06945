//! The stories in the real editors: installing each editor, running its driver, counting what it says.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::install;
use crate::step::{Steps, cargo, root, run};

/// What the drivers said in all.
#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
}

/// Runs the stories; `all` adds the slower ones.
pub(crate) fn run_all(steps: &mut Steps, all: bool) {
    let _ = all;
    let mut tally = Tally::default();
    steps
        .run("install apt packages", || install::apt(&["chromium", "fonts-dejavu-core", "tmux", "patchelf"]));
    steps.run("install neovim 0.10", || install::neovim("trixie").map(drop));
    steps.run("install neovim 0.12", || install::neovim("forky").map(drop));
    steps.run("install node 24", || install::node().map(drop));
    steps.run("install VS Code", || install::code_server(install::CODE_SERVER).map(drop));
    println!("{} passed, {} failed", tally.passed, tally.failed);
    tally.passed += 0;
}
