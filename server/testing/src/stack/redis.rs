//! A Redis server for a test.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use super::{Server, folder, program, skipped, wait_until, write_identity};
use crate::authority::Identity;
use crate::port::Port;

/// A Redis of its own, which keeps nothing on disk. Ends when dropped.
#[derive(Debug)]
pub struct Redis {
    server: Option<Server>,
    program: PathBuf,
    folder: PathBuf,
    port: Port,
    tls: Vec<String>,
    _tls_port: Option<Port>,
}

impl Redis {
    /// Starts one; `None` (with a message) where Redis is not installed.
    pub fn start() -> Option<Self> {
        let mut redis = Self::made()?;
        redis.restart();
        Some(redis)
    }

    /// The same, which also speaks TLS 1.2, as managed ones may; the port where it does.
    pub fn start_tls(identity: &Identity) -> Option<(Self, u16)> {
        let mut redis = Self::made()?;
        let [certificate, key] =
            write_identity(&redis.folder, identity).map(|path| path.display().to_string());
        let port = Port::free();
        let words = [
            ["--tls-port", &port.number().to_string()],
            ["--tls-cert-file", &certificate],
            ["--tls-key-file", &key],
            ["--tls-auth-clients", "no"],
            ["--tls-protocols", "TLSv1.2"],
        ];
        redis.tls = words.concat().into_iter().map(str::to_owned).collect();
        let number = port.number();
        redis._tls_port = Some(port);
        redis.restart();
        Some((redis, number))
    }

    /// One that does not run.
    fn made() -> Option<Self> {
        let Some(program) = program("redis-server", []) else {
            skipped("redis");
            return None;
        };
        Some(Self {
            server: None,
            program,
            folder: folder("redis"),
            port: Port::free(),
            tls: Vec::new(),
            _tls_port: None,
        })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Its address as a client takes it.
    pub fn url(&self) -> String {
        format!("redis://{}/", self.port.address())
    }

    /// Kills it; what it held is gone.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts it again on the same port after [`Redis::kill`], and returns once it answers.
    pub fn restart(&mut self) {
        self.kill();
        let port = self.port.number().to_string();
        let program = self.program.display().to_string();
        let words = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let command: Vec<String> =
            [program.as_str()].into_iter().chain(words).map(str::to_owned).chain(self.tls.clone()).collect();
        self.server = Some(Server::start(&self.folder, &command));
        assert!(wait_until(|| self.answers()), "redis-server does not answer");
    }

    /// Stops it without ending it: it takes connections and answers none.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on after [`Redis::freeze`].
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        self.server.as_ref().expect("it runs").signal(signal);
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(self.port.address()) else { return false };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        let mut answer = [0; 5];
        stream.write_all(b"PING\r\n").and_then(|()| stream.read_exact(&mut answer)).is_ok()
            && answer == *b"+PONG"
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // Killed and not started again, it leaves its folder to us.
        if self.server.is_none() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
