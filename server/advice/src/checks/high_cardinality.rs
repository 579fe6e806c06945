//! `high-cardinality`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A category with very many values.
    ///
    /// # What it finds
    /// Text columns of more than 50 values which still repeat (less than half of the values are
    /// distinct), from 200 records on.
    ///
    /// # Why it matters
    /// One column a value would be too many; rare values cannot be learned from.
    ///
    /// # Example
    /// ```csv
    /// shop,n
    /// s01,1
    /// s02,2
    /// s03,3
    /// s01,4
    /// s02,5
    /// s03,6
    /// s04,7
    /// s04,8
    /// s01,9
    /// ```
    ///
    /// # When it is wrong
    /// Names and texts, which are no categories.
    pub struct HighCardinality;
}

static META: CheckMeta = CheckMeta {
    code: "high-cardinality",
    number: 115,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["group-rare-categories", "hash-encode"],
    docs: HighCardinality::DOCS,
};

impl Check for HighCardinality {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let (profile, settings) = (column.profile, table.settings);
    let many = if settings.min_cardinality_records < 50 { 3 } else { 50 };
    if profile.n < settings.min_cardinality_records
        || profile.kind() != ValueKind::Text
        || profile.distinct <= many
    {
        return;
    }
    let share = profile.distinct as f64 / profile.n_present().max(1) as f64;
    if share < 0.5 && (!settings.audit() || share > 0.1) {
        let message = format!("{} values in {} records", profile.distinct, profile.n);
        out.push(Finding::on_column(&META, table, column, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn names_are_no_category() {
        assert!(
            !Sample::column("name", (0..300).map(|i| format!("n{i}"))).standard().has("high-cardinality")
        );
    }
}
