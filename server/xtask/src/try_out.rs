//! `cargo xtask try`: builds AURORA and opens a sample, in the best editor that is here.

use std::fs;
use std::io::{IsTerminal, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::install;
use crate::step::{cargo, on_path, root, run as run_program, target};
use crate::story::vscode;

/// Where a sample may be looked at.
struct Place {
    name: &'static str,
    is_here: fn() -> bool,
    open: fn(&Trial) -> anyhow::Result<()>,
}

/// The places, best first.
const PLACES: [Place; 4] = [
    Place { name: "code", is_here: has_code, open: in_code },
    Place { name: "nvim", is_here: has_nvim, open: in_nvim },
    Place { name: "browser", is_here: has_browser, open: in_browser },
    Place { name: "terminal", is_here: || true, open: in_terminal },
];

/// What is tried.
struct Trial {
    server: PathBuf,
    /// A folder to play in: the sample is a copy.
    folder: PathBuf,
    sample: PathBuf,
}

/// Opens a sample; `--in code|nvim|browser|terminal` chooses where, and a file name what.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let mut place = None;
    let mut file = root().join("fixtures").join("tour.csv");
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--in" {
            let name = rest.next().context("--in code, nvim, browser or terminal")?;
            let known = PLACES.iter().find(|place| place.name == name);
            place = Some(known.with_context(|| format!("no such place: {name}"))?);
        } else {
            file = PathBuf::from(argument);
        }
    }
    println!("building");
    run_program(cargo().args(["build", "--quiet", "--release", "--locked", "--bin", "aurora"]))?;
    let folder = target().join("try").join("files");
    fs::create_dir_all(&folder)?;
    let sample = folder.join(file.file_name().context("the sample is a file")?);
    fs::copy(&file, &sample).with_context(|| format!("no sample at {}", file.display()))?;
    let trial = Trial { server: target().join("release").join("aurora"), folder, sample };
    if let Some(place) = place {
        return (place.open)(&trial);
    }
    for place in PLACES.iter().filter(|place| (place.is_here)()) {
        match (place.open)(&trial) {
            Ok(()) => return Ok(()),
            Err(error) => println!("{}: {error:#}; trying another way", place.name),
        }
    }
    bail!("no way to show the sample")
}

/// Whether windows can be shown.
fn has_display() -> bool {
    cfg!(any(target_os = "macos", windows))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some())
}

fn has_code() -> bool {
    on_path("code") && has_display()
}

fn has_nvim() -> bool {
    on_path("nvim")
        && std::io::stdin().is_terminal()
        && Command::new("nvim")
            .args(["--headless", "-u", "NONE", "-c", "if !has('nvim-0.10') | cquit | endif", "-c", "qall!"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

fn has_browser() -> bool {
    cfg!(target_os = "linux") && on_path("python3") && (has_display() || std::io::stdout().is_terminal())
}

/// VS Code, with settings and extensions of its own: a trial leaves the person's own as they are.
fn in_code(trial: &Trial) -> anyhow::Result<()> {
    let packed = vscode::pack(&trial.server, vscode::this_platform()?)?;
    let own = |command: &mut Command| {
        command.arg("--user-data-dir").arg(trial.folder.with_file_name("code"));
        command.arg("--extensions-dir").arg(trial.folder.with_file_name("extensions"));
    };
    let mut install = Command::new("code");
    own(&mut install);
    run_program(install.arg("--install-extension").arg(packed).arg("--force"))?;
    let mut open = Command::new("code");
    own(&mut open);
    run_program(open.arg("--disable-workspace-trust").arg(&trial.folder).arg(&trial.sample))
}

/// Neovim with the plugin and without the person's configuration.
fn in_nvim(trial: &Trial) -> anyhow::Result<()> {
    let plugin = root().join("editors").join("neovim");
    let server = trial.server.to_str().context("the path of the server is text")?;
    let setup = format!("lua require('aurora').setup({{cmd = {{{server:?}, 'lsp'}}}})");
    let status = Command::new("nvim")
        .args(["--clean", "--cmd"])
        .arg(format!("set runtimepath^={}", plugin.display()))
        .arg("--cmd")
        .arg(setup)
        .args([
            "-c",
            "set number signcolumn=yes statusline=%f\\ %m%=%{v:lua.require'aurora'.statusline()}\\ ",
        ])
        .args(["-c", "lua vim.diagnostic.config({virtual_text = true, severity_sort = true})"])
        .arg(&trial.sample)
        .status()
        .context("cannot start nvim")?;
    if status.success() { Ok(()) } else { bail!("nvim ended with {status}") }
}

/// VS Code in the browser, from npm, until it is interrupted.
fn in_browser(trial: &Trial) -> anyhow::Result<()> {
    println!("installing VS Code for the browser (from npm, into target/tools)");
    let node = install::node()?.join("node");
    let entry = install::code_server(install::CODE_SERVER)?;
    let packed = vscode::pack(&trial.server, vscode::this_platform()?)?;
    let data = trial.folder.with_file_name("browser");
    fs::create_dir_all(data.join("User"))?;
    fs::write(
        data.join("User").join("settings.json"),
        "{\"workbench.startupEditor\": \"none\", \"telemetry.telemetryLevel\": \"off\", \
         \"security.workspace.trust.enabled\": false, \"chat.disableAIFeatures\": true}\n",
    )?;
    let config = data.join("config.yaml");
    fs::write(&config, "auth: none\ncert: false\n")?;
    let code_server = || {
        let mut command = Command::new(&node);
        command
            .arg(&entry)
            .arg("--user-data-dir")
            .arg(&data)
            .arg("--extensions-dir")
            .arg(data.join("extensions"))
            .arg("--config")
            .arg(&config)
            .env("EXTENSIONS_GALLERY", "{\"serviceUrl\":\"\"}")
            .env_remove("VSCODE_IPC_HOOK_CLI")
            .env_remove("PORT");
        command
    };
    run_program(code_server().arg("--install-extension").arg(packed).stdout(Stdio::null()))?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let mut serving = code_server()
        .args(["--auth", "none", "--disable-telemetry", "--disable-update-check"])
        .args(["--disable-getting-started-override", "--bind-addr", &format!("127.0.0.1:{port}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    while !is_healthy(port) {
        if let Some(status) = serving.try_wait()? {
            bail!("code-server ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let url = address(port, &trial.folder, &trial.sample);
    println!("open {url}\nCtrl-C ends it");
    if has_display() && on_path("xdg-open") {
        let _ = Command::new("xdg-open").arg(&url).status();
    }
    let status = serving.wait()?;
    if status.success() { Ok(()) } else { bail!("code-server ended with {status}") }
}

/// The page that shows the folder with the sample open.
fn address(port: u16, folder: &Path, sample: &Path) -> String {
    let payload = format!("[[\"openFile\",\"vscode-remote://127.0.0.1:{port}{}\"]]", sample.display());
    let encoded: String = payload
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("http://127.0.0.1:{port}/?folder={}&payload={encoded}", folder.display())
}

/// Whether code-server answers.
fn is_healthy(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let request = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

/// The findings and the recommendations, printed.
fn in_terminal(trial: &Trial) -> anyhow::Result<()> {
    for command in ["sniff", "check", "recommend"] {
        println!("\n$ aurora {command} {}", trial.sample.display());
        // `check` says by its exit code that it found something.
        Command::new(&trial.server).arg(command).arg(&trial.sample).status()?;
    }
    println!("\nthe same in an editor: cargo xtask try --in code|nvim|browser");
    Ok(())
}
