//! `one-hot-encode`

use crate::fit;
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a column of 0 and 1 for each value of a category.
    ///
    /// # What it does
    /// `<name>_<value>` is 1 where the column holds the value (as scikit-learn's `OneHotEncoder`), the
    /// values in alphabetical order, at most 20.
    ///
    /// # Example
    /// ```csv
    /// size,n
    /// small,1
    /// large,2
    /// small,3
    /// large,4
    /// ```
    /// ```csv
    /// size,size_large,size_small,n
    /// small,0,1,1
    /// large,1,0,2
    /// small,0,1,3
    /// large,1,0,4
    /// ```
    ///
    /// # When not to use it
    /// On counts and ids, and with many values.
    pub struct OneHotEncode;
}

static META: TransformMeta = TransformMeta {
    code: "one-hot-encode",
    number: 1146,
    class: FixClass::New,
    idempotent: false,
    docs: OneHotEncode::DOCS,
};

impl Transform for OneHotEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        let values = categories(column)?;
        let columns = values
            .into_iter()
            .map(|value| NewColumn {
                name: format!("{}_{value}", column.header.name),
                value: Box::new(move |_, held| u8::from(held == value).to_string()),
            })
            .collect();
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add a column for each value of {}", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, columns),
        })
    }
}
/// The values of a text category of at most 20, in alphabetical order.
pub(crate) fn categories(column: &crate::ColumnView<'_>) -> Option<Vec<String>> {
    let profile = column.profile;
    let is_category = profile.kind() == ValueKind::Text
        && (2..=20).contains(&profile.distinct)
        && profile.distinct < profile.n_present();
    let mut values: Vec<_> = profile.top.iter().map(|count| count.value.clone()).collect();
    values.sort();
    (is_category && values.len() as u64 == profile.distinct).then_some(values)
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn counts_and_names_get_none() {
        assert!(!Sample::new("n,a\n1,x\n2,x\n1,x\n").offers("one-hot-encode"));
        assert!(!Sample::new("name,a\nx,1\ny,2\nz,3\n").offers("one-hot-encode"));
    }
}
