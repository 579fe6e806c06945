//! `null-heavy`

use aurora_profile::{Oddness, ValueKind};

use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Place, Severity, TableView, documented,
};

documented! {
    /// A column of which a large share is missing.
    ///
    /// # What it finds
    /// Columns of which at least 20 % of the fields are empty or hold a token for nothing such as `NA`. A
    /// tick-box column (one value or blank) and an empty column do not count. More than five such columns
    /// make one finding that lists them.
    ///
    /// # Why it matters
    /// Means and models silently leave the records out, or fail; a column that is mostly missing may not
    /// be worth keeping.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// NA,Bern
    /// 41,Rome
    /// 29,Oslo
    /// ```
    ///
    /// # When it is wrong
    /// When a blank is an answer: an end date that has not come, a second address line.
    pub struct NullHeavy;
}

static META: CheckMeta = CheckMeta {
    code: "null-heavy",
    number: 100,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &[
        "impute-median",
        "impute-mean",
        "impute-mode",
        "impute-constant",
        "fill-forward",
        "fill-backward",
        "interpolate-linear",
        "impute-group-median",
        "add-missing-indicator",
        "drop-column",
        "drop-null-records",
    ],
    docs: NullHeavy::DOCS,
};

impl Check for NullHeavy {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Whether so much of the column is missing that it is worth saying.
pub(crate) fn is_null_heavy(table: &TableView<'_>, column: &ColumnView<'_>) -> bool {
    let (profile, settings) = (column.profile, table.settings);
    let bar = settings.either(settings.null_share, settings.audit_null_share);
    profile.n >= settings.min_records && profile.null_share() >= bar && profile.distinct > 1
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let heavy: Vec<_> = table.columns.iter().filter(|column| is_null_heavy(table, column)).collect();
    let name = |column: &ColumnView<'_>| {
        format!("{} {:.0} %", column.header.name, column.profile.null_share() * 100.0)
    };
    if heavy.len() > table.settings.max_null_columns && !table.settings.audit() {
        let names: Vec<_> = heavy.iter().take(8).map(|column| name(column)).collect();
        let rest = if heavy.len() > 8 { ", …" } else { "" };
        let message =
            format!("{} columns are missing in much of the file: {}{rest}", heavy.len(), names.join(", "));
        let mut finding = Finding::on_column(&META, table, heavy[0], message);
        finding.n_places = heavy.len() as u64;
        finding.place.field = None;
        finding.related = heavy[1..]
            .iter()
            .map(|column| Place {
                span: column.header.span,
                record: None,
                field: Some(column.idx),
                confidence: 1.0,
            })
            .collect();
        out.push(finding);
        return;
    }
    for column in heavy {
        let profile = column.profile;
        let share = profile.null_share();
        let message = format!(
            "{} of {} records hold nothing here ({:.0} %)",
            profile.n_null(),
            profile.n,
            share * 100.0
        );
        let mut finding = Finding::on_column(&META, table, column, message);
        finding.confidence = share;
        if table.settings.audit() && share >= table.settings.null_share {
            finding.severity = Severity::Warning;
        }
        if let Some((n, records)) = profile.odd.get(&Oddness::Kind(ValueKind::Null)) {
            let records: Vec<_> = records.iter().map(|&record| (record, 0.3)).collect();
            finding = finding.with_records(table, &records, *n);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_fifth_of_nulls_is_much_and_a_tick_box_is_none() {
        assert!(Sample::new("a,b\n1,\n2,x\n,y\n4,z\n5,z\n").has("null-heavy"));
        assert!(!Sample::new("a,b\n1,x\n2,\n3,\n4,\n5,x\n").has("null-heavy"));
    }

    #[test]
    fn many_such_columns_make_one_finding() {
        let found = Sample::new("a,b,c,d,e,f\n1,2,3,4,5,6\n,,,,,\n7,8,9,1,2,3\n").find("null-heavy");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].n_places, 6);
    }

    #[test]
    fn a_short_column_is_not_judged() {
        assert!(!Sample::new("a,b\n1,\n2,x\n,y\n4,z\n5,z\n").standard().has("null-heavy"));
    }
}
