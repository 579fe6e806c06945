//! `identifier`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A column that names the record.
    ///
    /// # What it finds
    /// All values differ and look like names of records: running numbers, UUIDs, codes of one width, or a
    /// header that says so.
    ///
    /// # Why it matters
    /// Statistics of such a column mean nothing, and a model would learn the records by heart.
    ///
    /// # Example
    /// ```csv
    /// invoice_id,total
    /// A-1001,5
    /// A-1002,9
    /// A-1003,5
    /// A-1004,7
    /// ```
    ///
    /// # When it is wrong
    /// A measure whose values happen to differ.
    pub struct Identifier;
}

static META: CheckMeta = CheckMeta {
    code: "identifier",
    number: 112,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &[],
    docs: Identifier::DOCS,
};

impl Check for Identifier {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    if profile.n < table.settings.min_records
        || profile.n < 3
        || profile.n_null() > 0
        || profile.distinct < profile.n
    {
        return;
    }
    let by_number = crate::purpose::purpose(column) == crate::Purpose::Identifier;
    let by_shape = profile.fixed_width().is_some_and(|width| width >= 3)
        && profile.n_odd(Oddness::DecimalPoint) == 0
        && profile.kind() == ValueKind::Text;
    let uuids = profile.n_odd(Oddness::Uuid) == profile.n;
    if by_number || by_shape || uuids {
        let message =
            format!("all {} values differ: a name for the record, no statistics are advised", profile.n);
        out.push(Finding::on_column(&META, table, column, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn measured_numbers_are_no_names() {
        assert!(!Sample::column("weight", [1.5, 2.25, 3.75, 9.5]).has("identifier"));
        assert!(Sample::column("id", [4, 9, 12, 30]).has("identifier"));
    }
}
