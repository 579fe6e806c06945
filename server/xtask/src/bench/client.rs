//! A client of the built server, over its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

const URI: &str = "untitled:bench.csv";

/// The server with what it sends.
pub(super) struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    published: i64,
}

impl Client {
    pub(super) fn start(binary: &Path) -> anyhow::Result<Self> {
        let store = std::env::temp_dir().join(format!("aurora-bench-{}", std::process::id()));
        let mut child = Command::new(binary)
            .arg("lsp")
            .env("AURORA_STORE", store)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let input = child.stdin.take().context("no standard input")?;
        let mut output = BufReader::new(child.stdout.take().context("no standard output")?);
        let (give, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = frame(&mut output) {
                if give.send(message).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input, messages, published: -1 })
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()?;
        Ok(())
    }

    pub(super) fn initialize(&mut self) -> anyhow::Result<()> {
        let capabilities = json!({
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"publishDiagnostics": {"versionSupport": true}},
        });
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {"processId": null, "rootUri": null, "capabilities": capabilities}}))?;
        loop {
            let message =
                self.messages.recv_timeout(Duration::from_secs(10)).context("no answer to initialize")?;
            if message["id"] == 1 {
                break;
            }
        }
        self.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
    }

    pub(super) fn open(&mut self, text: &str) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument":
            {"uri": URI, "languageId": "csv", "version": 1, "text": text}}}))
    }

    /// Types one character into the first field of `line`.
    pub(super) fn key(&mut self, version: i64, line: usize) -> anyhow::Result<()> {
        self.replace(version, line, line, "1")
    }

    /// Puts `text` instead of the lines from `from` to before `to`.
    pub(super) fn replace(&mut self, version: i64, from: usize, to: usize, text: &str) -> anyhow::Result<()> {
        let place = |line: usize| json!({"line": line.min(i32::MAX as usize), "character": 0});
        self.change(version, &json!({"start": place(from), "end": place(to)}), text)
    }

    /// Takes away the first character of `line`.
    pub(super) fn erase(&mut self, version: i64, line: usize) -> anyhow::Result<()> {
        let place = |character: usize| json!({"line": line, "character": character});
        self.change(version, &json!({"start": place(0), "end": place(1)}), "")
    }

    fn change(&mut self, version: i64, range: &Value, text: &str) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [{"range": range, "text": text}]}}))
    }

    /// Waits until findings of `version` are published.
    pub(super) fn published(&mut self, version: i64, most: Duration) -> anyhow::Result<()> {
        let end = Instant::now() + most;
        while self.published < version {
            let Some(message) = self.next(end.saturating_duration_since(Instant::now()))? else {
                bail!("version {version} was not published within {most:?}");
            };
            self.take(&message)?;
        }
        Ok(())
    }

    fn next(&self, wait: Duration) -> anyhow::Result<Option<Value>> {
        match self.messages.recv_timeout(wait) {
            Ok(message) => Ok(Some(message)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the server ended"),
        }
    }

    fn take(&mut self, message: &Value) -> anyhow::Result<()> {
        if message["method"] == "textDocument/publishDiagnostics" {
            self.published = self.published.max(message["params"]["version"].as_i64().unwrap_or(-1));
        } else if let (Some(id), true) = (message.get("id"), message.get("method").is_some()) {
            self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))?;
        }
        Ok(())
    }

    /// Waits until the server has used no processor for a while.
    pub(super) fn idle(&mut self) -> anyhow::Result<()> {
        let mut before = self.cpu()?;
        let mut since = Instant::now();
        while since.elapsed() < Duration::from_millis(400) {
            if let Some(message) = self.next(Duration::from_millis(50))? {
                self.take(&message)?;
            }
            let now = self.cpu()?;
            if now - before > 0.001 {
                since = Instant::now();
            }
            before = now;
        }
        Ok(())
    }

    /// Processor seconds of all threads so far: of those alive to the nanosecond (`schedstat`), of those that ended
    /// not at all, so threads of a pool must stay.
    pub(super) fn cpu(&self) -> anyhow::Result<f64> {
        let mut sum = 0.0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            sum += text.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
        }
        Ok(sum / 1e9)
    }

    /// Bytes resident now, and at the peak.
    pub(super) fn memory(&self) -> anyhow::Result<(u64, u64)> {
        memory_of(self.child.id()).context("no memory figures")
    }

    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}))?;
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}))?;
        self.child.wait()?;
        Ok(())
    }
}

/// Bytes resident of a process, now and at the peak.
pub(super) fn memory_of(pid: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
    };
    Some((of("VmRSS:")?, of("VmHWM:")?))
}

fn frame(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                if let Some(n) = line.strip_prefix("Content-Length: ") {
                    length = n.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
