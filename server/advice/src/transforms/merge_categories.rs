//! `merge-categories`

use std::collections::HashMap;

use crate::fit;
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, WholeTable, documented};

documented! {
    /// Writes the spellings of one category in its most frequent way.
    ///
    /// # What it does
    /// Values that are equal but for case, white space and compatibility forms, and slips of a frequent
    /// value, take the most frequent spelling.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// rome,2
    /// Rome,3
    /// Oslo,4
    /// Oslo,5
    /// Rome,6
    /// ```
    /// ```csv
    /// city,n
    /// Rome,1
    /// Rome,2
    /// Rome,3
    /// Oslo,4
    /// Oslo,5
    /// Rome,6
    /// ```
    ///
    /// # When not to use it
    /// Across digits, Roman numerals and opposites, which are never merged; codes in which case carries
    /// meaning.
    pub struct MergeCategories;
}

static META: TransformMeta = TransformMeta {
    code: "merge-categories",
    number: 1141,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: MergeCategories::DOCS,
};

impl Transform for MergeCategories {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target) else { return false };
        let profile = column.profile;
        profile.kind() == ValueKind::Text
            && profile.distinct >= 2
            && profile.distinct * 2 <= profile.n_present() + 2
            && profile.distinct <= 1_000
    }

    fn prior(&self, _table: &TableView<'_>, _column: &crate::ColumnView<'_>) -> Option<f64> {
        // What is near enough is known only after a pass over the column; the finding says so.
        Some(0.06)
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let whole = WholeTable::read(table);
        let coded = whole.columns.get(column.idx)?;
        let mut to: HashMap<String, String> = HashMap::new();
        for codes in crate::checks::inconsistent_categories::groups(table, coded) {
            for &code in &codes[1..] {
                to.insert(coded.values[code].clone(), coded.values[codes[0]].clone());
            }
        }
        for typo in crate::typos::values(coded, 5.0).into_iter().filter(|typo| typo.confidence >= 0.7) {
            if let Some(meant) = typo.meant_code {
                to.entry(coded.values[typo.code].clone()).or_insert_with(|| coded.values[meant].clone());
            }
        }
        if to.is_empty() {
            return None;
        }
        let title = format!("Merge {} spellings of {}", to.len(), column.called());
        let parameters = vec![("n_spellings", to.len().to_string())];
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Replace(column.idx, Box::new(move |_, value| to.get(value).cloned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn other_digits_are_never_merged() {
        let sample = Sample::column("ward,n", (0..40).map(|i| if i == 9 { "Ward 21," } else { "Ward 11," }));
        assert_eq!(sample.after("merge-categories", crate::Target::Column(0)), None);
    }
}
