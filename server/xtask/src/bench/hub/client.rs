//! One connection of HTTP/1.1, as little of it as the load needs: what it costs is not the hub's.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// A connection that is made when it is needed, and again after a failure.
pub(super) struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    bytes: Vec<u8>,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, bytes: Vec::with_capacity(16 << 10) }
    }

    /// Connects, if it is not.
    pub(super) async fn connect(&mut self) -> anyhow::Result<()> {
        if self.stream.is_none() {
            let stream = timeout(PATIENCE, TcpStream::connect(self.address)).await??;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        Ok(())
    }

    /// Sends `request` and reads the answer.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.connect().await?;
        let answer = match timeout(PATIENCE, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(anyhow::anyhow!("no answer in {PATIENCE:?}")),
        };
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        let stream = self.stream.as_mut().context("it is connected")?;
        stream.write_all(request).await?;
        self.bytes.clear();
        let head = loop {
            if let Some(end) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut self.bytes).await? == 0 {
                bail!("closed");
            }
        };
        let text = std::str::from_utf8(&self.bytes[..head])?.to_ascii_lowercase();
        let status = text.get(9..12).context("no status")?.parse()?;
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(Ok(0), |length| length.trim().parse())?;
        let is_last = text.contains("\r\nconnection: close");
        while self.bytes.len() < head + length {
            if stream.read_buf(&mut self.bytes).await? == 0 {
                bail!("cut short");
            }
        }
        let body = self.bytes[head..head + length].to_vec();
        if is_last {
            self.stream = None;
        }
        Ok(Answer { status, body })
    }
}

/// The bytes of a request.
pub(super) fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
    };
    format!("{method} {path} HTTP/1.1\r\nhost: hub\r\n{headers}{length}\r\n{body}").into_bytes()
}
