//! `imbalanced`

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A category or flag in which few values hold nearly all records.
    ///
    /// # What it finds
    /// Categories and flags whose entropy is less than half of what equally frequent values would have,
    /// from 100 records on.
    ///
    /// # Why it matters
    /// A model that always says the frequent value looks good and has learned nothing.
    ///
    /// # Example
    /// ```csv
    /// fraud,n
    /// no,1
    /// no,2
    /// no,3
    /// no,4
    /// no,5
    /// no,6
    /// no,7
    /// no,8
    /// no,9
    /// no,10
    /// no,11
    /// no,12
    /// no,13
    /// no,14
    /// no,15
    /// no,16
    /// no,17
    /// yes,18
    /// ```
    ///
    /// # When it is wrong
    /// Where the share is what it is, and known.
    pub struct Imbalanced;
}

static META: CheckMeta = CheckMeta {
    code: "imbalanced",
    number: 116,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["group-rare-categories"],
    docs: Imbalanced::DOCS,
};

impl Check for Imbalanced {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let (profile, settings) = (column.profile, table.settings);
    let category = (2..=20).contains(&profile.distinct) && !crate::purpose::is_measure(column);
    if profile.n < settings.min_balance_records || !category {
        return;
    }
    let n = profile.n_present() as f64;
    let entropy: f64 = profile.top.iter().map(|count| count.n as f64 / n).map(|p| -p * p.ln()).sum();
    if 1.0 - entropy / (profile.distinct as f64).ln() > 0.5 {
        let share = profile.top[0].n as f64 / n * 100.0;
        let message =
            format!("'{}' holds {share:.0} % of the records", crate::checks::cut(&profile.top[0].value));
        out.push(Finding::on_column(&META, table, column, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn halves_are_balanced() {
        assert!(
            !Sample::column("sex", (0..120).map(|i| if i % 2 == 0 { "m" } else { "f" }))
                .standard()
                .has("imbalanced")
        );
    }
}
