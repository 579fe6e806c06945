//! `textDocument/selectionRange`: the value, the field with its quotes, the record, the table.

use aurora_text::Span;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{SelectionRange, SelectionRangeParams};

use crate::handlers::from_reading;
use crate::locate::{Located, locate};
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Answers the request: one chain for each position.
pub(crate) async fn ranges(
    server: &Server,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    from_reading(server, &view, move |reading| {
        let (analysis, rope) = (reading.analysis.as_deref()?, reading.rope());
        Some(analysis.with_table(&reading.config.config.settings, |table| {
            let chain = |position| {
                let at = from_proto::offset(rope, position, encoding);
                let mut spans = vec![Span::new(0, rope.len_bytes())];
                if let Some(Located { span, record_span, .. }) = locate(table, at) {
                    spans.extend([record_span, span, value(rope, span)]);
                }
                spans.dedup();
                spans.into_iter().fold(None, |parent, span| {
                    let range = to_proto::range(rope, span, encoding);
                    Some(SelectionRange { range, parent: parent.map(Box::new) })
                })
            };
            params.positions.into_iter().filter_map(chain).collect()
        }))
    })
    .await
}

/// A field without its quotes.
pub(crate) fn value(rope: &ropey::Rope, field: Span) -> Span {
    let quoted = field.len() >= 2
        && matches!(rope.byte(field.start), b'"' | b'\'')
        && rope.byte(field.end - 1) == rope.byte(field.start);
    if quoted { Span::new(field.start + 1, field.end - 1) } else { field }
}
