//! A client that drives the built server over its standard input and output, and is strict about what comes back:
//! when it is dropped, every request must have been answered exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer, or the end of the process, may take; generous, for machines under load. What must not happen
/// "at once" takes longer than this in tests that ask for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How to start a server.
pub struct Start {
    command: Command,
    capabilities: Value,
    options: Value,
    process_id: Value,
    folders: Value,
    answers: bool,
}

impl Start {
    /// Starts `program lsp` with a clean environment but for what the system needs.
    pub fn new(program: impl Into<OsString>) -> Self {
        let mut command = Command::new(program.into());
        command.arg("lsp").env("AURORA_TEST_FAULTS", "1");
        Self {
            command,
            capabilities: json!({
                "general": {"positionEncodings": ["utf-16"]},
                "textDocument": {
                    "publishDiagnostics": {"versionSupport": true},
                    "codeAction": {
                        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
                        "dataSupport": true,
                        "isPreferredSupport": true,
                        "resolveSupport": {"properties": ["edit"]},
                    },
                    "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
                },
                "workspace": {"workspaceEdit": {"documentChanges": true}},
            }),
            options: Value::Null,
            process_id: Value::Null,
            folders: Value::Null,
            answers: true,
        }
    }

    /// Adds an argument after `lsp`.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.command.arg(arg.into());
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// Sets a capability by JSON pointer, for example `/textDocument/diagnostic`.
    #[must_use]
    pub fn capability(mut self, pointer: &str, value: Value) -> Self {
        let mut at = &mut self.capabilities;
        for key in pointer.split('/').skip(1) {
            at = &mut at[key];
        }
        *at = value;
        self
    }

    /// Sets `initializationOptions`.
    #[must_use]
    pub fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    /// Sets `processId`.
    #[must_use]
    pub fn process_id(mut self, pid: u32) -> Self {
        self.process_id = json!(pid);
        self
    }

    /// Sets one workspace folder.
    #[must_use]
    pub fn folder(mut self, uri: &str) -> Self {
        self.folders = json!([{"uri": uri, "name": "folder"}]);
        self
    }

    /// The client never answers what the server asks.
    #[must_use]
    pub fn mute(mut self) -> Self {
        self.answers = false;
        self
    }

    /// Starts the process without saying anything to it.
    pub fn spawn(mut self) -> Client {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let stderr = child.stderr.take().expect("standard error is piped");
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client {
            input: child.stdin.take(),
            log: Log::read(stderr),
            child,
            incoming,
            next_id: 0,
            unanswered: BTreeSet::new(),
            answers: BTreeMap::new(),
            notifications: Vec::new(),
            asked: Vec::new(),
            reply: self.answers,
            initialize: json!({
                "processId": self.process_id,
                "capabilities": self.capabilities,
                "initializationOptions": self.options,
                "workspaceFolders": self.folders,
            }),
        }
    }

    /// Starts the process and introduces the client.
    pub fn start(self) -> Client {
        let mut client = self.spawn();
        let params = client.initialize.clone();
        client.call("initialize", params);
        client.notify("initialized", json!({}));
        client
    }
}

/// What the server logs, as it comes.
struct Log {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Log {
    fn read(mut stderr: ChildStderr) -> Self {
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let shared = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut some = [0; 8192];
            while let Ok(n @ 1..) = stderr.read(&mut some) {
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&some[..n]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("Content-Length: ") {
            length = n.parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}

/// A server with its client.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    log: Log,
    incoming: Receiver<Value>,
    next_id: i64,
    unanswered: BTreeSet<i64>,
    answers: BTreeMap<i64, Value>,
    /// Notifications that nobody has claimed yet.
    pub notifications: Vec<Value>,
    /// What the server asked.
    pub asked: Vec<Value>,
    reply: bool,
    /// The parameters of `initialize`.
    pub initialize: Value,
}

impl Client {
    /// Writes bytes as they are; an error when the server is gone.
    pub fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let input = self.input.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }

    /// Writes a frame around `body`.
    pub fn frame(&mut self, body: &[u8]) {
        let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        frame.extend_from_slice(body);
        self.raw(&frame).expect("the server reads");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.frame(json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string().as_bytes());
    }

    /// Sends a request; its number.
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.unanswered.insert(id);
        self.frame(
            json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string().as_bytes(),
        );
        id
    }

