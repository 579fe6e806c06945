//! A PostgreSQL server for tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Server, children, folder, program, skipped, wait_until, write_identity};
use crate::authority::Identity;
use crate::port::Port;

/// A cluster of its own; superuser `postgres`, everyone on 127.0.0.1 is trusted. Ends when dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Option<Server>,
    bin: PathBuf,
    folder: PathBuf,
    port: Port,
    fsync: bool,
    tls: bool,
    next: AtomicU32,
}

impl Postgres {
    /// Starts one; `None` (with a message) where PostgreSQL is not installed. Without `fsync` it is quick, and what
    /// was committed may be lost when it is killed.
    pub fn start(fsync: bool) -> Option<Self> {
        let mut postgres = Self::made(fsync)?;
        postgres.restart();
        Some(postgres)
    }

    /// The same over TLS, without `fsync`: whoever is not the superuser gets in over TLS alone and with a password.
    pub fn start_tls(identity: &Identity) -> Option<Self> {
        let mut postgres = Self::made(false)?;
        let data = postgres.folder.join("data");
        write_identity(&data, identity).iter().for_each(|path| own(path));
        let access = "host all postgres 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(data.join("pg_hba.conf"), access).expect("the folder can be written to");
        postgres.tls = true;
        postgres.restart();
        Some(postgres)
    }

    /// A cluster that does not run.
    fn made(fsync: bool) -> Option<Self> {
        let Some(initdb) = program("initdb", versions()) else {
            skipped("postgres");
            return None;
        };
        let bin = initdb.parent().expect("a program is in a folder").to_owned();
        let folder = folder("postgres");
        own(&folder);
        let words =
            ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"];
        let mut command = as_postgres(&initdb);
        command.extend(words.map(str::to_owned));
        command.push(folder.join("data").display().to_string());
        let made = Command::new(&command[0])
            .args(&command[1..])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .status()
            .expect("initdb is a program");
        assert!(made.success(), "initdb failed");
        let (port, next) = (Port::free(), AtomicU32::new(0));
        Some(Self { server: None, bin, folder, port, fsync, tls: false, next })
    }

