//! `collapse-whitespace`

use crate::fit;
use aurora_profile::Oddness;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes runs of blanks inside fields as one.
    ///
    /// # What it does
    /// Runs of spaces and tabs, and no-break spaces, inside a field become one space; the edges are
    /// trimmed too.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// New  York,1
    /// Oslo,2
    /// ```
    /// ```csv
    /// city,n
    /// New York,1
    /// Oslo,2
    /// ```
    ///
    /// # When not to use it
    /// In fixed-width codes.
    pub struct CollapseWhitespace;
}

static META: TransformMeta = TransformMeta {
    code: "collapse-whitespace",
    number: 1140,
    class: FixClass::Safe,
    idempotent: true,
    docs: CollapseWhitespace::DOCS,
};

impl Transform for CollapseWhitespace {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        if profile.n_odd(Oddness::DoubledSpace) + profile.n_odd(Oddness::UnusualSpace) == 0 {
            return None;
        }
        let collapse = |_: u64, value: &str| {
            (!value.contains(['\n', '\r'])).then(|| value.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Collapse blanks in {}", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Replace(column.idx, Box::new(collapse)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn line_ends_inside_fields_stay() {
        let after = Sample::new("a,b\n\"x  y\nz\",1\np  q,2\n")
            .after("collapse-whitespace", crate::Target::Column(0));
        assert_eq!(after.as_deref(), Some("a,b\n\"x  y\nz\",1\np q,2\n"));
    }
}
