//! `textDocument/documentHighlight`: the same value in the same column, around the cursor.

use std::ops::ControlFlow;

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams};

use crate::handlers::from_reading;
use crate::locate::locate;
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Records looked at on either side of the cursor.
const AROUND: u64 = 5_000;
/// Places shown.
const MAX_PLACES: usize = 1_000;

/// Answers the request.
pub(crate) async fn highlights(
    server: &Server,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    let position = params.text_document_position_params.position;
    from_reading(server, &view, move |reading| {
        let (analysis, rope) = (reading.analysis.as_deref()?, reading.rope());
        let offset = from_proto::offset(rope, position, encoding);
        analysis.with_table(&reading.config.config.settings, |table| {
            let at = locate(table, offset)?;
            let Some(record) = at.record else {
                let range = to_proto::range(rope, at.span, encoding);
                return Some(vec![DocumentHighlight { range, kind: Some(DocumentHighlightKind::TEXT) }]);
            };
            let wanted = rope.byte_slice(at.span.start..at.span.end).to_string();
            let mut found = Vec::new();
            let last = record.saturating_add(AROUND);
            table.source.visit(record.saturating_sub(AROUND)..last, &mut |block| {
                for r in block.records.iter().filter(|r| !r.is_blank()) {
                    let Some(field) = r.fields.get(at.column) else { continue };
                    if field.raw(block.text) == wanted && found.len() < MAX_PLACES {
                        let range = to_proto::range(rope, field.span().shift(block.before.bytes), encoding);
                        found.push(DocumentHighlight { range, kind: Some(DocumentHighlightKind::TEXT) });
                    }
                }
                if found.len() < MAX_PLACES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            Some(found)
        })
    })
    .await
}
