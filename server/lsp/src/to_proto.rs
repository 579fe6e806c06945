//! Byte spans to editor positions, findings to diagnostics: one of the two places that know positions.

use aurora_text::{Span, TextEdit};
use ropey::Rope;
use tower_lsp::lsp_types::{self as lsp, Position, Range};

use crate::capabilities::{Client, Encoding};
use crate::from_proto::content_end;

/// The position of the byte at `offset`; what lies past the end is clamped, what lies inside a character or a
/// line end is moved to its start.
pub(crate) fn position(rope: &Rope, offset: usize, encoding: Encoding) -> Position {
    let at = rope.byte_to_char(offset.min(rope.len_bytes()));
    let line = rope.char_to_line(at);
    let at = at.min(content_end(rope, line));
    let start = rope.line_to_char(line);
    let character = match encoding {
        Encoding::Utf8 => rope.char_to_byte(at) - rope.char_to_byte(start),
        Encoding::Utf16 => rope.char_to_utf16_cu(at) - rope.char_to_utf16_cu(start),
        Encoding::Utf32 => at - start,
    };
    Position { line: saturating(line), character: saturating(character) }
}

/// The range of `span`.
pub(crate) fn range(rope: &Rope, span: Span, encoding: Encoding) -> Range {
    Range { start: position(rope, span.start, encoding), end: position(rope, span.end, encoding) }
}

/// Edits of the text in `rope`.
///
/// A span that begins or ends inside a CRLF cannot be said in positions: it is widened to hold the whole line end,
/// and the half that stays is written again.
pub(crate) fn text_edits(rope: &Rope, edits: &[TextEdit], encoding: Encoding) -> Vec<lsp::TextEdit> {
    let splits =
        |at: usize| at > 0 && at < rope.len_bytes() && rope.byte(at) == b'\n' && rope.byte(at - 1) == b'\r';
    edits
        .iter()
        .map(|edit| {
            let mut span = edit.span;
            let mut new_text = edit.new_text.clone();
            if splits(span.start) {
                span.start -= 1;
                new_text.insert(0, '\r');
            }
            if splits(span.end) {
                span.end += 1;
                new_text.push('\n');
            }
            lsp::TextEdit { range: range(rope, span, encoding), new_text }
        })
        .collect()
}

fn saturating(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// `text` with everything that acts on a screen shown as a code point: control characters, bidi overrides,
/// invisible ones. Line ends and tabs of messages of several lines stay.
pub(crate) fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let acts = (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}' | '\u{61C}' | '\u{E0000}'..='\u{E007F}');
        if acts {
            out.push_str(&format!("<U+{:04X}>", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Words of ours that hold a file's text, for Markdown: inert, cut after `max` characters, in one line, and nothing in
/// them is a link, an image, a tag or a `command:` address. As little as that takes is escaped, for some editors show
/// the backslashes.
pub(crate) fn escaped(text: &str, max: usize) -> String {
    let (text, cut) = cut(text, max);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let in_word = before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Bare addresses become links too; a time of day or our own colons do not.
            ':' if next.is_some_and(|next| !next.is_whitespace() && !next.is_ascii_digit()) => {
                out.push_str("&#58;");
            }
            '@' if in_word => out.push_str("&#64;"),
            '\\' | '`' | '*' | '[' | ']' | '~' | '|' | '!' => out.extend(['\\', c]),
            '(' if before == Some(']') => out.push_str("\\("),
            '_' if !in_word => out.push_str("\\_"),
            // What makes a heading or a list at the start of a line.
            '#' | '-' | '+' | '=' if before.is_none() => out.extend(['\\', c]),
            '.' | ')' if !out.is_empty() && out.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.extend(['\\', c])
            }
            c => out.push(c),
        }
        before = Some(c);
    }
    // `www.` alone is a link for some renderers.
    out.replace("www", "w&#119;w") + cut
}

/// A field's text for Markdown as it stands in the file: inert, cut after `max` characters, in one line, as a code span.
pub(crate) fn code_span(text: &str, max: usize) -> String {
    let (text, cut) = cut(text, max);
    if text.is_empty() {
        return "*empty*".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // One space at either end is taken off again, and only if both are there.
    let odd = |c: char| c == '`' || c == ' ';
    let pad = if text.starts_with(odd) || text.ends_with(odd) { " " } else { "" };
    format!("{fence}{pad}{text}{cut}{pad}{fence}")
}

/// `text` in one line of at most `max` characters, inert; for blocks of plain text.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let (text, cut) = cut(text, max);
    text + cut
}

/// `text` in one line of at most `max` characters, inert, and what to put after it if it was cut.
fn cut(text: &str, max: usize) -> (String, &'static str) {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(max).collect();
    let cut = if chars.next().is_some() { "…" } else { "" };
    let line = inert(&head).replace('\n', "<U+000A>").replace('\r', "<U+000D>").replace('\t', "<U+0009>");
    (line, cut)
}

/// New files with their texts, none of which may be there already.
pub(crate) fn new_files(files: Vec<(lsp::Url, String)>) -> lsp::WorkspaceEdit {
    let create = |(uri, text): (lsp::Url, String)| {
        let options = lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
        let file = lsp::CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
        let text_document = lsp::OptionalVersionedTextDocumentIdentifier { uri, version: None };
        let edits = vec![lsp::OneOf::Left(lsp::TextEdit { range: lsp::Range::default(), new_text: text })];
        [
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(file)),
            lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit { text_document, edits }),
        ]
    };
    let operations = files.into_iter().flat_map(create).collect();
    let document_changes = Some(lsp::DocumentChanges::Operations(operations));
    lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() }
}

/// Edits of one document: with its version where the client can say so.
pub(crate) fn workspace_edit(
    client: &Client,
    uri: lsp::Url,
    version: i32,
    edits: Vec<lsp::TextEdit>,
) -> lsp::WorkspaceEdit {
    if client.document_changes {
        let text_document = lsp::OptionalVersionedTextDocumentIdentifier { uri, version: Some(version) };
        let edits = edits.into_iter().map(lsp::OneOf::Left).collect();
        let edit = lsp::TextDocumentEdit { text_document, edits };
        let document_changes = Some(lsp::DocumentChanges::Edits(vec![edit]));
        lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() }
    } else {
        lsp::WorkspaceEdit::new(std::collections::HashMap::from([(uri, edits)]))
    }
}
