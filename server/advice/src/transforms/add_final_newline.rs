//! `add-final-newline`

use aurora_text::{Span, TextEdit};

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Ends the last line.
    ///
    /// # What it does
    /// Appends the line end of the dialect.
    ///
    /// # When not to use it
    /// Never harmful; some writers just do not do it.
    pub struct AddFinalNewline;
}

static META: TransformMeta = TransformMeta {
    code: "add-final-newline",
    number: 1055,
    class: FixClass::Safe,
    idempotent: true,
    docs: AddFinalNewline::DOCS,
};

impl Transform for AddFinalNewline {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let end = file_text::open_end(table)?;
        let edit = TextEdit::new(Span::empty(end), table.detection.dialect.terminator.as_str());
        let proposal = fit::proposal("End the last line".to_owned(), META.class, Vec::new());
        Some(Fitted { proposal, change: Change::Edits(vec![edit]) })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn an_ended_line_stays() {
        assert_eq!(Sample::new("a\n1\n").after("add-final-newline", crate::Target::File), None);
    }
}
