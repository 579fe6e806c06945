//! `textDocument/formatting` and `rangeFormatting`: columns under each other, or no blank too many.

use std::sync::Arc;

use aurora_table::padding::{self, Layout, Written};
use aurora_text::{Span, TextEdit};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{self as lsp, FormattingProperty, Range};

use crate::documents::{OpenDocument, Reading};
use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::{Session, now_view};
use crate::{edits, from_proto, to_proto};

/// A larger text is laid out by its parts only: padding would be most of it.
const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Lays out the records in `range`, or all. The option `layout` says how, else the settings do.
pub(crate) async fn format(
    server: &Server,
    range: Option<Range>,
    options: lsp::FormattingOptions,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    let asked = match options.properties.get("layout") {
        Some(FormattingProperty::String(word)) => layout(word),
        _ => None,
    };
    let (session, shown) = (Arc::clone(&server.0), view.clone());
    let found = from_reading(server, &view, move |reading| {
        let within = match range {
            Some(range) => from_proto::span(reading.rope(), range, session.client().encoding),
            None => Some(Span::new(0, reading.rope().len_bytes())),
        }?;
        let layout = asked.or_else(|| layout(&reading.config.config.layout)).unwrap_or(Layout::Compact);
        let changes = changes(reading, layout, within);
        Some(changes.map(|changes| {
            expect(&session, &shown.document, reading, &changes);
            to_proto::text_edits(reading.rope(), &changes, encoding)
        }))
    })
    .await?;
    found.transpose()
}

/// What these changes make of the text will not have been written by hand.
pub(crate) fn expect(session: &Session, document: &OpenDocument, reading: &Reading, changes: &[TextEdit]) {
    let after = edits::applied(reading.rope(), changes);
    let before = reading.rope().clone();
    document.with_promises(|promises, _| promises.expect(session.ticket(), before, after));
}

/// The layout of that name.
pub(crate) fn layout(word: &str) -> Option<Layout> {
    match word {
        "aligned" => Some(Layout::Aligned),
        "compact" => Some(Layout::Compact),
        _ => None,
    }
}

/// What lays out the records within `within`.
pub(crate) fn changes(reading: &Reading, layout: Layout, within: Span) -> Result<Vec<TextEdit>> {
    if within.len() > MAX_BYTES {
        return Err(Error::invalid_params(
            "more than 20 MB are not laid out at once; select some of the records and format those",
        ));
    }
    let Some(analysis) = reading.analysis.as_deref() else { return Ok(Vec::new()) };
    let rope = reading.rope();
    let found = analysis.with_table(&reading.config.config.settings, |table| {
        // Of a header of several records only the first has its fields' places.
        let one = table.detection.layout.header_records == 1;
        let texts: Vec<_> = table
            .columns
            .iter()
            .filter(|column| one && !column.header.span.is_empty())
            .map(|column| column.header.span)
            .map(|span| (span, rope.byte_slice(span.start..span.end).to_string()))
            .collect();
        let header: Vec<_> = texts.iter().map(|(span, text)| Written { span: *span, text }).collect();
        padding::edits(&header, table.source, &table.detection.dialect, layout, within, &|record, n| {
            table.is_broken(record, n)
        })
    });
    Ok(edits::bounded(rope, found))
}
