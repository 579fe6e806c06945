//! `remove-duplicate-records`

use std::collections::HashSet;

use crate::fit;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes records that say in every field what an earlier one says.
    ///
    /// # What it does
    /// Keeps the first of equal records (as pandas' `drop_duplicates`). Fields are compared by their values: quotes
    /// make no difference, white space does.
    ///
    /// # Example
    /// ```csv
    /// day,shop,amount
    /// 2024-03-01,a,12.5
    /// 2024-03-02,b,8
    /// 2024-03-02,"b",8
    /// ```
    /// ```csv
    /// day,shop,amount
    /// 2024-03-01,a,12.5
    /// 2024-03-02,b,8
    /// ```
    ///
    /// # When not to use it
    /// On repeated measures: the same may have been seen twice.
    pub struct RemoveDuplicateRecords;
}

static META: TransformMeta = TransformMeta {
    code: "remove-duplicate-records",
    number: 1070,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: RemoveDuplicateRecords::DOCS,
};

impl Transform for RemoveDuplicateRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File || table.structure.n_records < 2 {
            return None;
        }
        let parameters = vec![("keep", "first".to_owned())];
        let mut seen: HashSet<Vec<String>> = HashSet::new();
        Some(Fitted {
            proposal: fit::proposal("Remove repeated records".to_owned(), META.class, parameters),
            change: Change::DropRecords(Box::new(move |_, values| {
                !seen.insert(values.iter().map(|value| value.clone().into_owned()).collect())
            })),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn it_is_idempotent_and_keeps_what_differs() {
        let sample = Sample::new("a,b\n1,x\n1,y\n1,x\n");
        let once = sample.after("remove-duplicate-records", Target::File).unwrap();
        assert_eq!(once, "a,b\n1,x\n1,y\n");
        assert_eq!(Sample::new(&once).after("remove-duplicate-records", Target::File), Some(once));
        assert!(!sample.offers("remove-duplicate-records"));
    }
}
