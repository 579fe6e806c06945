//! `textDocument/inlayHint`: the kind after each name of the header, and blanks that are not in the text but let
//! columns stand under each other.

use aurora_profile::ColumnProfile;
use aurora_table::padding::{self, Written};
use aurora_text::Span;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

use crate::capabilities::{Encoding, Hints};
use crate::documents::Reading;
use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Kinds shown; a line of more is read by nobody.
const MAX_KINDS: usize = 500;
/// Blanks shown; a screen holds fewer.
const MAX_GAPS: usize = 20_000;

/// Answers the request, for what is in sight.
pub(crate) async fn hints(server: &Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let (encoding, wanted) = (server.0.client().encoding, server.0.client().hints);
    from_reading(server, &view, move |reading| {
        let visible = from_proto::span(reading.rope(), params.range, encoding)?;
        let mut hints = Vec::new();
        if wanted.kinds {
            kinds(reading, visible, wanted, encoding, &mut hints);
        }
        if wanted.aligned {
            gaps(reading, visible, wanted, encoding, &mut hints);
        }
        Some(hints)
    })
    .await
}

/// What follows the name of a column.
fn kind_label(profile: &ColumnProfile) -> String {
    format!(": {}", profile.kind().as_str())
}

fn kinds(reading: &Reading, visible: Span, wanted: Hints, encoding: Encoding, out: &mut Vec<InlayHint>) {
    let Some(analysis) = reading.analysis.as_deref() else { return };
    if reading.snapshot.detection.layout.header_records == 0 {
        return;
    }
    let columns = analysis.columns.iter().filter(|column| {
        let span = column.header.span;
        !span.is_empty() && visible.touches(span.end)
    });
    out.extend(columns.take(MAX_KINDS).map(|column| InlayHint {
        // A padding is no whole blank wide: the columns would not stand under each other.
        padding_right: Some(!wanted.aligned),
        ..hint(reading, column.header.span.end, encoding, kind_label(&column.profile))
    }));
}

fn gaps(reading: &Reading, visible: Span, wanted: Hints, encoding: Encoding, out: &mut Vec<InlayHint>) {
    let Some(analysis) = reading.analysis.as_deref() else { return };
    let rope = reading.rope();
    let found = analysis.with_table(&reading.config.config.settings, |table| {
        let header = table.columns.iter().filter(|column| !column.header.span.is_empty());
        let texts: Vec<_> = header
            .enumerate()
            .map(|(n, column)| {
                let span = column.header.span;
                let mut shown = rope.byte_slice(span.start..span.end).to_string();
                if wanted.kinds && n < MAX_KINDS {
                    // As wide as it is shown.
                    shown.push_str(&kind_label(column.profile));
                }
                (span, shown)
            })
            .collect();
        let header: Vec<_> = texts.iter().map(|(span, text)| Written { span: *span, text }).collect();
        padding::gaps(&header, table.source, &table.detection.dialect, visible)
    });
    let blanks = |&(at, n): &(usize, usize)| hint(reading, at, encoding, " ".repeat(n));
    out.extend(found.iter().take(MAX_GAPS).map(blanks));
}

fn hint(reading: &Reading, at: usize, encoding: Encoding, label: String) -> InlayHint {
    InlayHint {
        position: to_proto::position(reading.rope(), at, encoding),
        label: InlayHintLabel::String(label),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    }
}

impl Hints {
    /// What `initializationOptions.inlayHints` asks for: `true` or `kinds`, `aligned`, `both`.
    pub(crate) fn read(option: Option<&serde_json::Value>) -> Self {
        let word = option.and_then(serde_json::Value::as_str).unwrap_or_default();
        let kinds = option == Some(&serde_json::Value::Bool(true)) || matches!(word, "kinds" | "both");
        Self { kinds, aligned: matches!(word, "aligned" | "both") }
    }
}
