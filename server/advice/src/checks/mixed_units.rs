//! `mixed-units`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Several currencies or units in one column.
    ///
    /// # What it finds
    /// At least two currencies or two units, in columns of which at least 90 % are numbers.
    ///
    /// # Why it matters
    /// Adding kilograms to pounds gives neither.
    ///
    /// # Example
    /// ```csv
    /// weight,n
    /// 12 kg,1
    /// 7 kg,2
    /// 20 lb,3
    /// 9 kg,4
    /// 15 lb,5
    /// ```
    ///
    /// # When it is wrong
    /// Columns whose unit is told by another column.
    pub struct MixedUnits;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-units",
    number: 121,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["parse-number"],
    docs: MixedUnits::DOCS,
};

impl Check for MixedUnits {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let numbers = profile.count(ValueKind::Integer)
        + profile.count(ValueKind::Real)
        + profile.count(ValueKind::DecoratedNumber);
    let units: Vec<_> = profile.units.iter().filter(|unit| unit.n >= 2 || table.settings.audit()).collect();
    if profile.n < table.settings.min_records || units.len() < 2 || numbers * 10 < profile.n_present() * 9 {
        return;
    }
    let list: Vec<_> = units.iter().take(5).map(|unit| format!("'{}' {}", unit.value, unit.n)).collect();
    let mut finding = Finding::on_column(&META, table, column, format!("several units: {}", list.join(", ")));
    finding.confidence = 0.75;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_unit_is_no_mix() {
        assert!(!Sample::new("w,n\n1 kg,1\n2 kg,2\n3 kg,3\n").has("mixed-units"));
    }
}