    /// The one of this test program, started by whoever asks first, without `fsync`.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(false)).as_ref()
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Its address for `user` on `database`, as a client takes it.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgresql://{user}@{}/{database}", self.port.address())
    }

    /// Runs SQL as the superuser and gives what psql writes: rows by line, fields by `|`.
    ///
    /// # Panics
    /// When the SQL fails.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        self.try_sql("postgres", database, sql).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs SQL as `user`; an error is what psql says.
    pub fn try_sql(&self, user: &str, database: &str, sql: &str) -> Result<String, String> {
        let out = Command::new(self.bin.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                &self.url(user, database),
                "-c",
                sql,
            ])
            .env("PGCONNECT_TIMEOUT", "5")
            .output()
            .expect("psql is a program");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if out.status.success() { Ok(text(&out.stdout)) } else { Err(text(&out.stderr)) }
    }

    /// Dumps a database as `user` and restores it as a new one, as after a loss; its name. An error is what pg_dump says.
    ///
    /// # Panics
    /// When the dump cannot be restored.
    pub fn restored(&self, user: &str, database: &str) -> Result<String, String> {
        let dump = self.folder.join(format!("dump-{}", self.next.fetch_add(1, Ordering::Relaxed)));
        let out = Command::new(self.bin.join("pg_dump"))
            .args(["-d", &self.url(user, database), "-f"])
            .arg(&dump)
            .output()
            .expect("pg_dump is a program");
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into_owned());
        }
        let name = self.database();
        let done = Command::new(self.bin.join("psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url("postgres", &name), "-f"])
            .arg(&dump)
            .stdout(Stdio::null())
            .status();
        assert!(done.is_ok_and(|status| status.success()), "the dump cannot be restored");
        Ok(name)
    }

    /// A fresh empty database; its name.
    pub fn database(&self) -> String {
        self.copy_of("template1")
    }

    /// A fresh copy of the database `template`, which nobody may be using; its name.
    pub fn copy_of(&self, template: &str) -> String {
        let name = format!("test_{}", self.next.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        // A connection that was just closed is there for a moment more, and of two copies at once one waits.
        let made = wait_until(|| match self.try_sql("postgres", "postgres", &create) {
            Err(error) => {
                assert!(error.contains("being accessed by other users"), "{error}");
                false
            }
            Ok(_) => true,
        });
        assert!(made, "{template} is in use");
        name
    }

    /// Kills all its processes at once (SIGKILL), in the midst of what they were at.
    pub fn kill(&mut self) {
        if let Some(server) = &self.server {
            // Stopped, it can neither start more of them nor mend what one leaves behind.
            server.signal("-STOP");
            self.signal_all("-KILL");
        }
        if let Some(server) = self.server.take() {
            server.abandon();
        }
    }

    /// Starts it again on the same port after [`Postgres::kill`], and returns once it answers.
    pub fn restart(&mut self) {
        self.kill();
        let answers = |postgres: &Self| postgres.try_sql("postgres", "postgres", "SELECT 1").is_ok();
        assert!(
            wait_until(|| {
                // After a kill the old processes may live for a moment, and it refuses to start beside them.
                let mut command = as_postgres(&self.bin.join("postgres"));
                let port = self.port.number().to_string();
                let words = ["-p", &port, "-h", "127.0.0.1", "-k", "", "-c", "max_connections=100", "-D"];
                command.extend(words.map(str::to_owned));
                command.push(self.folder.join("data").display().to_string());
                if cfg!(target_os = "linux") {
                    // After a kill it syncs what it finds: the whole disk in one call, not each of a thousand files.
                    command.extend(["-c", "recovery_init_sync_method=syncfs"].map(str::to_owned));
                }
                if !self.fsync {
                    command.extend(["-c", "fsync=off", "-c", "full_page_writes=off"].map(str::to_owned));
                }
                if self.tls {
                    command.extend(["-c", "ssl=on"].map(str::to_owned));
                }
                let mut server = Server::start(&self.folder, &command);
                let up = wait_until(|| {
                    answers(self) || server.watch.try_wait().is_ok_and(|ended| ended.is_some())
                }) && server.watch.try_wait().is_ok_and(|ended| ended.is_none());
                if up {
                    self.server = Some(server);
                } else {
                    server.abandon();
                }
                up
            }),
            "postgres does not answer: {}",
            std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
        );
    }

    /// Stops all its processes without ending them: it takes connections and answers none.
    pub fn freeze(&self) {
        self.server.as_ref().expect("it runs").signal("-STOP");
        self.signal_all("-STOP");
    }

    /// Lets it go on after [`Postgres::freeze`].
    pub fn thaw(&self) {
        self.signal_all("-CONT");
    }

    /// To the postmaster and those whom it started, by their numbers.
    fn signal_all(&self, signal: &str) {
        let server = self.server.as_ref().expect("it runs");
        let children = children(server.pid).into_iter().map(|pid| pid.to_string());
        // One may have ended meanwhile, so no word on failure. The postmaster last: it would end the others in order.
        let all = children.chain([server.pid.to_string()]);
        let _ = Command::new("kill").arg(signal).args(all).stderr(Stdio::null()).status();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.server.is_some() {
            // Frozen children would keep the postmaster from ending.
            self.thaw();
        } else {
            // It was killed and not started again: nobody else removes what it left.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Where Debian puts the programs, newest version first.
fn versions() -> Vec<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = folders
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

/// Gives the file or folder to the account `postgres`, for the server refuses to run as root.
fn own(path: &Path) {
    if is_root() {
        let done = Command::new("chown").arg("postgres:postgres").arg(path).status();
        assert!(done.is_ok_and(|status| status.success()), "no account postgres");
    }
}

fn as_postgres(program: &Path) -> Vec<String> {
    let program = program.display().to_string();
    let words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
    let mut command = if is_root() { words.map(str::to_owned).to_vec() } else { Vec::new() };
    command.push(program);
    command
}
