//! `textDocument/prepareRename` and `textDocument/rename`: a name of the header.

use aurora_table::writer;
use aurora_text::TextEdit;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

use crate::documents::Reading;
use crate::handlers::{from_reading, selection_range};
use crate::locate::{Located, locate};
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// The name under the cursor, if it can be renamed.
pub(crate) async fn prepare(
    server: &Server,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    from_reading(server, &view, move |reading| {
        let at = header(reading, from_proto::offset(reading.rope(), params.position, encoding))?;
        let column = reading.analysis.as_ref()?.columns.get(at.column)?;
        let range =
            to_proto::range(reading.rope(), selection_range::value(reading.rope(), at.span), encoding);
        let placeholder = column.header.name.clone();
        Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
    })
    .await
}

/// Writes the new name, quoted where it must be.
pub(crate) async fn rename(server: &Server, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let Some(view) = now_view() else { return Ok(None) };
    let client = server.0.client().clone();
    let uri = params.text_document_position.text_document.uri;
    let position = params.text_document_position.position;
    let edit = from_reading(server, &view, move |reading| {
        let at = header(reading, from_proto::offset(reading.rope(), position, client.encoding))?;
        let dialect = &reading.snapshot.detection.dialect;
        let new_text = writer::quote_if_needed(&params.new_name, dialect).into_owned();
        let edits =
            to_proto::text_edits(reading.rope(), &[TextEdit::new(at.span, new_text)], client.encoding);
        Some(to_proto::workspace_edit(&client, uri, reading.version, edits))
    })
    .await?;
    edit.map(Some).ok_or_else(|| Error::invalid_params("only names of the header can be renamed"))
}

fn header(reading: &Reading, offset: usize) -> Option<Located> {
    if reading.snapshot.detection.layout.header_records == 0 {
        return None;
    }
    let analysis = reading.analysis.as_deref()?;
    let at = analysis.with_table(&reading.config.config.settings, |table| locate(table, offset));
    at.filter(|at| at.record.is_none())
}
