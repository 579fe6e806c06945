//! `remove-bom`

use aurora_text::TextEdit;

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Removes byte order marks from the middle of the text.
    ///
    /// # What it does
    /// Deletes each U+FEFF; nothing visible changes.
    ///
    /// # When not to use it
    /// Where it stands on purpose, as a no-break space without width.
    pub struct RemoveBom;
}

static META: TransformMeta = TransformMeta {
    code: "remove-bom",
    number: 1054,
    class: FixClass::Safe,
    idempotent: true,
    docs: RemoveBom::DOCS,
};

impl Transform for RemoveBom {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let places = file_text::find(table, '\u{FEFF}');
        let title = format!("Remove {} byte order marks", places.n);
        let edits: Vec<_> = places.spans.iter().map(|&span| TextEdit::new(span, "")).collect();
        let proposal = fit::proposal(title, META.class, Vec::new());
        (!edits.is_empty()).then_some(Fitted { proposal, change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn it_is_idempotent() {
        let once = Sample::new("a,b\n1,\u{FEFF}2\n").after("remove-bom", crate::Target::File).unwrap();
        assert_eq!(once, "a,b\n1,2\n");
        assert_eq!(Sample::new(&once).after("remove-bom", crate::Target::File), None);
    }
}
