//! `textDocument/willSaveWaitUntil`: the safe fixes, where the settings ask for them on save.

use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{TextDocumentSaveReason, TextEdit, WillSaveTextDocumentParams};

use crate::handlers::{code_action, formatting};
use crate::pool::Lane;
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto;

/// The edits of all safe fixes when a person saves; a file that an editor saves by itself, while it is typed, is left
/// alone.
pub(crate) async fn fix(
    server: &Server,
    params: WillSaveTextDocumentParams,
) -> Result<Option<Vec<TextEdit>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let asked = params.reason == TextDocumentSaveReason::MANUAL;
    let wanted = asked && server.0.configs.of(&view.document.uri).config.fix_on_save;
    if !wanted {
        return Ok(None);
    }
    let reading = view.complete_reading().await?;
    let encoding = server.0.client().encoding;
    let session = Arc::clone(&server.0);
    let job = move || {
        let changes = code_action::safe_changes(&reading);
        formatting::expect(&session, &view.document, &reading, &changes);
        to_proto::text_edits(reading.rope(), &changes, encoding)
    };
    server.0.pool.run(Lane::Request, job).await.map(Some).map_err(|_| Error::internal_error())
}
