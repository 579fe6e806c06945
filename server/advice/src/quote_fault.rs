//! What the checks of single quoting faults, and the transforms that mend them, share.

use aurora_table::{Dialect, Oddity, OddityKind};
use aurora_text::{Span, TextEdit, edit};

use crate::table_view::OddRecord;
use crate::{CheckMeta, Finding, Fitted, Fix, FixClass, Place, TableView, Target, fit};

/// One finding for all faults of `kind` in a record, on the first of them; `None` when another kind of fault is the
/// record's root cause. The check's first transform mends the first faulty field, its second the whole record where the
/// columns suggest another reading.
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
        let targets = [Target::Field(record, root.field_idx), Target::Record(record)];
        let fixes = meta.transforms.iter().zip(targets);
        fixes.map(|(transform, target)| Fix { transform, target, preferred: true }).collect()
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

/// A field with a fault of `kind`, as `rewrite` would have it: its text, its place and the dialect in, the edit out. `None`
/// where the columns suggest another reading of the record, which would be lost.
pub(crate) fn rewritten<'a>(
    table: &TableView<'_>,
    target: Target,
    kind: OddityKind,
    (title, class): (&str, FixClass),
    rewrite: impl Fn(&str, Span, &Dialect) -> Option<TextEdit>,
) -> Option<Fitted<'a>> {
    let Target::Field(record, column) = target else { return None };
    let (root, mut others) = table.odd_record(record)?.root_of(kind)?;
    if root.field_idx != column && !others.any(|other| other.field_idx == column) {
        return None;
    }
    let odd = table.odd_record(record)?;
    let edit = table.with_record(record, |block, r| {
        let at = |idx: usize| {
            let field = r.fields.get(idx)?;
            rewrite(field.raw(block.text), field.span(), block.dialect)
        };
        // All faults of the record together: the record as it will be.
        let of_kind = odd.oddities.iter().filter(|oddity| oddity.kind == kind);
        let mut faulty: Vec<usize> = of_kind.map(|oddity| oddity.field_idx).collect();
        faulty.dedup();
        let span = r.span();
        let within = faulty.into_iter().filter_map(at).map(|edit| {
            let own = Span::new(edit.span.start - span.start, edit.span.end - span.start);
            TextEdit::new(own, edit.new_text)
        });
        let mended = edit::apply(span.of(block.text), &within.collect::<Vec<_>>());
        if !is_likeliest(table, span.of(block.text), &mended, block.dialect) {
            return None;
        }
        let edit = at(column)?;
        Some(TextEdit::new(edit.span.shift(block.before.bytes), edit.new_text))
    });
    Some(fit::one_edit(title.to_owned(), class, edit.flatten()?))
}

/// Whether `mended` holds the values that the likeliest reading of the record `raw` has, whichever quotes are text.
fn is_likeliest(table: &TableView<'_>, raw: &str, mended: &str, dialect: &Dialect) -> bool {
    let Some(best) = table.repairer().best(raw) else { return true };
    let parsed = aurora_table::parse(mended, dialect);
    let Some(record) = parsed.records.get(0) else { return false };
    let quote = dialect.quote.map_or('"', char::from);
    let trimmed = |value: &str| value.replace(quote, "").trim().to_owned();
    let values = record.fields.iter().map(|field| trimmed(&field.value(mended, dialect)));
    values.eq(best.values().map(trimmed))
}
