//! `copy-dependent-value`

use std::collections::HashMap;

use crate::{dependencies, fit};
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, WholeTable, documented};

documented! {
    /// Writes what the other records of the same key say.
    ///
    /// # What it does
    /// Where another column tells this one (zip tells city) in nearly all records, the fields that break
    /// the rule take the value of their group.
    ///
    /// # Example
    /// ```csv
    /// zip,city
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 10115,Hamburg
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 80331,Munich
    /// ```
    /// ```csv
    /// zip,city
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 10115,Berlin
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 80331,Munich
    /// ```
    ///
    /// # When not to use it
    /// When it is the key that is wrong.
    pub struct CopyDependentValue;
}

static META: TransformMeta = TransformMeta {
    code: "copy-dependent-value",
    number: 1162,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: CopyDependentValue::DOCS,
};

impl Transform for CopyDependentValue {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target) else { return false };
        table.columns.len() > 1
            && column.profile.kind() == ValueKind::Text
            && column.profile.distinct >= 3
            && column.profile.distinct * 2 <= column.profile.n_present()
    }

    fn prior(&self, _table: &TableView<'_>, _column: &crate::ColumnView<'_>) -> Option<f64> {
        Some(0.08)
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let whole = WholeTable::read(table);
        let found = dependencies::find(&whole, dependencies::Bar { holds: 0.9, min_groups: 2 });
        let suspects = dependencies::suspects(&whole, &found);
        let to: HashMap<u64, String> = suspects
            .iter()
            .filter(|suspect| suspect.column == column.idx && suspect.confidence >= 0.5)
            .filter_map(|suspect| {
                let (code, _) = suspect.expected?;
                Some((whole.records[suspect.row], whole.columns[column.idx].values[code as usize].clone()))
            })
            .collect();
        if to.is_empty() {
            return None;
        }
        let title = format!("Write {} values of {} as their key says", to.len(), column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Replace(column.idx, Box::new(move |record, _| to.get(&record).cloned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn unrelated_columns_tell_nothing() {
        let rows: String = (0..60).map(|i| format!("{},w{}\n", i % 7, (i * i) % 11)).collect();
        assert_eq!(
            Sample::new(&format!("a,b\n{rows}")).after("copy-dependent-value", crate::Target::Column(1)),
            None
        );
    }
}
