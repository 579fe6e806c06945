//! `frequency-encode`

use std::collections::HashMap;

use crate::{fit, number_text};
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds how often each value of a category occurs, as a share.
    ///
    /// # What it does
    /// The share of the records that hold the same value; nulls stay empty.
    ///
    /// # Example
    /// ```csv
    /// size,n
    /// small,1
    /// large,2
    /// small,3
    /// small,4
    /// ```
    /// ```csv
    /// size,size_share,n
    /// small,0.75,1
    /// large,0.25,2
    /// small,0.75,3
    /// small,0.75,4
    /// ```
    ///
    /// # When not to use it
    /// When two values are equally frequent and must stay apart.
    pub struct FrequencyEncode;
}

static META: TransformMeta = TransformMeta {
    code: "frequency-encode",
    number: 1148,
    class: FixClass::New,
    idempotent: false,
    docs: FrequencyEncode::DOCS,
};

impl Transform for FrequencyEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target).filter(|_| fit::can_add(table)) else { return false };
        column.profile.kind() == ValueKind::Text
            && column.profile.distinct >= 2
            && column.profile.distinct * 2 <= column.profile.n_present()
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
        let new = NewColumn {
            name: format!("{}_share", column.header.name),
            value: Box::new(move |_, held| {
                counts
                    .get(held.trim())
                    .map_or(String::new(), |&count| number_text::write(count as f64 / n as f64))
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add how often each value of {} occurs", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn unique_names_get_none() {
        assert!(!Sample::new("n,a\nx,1\ny,2\nz,3\n").offers("frequency-encode"));
    }
}
