//! `trim-whitespace`

use crate::checks::untidy_whitespace;
use crate::fit;
use aurora_profile::value_kind::is_null_token;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Takes white space off the edges of fields.
    ///
    /// # What it does
    /// Removes blanks, tabs, no-break and zero-width spaces at the beginning and end of every field of
    /// the column. Inner white space stays.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// Oslo ,2
    /// Bern,3
    /// ```
    /// ```csv
    /// city,n
    /// Rome,1
    /// Oslo,2
    /// Bern,3
    /// ```
    ///
    /// # When not to use it
    /// Where blanks at the edges carry meaning, as in fixed-width codes.
    pub struct TrimWhitespace;
}

static META: TransformMeta = TransformMeta {
    code: "trim-whitespace",
    number: 1100,
    class: FixClass::Safe,
    idempotent: true,
    docs: TrimWhitespace::DOCS,
};

impl Transform for TrimWhitespace {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let n = Some(untidy_whitespace::padded(table, column)).filter(|&n| n > 0)?;
        let title = format!("Trim {n} fields of {}", column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Replace(column.idx, Box::new(|_, value| Some(trimmed(value).to_owned()))),
        })
    }
}
/// `value` without white space at its edges, invisible spaces included. A blank null becomes the empty field.
pub(crate) fn trimmed(value: &str) -> &str {
    let trimmed =
        value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'));
    if is_null_token(trimmed) && trimmed.is_empty() { "" } else { trimmed }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Target;

    #[test]
    fn quotes_and_other_bytes_stay() {
        let sample = Sample::new("a,b\r\n\" x \",1\r\n y ,\"2\"\r\n");
        let after = sample.after("trim-whitespace", Target::Column(0));
        assert_eq!(after.as_deref(), Some("a,b\r\n\"x\",1\r\ny,\"2\"\r\n"));
    }

    #[test]
    fn it_is_idempotent() {
        let once = Sample::new("a,b\n x ,1\ny,2\n").after("trim-whitespace", Target::Column(0)).unwrap();
        assert_eq!(Sample::new(&once).after("trim-whitespace", Target::Column(0)), None);
    }
}
