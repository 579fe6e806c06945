//! A balancer before several hubs, for tests.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use super::{Server, folder, program, skipped, wait_until};
use crate::port::Port;

/// Who cannot be reached is passed over. What may be sent twice (a GET, or a PUT, which has its key) is sent to the
/// other one when no answer comes, and is therefore waited for whole; of what may not, the client is told.
const SETTINGS: &str = "\
defaults
    mode http
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    option http-buffer-request
    retries 40
    option redispatch 1
    retry-on conn-failure empty-response
frontend all
    http-request disable-l7-retry unless { method GET PUT }
    default_backend hubs
";

/// HAProxy, on a port of its own. Ends when dropped.
#[derive(Debug)]
pub struct Balancer {
    _server: Server,
    port: Port,
}

impl Balancer {
    /// Starts one that hands on to `hubs` in turn; `None` (with a message) where HAProxy is not installed.
    pub fn before(hubs: &[SocketAddr]) -> Option<Self> {
        let Some(program) = program("haproxy", [PathBuf::from("/usr/sbin")]) else {
            skipped("haproxy");
            return None;
        };
        let port = Port::free();
        let address = port.address();
        let mut settings = format!("{SETTINGS}    bind {address}\nbackend hubs\n    balance roundrobin\n");
        for (n, hub) in hubs.iter().enumerate() {
            let _ = writeln!(settings, "    server hub-{n} {hub}");
        }
        let folder = folder("haproxy");
        let path = folder.join("haproxy.cfg");
        std::fs::write(&path, settings).expect("the temporary folder can be written to");
        let command =
            [program.display().to_string(), "-db".to_owned(), "-f".to_owned(), path.display().to_string()];
        let server = Server::start(&folder, &command);
        assert!(wait_until(|| TcpStream::connect(address).is_ok()), "haproxy does not answer");
        Some(Self { _server: server, port })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }
}
