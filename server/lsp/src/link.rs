//! Messages that the server begins. tower-lsp's own `Client` waits in a channel of one message and panics when an
//! answer comes to a request that was given up, so requests are kept here: sending never waits, a late, double or
//! unknown answer is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::lsp_types::MessageType;

use crate::transport::outgoing::Outgoing;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a person may look at a question.
const PATIENCE_WITH_PEOPLE: Duration = Duration::from_secs(600);

/// The way to the client.
pub(crate) struct Link {
    outgoing: Arc<Outgoing>,
    next_id: AtomicI64,
    waiting: DashMap<i64, oneshot::Sender<Option<Value>>>,
}

impl Link {
    /// A link that writes to `outgoing`.
    pub(crate) fn new(outgoing: Arc<Outgoing>) -> Self {
        Self { outgoing, next_id: AtomicI64::new(1), waiting: DashMap::new() }
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        self.outgoing.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Says something in the client's log. `message` holds no field values.
    pub(crate) fn log(&self, typ: MessageType, message: &str) {
        self.notify("window/logMessage", json!({"type": typ, "message": message}));
    }

    /// Says something to the person. `message` holds no field values but what the person asked for.
    pub(crate) fn show(&self, typ: MessageType, message: &str) {
        self.notify("window/showMessage", json!({"type": typ, "message": message}));
    }

    /// Asks the client; `None` when it answers with an error or not at all. Never to be awaited in a handler.
    pub(crate) async fn ask(&self, method: &str, params: impl Serialize) -> Option<Value> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting.insert(id, answer);
        self.outgoing.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let people = method == "window/showMessageRequest";
        let patience = if people { PATIENCE_WITH_PEOPLE } else { PATIENCE };
        let answer = tokio::time::timeout(patience, answered).await;
        self.waiting.remove(&id);
        answer.ok()?.ok()?
    }

    /// The client's answer.
    pub(crate) fn answered(&self, id: Option<i64>, result: Option<Value>) {
        if let Some((_, waiting)) = id.and_then(|id| self.waiting.remove(&id)) {
            let _ = waiting.send(result);
        }
    }
}
