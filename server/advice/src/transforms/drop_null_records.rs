//! `drop-null-records`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes the records in which a column is missing.
    ///
    /// # What it does
    /// Every record whose field in the column is empty or a null token goes, with its line end.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// NA,Bern
    /// 29,Rome
    /// ```
    /// ```csv
    /// age,city
    /// 34,Rome
    /// 29,Rome
    /// ```
    ///
    /// # When not to use it
    /// When missing is no accident: what is left is then no fair sample.
    pub struct DropNullRecords;
}

static META: TransformMeta = TransformMeta {
    code: "drop-null-records",
    number: 1117,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: DropNullRecords::DOCS,
};

impl Transform for DropNullRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let (n, idx) = (column.profile.n_null(), column.idx);
        if n == 0 || n == column.profile.n {
            return None;
        }
        let title = format!("Remove {n} records without {}", column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, vec![("how", "any".to_owned())]),
            change: Change::DropRecords(Box::new(move |_, values| {
                values.get(idx).is_none_or(|value| fit::present(value).is_none())
            })),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn short_records_count_as_missing() {
        let after = Sample::new("a,b\n1,x\n2\n3,y\n").after("drop-null-records", crate::Target::Column(1));
        assert_eq!(after.as_deref(), Some("a,b\n1,x\n3,y\n"));
    }
}
