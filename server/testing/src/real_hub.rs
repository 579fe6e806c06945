//! The real `aurora hub serve` on SQLite: a folder of its own, ports of this machine, ended when it is dropped.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::port::Port;

/// How long the hub may take to start, on a machine under load.
const PATIENCE: Duration = Duration::from_secs(30);

/// A hub that serves.
#[derive(Debug)]
pub struct RealHub {
    program: OsString,
    folder: PathBuf,
    port: Port,
    _metrics: Port,
    serving: Option<Child>,
}

impl RealHub {
    /// Makes a hub in `folder` and serves it by `program` (the built `aurora`). Cards are published when
    /// [`Self::release`] is called, not by the calendar.
    pub fn start(program: impl Into<OsString>, folder: &Path) -> Self {
        Self::start_with(program, folder, "")
    }

    /// The same with further sections of settings.
    pub fn start_with(program: impl Into<OsString>, folder: &Path, sections: &str) -> Self {
        let (port, metrics) = (Port::free(), Port::free());
        let toml = format!(
            "data = {:?}\nlisten = \"{}\"\nmetrics_listen = \"{}\"\nlog = \"error\"\n\
             [shutdown]\nannounce_seconds = 0\ndrain_seconds = 1\n[release]\nautomatic = false\n{sections}",
            folder.join("data"),
            port.address(),
            metrics.address()
        );
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(folder.join("hub.toml"), toml).expect("the settings can be written");
        let mut hub = Self {
            program: program.into(),
            folder: folder.to_owned(),
            port,
            _metrics: metrics,
            serving: None,
        };
        hub.serve();
        hub
    }

    /// Serves, again if it was stopped.
    pub fn serve(&mut self) {
        let log = std::fs::File::create(self.folder.join("log")).expect("the log can be written");
        let mut command = self.command(&["serve"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        self.serving = Some(child.expect("the hub starts"));
        let begun = Instant::now();
        while !self.is_ready() {
            let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let ended =
                self.serving.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|s| s.is_some()));
            assert!(!ended && begun.elapsed() < PATIENCE, "the hub does not serve: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the process that serves; what it keeps stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// Its settings' file.
    pub fn config(&self) -> PathBuf {
        self.folder.join("hub.toml")
    }

    /// Makes a team; its number and the code of its first admin.
    pub fn team(&self) -> (i64, String) {
        let made = self.json(&["tenant", "create", "--mode", "team", "--seats", "50"]);
        (made["tenant"].as_i64().expect("a number"), made["code"].as_str().expect("a code").to_owned())
    }

    /// A code for a new member.
    pub fn code(&self, team: i64) -> String {
        self.json(&["enrol", &team.to_string()])["code"].as_str().expect("a code").to_owned()
    }

    /// Publishes cards.
    pub fn release(&self, team: i64) -> String {
        self.json(&["release", &team.to_string()]).to_string()
    }

    /// What `aurora hub …` says as JSON.
    pub fn json(&self, words: &[&str]) -> Value {
        let said: Output =
            self.command(words).args(["--format", "json"]).output().expect("the command starts");
        let errors = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{words:?}: {errors}");
        serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{words:?}: {errors}"))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("hub").args(words).arg("--config").arg(self.config());
        command
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.port.address())?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 2"))
    }
}

impl Drop for RealHub {
    fn drop(&mut self) {
        self.stop();
    }
}
