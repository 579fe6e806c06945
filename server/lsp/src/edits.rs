//! Edits that an editor can swallow, and what the text becomes through them.

use aurora_text::{Span, TextEdit};
use ropey::Rope;

/// Fields changed one by one; above that a replacement a block of records.
const MAX_SINGLE_EDITS: usize = 10_000;
/// Replacements of blocks.
const MAX_BLOCK_EDITS: usize = 1_000;

/// Sorted edits without those that overlap an earlier one or change nothing; so many that an editor stays awake.
pub(crate) fn bounded(rope: &Rope, mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut end = None;
    edits.retain(|edit| {
        let free = end.is_none_or(|end| edit.span.start >= end);
        if free {
            end = Some(edit.span.end);
        }
        free
    });
    if edits.len() <= MAX_SINGLE_EDITS {
        return edits;
    }
    let per_block = edits.len().div_ceil(MAX_BLOCK_EDITS);
    edits.chunks(per_block).map(|block| merged(rope, block)).collect()
}

/// One replacement that does what all of `edits` do.
fn merged(rope: &Rope, edits: &[TextEdit]) -> TextEdit {
    let span = edits.iter().map(|edit| edit.span).reduce(Span::cover).unwrap_or_default();
    let mut new_text = String::new();
    let mut at = span.start;
    for edit in edits {
        new_text.extend(rope.byte_slice(at..edit.span.start).chunks());
        new_text.push_str(&edit.new_text);
        at = edit.span.end;
    }
    TextEdit { span, new_text }
}

/// The text after sorted, separate `edits`.
pub(crate) fn applied(rope: &Rope, edits: &[TextEdit]) -> Rope {
    let mut after = rope.clone();
    for edit in edits.iter().rev() {
        let (start, end) = (after.byte_to_char(edit.span.start), after.byte_to_char(edit.span.end));
        after.remove(start..end);
        after.insert(start, &edit.new_text);
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_edits_become_few_that_do_the_same() {
        let text = "ab,".repeat(25_000);
        let rope = Rope::from_str(&text);
        let edits: Vec<_> = (0..25_000).map(|n| TextEdit::new(Span::new(n * 3, n * 3 + 1), "xy")).collect();
        let few = bounded(&rope, edits.clone());
        assert!(few.len() <= MAX_BLOCK_EDITS, "{}", few.len());
        assert_eq!(applied(&rope, &few).to_string(), aurora_text::edit::apply(&text, &edits));
    }

    #[test]
    fn what_overlaps_an_earlier_edit_goes() {
        let rope = Rope::from_str("abcdef");
        let edit = |start, end, text: &str| TextEdit::new(Span::new(start, end), text);
        let kept = bounded(&rope, vec![edit(3, 5, "y"), edit(0, 2, "x"), edit(4, 6, "z"), edit(0, 2, "x")]);
        assert_eq!(kept, [edit(0, 2, "x"), edit(3, 5, "y")]);
    }
}
