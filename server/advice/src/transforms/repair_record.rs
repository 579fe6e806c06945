//! `repair-record`

use aurora_table::Slip;
use aurora_text::TextEdit;

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Reads a broken record in the way that fits the table best, and writes it so.
    ///
    /// # What it does
    /// Tries what one slip could explain: a delimiter lost inside a field, another delimiter used, a quote
    /// that is text, a field missing in the middle. The reading whose values are likeliest in their columns
    /// is written; all other records stay.
    ///
    /// # Example
    /// ```csv
    /// day,time,n
    /// 2024-01-01,10:15,3
    /// 2024-01-02,10:30,4
    /// 2024-01-03,10:45,2
    /// 2024-01-04,11:00,5
    /// 2024-01-05,11:15,3
    /// 2024-01-06,11:304
    /// 2024-01-07,11:45,2
    /// ```
    /// becomes
    /// ```csv
    /// day,time,n
    /// 2024-01-01,10:15,3
    /// 2024-01-02,10:30,4
    /// 2024-01-03,10:45,2
    /// 2024-01-04,11:00,5
    /// 2024-01-05,11:15,3
    /// 2024-01-06,11:30,4
    /// 2024-01-07,11:45,2
    /// ```
    ///
    /// # When not to use it
    /// When the columns hold free text that does not tell a right value from a wrong one.
    pub struct RepairRecord;
}

static META: TransformMeta = TransformMeta {
    code: "repair-record",
    number: 1006,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: RepairRecord::DOCS,
};

impl Transform for RepairRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        table.odd_record(record)?;
        let (edit, class) = repaired(table, record)?;
        let title = "Read the record as its columns suggest".to_owned();
        Some(one_edit(title, class, edit))
    }
}

/// The edit that mends the record. It is safe where only blanks around quotes go, which are no part of any value.
fn repaired(table: &TableView<'_>, record: u64) -> Option<(TextEdit, FixClass)> {
    let edit = table.with_record(record, |block, r| {
        let raw = r.span().of(block.text);
        let repair = table.repairer().best(raw)?;
        let whole = repair.cells.iter().all(|cell| cell.n_tokens == 1);
        let class = if repair.slip == Slip::PaddedQuote && whole { FixClass::Safe } else { META.class };
        Some((repair.edit(raw, block.before.bytes + r.span().start, block.dialect)?, class))
    });
    edit.flatten()
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_lost_delimiter_is_put_where_both_halves_fit() {
        let head = "day,time,n\n2024-01-01,10:15,3\n2024-01-02,10:30,4\n2024-01-03,10:45,2\n\
                    2024-01-04,11:00,5\n2024-01-05,11:15,3\n";
        let sample = Sample::new(&format!("{head}2024-01-06,11:304\n"));
        let after = sample.after("repair-record", Target::Record(5));
        assert_eq!(after, Some(format!("{head}2024-01-06,11:30,4\n")));
        assert_eq!(sample.after("repair-record", Target::Record(0)), None);
    }
}
