//! `code-as-number`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Codes that only look like numbers.
    ///
    /// # What it finds
    /// Whole numbers with leading zeros, or columns named as codes: arithmetic is not advised. A warning
    /// only where zip or FIPS codes lost their leading zero: a minority is one digit short.
    ///
    /// # Why it matters
    /// A reader that takes them for numbers drops the zeros, and the codes match nothing any more.
    ///
    /// # Example
    /// ```csv
    /// zip,n
    /// 01234,1
    /// 1235,2
    /// 10115,3
    /// 80331,4
    /// 20095,5
    /// ```
    ///
    /// # When it is wrong
    /// Numbers padded for alignment.
    pub struct CodeAsNumber;
}

static META: CheckMeta = CheckMeta {
    code: "code-as-number",
    number: 123,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["zero-pad"],
    docs: CodeAsNumber::DOCS,
};

impl Check for CodeAsNumber {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// The common width of a column of zip or FIPS codes, and how many are one digit short of it.
pub(crate) fn code_width(column: &ColumnView<'_>) -> Option<(usize, u64)> {
    let profile = column.profile;
    let words = crate::purpose::words(&column.header.name);
    let postal = ["zip", "zipcode", "zip5", "fips", "plz", "postcode", "postal", "stfips", "ctfips"];
    let named = words.iter().any(|word| postal.contains(&word.as_str()));
    let whole = profile.count(ValueKind::Integer);
    if !named || whole == 0 || whole * 10 < profile.n_present() * 9 {
        return None;
    }
    let (width, n) = profile.lengths.counts.iter().enumerate().max_by_key(|(_, n)| **n)?;
    let short =
        width.checked_sub(1).and_then(|shorter| profile.lengths.counts.get(shorter)).copied().unwrap_or(0);
    (width >= 3 && short * 2 < *n && (n + short) * 10 >= profile.n_present() * 9).then_some((width, short))
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    if profile.n < table.settings.min_records {
        return;
    }
    let zeros = profile.n_odd(Oddness::LeadingZero);
    match code_width(column) {
        Some((width, short)) if short > 0 => {
            let message = format!(
                "{short} of {} codes have {} digits instead of {width}: a leading zero seems lost",
                profile.n_present(),
                width - 1
            );
            let mut finding =
                Finding::on_column(&META, table, column, message).with_severity(Severity::Warning);
            finding.confidence = 0.75;
            out.push(finding);
        }
        _ if zeros > 0
            && zeros * 20 >= profile.n_present()
            && profile.count(ValueKind::Integer) * 10 >= profile.n_present() * 9 =>
        {
            let message = format!(
                "{zeros} of {} numbers have leading zeros: codes, not quantities",
                profile.n_present()
            );
            out.push(Finding::on_column(&META, table, column, message));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn years_and_altitudes_are_no_codes() {
        assert!(!Sample::new("year,n\n1871,1\n1902,2\n").has("code-as-number"));
        assert!(!Sample::new("altitude,n\n1600,1\n980,2\n1650,3\n").has("code-as-number"));
    }
}
