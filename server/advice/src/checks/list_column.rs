//! `list-column`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Several values in one field.
    ///
    /// # What it finds
    /// Columns of texts that hold `;` or `|` between parts that recur. Slashes, URLs, prose and JSON do
    /// not count.
    ///
    /// # Why it matters
    /// Nothing can be counted until the parts stand alone.
    ///
    /// # Example
    /// ```csv
    /// tags,n
    /// red;blue,1
    /// green;red,2
    /// blue;red,3
    /// ```
    ///
    /// # When it is wrong
    /// Where the list is only shown.
    pub struct ListColumn;
}

static META: CheckMeta = CheckMeta {
    code: "list-column",
    number: 129,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["split-column", "explode-records", "multi-label-encode"],
    docs: ListColumn::DOCS,
};

impl Check for ListColumn {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// What separates the parts of the lists in `column`, if it holds lists.
pub(crate) fn separator(column: &ColumnView<'_>) -> Option<char> {
    let profile = column.profile;
    let examples: Vec<&str> = profile
        .top
        .iter()
        .map(|count| count.value.as_str())
        .chain(profile.examples.iter().map(String::as_str))
        .collect();
    if profile.kind() != ValueKind::Text
        || examples.is_empty()
        || examples.iter().any(|value| value.contains("://") || value.starts_with(['{', '[']))
    {
        return None;
    }
    [';', '|'].into_iter().find(|&separator| {
        let holding = examples.iter().filter(|value| value.contains(separator)).count();
        let parts = |value: &&str| value.split(separator).all(|part| part.split_whitespace().count() <= 4);
        holding * 3 >= examples.len() && examples.iter().all(parts)
    })
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    if column.profile.n < table.settings.min_records {
        return;
    }
    if let Some(separator) = separator(column) {
        out.push(Finding::on_column(&META, table, column, format!("lists separated by '{separator}'")));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn prose_urls_and_slashes_are_no_lists() {
        for values in [
            ["this; that is, a longer sentence with many words", "and; another rather long sentence here"],
            ["http://a.b/;x", "http://c.d/;y"],
            ["a/b", "c/d"],
        ] {
            assert!(!Sample::column("t,n", values.iter().map(|v| format!("\"{v}\",1"))).has("list-column"));
        }
    }
}
