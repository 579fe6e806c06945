//! What happens beside requests: settings, watched files, saving.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use crate::pool::Lane;
use crate::session::Session;
use crate::{before, disk, schemas};

/// The client is ready: watch configuration files and schemas, ask for settings.
pub(crate) fn initialized(session: &Arc<Session>) {
    let client = session.client();
    let mut registrations = Vec::new();
    let globs = ["**/aurora.toml"].into_iter().chain(schemas::WATCHED);
    let watched: Vec<_> = globs.map(|glob| json!({"globPattern": glob})).collect();
    if client.watches_files {
        registrations.push(json!({
            "id": "aurora-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watched},
        }));
    }
    if client.configuration && client.registers_configuration {
        registrations.push(json!({
            "id": "aurora-settings",
            "method": "workspace/didChangeConfiguration",
            "registerOptions": {"section": "aurora"},
        }));
    }
    if !registrations.is_empty() {
        let session = Arc::clone(session);
        tokio::spawn(async move {
            session.link.ask("client/registerCapability", json!({"registrations": registrations})).await;
        });
    }
    ask_for_settings(session);
}

/// Settings have changed; what they are is asked for where the client can say, else read from the notification.
pub(crate) fn configuration_changed(session: &Arc<Session>, settings: &Value) {
    if session.client().configuration {
        ask_for_settings(session);
    } else if let Some(own) = settings.get("aurora") {
        session.configs.set_editor(own);
        session.look_again();
    }
}

/// Asks for the settings; one question at a time, and once more if they changed while it was open.
fn ask_for_settings(session: &Arc<Session>) {
    if !session.client().configuration || !session.settings_question.begin() {
        return;
    }
    let session = Arc::clone(session);
    tokio::spawn(async move {
        loop {
            let answer =
                session.link.ask("workspace/configuration", json!({"items": [{"section": "aurora"}]})).await;
            if let Some(settings) = answer.as_ref().and_then(|answer| answer.get(0)).filter(|s| s.is_object())
            {
                session.configs.set_editor(settings);
                session.look_again();
            }
            if !session.settings_question.again() {
                return;
            }
        }
    });
}

/// Configuration files or schemas have changed.
pub(crate) fn files_changed(session: &Arc<Session>) {
    session.configs.forget_files();
    session.look_again();
}

/// A document was saved; a configuration file or a schema may be one.
pub(crate) fn saved(session: &Arc<Session>, uri: &Url) {
    if uri.path().ends_with("/aurora.toml") || schemas::is_schema(uri.path()) {
        files_changed(session);
    }
    if let Some(view) = session.view(uri) {
        let session = Arc::clone(session);
        tokio::spawn(async move {
            let (shared, document) = (Arc::clone(&session), Arc::clone(&view.document));
            let looked = session.pool.run(Lane::Background, move || disk::look(&shared, &document)).await;
            if looked.is_ok() {
                view.document.changed.notify_one();
            }
            before::look_soon(&session, &view.document);
        });
    }
}
