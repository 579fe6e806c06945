//! `name-header`

use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Gives columns without a name one.
    ///
    /// # What it does
    /// Writes `column_2` and so on, by place, into the empty header fields above values. Only the header changes.
    ///
    /// # Example
    /// ```csv
    /// id,,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// ```
    /// ```csv
    /// id,column_2,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// ```
    ///
    /// # When not to use it
    /// When you know a better name: rename the column instead.
    pub struct NameHeader;
}

static META: TransformMeta = TransformMeta {
    code: "name-header",
    number: 1064,
    class: FixClass::Safe,
    idempotent: true,
    docs: NameHeader::DOCS,
};

impl Transform for NameHeader {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let edits = header_names::rename(table, |column, _| {
            let blank =
                column.idx > 0 && column.header.name.trim().is_empty() && column.profile.n_present() > 0;
            blank.then(|| format!("column_{}", column.idx + 1))
        });
        let n = edits.len();
        let title = format!("Name {n} column{}", if n == 1 { "" } else { "s" });
        (n > 0).then(|| Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Edits(edits),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_name_that_is_taken_is_numbered() {
        let sample = Sample::new("column_2,,\n1,2,\n");
        assert_eq!(
            sample.after("name-header", Target::File).as_deref(),
            Some("column_2,column_2_2,\n1,2,\n")
        );
    }
}
