//! `remove-blank-records`

use aurora_text::TextEdit;

use crate::checks::blank_record;

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes empty lines between records.
    ///
    /// # What it does
    /// Deletes every line without a field, and nothing else. Comment lines stay.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    ///
    /// 2,Grace
    /// 3,Linus
    /// ```
    /// becomes
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,Grace
    /// 3,Linus
    /// ```
    ///
    /// # When not to use it
    /// When the empty lines keep apart what does not belong together.
    pub struct RemoveBlankRecords;
}

static META: TransformMeta = TransformMeta {
    code: "remove-blank-records",
    number: 1012,
    class: FixClass::Safe,
    idempotent: true,
    docs: RemoveBlankRecords::DOCS,
};

impl Transform for RemoveBlankRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let n = self.edits(table, target).len();
        (n > 0).then(|| Proposal {
            title: format!("Remove {n} empty line{}", if n == 1 { "" } else { "s" }),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        if target != Target::File {
            return Vec::new();
        }
        let edits = blank_record::blank_lines(table).map(|(span, _)| TextEdit::new(span, ""));
        edits.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn nothing_but_empty_lines_goes() {
        let sample = Sample::new("a,b\n1,2\n\n\n3,4\n\n5,6\n");
        let after = sample.after("remove-blank-records", Target::File);
        assert_eq!(after.as_deref(), Some("a,b\n1,2\n3,4\n5,6\n"));
        assert_eq!(Sample::new("a,b\n1,2\n").after("remove-blank-records", Target::File), None);
    }
}
