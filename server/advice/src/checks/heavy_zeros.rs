//! `heavy-zeros`

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A measure that is zero in many records.
    ///
    /// # What it finds
    /// Measures of which at least half of the numbers are zero (10 % in the audit profile), with more
    /// than 20 distinct values.
    ///
    /// # Why it matters
    /// Zero often means "did not take part": two questions in one column, whether and how much.
    ///
    /// # Example
    /// ```csv
    /// spent,who
    /// 0,a
    /// 0,b
    /// 0,c
    /// 0,d
    /// 0,e
    /// 0,f
    /// 0,g
    /// 5.5,h
    /// 12,i
    /// 7.25,j
    /// 99,k
    /// 8,l
    /// 3,m
    /// ```
    ///
    /// # When it is wrong
    /// Where zero is a quantity like any other.
    pub struct HeavyZeros;
}

static META: CheckMeta = CheckMeta {
    code: "heavy-zeros",
    number: 108,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["add-zero-indicator"],
    docs: HeavyZeros::DOCS,
};

impl Check for HeavyZeros {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let settings = table.settings;
    let Some(numbers) = column.profile.numbers.as_ref().filter(|_| crate::purpose::is_measure(column)) else {
        return;
    };
    let share = numbers.n_zero as f64 / numbers.n.max(1) as f64;
    if numbers.n < settings.min_records
        || column.profile.distinct <= settings.min_measure_distinct
        || share < settings.either(0.5, 0.1)
    {
        return;
    }
    let message = format!("{} of {} numbers are zero ({:.0} %)", numbers.n_zero, numbers.n, share * 100.0);
    out.push(Finding::on_column(&META, table, column, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_flag_has_no_heavy_zeros() {
        assert!(!Sample::column("smoker", (0..30).map(|i| i % 5 / 4)).has("heavy-zeros"));
    }
}
