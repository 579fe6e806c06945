//! `shift-record`

use aurora_text::TextEdit;

use crate::checks::shifted_record;

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Moves the values of a record back under their columns.
    ///
    /// # What it does
    /// Takes out the one empty field too many and adds the one that is missing, where every value then fits
    /// its column.
    ///
    /// # Example
    /// ```csv
    /// id,day,n,code,note
    /// 1,2024-01-01,3,AB-1,
    /// 2,2024-01-02,4,CD-2,
    /// 3,2024-01-03,2,EF-3,
    /// 4,,2024-01-04,5,GH-4
    /// 5,2024-01-05,3,IJ-5,
    /// 6,2024-01-06,4,KL-6,
    /// 7,2024-01-07,2,MN-7,
    /// ```
    /// becomes
    /// ```csv
    /// id,day,n,code,note
    /// 1,2024-01-01,3,AB-1,
    /// 2,2024-01-02,4,CD-2,
    /// 3,2024-01-03,2,EF-3,
    /// 4,2024-01-04,5,GH-4,
    /// 5,2024-01-05,3,IJ-5,
    /// 6,2024-01-06,4,KL-6,
    /// 7,2024-01-07,2,MN-7,
    /// ```
    ///
    /// # When not to use it
    /// When the record is right and the others are not.
    pub struct ShiftRecord;
}

static META: TransformMeta = TransformMeta {
    code: "shift-record",
    number: 1010,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ShiftRecord::DOCS,
};

impl Transform for ShiftRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        let edit = repaired(table, record)?;
        let title = "Move the values back under their columns".to_owned();
        Some(one_edit(title, META.class, edit))
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    let edit = table.with_record(record, |block, r| {
        let repair = shifted_record::shifted(table, block, r)?;
        let raw = r.span().of(block.text);
        repair.edit(raw, block.before.bytes + r.span().start, block.dialect)
    });
    edit.flatten()
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    const SHIFTED: &str = "id,day,n,code,note\n1,2024-01-01,3,AB-1,\n2,2024-01-02,4,CD-2,\n3,2024-01-03,2,EF-3,\n\
                           4,,2024-01-04,5,GH-4\n5,2024-01-05,3,IJ-5,\n6,2024-01-06,4,KL-6,\n7,2024-01-07,2,MN-7,\n";

    #[test]
    fn values_go_back_under_their_columns() {
        let sample = Sample::new(SHIFTED);
        let after = SHIFTED.replace("4,,2024-01-04,5,GH-4", "4,2024-01-04,5,GH-4,");
        assert_eq!(sample.after("shift-record", Target::Record(3)), Some(after));
        assert_eq!(sample.after("shift-record", Target::Record(0)), None);
    }
}
