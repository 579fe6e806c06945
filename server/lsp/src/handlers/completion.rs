//! `textDocument/completion`: the values of a category, the most frequent first.

use aurora_profile::Role;
use aurora_table::writer;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit, TextEdit,
};

use crate::handlers::from_reading;
use crate::locate::locate;
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Values of more kinds than this are no category.
const MAX_DISTINCT: u64 = 200;
/// Values longer than this are not offered.
const MAX_CHARS: usize = 80;

/// Answers the request.
pub(crate) async fn complete(
    server: &Server,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    let position = params.text_document_position.position;
    from_reading(server, &view, move |reading| {
        let (analysis, rope) = (reading.analysis.as_deref()?, reading.rope());
        let offset = from_proto::offset(rope, position, encoding);
        let at = analysis.with_table(&reading.config.config.settings, |table| locate(table, offset))?;
        at.record?;
        let column = analysis.columns.get(at.column)?;
        let profile = &column.profile;
        let is_category =
            column.role.best() == Role::Categorical || profile.distinct * 5 < profile.n_present();
        if !is_category || profile.distinct > MAX_DISTINCT {
            return None;
        }
        let range = to_proto::range(rope, at.span, encoding);
        let dialect = &reading.snapshot.detection.dialect;
        let values = profile.top.iter().filter(|count| count.value.chars().count() <= MAX_CHARS);
        let items = values.enumerate().map(|(place, count)| {
            let new_text = writer::quote_if_needed(&count.value, dialect).into_owned();
            CompletionItem {
                label: to_proto::inert(&count.value),
                kind: Some(CompletionItemKind::ENUM_MEMBER),
                detail: Some(format!("{} times", count.n)),
                sort_text: Some(format!("{place:04}")),
                filter_text: Some(new_text.clone()),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
                ..CompletionItem::default()
            }
        });
        Some(CompletionResponse::Array(items.collect()))
    })
    .await
}
