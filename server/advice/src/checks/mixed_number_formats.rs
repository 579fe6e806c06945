//! `mixed-number-formats`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Decimal commas and decimal points in one column.
    ///
    /// # What it finds
    /// Numbers with a decimal comma beside numbers with a decimal point, each at least twice and in at
    /// least 2 % of the numbers.
    ///
    /// # Why it matters
    /// One of the two is read as text, or worse, as a number a thousand times too large.
    ///
    /// # Example
    /// ```csv
    /// price;n
    /// 1,5;1
    /// 2,25;2
    /// 3.5;3
    /// 4.75;4
    /// 6,5;5
    /// ```
    ///
    /// # When it is wrong
    /// Versions and codes that only look like numbers.
    pub struct MixedNumberFormats;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-number-formats",
    number: 120,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["unify-number-format", "parse-number"],
    docs: MixedNumberFormats::DOCS,
};

impl Check for MixedNumberFormats {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let (commas, points) = (profile.n_odd(Oddness::DecimalComma), profile.n_odd(Oddness::DecimalPoint));
    let few = commas.min(points);
    let numbers = profile.count(ValueKind::Integer)
        + profile.count(ValueKind::Real)
        + profile.count(ValueKind::DecoratedNumber);
    if profile.n < table.settings.min_records
        || few < 2
        || few * 50 < numbers
        || numbers * 10 < profile.n_present() * 9
    {
        return;
    }
    let rarer = if commas < points { Oddness::DecimalComma } else { Oddness::DecimalPoint };
    let places: Vec<_> = profile.odd_records(rarer).iter().map(|&record| (record, 0.5)).collect();
    let message = format!("{commas} numbers with a decimal comma, {points} with a decimal point");
    let mut finding = Finding::on_column(&META, table, column, message).with_records(table, &places, few);
    finding.confidence = 0.85;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_mark_is_no_mix() {
        assert!(!Sample::new("v;n\n1,5;1\n2,5;2\n3,5;3\n").has("mixed-number-formats"));
    }
}
