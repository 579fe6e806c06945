//! `drop-empty-extra-fields`

use aurora_table::Allowed;
use aurora_text::TextEdit;

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes empty fields from a record that has too many.
    ///
    /// # What it does
    /// Takes out a doubled delimiter, or delimiters after the last column, where the other fields then fit
    /// their columns.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace,New York,
    /// 3,Linus,Portland
    /// ```
    /// becomes
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace,New York
    /// 3,Linus,Portland
    /// ```
    ///
    /// # When not to use it
    /// When the field is missing a value rather than one too many.
    pub struct DropEmptyExtraFields;
}

static META: TransformMeta = TransformMeta {
    code: "drop-empty-extra-fields",
    number: 1007,
    class: FixClass::Safe,
    idempotent: true,
    docs: DropEmptyExtraFields::DOCS,
};

impl Transform for DropEmptyExtraFields {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        let odd = table.odd_record(record)?;
        let extra = odd.n_fields.checked_sub(table.structure.width).filter(|&n| n > 0)?;
        let edit = repaired(table, record)?;
        let title = format!("Remove {extra} empty field{}", if extra == 1 { "" } else { "s" });
        Some(one_edit(title, META.class, edit))
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    let edit = table.with_record(record, |block, r| {
        let raw = r.span().of(block.text);
        let repair = table.repairer().aligned(raw, Allowed { join: false, pad: false, drop: true })?;
        repair.edit(raw, block.before.bytes + r.span().start, block.dialect)
    });
    edit.flatten()
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_value_is_never_dropped() {
        let text = "id,name,city\n1,Ada,London\n2,Grace,Rome,,\n3,Linus,Oslo,x\n4,Ann,Bonn\n5,Bo,Ulm\n";
        let sample = Sample::new(text);
        let after = text.replace("Rome,,", "Rome");
        assert_eq!(sample.after("drop-empty-extra-fields", Target::Record(1)), Some(after));
        assert_eq!(sample.after("drop-empty-extra-fields", Target::Record(2)), None);
        assert_eq!(sample.after("drop-empty-extra-fields", Target::Record(0)), None);
    }
}
