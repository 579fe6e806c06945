//! `textDocument/semanticTokens`: every column in a colour of its own, in turns.

use std::ops::ControlFlow;

use aurora_text::Span;
use ropey::Rope;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{Position, Range, SemanticToken, SemanticTokens};

use crate::capabilities::Encoding;
use crate::handlers::from_reading;
use crate::server::Server;
use crate::session::now_view;
use crate::{from_proto, to_proto};

/// Standard types, chosen for the distance of their colours in usual themes.
pub(crate) const TYPES: &[&str] =
    &["variable", "string", "keyword", "number", "function", "type", "parameter", "enumMember"];
/// Tokens given; a larger file is coloured in its visible range only.
const MAX_TOKENS: usize = 100_000;

/// The tokens of the fields in `range`, or of all.
pub(crate) async fn tokens(server: &Server, range: Option<Range>) -> Result<Option<SemanticTokens>> {
    let Some(view) = now_view() else { return Ok(None) };
    let encoding = server.0.client().encoding;
    from_reading(server, &view, move |reading| {
        let (analysis, rope) = (reading.analysis.as_deref()?, reading.rope());
        let wanted = match range {
            Some(range) => from_proto::span(rope, range, encoding)?,
            None => Span::new(0, rope.len_bytes()),
        };
        let mut writer = Writer { rope, encoding, last: Position::default(), data: Vec::new() };
        for (column, header) in analysis.columns.iter().map(|column| column.header.span).enumerate() {
            if wanted.touches(header.start) {
                writer.field(column, header);
            }
        }
        analysis.with_table(&reading.config.config.settings, |table| {
            table.source.visit(0..u64::MAX, &mut |block| {
                let start = block.before.bytes;
                if start + block.text.len() < wanted.start {
                    return ControlFlow::Continue(());
                }
                for record in block.records.iter().filter(|record| !record.is_blank()) {
                    let span = record.span().shift(start);
                    if span.end < wanted.start {
                        continue;
                    }
                    if span.start > wanted.end || writer.data.len() > MAX_TOKENS {
                        return ControlFlow::Break(());
                    }
                    for (column, field) in record.fields.iter().enumerate() {
                        writer.field(column, field.span().shift(start));
                    }
                }
                ControlFlow::Continue(())
            });
        });
        Some(SemanticTokens { result_id: None, data: writer.data })
    })
    .await
}

struct Writer<'a> {
    rope: &'a Rope,
    encoding: Encoding,
    last: Position,
    data: Vec<SemanticToken>,
}

impl Writer<'_> {
    /// Adds a field: one token a line, for clients that know no others.
    fn field(&mut self, column: usize, span: Span) {
        let range = to_proto::range(self.rope, span, self.encoding);
        for line in range.start.line..=range.end.line {
            let from = if line == range.start.line { range.start.character } else { 0 };
            let to = if line == range.end.line {
                range.end.character
            } else {
                let end = from_proto::content_end(self.rope, line as usize);
                to_proto::position(self.rope, self.rope.char_to_byte(end), self.encoding).character
            };
            if to <= from {
                continue;
            }
            let same_line = line == self.last.line;
            self.data.push(SemanticToken {
                delta_line: line - self.last.line,
                delta_start: if same_line { from - self.last.character } else { from },
                length: to - from,
                token_type: (column % TYPES.len()) as u32,
                token_modifiers_bitset: 0,
            });
            self.last = Position { line, character: from };
        }
    }
}
