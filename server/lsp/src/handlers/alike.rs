//! "Apply to all like this": one transform in every column that is like one, as one edit.

use aurora_advice::{TableView, Target, Transform, transforms};
use aurora_analysis::Analysis;
use aurora_privacy::LiveCell;
use aurora_text::{Span, TextEdit};

/// The other columns that are like `column` (of one role and one bucket cell) and that `transform` applies to.
pub(super) fn columns(
    analysis: &Analysis,
    table: &TableView<'_>,
    column: usize,
    transform: &dyn Transform,
) -> Vec<usize> {
    let like =
        |idx: usize| analysis.columns.get(idx).map(|one| (one.role.best(), LiveCell::of(&one.profile)));
    let Some(own) = like(column) else { return Vec::new() };
    let is_alike = |idx: &usize| {
        *idx != column && like(*idx) == Some(own) && transform.applies(table, Target::Column(*idx))
    };
    (0..analysis.columns.len()).filter(is_alike).collect()
}

/// The edits of transforms (by code) at their targets, sorted. Of two that meet in one edit the later waits: where both
/// last columns are to go, half of a delimiter would be left behind.
pub(super) fn edits<'a>(
    table: &TableView<'_>,
    targets: impl Iterator<Item = (&'a str, Target)>,
) -> Vec<TextEdit> {
    let mut found: Vec<TextEdit> = Vec::new();
    for (code, target) in targets {
        let own = transforms::find(code).map(|transform| transform.edits(table, target)).unwrap_or_default();
        if !own.iter().any(|edit| overlaps(&found, edit.span)) {
            found.extend(own);
            found.sort_by_key(|edit| edit.span);
        }
    }
    found
}

/// Whether any of `edits`, sorted and separate, has bytes in common with `span`, or is the same insertion.
fn overlaps(edits: &[TextEdit], span: Span) -> bool {
    let next = edits.partition_point(|edit| edit.span.end <= span.start && edit.span != span);
    edits.get(next).is_some_and(|edit| edit.span == span || edit.span.start < span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_share_a_byte_or_a_place_overlap() {
        let edits = [(0, 2), (5, 5), (7, 9)].map(|(start, end)| TextEdit::new(Span::new(start, end), ""));
        for (span, overlap) in [
            ((2, 5), false),
            ((1, 3), true),
            ((5, 5), true),
            ((6, 8), true),
            ((9, 12), false),
            ((4, 4), false),
        ] {
            assert_eq!(overlaps(&edits, Span::new(span.0, span.1)), overlap, "{span:?}");
        }
    }
}
