//! `textDocument/documentSymbol`: the columns, with kind and share of nulls.

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
};

use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto;

/// Columns shown; an outline of more helps nobody.
const MAX_COLUMNS: usize = 2_000;

/// Answers the request.
#[allow(deprecated)] // a field of the protocol's type that must be given
pub(crate) async fn symbols(
    server: &Server,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let client = server.0.client().clone();
    let uri = params.text_document.uri;
    from_reading(server, &view, move |reading| {
        let columns = reading.analysis.as_ref().map_or(&[][..], |analysis| &analysis.columns);
        let has_header = reading.snapshot.detection.layout.header_records > 0;
        let named = columns.iter().enumerate().take(MAX_COLUMNS).map(|(idx, column)| {
            let name = to_proto::inert(column.header.name.trim());
            let shown = if name.is_empty() || !has_header { format!("column {}", idx + 1) } else { name };
            (shown, column)
        });
        let range = |column: &aurora_analysis::Column| {
            to_proto::range(reading.rope(), column.header.span, client.encoding)
        };
        Some(if client.nested_symbols {
            DocumentSymbolResponse::Nested(
                named
                    .map(|(name, column)| DocumentSymbol {
                        name,
                        detail: Some(detail(column)),
                        kind: SymbolKind::FIELD,
                        tags: None,
                        deprecated: None,
                        range: range(column),
                        selection_range: range(column),
                        children: None,
                    })
                    .collect(),
            )
        } else {
            DocumentSymbolResponse::Flat(
                named
                    .map(|(name, column)| SymbolInformation {
                        name,
                        kind: SymbolKind::FIELD,
                        tags: None,
                        deprecated: None,
                        location: Location { uri: uri.clone(), range: range(column) },
                        container_name: None,
                    })
                    .collect(),
            )
        })
    })
    .await
}

fn detail(column: &aurora_analysis::Column) -> String {
    let nulls = column.profile.null_share();
    let (role, kind) = (column.role.best().as_str(), column.profile.kind().as_str());
    if nulls > 0.0 {
        format!("{kind} · {role} · {:.0} % null", nulls * 100.0)
    } else {
        format!("{kind} · {role}")
    }
}
