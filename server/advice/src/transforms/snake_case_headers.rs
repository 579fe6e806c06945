//! `snake-case-headers`

use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Writes the names in lower case with underscores.
    ///
    /// # What it does
    /// Letters become lower case, blanks and punctuation underscores; a leading digit gets an underscore before it. Only the header changes.
    ///
    /// # Example
    /// ```csv
    /// Order Date,1st,Price (EUR)
    /// 2020-01-01,2,3
    /// 2020-01-02,4,5
    /// ```
    /// ```csv
    /// order_date,_1st,price_eur
    /// 2020-01-01,2,3
    /// 2020-01-02,4,5
    /// ```
    ///
    /// # When not to use it
    /// When programs already know the names.
    pub struct SnakeCaseHeaders;
}

static META: TransformMeta = TransformMeta {
    code: "snake-case-headers",
    number: 1066,
    class: FixClass::Safe,
    idempotent: true,
    docs: SnakeCaseHeaders::DOCS,
};

impl Transform for SnakeCaseHeaders {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let edits = header_names::rename(table, |column, _| {
            Some(snake_case(&column.header.name)).filter(|name| !name.is_empty())
        });
        let n = edits.len();
        let title = format!("Write {n} name{} in snake case", if n == 1 { "" } else { "s" });
        (n > 0).then(|| Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Edits(edits),
        })
    }
}

/// `name` in lower case, words joined by underscores.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut lower = false;
    for c in name.trim().chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && lower {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        lower = c.is_lowercase();
    }
    let kept = out.trim_end_matches('_').len();
    out.truncate(kept);
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("_{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn plain_names_stay() {
        assert_eq!(super::snake_case("orderDate"), "order_date");
        assert_eq!(super::snake_case("ID"), "id");
        assert_eq!(Sample::new("id,name\n1,2\n").after("snake-case-headers", Target::File), None);
    }
}
