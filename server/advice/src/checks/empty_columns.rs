//! `empty-columns`

use aurora_text::Span;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// Columns at the end with neither a name nor a value.
    ///
    /// # What it finds
    /// Delimiters at the end of every line, with nothing between them.
    ///
    /// # Why it matters
    /// Readers show columns called `Unnamed: 7`.
    ///
    /// # Example
    /// ```csv
    /// id,name,,
    /// 1,Ann,,
    /// 2,Bo,,
    /// ```
    ///
    /// # When it is wrong
    /// When the columns are kept for later.
    pub struct EmptyColumns;
}

static META: CheckMeta = CheckMeta {
    code: "empty-columns",
    number: 71,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["drop-empty-columns"],
    docs: EmptyColumns::DOCS,
};

impl Check for EmptyColumns {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// The first of the empty columns at the end; `None` without one, when all are empty, or when the last were not
/// looked at because there are too many.
pub(crate) fn first_empty(table: &TableView<'_>) -> Option<usize> {
    if table.columns.len() < table.structure.width {
        return None;
    }
    let filled = |column: &&crate::ColumnView<'_>| {
        !column.header.name.trim().is_empty()
            || column.profile.n_present() > 0
            || column.profile.null_tokens.len() > 1
    };
    let last = table.columns.iter().rev().find(filled)?.idx;
    (last + 1 < table.structure.width && table.structure.n_records > 0).then_some(last + 1)
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let Some(first) = first_empty(table) else { return };
    let n = table.structure.width - first;
    let plural = if n == 1 { "" } else { "s" };
    let message = format!("{n} empty column{plural} without a name at the end");
    let at = table.columns.get(first).map_or(0, |column| column.header.span.start);
    out.extend(file_text::finding(
        &META,
        table,
        &file_text::Places { spans: vec![Span::empty(at)], n: 1 },
        message,
    ));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_name_or_a_value_keeps_a_column() {
        assert!(!Sample::new("a,b\n1,\n2,\n").has("empty-columns"));
        assert!(!Sample::new("a,\n1,\n2,x\n").has("empty-columns"));
        let wide = |value: &str| vec![value; 20_000].join(",");
        assert!(!Sample::new(&format!("{}\n{}\n", wide("a"), wide("1"))).has("empty-columns"));
    }
}
