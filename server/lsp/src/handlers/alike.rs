//! "Apply to all like this": one transform in every column that is like one, as one edit.

use aurora_advice::{TableView, Target, Transform};
use aurora_analysis::Analysis;
use aurora_privacy::LiveCell;

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
