//! `outliers`

use aurora_profile::Numbers;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A few numbers far away from all others.
    ///
    /// # What it finds
    /// One to three values of a measure more than six interquartile ranges beyond the quartiles, on the
    /// raw and on the logarithmic scale, and at least twice as far away as the rest reaches. In the audit
    /// profile three interquartile ranges or a robust z-score (median and MAD) above 3.5; the message
    /// says which.
    ///
    /// # Why it matters
    /// One slipped decimal point moves the mean more than a thousand good values.
    ///
    /// # Example
    /// ```csv
    /// height,name
    /// 1.71,a
    /// 1.65,b
    /// 1.80,c
    /// 1.75,d
    /// 1.62,e
    /// 1.69,f
    /// 1.77,g
    /// 1.73,h
    /// 1.68,i
    /// 171,j
    /// ```
    ///
    /// # When it is wrong
    /// Where a few values are that large: cities, incomes, damages.
    pub struct Outliers;
}

static META: CheckMeta = CheckMeta {
    code: "outliers",
    number: 107,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["winsorize", "clip-iqr", "flag-outliers", "mark-as-null"],
    docs: Outliers::DOCS,
};

impl Check for Outliers {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// Lower and upper fence at `k` interquartile ranges beyond the quartiles (Tukey 1977).
pub(crate) fn fences(numbers: &Numbers, k: f64) -> (f64, f64) {
    let (q1, q3) = (numbers.quantile(0.25), numbers.quantile(0.75));
    (q1 - k * (q3 - q1), q3 + k * (q3 - q1))
}

/// The same fences on the logarithmic scale, for numbers above zero.
fn log_fences(numbers: &Numbers, k: f64) -> (f64, f64) {
    if numbers.min <= 0.0 {
        return (f64::NEG_INFINITY, f64::INFINITY);
    }
    let (q1, q3) = (numbers.quantile(0.25).ln(), numbers.quantile(0.75).ln());
    ((q1 - k * (q3 - q1)).exp(), (q3 + k * (q3 - q1)).exp())
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let Some(numbers) = column.profile.numbers.as_ref().filter(|_| crate::purpose::is_measure(column)) else {
        return;
    };
    if numbers.n < settings.either(settings.min_outlier_records, settings.min_records) {
        return;
    }
    let k = settings.either(settings.outlier_iqr, settings.audit_outlier_iqr);
    let (low, high) = fences(numbers, k);
    if !(low < high) || (numbers.min >= low && numbers.max <= high) {
        return;
    }
    let (log_low, log_high) = log_fences(numbers, k);
    let on_both = |x: f64| (x < low && !(x >= log_low)) || (x > high && !(x <= log_high));
    let outside = |x: f64| if settings.audit() { x < low || x > high } else { on_both(x) };
    if !outside(numbers.min) && !outside(numbers.max) {
        return;
    }
    let mut records = Vec::new();
    let (mut rest_min, mut rest_max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut farthest = Vec::new();
    table.each_value(column.idx, |record, value| {
        let Some(x) = value.and_then(aurora_profile::value_kind::number) else { return };
        if outside(x) {
            records.push((record, x));
            farthest.push(x);
        } else {
            rest_min = rest_min.min(x);
            rest_max = rest_max.max(x);
        }
    });
    let reach = rest_max - rest_min;
    if !settings.audit() {
        let middle = numbers.median();
        let far = |x: f64| (x - middle).abs() >= 2.0 * reach.max(f64::MIN_POSITIVE);
        if records.is_empty() || records.len() > 3 || !farthest.iter().all(|&x| far(x)) {
            return;
        }
    }
    let n = records.len() as u64;
    let shown: Vec<_> = farthest.iter().take(3).map(|&x| crate::number_text::write(x)).collect();
    let message = format!(
        "{n} of {} numbers lie far from the rest, {} to {}: {} (beyond {k} interquartile ranges)",
        numbers.n,
        crate::number_text::write(rest_min),
        crate::number_text::write(rest_max),
        shown.join(", "),
    );
    // The rarer and the farther away, the more likely it is a slip.
    let spread = (numbers.quantile(0.75) - numbers.quantile(0.25)).max(f64::MIN_POSITIVE);
    let rare = if n * 50 <= numbers.n {
        0.25
    } else if n * 20 <= numbers.n {
        0.1
    } else {
        -0.1
    };
    let places: Vec<_> = records
        .iter()
        .map(|&(record, x)| {
            let away = if x > high { (x - high) / spread } else { (low - x) / spread };
            let both = if on_both(x) && numbers.min > 0.0 { 0.15 } else { -0.1 };
            (record, (0.2 + rare + both + 0.08 * away.ln_1p()).clamp(0.1, 0.9))
        })
        .collect();
    let mut finding = Finding::on_column(&META, table, column, message).with_records(table, &places, n);
    finding.confidence = 0.7;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_slipped_point_is_found_and_a_long_tail_is_not() {
        let mut values: Vec<f64> =
            (0..60).map(|i| 1.5 + f64::from(i % 30) / 60.0 + f64::from(i) / 1e4).collect();
        assert!(!Sample::column("height", &values).standard().has("outliers"));
        values.push(173.0);
        assert!(Sample::column("height", &values).standard().has("outliers"));
        let tail = (0..60).map(|i| f64::from(i / 2).exp2() + f64::from(i) / 100.0);
        assert!(!Sample::column("population", tail).standard().has("outliers"));
    }
}
