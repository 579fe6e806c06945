//! `group-rare-categories`

use std::collections::HashMap;

use crate::fit;
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a category with its rare values joined as `other`.
    ///
    /// # What it does
    /// Values below 1 % of the records, or that occur once, become `other` in `<name>_grouped`.
    ///
    /// # Example
    /// ```csv
    /// shop,n
    /// a,1
    /// a,2
    /// b,3
    /// b,4
    /// c,5
    /// ```
    /// ```csv
    /// shop,shop_grouped,n
    /// a,a,1
    /// a,a,2
    /// b,b,3
    /// b,b,4
    /// c,other,5
    /// ```
    ///
    /// # When not to use it
    /// When the rare values are what matters.
    pub struct GroupRareCategories;
}

static META: TransformMeta = TransformMeta {
    code: "group-rare-categories",
    number: 1150,
    class: FixClass::New,
    idempotent: false,
    docs: GroupRareCategories::DOCS,
};

impl Transform for GroupRareCategories {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target).filter(|_| fit::can_add(table)) else { return false };
        let profile = column.profile;
        profile.kind() == ValueKind::Text
            && profile.distinct >= 3
            && profile.distinct * 3 <= profile.n_present() * 2
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut n = 0_u64;
        table.each_value(column.idx, |_, value| {
            if let Some(value) = value.and_then(fit::present) {
                *counts.entry(value.to_owned()).or_default() += 1;
                n += 1;
            }
        });
        if !counts.values().any(|&count| count < 2 || count * 100 < n) {
            return None;
        }
        let new = NewColumn {
            name: format!("{}_grouped", column.header.name),
            value: Box::new(move |_, held| {
                let Some(value) = fit::present(held) else { return String::new() };
                let count = counts.get(value).copied().unwrap_or(0);
                if count < 2 || count * 100 < n { "other".to_owned() } else { value.to_owned() }
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add {} with rare values joined", column.called()),
                META.class,
                vec![("min_frequency", "0.01".to_owned())],
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn names_get_none() {
        assert!(!Sample::new("n,a\nx,1\ny,2\nz,3\n").offers("group-rare-categories"));
    }
}
