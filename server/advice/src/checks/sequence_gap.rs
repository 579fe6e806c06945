//! `sequence-gap`

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A running number that leaves some out.
    ///
    /// # What it finds
    /// Ids that ascend by one except for at most three gaps, from 100 records on.
    ///
    /// # Why it matters
    /// Records may have been lost.
    ///
    /// # Example
    /// ```csv
    /// id,n
    /// 1,a
    /// 2,b
    /// 3,c
    /// 4,d
    /// 6,e
    /// 7,f
    /// 8,g
    /// 9,h
    /// 10,i
    /// 11,j
    /// 12,k
    /// 13,l
    /// ```
    ///
    /// # When it is wrong
    /// Where numbers are given back, or belong to another file.
    pub struct SequenceGap;
}

static META: CheckMeta = CheckMeta {
    code: "sequence-gap",
    number: 132,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &[],
    docs: SequenceGap::DOCS,
};

impl Check for SequenceGap {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let (profile, settings) = (column.profile, table.settings);
    let order = &profile.order;
    let gaps = order.gaps.n;
    let id = crate::purpose::purpose(column) == crate::Purpose::Identifier;
    if profile.n < settings.min_balance_records
        || !id
        || gaps == 0
        || gaps > 3
        || order.n_by_one < 10 * gaps
        || order.down.n > 0
    {
        return;
    }
    let places: Vec<_> = order.gaps.records.iter().map(|&record| (record, 0.2)).collect();
    let message = format!("{gaps} gap{} in a running number", if gaps == 1 { "" } else { "s" });
    out.push(Finding::on_column(&META, table, column, message).with_records(table, &places, gaps));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn ids_with_steps_of_any_size_have_no_gaps() {
        assert!(!Sample::column("id", (0..120).map(|i| i * i)).has("sequence-gap"));
    }
}
