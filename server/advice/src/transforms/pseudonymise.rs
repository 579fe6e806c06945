//! `pseudonymise`

use std::collections::HashMap;

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Replaces personal values by running names.
    ///
    /// # What it does
    /// Each distinct value becomes `<name>-1`, `<name>-2` in order of first occurrence: equal values stay
    /// equal, and nothing in the file leads back.
    ///
    /// # Example
    /// ```csv
    /// email,n
    /// ada@example.org,1
    /// bob@example.org,2
    /// ada@example.org,3
    /// ```
    /// ```csv
    /// email,n
    /// email-1,1
    /// email-2,2
    /// email-1,3
    /// ```
    ///
    /// # When not to use it
    /// When the order of occurrence gives the persons away, or other columns do.
    pub struct Pseudonymise;
}

static META: TransformMeta = TransformMeta {
    code: "pseudonymise",
    number: 1159,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: Pseudonymise::DOCS,
};

impl Transform for Pseudonymise {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        crate::checks::personal_data::what(column, true)?;
        Some(Fitted {
            proposal: fit::proposal(
                format!("Replace {} by pseudonyms", column.called()),
                META.class,
                Vec::new(),
            ),
            change: change(column.idx, &column.header.name),
        })
    }
}

/// Replaces the values of column `column`, called `name`.
pub fn change<'a>(column: usize, name: &str) -> Change<'a> {
    let name = name.to_owned();
    let mut known: HashMap<String, usize> = HashMap::new();
    let replace = move |_: u64, value: &str| {
        let value = fit::present(value)?;
        let next = known.len() + 1;
        let number = *known.entry(value.to_owned()).or_insert(next);
        Some(format!("{name}-{number}"))
    };
    Change::Replace(column, Box::new(replace))
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_city_is_not_personal() {
        assert!(!Sample::new("city,n\nRome,1\nOslo,2\n").offers("pseudonymise"));
    }
}
