//! Named steps with their seconds, and running programs in them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};

/// The top of the working tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the manifest of xtask lies two folders below the top")
        .to_path_buf()
}

/// Cargo's folder for what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs steps one after the other; a failed one does not keep the next from running.
#[derive(Default)]
pub(crate) struct Steps {
    failed: Vec<String>,
    seconds: Vec<(String, f64)>,
}

impl Steps {
    /// Runs `step` under `name`; says whether it succeeded.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> anyhow::Result<()>) -> bool {
        println!("== {name}");
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed().as_secs_f64();
        self.seconds.push((name.to_owned(), seconds));
        match result {
            Ok(()) => println!("-- {name}: ok, {seconds:.1} s"),
            Err(error) => {
                println!("-- {name}: FAILED, {seconds:.1} s: {error:#}");
                self.failed.push(name.to_owned());
                return false;
            }
        }
        true
    }

    /// Prints the table of steps; an error names the failed ones.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        println!("== steps");
        for (name, seconds) in &self.seconds {
            let verdict = if self.failed.contains(name) { "FAILED" } else { "ok" };
            println!("{seconds:>7.1} s  {verdict:<6} {name}");
        }
        let total: f64 = self.seconds.iter().map(|(_, s)| s).sum();
        println!("{total:>7.1} s  in all");
        if self.failed.is_empty() {
            return Ok(());
        }
        bail!("{} of {} steps failed: {}", self.failed.len(), self.seconds.len(), self.failed.join(", "))
    }
}

/// The cargo that runs this.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs `command` with no input and its output shown; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().to_string_lossy());
    }
    Ok(())
}

/// Whether a program of this name is on the path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
