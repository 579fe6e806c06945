//! `duplicate-header`

use std::collections::HashSet;

use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text, header_names,
};

documented! {
    /// Columns of the same name.
    ///
    /// # What it finds
    /// Names that are equal, also but for case and outer blanks.
    ///
    /// # Why it matters
    /// Readers keep one of the columns, or rename them each in its own way.
    ///
    /// # Example
    /// ```csv
    /// id,name,Name
    /// 1,Ann,Bo
    /// 2,Cy,Di
    /// ```
    ///
    /// # When it is wrong
    /// In tables laid out for people, with groups of columns under one title.
    pub struct DuplicateHeader;
}

static META: CheckMeta = CheckMeta {
    code: "duplicate-header",
    number: 65,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["number-duplicates"],
    docs: DuplicateHeader::DOCS,
};

impl Check for DuplicateHeader {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    let mut first = None;
    let mut spans = Vec::new();
    for column in header_names::written(table) {
        let key = header_names::key(&column.header.name);
        if !key.is_empty() && !seen.insert(key) {
            first.get_or_insert(&column.header.name);
            spans.push(column.header.span);
        }
    }
    let Some(name) = first else { return };
    let n = spans.len() as u64;
    let plural = if n == 1 { " bears" } else { "s bear" };
    let message = format!("{n} column{plural} the name of another: \"{}\"", super::cut(name));
    out.extend(file_text::finding(&META, table, &file_text::Places { spans, n }, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn different_names_and_blank_ones_are_calm() {
        assert!(!Sample::new("a,b,,\n1,2,3,4\n").has("duplicate-header"));
    }
}
