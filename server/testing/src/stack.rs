//! Real servers for tests: PostgreSQL, Redis and HAProxy, in a temporary folder, on 127.0.0.1 and a free port, ended by
//! their number. Where one is not installed its `start` says "skipped: no …" and gives `None`.
//!
//! A server ends when it is dropped, and also when the test program ends in any other way: a shell beside it waits for
//! the end of the program's pipe, stops the server and removes its folder.

mod haproxy;
mod postgres;
mod redis;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::authority::Identity;

pub use self::haproxy::Balancer;
pub use self::postgres::Postgres;
pub use self::redis::Redis;

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs "$@", writes its number, and waits for it. When standard input ends, the server is stopped; unless the last
/// line was "keep", the folder $FOLDER is removed then.
const WATCH: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- >"$FOLDER/log" 2>&1 &
pid=$!
echo $pid
(
    word=end
    while read -r line; do word=$line; done <&3
    if [ "$word" != keep ]; then
        kill -INT $pid
        n=0
        while kill -0 $pid && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
        kill -9 $pid
        n=0
        while ! rm -rf "$FOLDER" && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    fi
) >/dev/null 2>&1 &
exec 3<&-
wait $pid
"#;

/// A server that runs.
#[derive(Debug)]
struct Server {
    watch: Child,
    pid: u32,
}

impl Server {
    /// Starts `command` with its folder, which it owns from now on.
    fn start(folder: &Path, command: &[String]) -> Self {
        let mut watch = Command::new("sh")
            .args(["-c", WATCH, "watch"])
            .args(command)
            .env("FOLDER", folder)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let mut line = String::new();
        let out = watch.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("the shell tells the number");
        let pid = line.trim().parse().expect("the shell tells the number");
        Self { watch, pid }
    }

    fn signal(&self, signal: &str) {
        let done = Command::new("kill").args([signal, &self.pid.to_string()]).status();
        assert!(done.is_ok_and(|status| status.success()), "no process {} to send {signal}", self.pid);
    }

    /// Kills it at once and waits until it is gone; its folder stays.
    fn kill(self) {
        self.signal("-KILL");
        self.abandon();
    }

    /// Waits for one that has ended or was killed; its folder stays.
    fn abandon(mut self) {
        if let Some(mut stdin) = self.watch.stdin.take() {
            let _ = stdin.write_all(b"keep\n");
        }
        let _ = self.watch.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A frozen server does not stop. `abandon` has taken the pipe already.
        if self.watch.stdin.is_some() && self.watch.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-CONT");
        }
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// Says that a server is not installed.
///
/// # Panics
/// When AURORA_TEST_SERVERS is "required", as where everything was installed before.
pub fn skipped(name: &str) {
    let required = std::env::var_os("AURORA_TEST_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "no {name} here");
    eprintln!("skipped: no {name}");
}

/// A folder of a server, which only the server's own account can read.
fn folder(name: &str) -> PathBuf {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("aurora-{name}-{}-{n}", std::process::id()));
    std::fs::create_dir(&folder).expect("the temporary folder can be written to");
    folder
}

/// Writes what a server shows by TLS into its folder: server.crt and server.key, which only the server's account reads.
fn write_identity(folder: &Path, identity: &Identity) -> [PathBuf; 2] {
    let paths = [folder.join("server.crt"), folder.join("server.key")];
    for (path, text) in paths.iter().zip([&identity.certificate, &identity.key]) {
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).expect("the folder can be written to");
    }
    paths
}

/// The processes that `pid` has started and that live, by what Linux says of all.
fn children(pid: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let parent = |stat: &str| stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|child| {
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat"));
            stat.is_ok_and(|stat| parent(&stat) == Some(pid))
        })
        .collect()
}

/// Waits until `ready` holds; false when that takes too long.
fn wait_until(mut ready: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if ready() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

/// The program `name` in `folders` or on the path.
fn program(name: &str, folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.into_iter().chain(on_path).map(|folder| folder.join(name)).find(|program| program.is_file())
}
