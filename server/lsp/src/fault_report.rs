//! What is said of a fault in the program itself: where it was, and nothing of what was worked on.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tower_lsp::lsp_types::MessageType;

use crate::transport::outgoing::Outgoing;

/// From now on every fault is logged, noted in a file of `folder`, and the first one told to the person.
pub(crate) fn install(folder: Option<PathBuf>, outgoing: Arc<Outgoing>) {
    let told = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |panic| {
        // The message of a panic may hold a field's text: only the place in the program is said.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault was caught");
        let (version, os) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
        let line = format!("aurora {version}, {os}: {place}");
        let report = folder.as_deref().and_then(|folder| aurora_store::report_fault(folder, &line).ok());
        if told.swap(true, Ordering::SeqCst) {
            return;
        }
        let whole = report.map_or_else(
            || format!("it was at {place}."),
            |file| format!("{} says where, and holds nothing of your files.", file.display()),
        );
        let message = format!("AURORA met a fault of its own; {whole}");
        let params = json!({"type": MessageType::WARNING, "message": message});
        outgoing.send(&json!({"jsonrpc": "2.0", "method": "window/showMessage", "params": params}));
    }));
}
