//! `textDocument/codeLens`: one line over the header with what the file holds.

use aurora_advice::count;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{CodeLens, CodeLensParams, Command};

use crate::handlers::{diagnostics, from_reading, offer};
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto;

/// The client's own command that shows what the columns hold.
const PROFILE: &str = "aurora.client.openProfile";
/// Safe fixes that are counted: each may read its record anew, and editors ask after every key.
const MAX_COUNTED: usize = 100;

/// Answers the request.
pub(crate) async fn lenses(server: &Server, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let (encoding, applies_edits) = (server.0.client().encoding, server.0.client().applies_edits);
    let opens_profile = server.0.client().commands.iter().any(|command| command == PROFILE);
    let uri = params.text_document.uri;
    from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        if reading.rope().len_bytes() == 0 {
            return None;
        }
        let first = analysis.columns.first().map_or(aurora_text::Span::empty(0), |column| column.header.span);
        let n_findings = diagnostics::shown(reading).count();
        let mut title = format!(
            "{} · {}",
            count(analysis.structure.n_records, "record"),
            count(analysis.columns.len() as u64, "column")
        );
        if n_findings > 0 {
            title.push_str(&format!(" · {}", count(n_findings as u64, "finding")));
        }
        let range = to_proto::range(reading.rope(), first, encoding);
        let lens = |title: String, command: &str| CodeLens {
            range,
            command: Some(Command {
                title,
                command: command.to_owned(),
                arguments: Some(vec![json!({"uri": uri})]),
            }),
            data: None,
        };
        let mut lenses = vec![lens(title, if opens_profile { PROFILE } else { "aurora.why" })];
        let n_safe = if applies_edits { offer::n_safe(reading, MAX_COUNTED) } else { 0 };
        if n_safe > 0 {
            let more = if n_safe == MAX_COUNTED { " and more" } else { "" };
            lenses.push(lens(format!("fix {n_safe}{more} safe"), "aurora.fixAll"));
        }
        Some(lenses)
    })
    .await
}
