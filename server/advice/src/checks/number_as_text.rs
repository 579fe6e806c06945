//! `number-as-text`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Numbers that are written so that readers take them for text.
    ///
    /// # What it finds
    /// Columns of which at least 90 % are numbers once currency, percent sign, unit and grouping are
    /// taken off. Where all are decorated alike it is only advice; a warning where plain and decorated
    /// numbers are mixed, or where a few values block the rest.
    ///
    /// # Why it matters
    /// The column is read as text: no sums, no sorting by size, no joins with numbers.
    ///
    /// # Example
    /// ```csv
    /// price,item
    /// "$1,200",desk
    /// $950,chair
    /// 80,lamp
    /// $15,pen
    /// $1,lead
    /// ```
    ///
    /// # When it is wrong
    /// Labels that only look like numbers: sizes, house numbers, versions.
    pub struct NumberAsText;
}

static META: CheckMeta = CheckMeta {
    code: "number-as-text",
    number: 105,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["parse-number", "strip-unit-to-header"],
    docs: NumberAsText::DOCS,
};

impl Check for NumberAsText {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// How many present fields are plain numbers, how many decorated ones, and how many there are.
pub(crate) fn parts(column: &ColumnView<'_>) -> (u64, u64, u64) {
    let profile = column.profile;
    let plain = profile.count(ValueKind::Integer) + profile.count(ValueKind::Real);
    (plain, profile.count(ValueKind::DecoratedNumber), profile.n_present())
}

/// Whether decimals stand after a comma in `column`, judged by its most frequent values.
pub(crate) fn comma_decimals(column: &ColumnView<'_>) -> bool {
    let marks = column.profile.top.iter().filter_map(|count| {
        let (_, decoration) = crate::number_text::undecorate(&count.value, false)?;
        decoration.comma.map(|comma| (comma, count.n))
    });
    let (mut commas, mut points) = (0, 0);
    for (comma, n) in marks {
        *(if comma { &mut commas } else { &mut points }) += n;
    }
    commas > points
}

/// How many of the decorated numbers can be written plainly; the others are limits such as `<0.5`.
pub(crate) fn n_written_plainly(column: &ColumnView<'_>) -> u64 {
    let is_limit = |value: &str| {
        aurora_profile::value_kind::classify(value) == ValueKind::DecoratedNumber
            && crate::number_text::undecorate(value, false).is_none()
    };
    let limits: u64 =
        column.profile.top.iter().filter(|count| is_limit(&count.value)).map(|count| count.n).sum();
    column.profile.count(ValueKind::DecoratedNumber).saturating_sub(limits)
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let (plain, decorated, present) = parts(column);
    if column.profile.n < settings.min_records || decorated == 0 || present == 0 {
        return;
    }
    if ((plain + decorated) as f64) < settings.decorated_share * present as f64 || decorated * 20 < present {
        return;
    }
    if n_written_plainly(column) == 0 {
        return;
    }
    let blocked = present - plain - decorated;
    let records = column.profile.odd.get(&Oddness::Kind(ValueKind::DecoratedNumber));
    let examples: Vec<_> = column
        .profile
        .top
        .iter()
        .filter(|count| aurora_profile::value_kind::classify(&count.value) == ValueKind::DecoratedNumber)
        .take(3)
        .map(|count| format!("'{}'", count.value.trim()))
        .collect();
    let mut message = format!(
        "{decorated} of {present} values are numbers written as text, such as {}",
        examples.join(", ")
    );
    if plain > 0 {
        message.push_str(&format!("; {plain} are plain"));
    }
    if blocked > 0 {
        message.push_str(&format!("; {blocked} are no number"));
    }
    // A column in which nearly all are decorated alike is a format, not a fault.
    let mixed = plain * 20 >= present || blocked > 0;
    let severity =
        if mixed { META.severity } else { settings.either(Severity::Advice, Severity::Information) };
    let mut finding = Finding::on_column(&META, table, column, message).with_severity(severity);
    if let Some((n, records)) = records {
        let records: Vec<_> = records.iter().map(|&record| (record, 0.3)).collect();
        finding = finding.with_records(table, &records, *n);
    }
    finding.confidence = 0.8;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Severity;

    fn severity(values: &[&str]) -> Option<Severity> {
        Sample::column("price", values.iter().map(|v| format!("\"{v}\"")))
            .find("number-as-text")
            .first()
            .map(|f| f.severity)
    }

    #[test]
    fn limits_are_no_numbers_written_as_text() {
        assert_eq!(severity(&["<0.5", "0.7", "<0.5", "1.2", "0.9"]), None);
        let sample = Sample::new("x,n\n<0.5,1\n0.7,2\n<0.5,3\n1.2,4\n");
        assert!(!sample.offers("parse-number"));
    }

    #[test]
    fn mixed_is_a_warning_and_uniform_is_advice() {
        assert_eq!(severity(&["$1,200", "80", "$15", "75"]), Some(Severity::Warning));
        assert_eq!(severity(&["$1,200", "$80", "$15", "$75"]), Some(Severity::Advice));
        assert_eq!(severity(&["1200", "80", "15", "75"]), None);
    }
}
