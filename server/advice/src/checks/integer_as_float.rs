//! `integer-as-float`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Whole numbers written with `.0`.
    ///
    /// # What it finds
    /// Columns of which at least 95 % of the numbers end in `.0`, when they are ids, codes or years, or
    /// the column has nulls (which is how pandas makes them).
    ///
    /// # Why it matters
    /// Joins with the same ids elsewhere fail: `12.0` is not `12`.
    ///
    /// # Example
    /// ```csv
    /// id,n
    /// 3.0,1
    /// 4.0,2
    /// 7.0,3
    /// 9.0,4
    /// ```
    ///
    /// # When it is wrong
    /// Measured values whose precision is one decimal.
    pub struct IntegerAsFloat;
}

static META: CheckMeta = CheckMeta {
    code: "integer-as-float",
    number: 122,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["integer-column"],
    docs: IntegerAsFloat::DOCS,
};

impl Check for IntegerAsFloat {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let n = profile.n_odd(Oddness::ZeroFraction);
    let numbers = profile.count(ValueKind::Integer) + profile.count(ValueKind::Real);
    let words = crate::purpose::words(&column.header.name);
    let named = words.iter().any(|word| {
        matches!(word.as_str(), "id" | "code" | "year" | "zip" | "no" | "number" | "count" | "age")
    });
    if profile.n < table.settings.min_records
        || n == 0
        || n * 20 < numbers * 19
        || !(named || profile.n_null() > 0)
    {
        return;
    }
    out.push(Finding::on_column(
        &META,
        table,
        column,
        format!("{n} of {numbers} whole numbers are written with .0"),
    ));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn real_decimals_are_none() {
        assert!(!Sample::new("id,n\n3.0,1\n4.5,2\n7.0,3\n").has("integer-as-float"));
    }
}
