//! `sort-order-broken`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A sorted column with a few records out of place.
    ///
    /// # What it finds
    /// Ids, years, codes and dates that ascend except for at most three steps, from 100 records on; 99 %
    /// ascending in the audit profile.
    ///
    /// # Why it matters
    /// Something was inserted or edited by hand, or two files were joined.
    ///
    /// # Example
    /// ```csv
    /// id,n
    /// 1,a
    /// 2,b
    /// 4,c
    /// 3,d
    /// 5,e
    /// 6,f
    /// 7,g
    /// 8,h
    /// 9,i
    /// 10,j
    /// 11,k
    /// 12,l
    /// ```
    ///
    /// # When it is wrong
    /// Where the order is by another column.
    pub struct SortOrderBroken;
}

static META: CheckMeta = CheckMeta {
    code: "sort-order-broken",
    number: 131,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["sort-records"],
    docs: SortOrderBroken::DOCS,
};

impl Check for SortOrderBroken {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let (profile, settings) = (column.profile, table.settings);
    let (up, down) = (profile.order.n_up, profile.order.down.n);
    let dated = (profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime)) * 10
        >= profile.n_present().max(1) * 9;
    let ordered = dated
        || matches!(
            crate::purpose::purpose(column),
            crate::Purpose::Identifier | crate::Purpose::Code | crate::Purpose::Year
        );
    if profile.n < settings.min_balance_records || down == 0 || !ordered {
        return;
    }
    let few = if settings.audit() { down * 100 <= up } else { down <= 3 && up >= 10 * down };
    if few {
        let places: Vec<_> = profile.order.down.records.iter().map(|&record| (record, 0.4)).collect();
        let message = format!("{down} of {} steps go down in a column that otherwise ascends", up + down);
        out.push(Finding::on_column(&META, table, column, message).with_records(table, &places, down));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_measure_need_not_ascend() {
        assert!(
            !Sample::column("weight", (0..120).map(|i| if i == 50 { 1.5 } else { f64::from(i) + 0.25 }))
                .has("sort-order-broken")
        );
    }
}
