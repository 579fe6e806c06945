//! `sort-records`

use crate::calendar::DayOrder;
use crate::fit;
use aurora_text::TextEdit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Sorts the records by a column.
    ///
    /// # What it does
    /// Ascending by number, date or text, equal values in their old order. Every record is written as it
    /// was.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,a
    /// 3,b
    /// 2,c
    /// 4,d
    /// ```
    /// ```csv
    /// id,name
    /// 1,a
    /// 2,c
    /// 3,b
    /// 4,d
    /// ```
    ///
    /// # When not to use it
    /// Where the order of the records means something, as in repeated measures.
    pub struct SortRecords;
}

static META: TransformMeta = TransformMeta {
    code: "sort-records",
    number: 1158,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: SortRecords::DOCS,
};

impl Transform for SortRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target) else { return false };
        let order = &column.profile.order;
        order.down.n > 0 && order.n_up > 3 * order.down.n / 2 && column.profile.n_null() == 0
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| self.applies(table, target))?;
        let order = DayOrder::of(column.profile);
        let mut spans = Vec::new();
        let mut records: Vec<(f64, String, String)> = Vec::new();
        table.source.visit(0..u64::MAX, &mut |block| {
            for r in block.records.iter().filter(|r| !r.is_blank()) {
                let value = r
                    .fields
                    .get(column.idx)
                    .map_or(String::new(), |f| f.value(block.text, block.dialect).into_owned());
                let number = aurora_profile::value_kind::number(&value)
                    .or_else(|| order.read(&value).map(|day| day.number() as f64))
                    .unwrap_or(f64::NAN);
                spans.push(r.span().shift(block.before.bytes));
                records.push((number, value, r.span().of(block.text).to_owned()));
            }
            std::ops::ControlFlow::Continue(())
        });
        let mut sorted: Vec<usize> = (0..records.len()).collect();
        sorted.sort_by(|&a, &b| {
            records[a].0.total_cmp(&records[b].0).then_with(|| records[a].1.cmp(&records[b].1))
        });
        let moved = sorted.iter().enumerate().filter(|(at, from)| at != *from);
        let edits = moved.map(|(at, &from)| TextEdit::new(spans[at], records[from].2.clone())).collect();
        Some(Fitted {
            proposal: fit::proposal(
                format!("Sort the records by {}", column.called()),
                META.class,
                vec![("by", column.header.name.clone())],
            ),
            change: Change::Edits(edits),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_column_in_disorder_is_no_order() {
        assert!(!Sample::new("v,n\n5,1\n3,2\n9,3\n1,4\n").offers("sort-records"));
    }
}
