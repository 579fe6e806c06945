//! Faults on demand, for the tests of the shell. They exist in debug builds only, and there only when the
//! environment holds `AURORA_TEST_FAULTS`; in a release build every function here does nothing.

use tower_lsp::LspServiceBuilder;
use tower_lsp::lsp_types::{MessageType, TextDocumentContentChangeEvent};

use crate::documents::OpenDocument;
use crate::server::Server;
use crate::session::Session;

/// Whether faults are wanted.
pub(crate) fn are_wanted() -> bool {
    cfg!(debug_assertions) && std::env::var_os("AURORA_TEST_FAULTS").is_some()
}

/// Adds `aurora/test/sleep {ms}` (computes that long, unless cancelled) and `aurora/test/panic`.
pub(crate) fn add_methods(service: LspServiceBuilder<Server>) -> LspServiceBuilder<Server> {
    #[cfg(debug_assertions)]
    if are_wanted() {
        return service
            .custom_method("aurora/test/sleep", methods::sleep)
            .custom_method("aurora/test/panic", methods::panic);
    }
    service
}

/// Panics while a document is changed.
pub(crate) fn panic_in_change(changes: &[TextDocumentContentChangeEvent]) {
    if are_wanted() && changes.iter().any(|change| change.text.contains("panic-in-change")) {
        panic!("asked for by a test");
    }
}

/// Whether the environment asks for this fault by name.
fn is_named(name: &str) -> bool {
    are_wanted() && std::env::var_os("AURORA_TEST_FAULTS").is_some_and(|faults| faults == name)
}

/// Takes long from the first answer to the end of what is done at the beginning, where it is asked for by name.
pub(crate) fn slow_start() {
    if is_named("slow-start") {
        std::thread::sleep(std::time::Duration::from_secs(2));
    }
}

/// Takes as long to look at a misread file that asks for it in its first line as it takes the client to change the text
/// with this number; the client is told that it may.
pub(crate) fn slow_look(session: &Session, document: &OpenDocument, number: u64, text: &str) {
    let is_asked = || text.lines().next().is_some_and(|line| line.contains("slow-look"));
    if are_wanted() && text.contains('\u{FFFD}') && is_asked() {
        session.link.log(MessageType::INFO, "a slow look begins");
        let begun = std::time::Instant::now();
        while document.numbered().0 == number && begun.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

/// Keeps the store shut until the folder that it will lie in holds a file called `open`, where it is asked for by name.
pub(crate) fn slow_store(folder: &aurora_store::Folder) {
    let Some(folder) = folder.path().filter(|_| is_named("slow-store")) else { return };
    while !folder.join("open").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Lets a text into the log, where the environment asks for this fault by name: the search for leaks must find it.
pub(crate) fn leak_into_log(text: &ropey::Rope) {
    if is_named("leak") {
        tracing::trace!("{}", text.chars().take(400).collect::<String>());
    }
}

/// Panics while a text is analysed.
pub(crate) fn panic_in_analysis(text: &ropey::Rope) {
    if are_wanted() && text.len_bytes() < 10_000 && text.to_string().contains("panic-in-analysis") {
        panic!("asked for by a test");
    }
}

/// Takes a tenth of a second longer to analyse a text that asks for it in its first line, and logs that it does.
pub(crate) fn slow_analysis(text: &ropey::Rope) {
    if are_wanted() && text.line(0).to_string().contains("slow-analysis") {
        tracing::warn!("a slow analysis begins");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[cfg(debug_assertions)]
mod methods {
    use std::time::{Duration, Instant};

    use serde_json::{Value, json};
    use tower_lsp::jsonrpc::{Error, Result};

    use crate::pool::Lane;
    use crate::server::Server;
    use crate::session::now_token;

    pub(super) async fn sleep(server: &Server, params: Value) -> Result<Value> {
        let end = Instant::now() + Duration::from_millis(params["ms"].as_u64().unwrap_or(0));
        let token = now_token();
        let job = move || {
            while Instant::now() < end && !token.is_cancelled() {
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())?;
        Ok(json!("slept"))
    }

    pub(super) async fn panic(_: &Server, _: Value) -> Result<Value> {
        panic!("asked for by a test")
    }
}
