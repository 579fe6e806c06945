//! `textDocument/willSaveWaitUntil`: the safe fixes, where the settings ask for them on save.

use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{TextDocumentSaveReason, TextEdit, WillSaveTextDocumentParams};

use crate::handlers::offer;
use crate::pool::Lane;
use crate::server::Server;
use crate::session::{now_token, now_view};

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
    let (session, token) = (Arc::clone(&server.0), now_token());
    let job = move || offer::safe_edits(&session, &view, &reading, &token);
    server.0.pool.run(Lane::Request, job).await.map(Some).map_err(|_| Error::internal_error())
}
