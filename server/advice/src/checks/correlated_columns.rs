//! `correlated-columns`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// Two measures that say the same in other words.
    ///
    /// # What it finds
    /// Pairs of measures whose correlation (Pearson) is at least 0.9999, or 0.95 in the audit profile;
    /// the first partner is named.
    ///
    /// # Why it matters
    /// A unit converted twice, a total beside its only part: models that weigh both become unstable.
    ///
    /// # Example
    /// ```csv
    /// cm,inch
    /// 100,39.37
    /// 150,59.06
    /// 180,70.87
    /// 120,47.24
    /// 165,64.96
    /// 171,67.32
    /// 177,69.69
    /// ```
    ///
    /// # When it is wrong
    /// When both are needed by their readers.
    pub struct CorrelatedColumns;
}

static META: CheckMeta = CheckMeta {
    code: "correlated-columns",
    number: 114,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["drop-column"],
    docs: CorrelatedColumns::DOCS,
};

impl Check for CorrelatedColumns {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

/// Columns compared at most; pairs grow with the square.
const MAX_COLUMNS: usize = 60;

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    if (whole.len() as u64) < table.settings.min_records {
        return;
    }
    let bar = table.settings.either(0.9999, 0.95);
    let measures: Vec<_> = table
        .columns
        .iter()
        .filter(|column| {
            crate::purpose::is_measure(column)
                && column.profile.distinct >= table.settings.min_measure_distinct
        })
        .take(MAX_COLUMNS)
        .collect();
    let values: Vec<Vec<f64>> = measures
        .iter()
        .map(|column| {
            whole.columns[column.idx]
                .codes
                .iter()
                .map(|&code| whole.columns[column.idx].numbers[code as usize])
                .collect()
        })
        .collect();
    for (i, column) in measures.iter().enumerate() {
        for j in 0..i {
            let r = pearson(&values[i], &values[j]);
            if r.abs() >= bar && values[i] != values[j] {
                let message = format!(
                    "moves with \"{}\": correlation {r:.4}{}",
                    measures[j].header.name,
                    whole.sampled()
                );
                out.push(Finding::on_column(&META, table, column, message));
                break;
            }
        }
    }
}

/// Pearson's correlation over the records that have both numbers; 0 when one is constant.
fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let pairs: Vec<_> = a.iter().zip(b).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let n = pairs.len() as f64;
    let (mean_a, mean_b) =
        (pairs.iter().map(|(x, _)| **x).sum::<f64>() / n, pairs.iter().map(|(_, y)| **y).sum::<f64>() / n);
    let mut sums = (0.0, 0.0, 0.0);
    for (x, y) in &pairs {
        let (dx, dy) = (**x - mean_a, **y - mean_b);
        sums = (sums.0 + dx * dy, sums.1 + dx * dx, sums.2 + dy * dy);
    }
    if pairs.len() < 3 || sums.1 * sums.2 == 0.0 { 0.0 } else { sums.0 / (sums.1 * sums.2).sqrt() }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn unrelated_measures_are_left_alone() {
        assert!(
            !Sample::new("a,b\n1.5,9\n2.5,1\n3.5,7\n4.5,2\n5.5,8\n6.5,3\n7.5,5\n").has("correlated-columns")
        );
    }
}
