//! What the checks of single quoting faults, and the transforms that mend them, share.

use aurora_table::{Dialect, Oddity, OddityKind};
use aurora_text::{Span, TextEdit};

use crate::table_view::OddRecord;
use crate::{CheckMeta, Finding, Fitted, Fix, FixClass, Place, TableView, Target, fit};

/// One finding for all faults of `kind` in a record, on the first of them; `None` when another kind of fault is the
/// record's root cause. The check's first transform mends the first faulty field.
pub(crate) fn finding(meta: &CheckMeta, odd: &OddRecord, kind: OddityKind, message: &str) -> Option<Finding> {
    let (root, others) = odd.root_of(kind)?;
    let place = |oddity: &Oddity| Place {
        span: oddity.span,
        record: odd.record,
        field: Some(oddity.field_idx),
        confidence: 1.0,
    };
    let related: Vec<_> = others.map(place).collect();
    let fix = |record| {
        let target = Target::Field(record, root.field_idx);
        meta.transforms.iter().take(1).map(|transform| Fix { transform, target, preferred: true }).collect()
    };
    Some(Finding {
        code: meta.code,
        severity: meta.severity,
        kind: meta.kind,
        message: message.to_owned(),
        place: place(root),
        n_places: 1 + related.len() as u64,
        related,
        confidence: 1.0,
        fixes: odd.record.map_or_else(Vec::new, fix),
    })
}

/// A field with a fault of `kind`, as `rewrite` would have it: its text, its place and the dialect in, the edit out.
pub(crate) fn rewritten<'a>(
    table: &TableView<'_>,
    target: Target,
    kind: OddityKind,
    (title, class): (&str, FixClass),
    rewrite: impl FnOnce(&str, Span, &Dialect) -> Option<TextEdit>,
) -> Option<Fitted<'a>> {
    let Target::Field(record, column) = target else { return None };
    let (root, mut others) = table.odd_record(record)?.root_of(kind)?;
    if root.field_idx != column && !others.any(|other| other.field_idx == column) {
        return None;
    }
    let edit = table.with_record(record, |block, r| {
        let field = r.fields.get(column)?;
        rewrite(field.raw(block.text), field.span().shift(block.before.bytes), block.dialect)
    });
    Some(fit::one_edit(title.to_owned(), class, edit.flatten()?))
}
