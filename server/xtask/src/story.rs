//! The stories in the real editors: installing each editor, running its driver, counting what it says.

mod neovim;
mod others;
mod team;
pub(crate) mod vscode;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::install;
use crate::step::{Steps, cargo, root, run, target};

/// A driver that says nothing more for this long is ended.
const LONGEST: Duration = Duration::from_secs(300);

/// What the drivers said in all.
#[derive(Default)]
pub(crate) struct Tally {
    passed: u32,
    failed: u32,
}

/// Where the stories leave their pictures.
pub(crate) fn pictures() -> PathBuf {
    target().join("pictures")
}

impl Tally {
    /// Runs a driver and counts its last line, `N passed, N failed`; one that does not get that far has failed.
    pub(crate) fn drive(&mut self, command: &mut Command) -> anyhow::Result<()> {
        let mut child = command
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        let pid = child.id();
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        let watchdog = std::thread::spawn(move || {
            if waiting.recv_timeout(LONGEST) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                eprintln!("ended after {} s", LONGEST.as_secs());
                // TERM first: the driver takes its editor down with it.
                let _ = Command::new("kill").arg(pid.to_string()).status();
            }
        });
        let mut counted = None;
        if let Some(out) = child.stdout.take() {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                println!("   {line}");
                counted = counts(&line).or(counted);
            }
        }
        let status = child.wait()?;
        drop(done);
        let _ = watchdog.join();
        let (passed, failed) = counted.unwrap_or((0, 1));
        self.passed += passed;
        self.failed += failed;
        if failed > 0 || !status.success() {
            if failed == 0 {
                self.failed += 1;
            }
            bail!("{passed} passed, {failed} failed, {status}");
        }
        Ok(())
    }

    /// The closing line.
    pub(crate) fn say(&self) {
        println!("{} passed, {} failed", self.passed, self.failed);
    }
}

/// The two numbers of `N passed, N failed`.
fn counts(line: &str) -> Option<(u32, u32)> {
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

/// What the stories share.
pub(crate) struct World {
    /// The server under test.
    pub(crate) server: PathBuf,
    /// The extension with that server inside; empty when no story asks for it.
    pub(crate) vsix: PathBuf,
}

impl World {
    /// An empty folder for one story, with the stories' files in it.
    fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = target().join("stories").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let files = root().join("tests/editors/files");
        for entry in fs::read_dir(&files).with_context(|| format!("no {}", files.display()))? {
            let entry = entry?;
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        Ok(folder)
    }
}

/// The debug build of the server, which the tests have built already.
fn build() -> anyhow::Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "--locked", "--bin", "aurora"]))?;
    Ok(target().join("debug").join("aurora"))
}

/// Which stories are told.
pub(crate) struct Choice<'a> {
    /// The slower ones too.
    pub(crate) all: bool,
    /// Those alone whose name holds this.
    pub(crate) only: Option<&'a str>,
}

/// Tells a story.
type Tell = dyn Fn(&mut Tally, &World) -> anyhow::Result<()>;

/// Runs the stories of `choice`.
pub(crate) fn run_all(steps: &mut Steps, choice: &Choice<'_>) {
    let mut tally = Tally::default();
    let mut world = World { server: PathBuf::new(), vsix: PathBuf::new() };
    let newest = install::CODE_SERVER;
    let oldest = install::CODE_SERVER_OLDEST;
    let stories: [(&str, bool, &Tell); 21] = [
        ("Neovim 0.10: first light", false, &|t, w| neovim::tell(t, w, "trixie", "first_light")),
        ("Neovim 0.12: first light", false, &|t, w| neovim::tell(t, w, "forky", "first_light")),
        ("Neovim 0.10: learning", false, &|t, w| neovim::tell(t, w, "trixie", "learning")),
        ("Neovim 0.12: learning", false, &|t, w| neovim::tell(t, w, "forky", "learning")),
        ("Neovim 0.10: troubles", false, &|t, w| neovim::tell(t, w, "trixie", "troubles")),
        ("Neovim 0.12: troubles", false, &|t, w| neovim::tell(t, w, "forky", "troubles")),
        ("Neovim 0.10: a team", false, &|t, w| neovim::tell_team(t, w, "trixie")),
        ("Neovim 0.12: a team, in a terminal", false, &|t, w| neovim::show_team(t, w, "forky")),
        ("Neovim 0.12 in a terminal", false, &|t, w| neovim::show(t, w, "forky")),
        ("VS Code: first light", false, &|t, w| vscode::tell(t, w, newest, "first_light")),
        ("VS Code: views", false, &|t, w| vscode::tell(t, w, newest, "views")),
        ("VS Code: troubles", false, &|t, w| vscode::tell(t, w, newest, "troubles")),
        ("VS Code: manners", false, &|t, w| vscode::tell(t, w, newest, "manners")),
        ("VS Code: looks", false, &|t, w| vscode::tell(t, w, newest, "looks")),
        ("VS Code: a team", false, &|t, w| vscode::tell_team(t, w, newest)),
        ("VS Code: contrast", true, &|t, w| vscode::tell(t, w, newest, "contrast")),
        ("VS Code 1.100: first light", true, &|t, w| vscode::tell(t, w, oldest, "first_light")),
        ("VS Code 1.100: a team", true, &|t, w| vscode::tell_team(t, w, oldest)),
        ("Helix", true, &others::helix),
        ("Emacs", true, &others::emacs),
        ("pytest-lsp", true, &others::protocol_client),
    ];
    let wanted = |name: &str, slow: bool| match choice.only {
        Some(word) => name.contains(word),
        None => choice.all || !slow,
    };
    let any = |word: &str| stories.iter().any(|(name, slow, _)| name.contains(word) && wanted(name, *slow));

    let built = steps.run("build the server", || {
        world.server = build()?;
        Ok(())
    });
    // Installed beforehand, so that the seconds of a story are its own.
    steps
        .run("install apt packages", || install::apt(&["chromium", "fonts-dejavu-core", "tmux", "patchelf"]));
    let installs: [(&str, &dyn Fn() -> anyhow::Result<PathBuf>); 6] = [
        ("Neovim 0.10", &|| install::neovim("trixie")),
        ("Neovim 0.12", &|| install::neovim("forky")),
        ("VS Code", &|| install::code_server(newest)),
        ("VS Code 1.100", &|| install::code_server(oldest)),
        ("Helix", &install::helix),
        ("Emacs", &install::emacs),
    ];
    for (name, install) in installs {
        if any(name) {
            steps.run(&format!("install {name}"), || install().map(drop));
        }
    }
    if built && any("VS Code") {
        steps.run("pack the extension", || {
            world.vsix = vscode::pack(&world.server, vscode::this_platform()?)?;
            Ok(())
        });
    }
    for (name, slow, tell) in stories {
        if wanted(name, slow) {
            steps.run(name, || tell(&mut tally, &world));
        }
    }
    tally.say();
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_closing_line_of_a_driver_is_read() {
        assert_eq!(counts("9 passed, 1 failed"), Some((9, 1)));
        assert_eq!(counts("ok 9 passed"), None);
    }
}
