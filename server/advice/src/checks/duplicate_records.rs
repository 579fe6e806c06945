//! `duplicate-records`

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::count::{count, with_number};
use crate::finding::fixes;
use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Place, Severity, TableView, Target, WholeTable,
    documented,
};

documented! {
    /// Records that say in every field what another one says.
    ///
    /// # What it finds
    /// Records equal to an earlier one, in tables of at least three columns, one of which tells most records
    /// apart, when at most one record in twenty is repeated. One finding a file. The audit profile finds any.
    ///
    /// # Why it matters
    /// They are counted twice: in sums, in means, and on both sides of a train and test split.
    ///
    /// # Example
    /// ```csv
    /// day,shop,amount
    /// 2024-03-01,a,12.5
    /// 2024-03-02,b,8
    /// 2024-03-03,a,19.9
    /// 2024-03-02,b,8
    /// ```
    ///
    /// # When it is wrong
    /// Repeated measures: the same thing may have been seen twice.
    pub struct DuplicateRecords;
}

static META: CheckMeta = CheckMeta {
    code: "duplicate-records",
    number: 72,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["remove-duplicate-records"],
    docs: DuplicateRecords::DOCS,
};

impl Check for DuplicateRecords {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

/// Further places shown in the standard profile.
const MAX_PLACES: usize = 5;

/// Rows of `whole` that are equal to an earlier one, ascending.
fn repeated(whole: &WholeTable) -> Vec<usize> {
    let equal = |a: usize, b: usize| whole.columns.iter().all(|column| column.codes[a] == column.codes[b]);
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut repeated = Vec::new();
    for row in 0..whole.len() {
        let mut hasher = DefaultHasher::new();
        for column in &whole.columns {
            column.codes[row].hash(&mut hasher);
        }
        let same_hash = seen.entry(hasher.finish()).or_default();
        if same_hash.iter().any(|&earlier| equal(earlier, row)) {
            repeated.push(row);
        } else {
            same_hash.push(row);
        }
    }
    repeated
}

/// Whether equal records are slips rather than what such a table is made of.
fn is_told_apart(whole: &WholeTable, n_repeated: usize) -> bool {
    let tells = |distinct: usize| distinct * 2 > whole.len();
    whole.columns.len() >= 3
        && whole.columns.iter().any(|column| tells(column.n_distinct()))
        && n_repeated * 20 <= whole.len()
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    let rows = repeated(whole);
    let few = table.settings.min_records < 20;
    if rows.is_empty() || !(table.settings.audit() || few || is_told_apart(whole, rows.len())) {
        return;
    }
    let bound = table.settings.either(MAX_PLACES + 1, table.settings.max_findings.max(MAX_PLACES + 1));
    let places = rows.iter().take(bound).filter_map(|&row| {
        let record = whole.records[row];
        let span = table.with_record(record, |block, r| r.span().shift(block.before.bytes))?;
        Some(Place { span, record: Some(record), field: None, confidence: 0.3 })
    });
    let mut places: Vec<_> = places.collect();
    if places.is_empty() {
        return;
    }
    let place = places.remove(0);
    let n = rows.len();
    let of = count(whole.len() as u64, "record");
    let repeat = with_number(n as u64, "repeats", "repeat");
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!("{n} of {of} {repeat} an earlier one in every field{}", whole.sampled()),
        place,
        related: places,
        n_places: n as u64,
        confidence: 0.7,
        fixes: fixes(&META, table, Target::File),
    });
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    fn table(n_repeated: usize, key: bool) -> Sample {
        let row = |i: usize| format!("{},{},{}\n", if key { i } else { i % 4 }, i % 3, i % 5);
        let rows: String = (0..100).map(row).chain((0..n_repeated).map(row)).collect();
        Sample::new(&format!("a,b,c\n{rows}")).standard()
    }

    #[test]
    fn a_repeated_record_is_found_where_records_are_told_apart() {
        let found = table(2, true).find("duplicate-records");
        assert_eq!((found.len(), found[0].n_places, found[0].place.record), (1, 2, Some(100)));
        assert!(!table(0, true).has("duplicate-records"));
    }

    #[test]
    fn repeated_measures_are_none() {
        assert!(!table(2, false).has("duplicate-records"));
        assert!(!table(40, true).has("duplicate-records"));
        assert!(table(40, true).audit().has("duplicate-records"));
    }
}
