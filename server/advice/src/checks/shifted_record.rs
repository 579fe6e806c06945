//! `shifted-record`

use std::ops::ControlFlow;

use aurora_profile::{ColumnProfile, Oddness};
use aurora_table::{Allowed, BlockView, ColumnModel, RecordRef, Repair};

use crate::transform::Target;
use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Reader, Severity, TableView, documented,
};

documented! {
    /// A record whose values stand one column beside their own.
    ///
    /// # What it finds
    /// Records of the right width in which several values contradict the kind of their column, and all fit
    /// once one empty field is taken out and one is added.
    ///
    /// # Why it matters
    /// Every value from there on is filed under the wrong name, and nothing else looks wrong.
    ///
    /// # Example
    /// ```csv
    /// id,day,n,code,note
    /// 1,2024-01-01,3,AB-1,
    /// 2,2024-01-02,4,CD-2,
    /// 3,2024-01-03,2,EF-3,
    /// 4,,2024-01-04,5,GH-4
    /// 5,2024-01-05,3,IJ-5,
    /// 6,2024-01-06,4,KL-6,
    /// 7,2024-01-07,2,MN-7,
    /// ```
    ///
    /// # When it is wrong
    /// Tables whose columns hold several kinds by design.
    pub struct ShiftedRecord;
}

static META: CheckMeta = CheckMeta {
    code: "shifted-record",
    number: 10,
    kind: FindingKind::Record,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["shift-record"],
    docs: ShiftedRecord::DOCS,
};

impl Check for ShiftedRecord {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Reading(begin)
    }
}

fn begin<'a>(table: &'a TableView<'a>) -> Option<Box<dyn Reader + 'a>> {
    let columns = &table.structure.shape.columns;
    // Only columns that can tell a right value from a wrong one are looked at, in every record.
    let telling: Vec<usize> = (0..columns.len()).filter(|&column| columns[column].is_telling()).collect();
    if telling.len() < 3 || columns[0].n() < MIN_RECORDS {
        return None;
    }
    // Two must contradict, and what the profile shows to fit throughout cannot.
    let all_profiled = table.is_all_profiled();
    let is_clear =
        |idx: usize| all_profiled && table.column(idx).is_some_and(|c| fits(&columns[idx], c.profile));
    let telling: Vec<usize> = telling.into_iter().filter(|&column| !is_clear(column)).collect();
    (telling.len() >= 2)
        .then(|| Box::new(Shifted { table, telling, found: Vec::new() }) as Box<dyn Reader + 'a>)
}

/// Whether all that the column holds is plausible there, as far as its profile tells.
fn fits(model: &ColumnModel, profile: &ColumnProfile) -> bool {
    // Of spellings of nothing no more than so many are listed.
    const MOST_TOKENS: usize = 60;
    profile.n_odd(Oddness::NonAscii) == 0
        && profile.n_shapeless == 0
        && profile.null_tokens.len() < MOST_TOKENS
        && profile.null_tokens.iter().all(|token| model.is_of_usual_class(&token.value))
        && profile.shapes.iter().all(|shape| model.is_plausible_like(&shape.shape.exact()))
}

/// The shifted records so far.
struct Shifted<'a> {
    table: &'a TableView<'a>,
    telling: Vec<usize>,
    found: Vec<Finding>,
}

impl Reader for Shifted<'_> {
    fn read(&mut self, block: &BlockView<'_>) -> ControlFlow<()> {
        let table = self.table;
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            if is_suspect(table, block, r, &self.telling) && shifted(table, block, r).is_some() {
                let span = r.span().shift(block.before.bytes);
                self.found.push(Finding {
                    code: META.code,
                    severity: META.severity,
                    kind: META.kind,
                    message: "the values of this record stand one column beside their own".to_owned(),
                    place: Place { span, record: Some(record), field: None, confidence: 0.9 },
                    related: Vec::new(),
                    n_places: 1,
                    confidence: 0.9,
                    fixes: vec![Fix {
                        transform: "shift-record",
                        target: Target::Record(record),
                        preferred: true,
                    }],
                });
            }
            record += 1;
        }
        if self.found.len() < MAX_FOUND { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn finish(self: Box<Self>, out: &mut Vec<Finding>) {
        out.extend(self.found);
    }
}

/// Good records that the columns must have been learned from.
const MIN_RECORDS: usize = 6;
/// Findings after which the search ends.
const MAX_FOUND: usize = 1_000;
/// How much likelier the shifted reading must be, as a difference of log-likelihoods.
const MARGIN: f64 = 4.0;

/// A quick look: of the telling columns at least two hold what they never hold, and some field is empty.
fn is_suspect(table: &TableView<'_>, block: &BlockView<'_>, r: RecordRef<'_>, telling: &[usize]) -> bool {
    if r.fields.len() != table.structure.width || r.fields.iter().all(|field| !field.span().is_empty()) {
        return false;
    }
    let columns = &table.structure.shape.columns;
    let odd = telling.iter().filter(|&&column| {
        let field = &r.fields[column];
        !field.span().is_empty() && !columns[column].is_plausible(&field.value(block.text, block.dialect))
    });
    odd.take(2).count() == 2
}

/// The record with its values moved, when that explains it much better than it stands.
pub(crate) fn shifted(table: &TableView<'_>, block: &BlockView<'_>, r: RecordRef<'_>) -> Option<Repair> {
    let raw = r.span().of(block.text);
    let repairer = table.repairer();
    let moved = repairer.aligned(raw, Allowed { join: false, pad: true, drop: true })?;
    let stands = repairer.aligned(raw, Allowed { join: false, pad: false, drop: false })?;
    let columns = &table.structure.shape.columns;
    let fits = moved.values().zip(columns).all(|(value, column)| column.is_plausible(value));
    (r.fields.len() == table.structure.width && fits && moved.score > stands.score + MARGIN).then_some(moved)
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    const HEAD: &str =
        "id,day,n,code,note\n1,2024-01-01,3,AB-1,\n2,2024-01-02,4,CD-2,\n3,2024-01-03,2,EF-3,\n";
    const TAIL: &str = "5,2024-01-05,3,IJ-5,\n6,2024-01-06,4,KL-6,\n7,2024-01-07,2,MN-7,\n";

    #[test]
    fn one_odd_value_is_no_shift() {
        let found = Sample::new(&format!("{HEAD}4,,2024-01-04,5,GH-4\n{TAIL}")).find("shifted-record");
        assert_eq!((found.len(), found[0].place.record), (1, Some(3)));
        assert!(!Sample::new(&format!("{HEAD}4,unknown,5,GH-4,\n{TAIL}")).has("shifted-record"));
        assert!(!Sample::new(&format!("{HEAD}{TAIL}")).has("shifted-record"));
    }
}
