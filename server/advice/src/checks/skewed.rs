//! `skewed`

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A measure with a long tail of large values.
    ///
    /// # What it finds
    /// Measures (no ids, codes, years, coordinates, flags or levels) without negative values, whose
    /// skewness exceeds 2 and is at least halved by log(1 + x). In the standard profile it is a finding from a
    /// skewness of 4, or 3 where the name speaks for a logarithm (income, price, area), since people take
    /// logarithms from there on; below it is advice, as is a tail to the left: a logarithm would make it worse.
    ///
    /// # Why it matters
    /// A few large values dominate means, correlations and linear models.
    ///
    /// # Example
    /// ```csv
    /// amount,shop
    /// 1,a
    /// 2,b
    /// 3,c
    /// 3.5,a
    /// 4,b
    /// 5,c
    /// 8,a
    /// 9,b
    /// 950,c
    /// ```
    ///
    /// # When it is wrong
    /// When the large values are what matters, such as the total of a budget.
    pub struct Skewed;
}

static META: CheckMeta = CheckMeta {
    code: "skewed",
    number: 102,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &[
        "log1p-column",
        "log-column",
        "sqrt-column",
        "box-cox-column",
        "yeo-johnson-column",
        "cube-root",
        "reciprocal",
        "quantile-normal",
        "rank",
    ],
    docs: Skewed::DOCS,
};

impl Check for Skewed {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// Skewness, and what log1p makes of it.
pub(crate) fn skewness(column: &ColumnView<'_>) -> Option<(f64, f64)> {
    let numbers = column.profile.numbers.as_ref()?;
    let logged = crate::purpose::skewness_of(column, f64::ln_1p);
    let raw = crate::purpose::skewness_of(column, |x| x);
    // Both on percentiles, so that the comparison is fair; the exact one is what is said.
    let after = if raw > 0.0 { numbers.skewness * logged / raw } else { logged };
    Some((numbers.skewness, after))
}

/// How likely a person takes the logarithm: authors of published analyses do so from a skewness of about 4, and
/// earlier where the name speaks for it.
fn wanted(column: &ColumnView<'_>, skewness: f64) -> f64 {
    let named = if crate::purpose::has_long_tail_name(&column.header.name) { 0.05 } else { 0.0 };
    (0.5 + skewness / 20.0 + named).min(0.9)
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let Some(numbers) = &column.profile.numbers else { return };
    if numbers.n < settings.min_skew_records
        || column.profile.distinct <= settings.min_measure_distinct
        || !crate::purpose::is_measure(column)
    {
        return;
    }
    let Some((skewness, after)) = skewness(column) else { return };
    let many_zeros = numbers.n_zero * 2 >= numbers.n;
    if skewness > settings.either(settings.skewness, settings.audit_skewness)
        && crate::purpose::takes_power(column)
        && !many_zeros
        && after.abs() <= skewness / 2.0
    {
        let message = format!(
            "skewed to the right: skewness {skewness:.1}, median {}, largest {}; log(1 + x) brings it to {after:.1}",
            crate::number_text::write(numbers.median()),
            crate::number_text::write(numbers.max),
        );
        let mut finding = Finding::on_column(&META, table, column, message);
        finding.confidence = wanted(column, skewness);
        if !settings.audit() && finding.confidence < settings.show {
            finding.severity = Severity::Advice;
        }
        if settings.audit() && skewness > settings.skewness {
            finding.severity = Severity::Warning;
        }
        out.push(finding);
    } else if skewness.abs() > settings.either(settings.skewness, settings.audit_skewness) {
        let side = if skewness < 0.0 { "left" } else { "right" };
        let message = format!("skewed to the {side}: skewness {skewness:.1}");
        let severity = settings.either(Severity::Advice, Severity::Information);
        out.push(Finding::on_column(&META, table, column, message).with_severity(severity));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Severity;

    fn severity(name: &str, values: impl Iterator<Item = f64>) -> Option<Severity> {
        Sample::column(name, values).find("skewed").first().map(|finding| finding.severity)
    }

    #[test]
    fn a_right_tail_is_found_and_a_left_one_is_advice() {
        assert_eq!(
            severity("amount", (0..40).map(|i| f64::from(i).exp2() + 0.5)),
            Some(Severity::Information)
        );
        let left = (0..40).map(|i| 1e12 - f64::from(i).exp2() + 0.5);
        assert_eq!(severity("amount", left), Some(Severity::Advice));
    }

    #[test]
    fn years_flags_ids_and_latitudes_have_no_skew() {
        let skewed = |i: i32| f64::from(i).exp2();
        assert_eq!(severity("customer_id", (0..30).map(skewed)), None);
        assert_eq!(severity("smoker", (0..30).map(|i| f64::from(u8::from(i == 7)))), None);
        assert_eq!(severity("latitude", (0..30).map(|i| 40.0 + skewed(i) / 1e9)), None);
        assert_eq!(severity("year", (0..30).map(|i| 2000.0 - (skewed(i) / 4e6).floor())), None);
    }

    #[test]
    fn a_column_of_few_records_is_not_judged() {
        let sample = Sample::column("amount", (0..25).map(|i| f64::from(i).exp2() + 0.5)).standard();
        assert!(!sample.has("skewed"));
    }
}
