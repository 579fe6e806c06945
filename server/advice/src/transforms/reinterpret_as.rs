//! `reinterpret-as`

use crate::fit;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Reads the file in the next best dialect.
    ///
    /// # What it does
    /// Changes no byte: the editor parses the text anew and remembers the choice for files like this one.
    ///
    /// # Example
    /// ```csv
    /// a;b,c
    /// 1;2,3
    /// ```
    ///
    /// # When not to use it
    /// When the table looks right as it is.
    pub struct ReinterpretAs;
}

static META: TransformMeta = TransformMeta {
    code: "reinterpret-as",
    number: 1061,
    class: FixClass::Safe,
    idempotent: false,
    docs: ReinterpretAs::DOCS,
};

impl Transform for ReinterpretAs {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let other = table.detection.runner_up.filter(|_| table.detection.runner_up_width > 1)?;
        let title = format!("Read the file with {}", crate::checks::doubtful_dialect::name(&other.delimiter));
        let parameters = vec![("delimiter", other.delimiter.as_str().to_owned())];
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Edits(Vec::new()),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn it_edits_nothing() {
        let sample = Sample::detected("a;b,c\n1;2,3\n4;5,6\n");
        sample.with(|table| {
            assert!(crate::Transform::edits(&super::ReinterpretAs, table, Target::File).is_empty());
        });
    }
}
