//! `textDocument/inlayHint`: the kind after each name of the header.

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Hints given; a line of more is read by nobody.
const MAX_HINTS: usize = 500;

/// Answers the request.
pub(crate) async fn hints(server: &Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    from_reading(server, &view, move |reading| {
        let (analysis, rope) = (reading.analysis.as_deref()?, reading.rope());
        let visible = from_proto::span(rope, params.range, encoding)?;
        if reading.snapshot.detection.layout.header_records == 0 {
            return None;
        }
        let columns = analysis.columns.iter().filter(|column| {
            let span = column.header.span;
            !span.is_empty() && visible.touches(span.end)
        });
        let hint = |column: &aurora_analysis::Column| InlayHint {
            position: to_proto::position(rope, column.header.span.end, encoding),
            label: InlayHintLabel::String(format!(": {}", column.profile.kind().as_str())),
            kind: Some(InlayHintKind::TYPE),
            text_edits: None,
            tooltip: None,
            padding_left: None,
            padding_right: Some(true),
            data: None,
        };
        Some(columns.take(MAX_HINTS).map(hint).collect())
    })
    .await
}
