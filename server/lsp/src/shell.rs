//! Our service around tower-lsp's: documents change here, synchronously and in wire order; every other request gets
//! the snapshot of this moment and is spawned, cancellable and caught.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use aurora_advice::FileFacts;
use aurora_analysis::OpenOptions;
use futures::future::{self, BoxFuture, FutureExt};
use serde_json::{Value, json};
use tower::Service;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::lsp_types::{DidChangeTextDocumentParams, DidOpenTextDocumentParams, MessageType, Url};
use tower_lsp::{ExitedError, LspService};

use crate::documents::{Applied, OpenDocument};
use crate::pool::{CancelOnDrop, CancelToken};
use crate::server::Server;
use crate::session::{NOW, Now, Session};
use crate::transport::message::Incoming;
use crate::{disk, faults, learning, worker};

/// The service.
pub(crate) struct Shell {
    inner: LspService<Server>,
    session: Arc<Session>,
    /// Requests whose handlers panicked: tower-lsp would keep their numbers as pending for ever.
    died: Arc<Mutex<Vec<Id>>>,
}

impl Shell {
    /// Puts `session` in front of the client.
    pub(crate) fn new(session: Arc<Session>) -> Self {
        let service = LspService::build(|_| Server(Arc::clone(&session)))
            .custom_method("aurora/recommendations", Server::recommendations)
            .custom_method("aurora/profile", Server::profile)
            .custom_method("aurora/records", Server::records)
            .custom_method("aurora/rules", Server::rules)
            .custom_method("aurora/rule", Server::rule)
            .custom_method("aurora/privacy", Server::privacy)
            .custom_method("aurora/forget", Server::forget);
        let (inner, _socket) = faults::add_methods(service).finish();
        Self { inner, session, died: Arc::default() }
    }

    fn open(&self, params: DidOpenTextDocumentParams) {
        if !self.session.is_serving() {
            return;
        }
        let item = params.text_document;
        let extension =
            item.uri.path().rsplit_once('.').map(|(_, ext)| ext.to_lowercase()).filter(|ext| ext.len() < 16);
        let options = OpenOptions {
            file: FileFacts { extension, ..FileFacts::default() },
            remembered: self.session.chosen_beside(&item.uri),
            ..OpenOptions::default()
        };
        let document = Arc::new(OpenDocument::open(item.uri.clone(), item.version, item.text, &options));
        if let Some(old) = self.session.documents.insert(item.uri, Arc::clone(&document)) {
            old.close();
        }
        worker::start(Arc::clone(&self.session), document);
    }

    fn change(&self, params: DidChangeTextDocumentParams) {
        let Some(document) = self.document(&params.text_document.uri) else { return };
        faults::panic_in_change(&params.content_changes);
        let encoding = self.session.client().encoding;
        match document.change(params.text_document.version, params.content_changes, encoding) {
            Applied::Changed => {
                let done = document.look_at_promises();
                learning::take_in(&self.session, done);
                if document.is_misread() {
                    disk::look_soon(&self.session, &document);
                }
            }
            Applied::Unchanged => {}
            Applied::Nonsense => {
                tracing::warn!("a change ends before it begins; waiting for the whole text");
                self.session.link.log(
                    MessageType::WARNING,
                    "aurora: a change makes no sense (it ends before it begins); close and open the file to go on",
                );
            }
        }
        document.changed.notify_one();
    }

    fn close(&self, uri: &Url) {
        if let Some((_, document)) = self.session.documents.remove(uri) {
            document.close();
            if !self.session.client().pulls_diagnostics {
                self.session
                    .link
                    .notify("textDocument/publishDiagnostics", json!({"uri": uri, "diagnostics": []}));
            }
        }
    }

    fn document(&self, uri: &Url) -> Option<Arc<OpenDocument>> {
        self.session.documents.get(uri).map(|document| Arc::clone(&document))
    }

    fn request(&mut self, request: Request) -> BoxFuture<'static, Result<Option<Response>, ExitedError>> {
        let id = request.id().cloned();
        let request = match request.method() {
            "initialize" => {
                self.session.introduce(request.params().unwrap_or(&Value::Null));
                // What matters is read; the typed parse may not refuse a client for the rest.
                rebuilt(&request, json!({"capabilities": {}}))
            }
            "window/workDoneProgress/cancel" => {
                let token = request.params().and_then(|params| params.get("token")).and_then(Value::as_str);
                if let Some(stop) = token.and_then(|token| self.session.stoppable.get(token)) {
                    stop.cancel();
                }
                return future::ok(None).boxed();
            }
            "shutdown" => {
                self.session.door.shut_down();
                request
            }
            _ => request,
        };
        self.free_numbers();
        let view = request.params().and_then(uri_of).and_then(|uri| self.session.view(&uri));
        let token = CancelToken::default();
        let now = Now { view, token: token.clone() };
        let guard = CancelOnDrop(token);
        let answer = self.inner.call(request);
        let caught = AssertUnwindSafe(NOW.scope(now, answer)).catch_unwind();
        let died = Arc::clone(&self.died);
        async move {
            let answer = caught.await;
            drop(guard);
            match answer {
                // tower-lsp says nothing to an unknown request whose name begins with `$/`.
                Ok(Ok(None)) => Ok(id.map(|id| Response::from_error(id, Error::method_not_found()))),
                Ok(answer) => answer,
                Err(_) => {
                    died.lock().unwrap_or_else(PoisonError::into_inner).extend(id.clone());
                    Ok(id.map(|id| Response::from_error(id, Error::internal_error())))
                }
            }
        }
        .boxed()
    }

    fn free_numbers(&mut self) {
        let died = std::mem::take(&mut *self.died.lock().unwrap_or_else(PoisonError::into_inner));
        for request in died.iter().filter_map(cancellation) {
            let _ = self.inner.call(request).now_or_never();
        }
    }
}

impl Service<Incoming> for Shell {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, message: Incoming) -> Self::Future {
        match message {
            Incoming::Open(params) => self.open(*params),
            Incoming::Change(params) => self.change(params),
            Incoming::Close(params) => self.close(&params.text_document.uri),
            Incoming::Answer { id, result } => self.session.link.answered(id, result),
            Incoming::Ignored(why) => tracing::warn!(why, "a notification was dropped"),
            Incoming::Bad(id, error) => return future::ok(Some(Response::from_error(id, error))).boxed(),
            Incoming::Call(request) => return self.request(request),
        }
        future::ok(None).boxed()
    }
}

fn rebuilt(request: &Request, params: Value) -> Request {
    let mut copy = Request::build(request.method().to_owned()).params(params);
    if let Some(id) = request.id() {
        copy = copy.id(id.clone());
    }
    copy.finish()
}

/// The document that a request is about, wherever its parameters name it.
fn uri_of(params: &Value) -> Option<Url> {
    let places = ["/textDocument/uri", "/uri", "/data/uri", "/arguments/0/uri"];
    let uri = places.iter().find_map(|place| params.pointer(place)?.as_str())?;
    Url::parse(uri).ok()
}

/// The notification that makes tower-lsp forget a request.
fn cancellation(id: &Id) -> Option<Request> {
    let id = match id {
        Id::Number(n) => json!(i32::try_from(*n).ok()?),
        Id::String(s) => json!(s),
        Id::Null => return None,
    };
    Some(Request::build("$/cancelRequest").params(json!({"id": id})).finish())
}
