//! Replacements in a text.

use crate::Span;

/// Replace the bytes of `span` by `new_text`. Spans refer to the text before any edit of the same list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub new_text: String,
}

impl TextEdit {
    /// Replace `span` by `new_text`.
    pub fn new(span: Span, new_text: impl Into<String>) -> Self {
        Self { span, new_text: new_text.into() }
    }
}

/// The text after all `edits`, which must be sorted by span and must not overlap.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let grown: usize = edits.iter().map(|edit| edit.new_text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in edits {
        debug_assert!(at <= edit.span.start, "edits are sorted and do not overlap");
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.new_text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_refer_to_the_text_before_any_of_them() {
        let edits = [TextEdit::new(Span::new(0, 1), "xx"), TextEdit::new(Span::empty(3), "!")];
        assert_eq!(apply("abc", &edits), "xxbc!");
    }
}
