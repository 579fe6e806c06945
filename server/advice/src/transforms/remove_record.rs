//! `remove-record`

use aurora_text::{Span, TextEdit};

use crate::fit;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes one record.
    ///
    /// # What it does
    /// Takes the record and its line end away.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// id,name
    /// 2,Bo
    /// ```
    /// ```csv
    /// id,name
    /// 1,Ann
    /// 2,Bo
    /// ```
    ///
    /// # When not to use it
    /// When the record holds values that stand nowhere else.
    pub struct RemoveRecord;
}

static META: TransformMeta = TransformMeta {
    code: "remove-record",
    number: 1067,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: RemoveRecord::DOCS,
};

impl Transform for RemoveRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        let span = table.with_record(record, |block, r| {
            Span::new(r.bounds.start as usize, r.bounds.end as usize).shift(block.before.bytes)
        })?;
        let proposal = fit::proposal("Remove this record".to_owned(), META.class, Vec::new());
        Some(Fitted { proposal, change: Change::Edits(vec![TextEdit::new(span, "")]) })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn the_last_record_goes_too() {
        let sample = Sample::new("a,b\n1,2\n3,4\n");
        assert_eq!(sample.after("remove-record", Target::Record(1)).as_deref(), Some("a,b\n1,2\n"));
    }
}
