//! A hub that means no good, on a port of this machine: for proofs that whoever asks it loses nothing.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What it does with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Malice {
    /// Nobody listens.
    Absent,
    /// It takes the request and says nothing for 30 s.
    Silent,
    /// It sends its answer byte by byte, one a second.
    Trickle,
    /// It says 500.
    Broken,
    /// It says 429 and asks for an hour.
    Weary,
    /// It says yes and sends 100 MB.
    Huge,
    /// It says yes, sends a body that never ends, in chunks.
    Endless,
    /// It says 307, to a place that records who comes.
    Redirect,
    /// What it sends after a yes is no JSON.
    Garbage,
    /// JSON of another shape.
    OtherJson,
    /// It is no http.
    NoHttp,
    /// It hangs up.
    HangsUp,
    /// It speaks TLS with a certificate that it made itself.
    Untrusted,
}

impl Malice {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Absent,
        Self::Silent,
        Self::Trickle,
        Self::Broken,
        Self::Weary,
        Self::Huge,
        Self::Endless,
        Self::Redirect,
        Self::Garbage,
        Self::OtherJson,
        Self::NoHttp,
        Self::HangsUp,
        Self::Untrusted,
    ];
}

/// A hostile hub that serves until it is dropped.
#[derive(Debug)]
pub struct HostileHub {
    malice: Malice,
    address: SocketAddr,
    seen: Arc<Seen>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Seen {
    over: AtomicBool,
    redirected: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl HostileHub {
    /// Begins to serve.
    pub fn start(malice: Malice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let seen = Arc::new(Seen::default());
        if malice == Malice::Absent {
            drop(listener);
            return Self { malice, address, seen, acceptor: None };
        }
        let shared = Arc::clone(&seen);
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let seen = Arc::clone(&shared);
                std::thread::spawn(move || {
                    let _ = serve(stream, malice, address, &seen);
                });
            }
        });
        Self { malice, address, seen, acceptor: Some(acceptor) }
    }

    /// Its address.
    pub fn url(&self) -> String {
        let scheme = if self.malice == Malice::Untrusted { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Its address as if it spoke TLS, also where it does not.
    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The first lines of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many followed its redirect.
    pub fn n_redirected(&self) -> usize {
        self.seen.redirected.load(Ordering::SeqCst)
    }
}

impl Drop for HostileHub {
    fn drop(&mut self) {
        self.seen.over.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn serve(mut stream: TcpStream, malice: Malice, address: SocketAddr, seen: &Seen) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    if malice == Malice::Untrusted {
        return serve_untrusted(stream, seen);
    }
    let line = request(&mut stream)?;
    if line.contains("/elsewhere") {
        seen.redirected.fetch_add(1, Ordering::SeqCst);
    }
    seen.requests.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    let yes = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let body = |body: &str| format!("content-length: {}\r\n\r\n{body}", body.len());
    match malice {
        Malice::Absent | Malice::HangsUp | Malice::Untrusted => Ok(()),
        Malice::Silent => {
            pause(Duration::from_secs(30), seen);
            Ok(())
        }
        Malice::Trickle => {
            for byte in format!("{yes}{}", body("{\"dictionary\":1}")).into_bytes() {
                stream.write_all(&[byte])?;
                if !pause(Duration::from_secs(1), seen) {
                    break;
                }
            }
            Ok(())
        }
        Malice::Broken => {
            stream.write_all(format!("HTTP/1.1 500 Oops\r\n{}", body("<html>\u{1b}[31m")).as_bytes())
        }
        Malice::Weary => {
            let problem = r#"{"code":"slow-down","title":"too \u001b[31mmany requests","status":429}"#;
            let head = "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/problem+json\r\n";
            stream.write_all(format!("{head}retry-after: 3600\r\n{}", body(problem)).as_bytes())
        }
        Malice::Huge => {
            stream.write_all(format!("{yes}content-length: 100000000\r\n\r\n").as_bytes())?;
            (0..100).try_for_each(|_| stream.write_all(&[b' '; 1_000_000]))
        }
        Malice::Endless => {
            stream.write_all(format!("{yes}transfer-encoding: chunked\r\n\r\n").as_bytes())?;
            while !seen.over.load(Ordering::SeqCst) {
                stream.write_all(b"10000\r\n")?;
                stream.write_all(&[b' '; 0x10000])?;
                stream.write_all(b"\r\n")?;
            }
            Ok(())
        }
        Malice::Redirect => {
            let head = format!("HTTP/1.1 307 Elsewhere\r\nlocation: http://{address}/elsewhere\r\n");
            stream.write_all(format!("{head}{}", body("")).as_bytes())
        }
        Malice::Garbage => stream.write_all(format!("{yes}{}", body("{\"access_token\":\u{7}")).as_bytes()),
        Malice::OtherJson => stream.write_all(format!("{yes}{}", body("[[[[]]]]")).as_bytes()),
        Malice::NoHttp => stream.write_all(&[0xff; 5_000]),
    }
}

/// Speaks TLS by a fresh certificate; what comes through is recorded.
fn serve_untrusted(stream: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).map_err(std::io::Error::other)?;
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.map_err(std::io::Error::other)?)
        .map_err(std::io::Error::other)?;
    let session = rustls::ServerConnection::new(Arc::new(config)).map_err(std::io::Error::other)?;
    let mut stream = rustls::StreamOwned::new(session, stream);
    let line = request(&mut stream)?;
    seen.requests.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
}

/// Reads one request to the end of its body; its first line.
fn request(stream: &mut impl Read) -> std::io::Result<String> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if bytes.len() >= end + length.unwrap_or(0_usize) {
                break;
            }
        }
        let n = stream.read(&mut piece)?;
        if n == 0 || bytes.len() > 1 << 20 {
            break;
        }
        bytes.extend_from_slice(&piece[..n]);
    }
    Ok(String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned())
}

/// Waits unless it is over; whether it is not.
fn pause(time: Duration, seen: &Seen) -> bool {
    let step = Duration::from_millis(50);
    for _ in 0..time.as_millis() / step.as_millis() {
        if seen.over.load(Ordering::SeqCst) {
            return false;
        }
        std::thread::sleep(step);
    }
    true
}
