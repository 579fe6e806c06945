//! `remove-control-characters`

use aurora_text::TextEdit;

use crate::checks::control_character;

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Removes characters that nobody sees and that steer terminals and text direction.
    ///
    /// # What it does
    /// Deletes NUL and other control characters and the marks that turn the direction of text. Tabs and line
    /// ends stay.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,Grace
    /// 3,Linus
    /// ```
    ///
    /// # When not to use it
    /// When a control character separates parts of a value, and something reads it.
    pub struct RemoveControlCharacters;
}

static META: TransformMeta = TransformMeta {
    code: "remove-control-characters",
    number: 1013,
    class: FixClass::Safe,
    idempotent: true,
    docs: RemoveControlCharacters::DOCS,
};

impl Transform for RemoveControlCharacters {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let n = self.edits(table, target).len();
        (n > 0).then(|| Proposal {
            title: format!("Remove {n} control character{}", if n == 1 { "" } else { "s" }),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        if target != Target::File {
            return Vec::new();
        }
        let mut edits = Vec::new();
        control_character::each(table, &mut |_, span| edits.push(TextEdit::new(span, "")));
        edits
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn tabs_and_line_ends_stay() {
        let sample = Sample::new("a,b\r\n1,x\u{0}y\tz\r\n2,w\r\n");
        let after = sample.after("remove-control-characters", Target::File);
        assert_eq!(after.as_deref(), Some("a,b\r\n1,xy\tz\r\n2,w\r\n"));
        assert_eq!(Sample::new("a,b\n1,2\n").after("remove-control-characters", Target::File), None);
    }
}
