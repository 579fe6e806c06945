//! `infinite-values`

use aurora_profile::Oddness;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Infinite literals or numbers beyond all bounds in a numeric column.
    ///
    /// # What it finds
    /// `inf`, `-Infinity` and numbers too large for a double among numbers.
    ///
    /// # Why it matters
    /// One of them makes every sum and mean infinite.
    ///
    /// # Example
    /// ```csv
    /// ratio,n
    /// 0.5,1
    /// inf,2
    /// 0.25,3
    /// 1.5,4
    /// -inf,5
    /// 0.75,6
    /// ```
    ///
    /// # When it is wrong
    /// Where a limit is meant and every reader knows the literal.
    pub struct InfiniteValues;
}

static META: CheckMeta = CheckMeta {
    code: "infinite-values",
    number: 109,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["mark-as-null"],
    docs: InfiniteValues::DOCS,
};

impl Check for InfiniteValues {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let n = profile.n_odd(Oddness::NotFinite);
    if n == 0 || profile.n < table.settings.min_records || profile.number_share() < 0.5 {
        return;
    }
    let message = format!("{n} of {} values are infinite", profile.n_present());
    let records: Vec<_> =
        profile.odd_records(Oddness::NotFinite).iter().map(|&record| (record, 0.8)).collect();
    let mut finding = Finding::on_column(&META, table, column, message).with_records(table, &records, n);
    finding.confidence = 0.9;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_text_column_may_hold_the_word() {
        assert!(!Sample::new("word,n\ninf,1\nsup,2\nmax,3\n").has("infinite-values"));
    }
}