    /// Expects an answer to a request that was written by hand.
    pub fn expect_answer(&mut self, id: i64) {
        self.unanswered.insert(id);
    }

    /// The answer to request `id`: the whole message.
    pub fn answer(&mut self, id: i64) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            assert!(self.read_until(end), "no answer to request {id}");
        }
    }

    /// The result of a request; panics when it is an error.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The error code of a request; panics when it is none.
    pub fn call_error(&mut self, method: &str, params: Value) -> i64 {
        let id = self.request(method, params);
        self.error_code(id)
    }

    /// The error code in the answer to request `id`.
    pub fn error_code(&mut self, id: i64) -> i64 {
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("not an error: {answer}"))
    }

    /// The next message with the number null: an error for which there was no number.
    pub fn nameless_error(&mut self) -> i64 {
        let end = Instant::now() + PATIENCE;
        loop {
            let nameless = |message: &Value| message["id"].is_null() && message.get("error").is_some();
            if let Some(at) = self.notifications.iter().position(nameless) {
                return self.notifications.remove(at)["error"]["code"].as_i64().expect("an error has a code");
            }
            assert!(self.read_until(end), "no error came");
        }
    }

    /// Whether the answer to request `id` has come, as far as was read.
    pub fn is_answered(&self, id: i64) -> bool {
        !self.unanswered.contains(&id)
    }

    /// The next request `method` of the server: the whole message.
    pub fn next_asked(&mut self, method: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.asked.iter().position(|asked| asked["method"] == method) {
                return self.asked.remove(at);
            }
            assert!(self.read_until(end), "the server does not ask {method}");
        }
    }

    /// The error code of the answer to a request whose number is a text.
    pub fn nameless_error_of(&mut self, id: &str) -> i64 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.notifications.iter().position(|message| message["id"] == id) {
                return self.notifications.remove(at)["error"]["code"].as_i64().expect("an error has a code");
            }
            assert!(self.read_until(end), "no error came");
        }
    }

    /// The next notification `method` for which `fits`.
    pub fn notification(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.notification_within(method, PATIENCE, fits).unwrap_or_else(|| panic!("no {method} came"))
    }

    /// The next notification `method` for which `fits`, if it comes in time.
    pub fn notification_within(
        &mut self,
        method: &str,
        patience: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let end = Instant::now() + patience;
        loop {
            let at = self.notifications.iter().position(|n| n["method"] == method && fits(&n["params"]));
            if let Some(at) = at {
                return Some(self.notifications.remove(at)["params"].take());
            }
            if !self.read_until(end) {
                return None;
            }
        }
    }

    /// Opens a document of version 1.
    pub fn open(&mut self, uri: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": "csv", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces the whole text.
    pub fn change_whole(&mut self, uri: &str, version: i32, text: &str) {
        self.change(uri, version, json!([{"text": text}]));
    }

    /// Changes a document.
    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// The pushed diagnostics of `version`.
    pub fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let params = self.notification("textDocument/publishDiagnostics", |params| {
            params["uri"] == uri && params["version"] == version
        });
        params["diagnostics"].as_array().expect("a list").clone()
    }

    /// Code actions at a range.
    pub fn actions(&mut self, uri: &str, range: &Value) -> Vec<Value> {
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
        self.call("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    }

    /// The edits of one document in the resolved `action`.
    pub fn resolve(&mut self, action: &Value) -> Vec<Value> {
        let resolved = self.call("codeAction/resolve", action.clone());
        edits_of(&resolved["edit"])
    }

    /// Says goodbye; the exit code.
    pub fn shut_down(mut self) -> i32 {
        self.call("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Closes standard input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.unanswered.clear();
    }

    /// Waits for the end; the exit code, −1 for a signal. Open requests are forgiven.
    pub fn exit_code(&mut self) -> i32 {
        let end = Instant::now() + PATIENCE;
        self.unanswered.clear();
        loop {
            if let Some(status) = self.child.try_wait().expect("the process is ours") {
                return status.code().unwrap_or(-1);
            }
            assert!(Instant::now() < end, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What the server logged; only after its end.
    pub fn log(&mut self) -> String {
        if let Some(reader) = self.log.reader.take() {
            reader.join().expect("the reader of the log ends");
        }
        self.log.text()
    }

    /// Waits until the server has logged `words`.
    pub fn wait_for_log(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.log.text().contains(words) {
            assert!(Instant::now() < end, "{words:?} was not logged");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Takes in one message; `false` when none came in time.
    fn read_until(&mut self, end: Instant) -> bool {
        let message = match self.incoming.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
        };
        match (message.get("method"), message["id"].as_i64()) {
            (Some(_), Some(id)) => {
                if self.reply {
                    let result = match message["method"].as_str() {
                        Some("workspace/configuration") => json!([null]),
                        Some("workspace/applyEdit") => json!({"applied": true}),
                        _ => Value::Null,
                    };
                    self.frame(json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string().as_bytes());
                }
                self.asked.push(message);
            }
            (None, Some(id)) => {
                assert!(self.unanswered.remove(&id), "an answer that nobody waits for: {message}");
                self.answers.insert(id, message);
            }
            _ => self.notifications.push(message),
        }
        true
    }

    /// Takes in what comes within `patience`.
    pub fn read_for(&mut self, patience: Duration) {
        let end = Instant::now() + patience;
        while self.read_until(end) {}
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !std::thread::panicking() && !self.unanswered.is_empty() && self.read_until(end) {}
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            assert!(self.unanswered.is_empty(), "requests without an answer: {:?}", self.unanswered);
        }
    }
}

/// The edits of one document in a `WorkspaceEdit`, in either form.
pub fn edits_of(edit: &Value) -> Vec<Value> {
    let changes = edit["changes"].as_object().and_then(|changes| changes.values().next());
    let list = changes.unwrap_or(&edit["documentChanges"][0]["edits"]);
    list.as_array().cloned().unwrap_or_default()
}

/// How columns are counted: the protocol's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Columns {
    /// Bytes.
    Utf8,
    /// Units of UTF-16.
    Utf16,
    /// Characters.
    Utf32,
}

/// The slow, obvious way from a position to a byte offset.
pub fn offset(text: &str, position: &Value, columns: Columns) -> usize {
    let (line, column) = (position["line"].as_u64(), position["character"].as_u64());
    let (line, column) = (line.expect("a line") as usize, column.expect("a column") as usize);
    let mut start = 0;
    for _ in 0..line {
        match text[start..].find(['\n', '\r']) {
            Some(end) => start += end + if text[start + end..].starts_with("\r\n") { 2 } else { 1 },
            None => return text.len(),
        }
    }
    let content = &text[start..];
    let content = &content[..content.find(['\n', '\r']).unwrap_or(content.len())];
    let mut seen = 0;
    for (at, c) in content.char_indices() {
        seen += match columns {
            Columns::Utf8 => c.len_utf8(),
            Columns::Utf16 => c.len_utf16(),
            Columns::Utf32 => 1,
        };
        if seen > column {
            return start + at;
        }
    }
    start + content.len()
}

/// `text` after the edits of an answer, all of which refer to `text`.
pub fn apply(text: &str, edits: &[Value], columns: Columns) -> String {
    let mut spans: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let at = |end: &str| offset(text, &edit["range"][end], columns);
            (at("start"), at("end"), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    spans.sort_by_key(|span| (span.0, span.1));
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap");
    let mut out = String::new();
    let mut from = 0;
    for (start, end, new) in spans {
        out.push_str(&text[from..start]);
        out.push_str(new);
        from = end;
    }
    out + &text[from..]
}
