//! `remove-record`

use aurora_text::{Span, TextEdit};

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes a record with its line end.
    ///
    /// # What it does
    /// Deletes the whole record; all others stay as they are.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    /// id,name
    /// 2,Grace
    /// ```
    /// becomes
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,Grace
    /// ```
    ///
    /// # When not to use it
    /// When the record holds a value that stands nowhere else.
    pub struct RemoveRecord;
}

static META: TransformMeta = TransformMeta {
    code: "remove-record",
    number: 1011,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: RemoveRecord::DOCS,
};

impl Transform for RemoveRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let Target::Record(record) = target else { return None };

        repaired(table, record)?;
        Some(Proposal { title: "Remove the record".to_owned(), class: META.class, parameters: Vec::new() })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        let Target::Record(record) = target else { return Vec::new() };
        repaired(table, record).into_iter().collect()
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    table.with_record(record, |block, r| {
        let whole = Span::new(r.bounds.start as usize, r.bounds.end as usize);
        TextEdit::new(whole.shift(block.before.bytes), "")
    })
}
