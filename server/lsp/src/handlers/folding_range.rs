//! `textDocument/foldingRange`: records that span several lines, and ranges of records.

use std::ops::ControlFlow;

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto;

/// Folds of records offered; editors keep few more.
const MAX_FOLDS: usize = 5_000;

/// Answers the request.
pub(crate) async fn folds(server: &Server, _: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        let mut folds = Vec::new();
        let preamble = reading.snapshot.detection.layout.preamble_lines;
        if preamble > 1 {
            folds.push(fold(0, preamble as u32 - 1, FoldingRangeKind::Comment));
        }
        analysis.with_table(&reading.config.config.settings, |table| {
            table.source.visit(0..u64::MAX, &mut |block| {
                for record in block.records.iter().filter(|record| !record.is_blank()) {
                    let span = record.span();
                    let text = span.of(block.text);
                    if memchr_line_end(text) {
                        let range = to_proto::range(reading.rope(), span.shift(block.before.bytes), encoding);
                        folds.push(fold(range.start.line, range.end.line, FoldingRangeKind::Region));
                    }
                }
                if folds.len() < MAX_FOLDS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        });
        folds.truncate(MAX_FOLDS);
        Some(folds)
    })
    .await
}

fn memchr_line_end(text: &str) -> bool {
    text.bytes().any(|byte| byte == b'\n' || byte == b'\r')
}

fn fold(start_line: u32, end_line: u32, kind: FoldingRangeKind) -> FoldingRange {
    FoldingRange { start_line, end_line, kind: Some(kind), ..FoldingRange::default() }
}
