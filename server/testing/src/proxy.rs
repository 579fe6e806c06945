//! A way to a server that notes what comes by and changes nothing.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// What clients have sent, connection by connection.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Proxy {
    /// Begins to hand on to `target` (host and port) whatever comes; it ends with the test program.
    pub fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let sent: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (target, all) = (target.to_owned(), Arc::clone(&sent));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, all) = (target.clone(), Arc::clone(&all));
                std::thread::spawn(move || hand_on(client, &target, &all));
            }
        });
        Self { address, sent }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Method, path and body of every request so far.
    pub fn requests(&self) -> Vec<(String, String, Vec<u8>)> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().flat_map(|bytes| requests(bytes)).collect()
    }
}

fn hand_on(mut client: TcpStream, target: &str, all: &Mutex<Vec<Vec<u8>>>) -> Option<()> {
    let mut server = TcpStream::connect(target).ok()?;
    let (mut back, mut answers) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let at = {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Vec::new());
        all.len() - 1
    };
    let mut piece = [0; 4096];
    while let Ok(n @ 1..) = client.read(&mut piece) {
        // Noted before it is handed on: who has its answer finds it here.
        all.lock().unwrap_or_else(PoisonError::into_inner)[at].extend_from_slice(&piece[..n]);
        server.write_all(&piece[..n]).ok()?;
    }
    server.shutdown(Shutdown::Both).ok()
}

fn requests(mut bytes: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) {
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length:").and_then(|length| length.trim().parse::<usize>().ok())
        });
        let rest = &bytes[end..];
        let body = &rest[..length.unwrap_or(0).min(rest.len())];
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        all.push((method.to_owned(), path.to_owned(), body.to_vec()));
        bytes = &rest[body.len()..];
    }
    all
}
