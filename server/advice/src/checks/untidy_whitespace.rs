//! `untidy-whitespace`

use aurora_profile::Oddness;

use crate::count::{count, with_number};
use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Fix, Place, Severity, TableView, Target,
    documented,
};

documented! {
    /// White space that nobody sees, at the edges of fields.
    ///
    /// # What it finds
    /// Fields that begin or end with blanks, tabs, no-break or zero-width spaces: one finding a file.
    /// Where more than 90 % of a column are padded it is a habit of the writer, and only a hint.
    ///
    /// # Why it matters
    /// `"Rome "` and `"Rome"` are two cities to every group-by and join.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// Oslo ,2
    /// Bern,3
    /// Rome,4
    /// ```
    ///
    /// # When it is wrong
    /// Fixed-width files on purpose, and text where blanks carry meaning.
    pub struct UntidyWhitespace;
}

static META: CheckMeta = CheckMeta {
    code: "untidy-whitespace",
    number: 104,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["trim-whitespace", "collapse-whitespace"],
    docs: UntidyWhitespace::DOCS,
};

impl Check for UntidyWhitespace {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let padded = |column: &ColumnView<'_>| padded(table, column);
    let untidy: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.profile.n >= settings.min_records && padded(column) > 0)
        .collect();
    let habit = |column: &ColumnView<'_>| {
        padded(column) as f64 > settings.padded_share * column.profile.n_present().max(1) as f64
    };
    let (habits, spots): (Vec<_>, Vec<_>) = untidy.into_iter().partition(|column| habit(column));
    let groups = [(spots, META.severity), (habits, Severity::Hint)];
    for (columns, severity) in groups {
        let Some(first) = columns.first() else { continue };
        if settings.audit() {
            for column in &columns {
                let message = ends(padded(column));
                let severity =
                    if severity == Severity::Hint { Severity::Information } else { Severity::Warning };
                out.push(
                    with_places(Finding::on_column(&META, table, column, message), table, column)
                        .with_severity(severity),
                );
            }
            continue;
        }
        let n: u64 = columns.iter().map(|column| padded(column)).sum();
        let names: Vec<_> = columns
            .iter()
            .take(5)
            .map(|column| format!("{} {}", column.header.name, padded(column)))
            .collect();
        let rest = if columns.len() > 5 { ", …" } else { "" };
        let message = format!("{}: {}{rest}", ends(n), names.join(", "));
        let mut finding = with_places(Finding::on_column(&META, table, first, message), table, first)
            .with_severity(severity);
        finding.n_places = n;
        for column in &columns[1..] {
            finding.related.push(Place {
                span: column.header.span,
                record: None,
                field: Some(column.idx),
                confidence: 1.0,
            });
            let target = Target::Column(column.idx);
            finding.fixes.push(Fix { transform: "trim-whitespace", target, preferred: false });
        }
        out.push(finding);
    }
}

fn ends(n: u64) -> String {
    format!("{} {} with white space", count(n, "field"), with_number(n, "begins or ends", "begin or end"))
}

/// How many fields of `column` have white space at their edges, those of broken records aside: these are reported as
/// broken, and trimmed once they are mended.
pub(crate) fn padded(table: &TableView<'_>, column: &ColumnView<'_>) -> u64 {
    let Some((n, records)) = column.profile.odd.get(&Oddness::OuterSpace) else { return 0 };
    let broken = records.iter().filter(|&&record| table.odd_record(record).is_some()).count();
    n.saturating_sub(broken as u64)
}

fn with_places(finding: Finding, table: &TableView<'_>, column: &ColumnView<'_>) -> Finding {
    let records = column.profile.odd_records(Oddness::OuterSpace).iter();
    let whole = records.filter(|&&record| table.odd_record(record).is_none());
    let records: Vec<_> = whole.map(|&record| (record, 0.3)).collect();
    finding.with_records(table, &records, padded(table, column))
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_finding_a_file_names_the_columns() {
        let found = Sample::new("a,b\nx ,1\ny, 2\nz,3\n").find("untidy-whitespace");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].n_places, 2);
        assert_eq!(found[0].fixes.len(), 2);
    }

    #[test]
    fn a_padded_column_is_a_habit() {
        let found = Sample::new("a,b\nx,    1\ny,   12\nz,  123\n").find("untidy-whitespace");
        assert_eq!(found[0].severity, crate::Severity::Hint);
    }
}
