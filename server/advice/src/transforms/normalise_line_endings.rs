//! `normalise-line-endings`

use aurora_text::TextEdit;

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Writes every line end as the most frequent one.
    ///
    /// # What it does
    /// Changes the line ends between records; those inside quoted fields are values and stay.
    ///
    /// # When not to use it
    /// When a program needs another line end: then convert the file.
    pub struct NormaliseLineEndings;
}

static META: TransformMeta = TransformMeta {
    code: "normalise-line-endings",
    number: 1053,
    class: FixClass::Safe,
    idempotent: true,
    docs: NormaliseLineEndings::DOCS,
};

impl Transform for NormaliseLineEndings {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let ends = file_text::LineEnds::count(table);
        let (_, n) = ends.others()?;
        let majority = ends.majority();
        let mut edits = Vec::new();
        file_text::line_ends(table, |span, kind| {
            if kind != majority {
                edits.push(TextEdit::new(span, majority.as_str()));
            }
        });
        let title = format!("Write {n} line ends as {}", file_text::name(majority));
        let proposal = fit::proposal(title, META.class, Vec::new());
        Some(Fitted { proposal, change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn other_bytes_stay() {
        let sample = Sample::new("a,b\r\n1,2\n3,\"4\n5\"\r\n6,7\r8,9\r\n");
        let after = sample.after("normalise-line-endings", crate::Target::File);
        assert_eq!(after.as_deref(), Some("a,b\r\n1,2\r\n3,\"4\n5\"\r\n6,7\r\n8,9\r\n"));
    }
}
