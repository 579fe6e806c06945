//! `number-duplicates`

use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Numbers columns of the same name.
    ///
    /// # What it does
    /// The second column of a name gets `_2`, the third `_3`. Only the header changes.
    ///
    /// # Example
    /// ```csv
    /// id,name,Name
    /// 1,Ann,Bo
    /// 2,Cy,Di
    /// ```
    /// ```csv
    /// id,name,Name_2
    /// 1,Ann,Bo
    /// 2,Cy,Di
    /// ```
    ///
    /// # When not to use it
    /// When one of the columns has a better name of its own.
    pub struct NumberDuplicates;
}

static META: TransformMeta = TransformMeta {
    code: "number-duplicates",
    number: 1065,
    class: FixClass::Safe,
    idempotent: true,
    docs: NumberDuplicates::DOCS,
};

impl Transform for NumberDuplicates {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let edits = header_names::rename(table, |column, taken| {
            let name = column.header.name.trim();
            (!name.is_empty() && taken.contains(&header_names::key(name))).then(|| name.to_owned())
        });
        let n = edits.len();
        let title = format!("Number {n} name{} that stand twice", if n == 1 { "" } else { "s" });
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
    fn a_blank_at_the_edge_of_a_name_goes() {
        let after = Sample::new("id,name,Name ,id\n1,2,3,4\n").after("number-duplicates", Target::File);
        assert_eq!(after.as_deref(), Some("id,name,Name_2,id_2\n1,2,3,4\n"));
    }

    #[test]
    fn three_of_a_name_become_three_names() {
        let sample = Sample::new("a,a,a_2,a\n1,2,3,4\n");
        assert_eq!(
            sample.after("number-duplicates", Target::File).as_deref(),
            Some("a,a_2,a_2_2,a_3\n1,2,3,4\n")
        );
    }
}
