//! `overlong-field`

use std::ops::ControlFlow;

use aurora_profile::Oddness;
use aurora_text::Span;

use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Place, Severity, TableView, documented,
};

documented! {
    /// A field far longer than all others of its column.
    ///
    /// # What it finds
    /// Fields of more than 5,000 bytes that lie more than three standard deviations above the mean length of
    /// their column, and every field of more than 1 MiB: one finding a file.
    ///
    /// # Why it matters
    /// Most often a quote was opened and never closed, or a whole document was pasted into a field. Databases
    /// and spreadsheets cut it off.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,Grace of whom a page of more than 5000 bytes is told in this very field …
    /// 3,Linus
    /// ```
    ///
    /// # When it is wrong
    /// Columns that hold documents, a few of them long.
    pub struct OverlongField;
}

static META: CheckMeta = CheckMeta {
    code: "overlong-field",
    number: 8,
    kind: FindingKind::Record,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &[],
    docs: OverlongField::DOCS,
};

impl Check for OverlongField {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut long = long_fields(table);
    if long.is_empty() {
        return;
    }
    let mut columns: Vec<usize> = long.iter().map(|field| field.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let lengths = Lengths::of(table, &columns);
    long.retain(|field| {
        let place = columns.binary_search(&field.column).unwrap_or(0);
        field.place.span.len() > ALWAYS || field.place.span.len() as f64 > lengths.limit(place)
    });
    let n = long.len() as u64;
    let mut places = long.into_iter().map(|field| field.place);
    let Some(place) = places.next() else { return };
    let bytes = place.span.len();
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!("a field of {bytes} bytes, far longer than the others of its column"),
        place: Place { span: Span::empty(place.span.start), ..place },
        related: places.take(MAX_PLACES).map(|p| Place { span: Span::empty(p.span.start), ..p }).collect(),
        n_places: n,
        confidence: 1.0,
        fixes: Vec::new(),
    });
}

/// Further places that a finding shows.
const MAX_PLACES: usize = 20;
/// Bytes below which no field is overlong.
const NEVER: usize = 5_000;
/// Bytes above which every field is overlong.
const ALWAYS: usize = 1 << 20;
/// Long fields looked at.
const MAX_LONG: usize = 10_000;

struct LongField {
    column: usize,
    place: Place,
}

fn long_fields(table: &TableView<'_>) -> Vec<LongField> {
    let mut long = Vec::new();
    // A character has at most four bytes, and each of them may be escaped. A field of blanks has no length there.
    let is_short = |column: &ColumnView<'_>| {
        (column.profile.lengths.max as usize) < NEVER / 8 && column.profile.n_odd(Oddness::OuterSpace) == 0
    };
    if table.is_all_profiled() && table.columns.iter().all(is_short) {
        return long;
    }
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            for (column, field) in r.fields.iter().enumerate() {
                if field.span().len() > NEVER {
                    let span = field.span().shift(block.before.bytes);
                    let place = Place { span, record: Some(record), field: Some(column), confidence: 1.0 };
                    long.push(LongField { column, place });
                }
            }
            record += 1;
        }
        if long.len() < MAX_LONG { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    long
}

/// Count, mean and sum of squared differences of the lengths of some columns (Welford's recurrence).
struct Lengths(Vec<(f64, f64, f64)>);

impl Lengths {
    fn of(table: &TableView<'_>, columns: &[usize]) -> Self {
        let mut moments = vec![(0.0, 0.0, 0.0); columns.len()];
        table.source.visit(0..u64::MAX, &mut |block| {
            for r in block.records.iter() {
                for ((n, mean, squares), &column) in moments.iter_mut().zip(columns) {
                    let Some(field) = r.fields.get(column) else { continue };
                    let length = field.span().len() as f64;
                    *n += 1.0;
                    let off = length - *mean;
                    *mean += off / *n;
                    *squares += off * (length - *mean);
                }
            }
            ControlFlow::Continue(())
        });
        Self(moments)
    }

    /// Three standard deviations above the mean.
    fn limit(&self, place: usize) -> f64 {
        let (n, mean, squares) = self.0[place];
        mean + 3.0 * (squares / f64::max(n - 1.0, 1.0)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_page_among_names_is_overlong_and_pages_among_pages_are_not() {
        let names: String = (0..50).map(|i| format!("{i},name\n")).collect();
        let text = format!("id,name\n{names}51,{}\n", "x".repeat(6_000));
        let found = Sample::new(&text).find("overlong-field");
        assert_eq!((found.len(), found[0].place.record, found[0].place.field), (1, Some(50), Some(1)));
        let pages: String = (0..50).map(|i| format!("{i},{}\n", "x".repeat(6_000))).collect();
        assert!(!Sample::new(&format!("id,page\n{pages}")).has("overlong-field"));
    }
}
