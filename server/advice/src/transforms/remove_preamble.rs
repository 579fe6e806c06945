//! `remove-preamble`

use aurora_text::{Span, TextEdit};

use crate::fit;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes the lines before the table.
    ///
    /// # What it does
    /// Takes everything before the header away.
    ///
    /// # Example
    /// ```csv
    /// Sales of the year 2020
    ///
    /// id,name,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// 3,Cy,Bonn
    /// ```
    /// ```csv
    /// id,name,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// 3,Cy,Bonn
    /// ```
    ///
    /// # When not to use it
    /// When the lines say where the data come from and nothing else does.
    pub struct RemovePreamble;
}

static META: TransformMeta = TransformMeta {
    code: "remove-preamble",
    number: 1062,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: RemovePreamble::DOCS,
};

impl Transform for RemovePreamble {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let layout = &table.detection.layout;
        let n = layout.preamble_lines;
        let title = format!("Remove the {n} line{} before the table", if n == 1 { "" } else { "s" });
        let edit = TextEdit::new(Span::new(0, layout.table_start), "");
        (layout.table_start > 0).then(|| Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Edits(vec![edit]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn without_a_preamble_it_does_not_apply() {
        assert_eq!(Sample::new("a,b\n1,2\n").after("remove-preamble", Target::File), None);
    }
}
