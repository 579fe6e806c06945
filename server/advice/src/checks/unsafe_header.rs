//! `unsafe-header`

use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text, header_names,
};

documented! {
    /// Names that programs must quote.
    ///
    /// # What it finds
    /// Names with blanks or punctuation, that begin with a digit, or that are words of SQL.
    ///
    /// # Why it matters
    /// Such a column cannot be written as `table.name`.
    ///
    /// # Example
    /// ```csv
    /// Order Date,1st,select
    /// 2020-01-01,2,3
    /// 2020-01-02,4,5
    /// ```
    ///
    /// # When it is wrong
    /// In files for people.
    pub struct UnsafeHeader;
}

static META: CheckMeta = CheckMeta {
    code: "unsafe-header",
    number: 66,
    kind: FindingKind::File,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["snake-case-headers"],
    docs: UnsafeHeader::DOCS,
};

impl Check for UnsafeHeader {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Words that common SQL dialects reserve.
const RESERVED: &[&str] = &[
    "all", "and", "as", "by", "case", "column", "create", "default", "delete", "desc", "distinct", "else",
    "end", "from", "group", "having", "in", "index", "insert", "into", "join", "key", "like", "limit", "not",
    "null", "on", "or", "order", "primary", "select", "set", "table", "then", "to", "union", "update",
    "user", "values", "when", "where",
];

/// Whether `name` must be quoted somewhere.
pub(crate) fn is_unsafe(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    !name.is_empty()
        && (!name.chars().all(plain)
            || name.starts_with(|c: char| c.is_ascii_digit())
            || RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)))
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let written = header_names::written(table);
    let spans: Vec<_> =
        written.iter().filter(|c| is_unsafe(&c.header.name)).map(|column| column.header.span).collect();
    let n = spans.len() as u64;
    let message = format!("{n} of {} names must be quoted by programs", table.structure.width);
    out.extend(file_text::finding(&META, table, &file_text::Places { spans, n }, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn plain_names_are_safe() {
        assert!(super::is_unsafe("a b") && super::is_unsafe("1st") && super::is_unsafe("Order"));
        assert!(!super::is_unsafe("order_date") && !super::is_unsafe("größe"));
        assert!(!Sample::new("id,name\n1,Ann\n").has("unsafe-header"));
    }
}
