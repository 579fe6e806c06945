//! One file a request: translate in, ask the reading, translate out.

mod alike;
mod answers;
pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod correct;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod document_highlight;
pub(crate) mod document_symbol;
pub(crate) mod execute_command;
pub(crate) mod folding_range;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod inlay_hint;
pub(crate) mod offer;
pub(crate) mod privacy;
pub(crate) mod profile;
pub(crate) mod recommendations;
pub(crate) mod records;
pub(crate) mod rename;
pub(crate) mod rules;
pub(crate) mod selection_range;
pub(crate) mod semantic_tokens;
pub(crate) mod split;
pub(crate) mod team;
pub(crate) mod why;
pub(crate) mod will_save;

use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, Result};

use crate::documents::{Reading, View};
use crate::pool::Lane;
use crate::server::Server;

/// Computes an answer from a reading of `view`, in the pool.
pub(crate) async fn from_reading<T: Send + 'static>(
    server: &Server,
    view: &View,
    answer: impl FnOnce(&Reading) -> T + Send + 'static,
) -> Result<T> {
    let reading: Arc<Reading> = view.reading().await?;
    let job = move || answer(&reading);
    server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())
}
