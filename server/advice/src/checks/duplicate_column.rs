//! `duplicate-column`

use std::collections::HashMap;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// Two columns with the same values in every record.
    ///
    /// # What it finds
    /// Columns with more than two distinct values that equal an earlier column throughout; not the row
    /// index.
    ///
    /// # Why it matters
    /// One of them is redundant, and soon one of them will be edited alone.
    ///
    /// # Example
    /// ```csv
    /// city,n,town
    /// Rome,1,Rome
    /// Oslo,5,Oslo
    /// Bern,9,Bern
    /// Rome,4,Rome
    /// ```
    ///
    /// # When it is wrong
    /// When the two are equal only in this part of the data.
    pub struct DuplicateColumn;
}

static META: CheckMeta = CheckMeta {
    code: "duplicate-column",
    number: 113,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["drop-column"],
    docs: DuplicateColumn::DOCS,
};

impl Check for DuplicateColumn {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    if (whole.len() as u64) < table.settings.min_records {
        return;
    }
    let mut seen: HashMap<(usize, &[u32]), Vec<usize>> = HashMap::new();
    for (idx, column) in whole.columns.iter().enumerate() {
        if column.n_distinct() <= 2
            || column.n_distinct() == whole.len() && column.numbers.iter().all(|x| x.fract() == 0.0)
        {
            continue;
        }
        let same = seen.entry((column.values.len(), &column.codes)).or_default();
        if let Some(&other) = same.iter().find(|&&other| whole.columns[other].values == column.values) {
            let Some(view) = table.column(idx) else { continue };
            let name = table.column(other).map_or("", |c| c.header.name.as_str());
            let message = format!("holds the same values as \"{name}\" in every record{}", whole.sampled());
            let mut finding = Finding::on_column(&META, table, view, message);
            finding.confidence = 0.7;
            out.push(finding);
        } else {
            same.push(idx);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_difference_makes_two_columns() {
        assert!(!Sample::new("a,b\nx,x\ny,y\nz,z\nx,y\n").has("duplicate-column"));
    }
}
