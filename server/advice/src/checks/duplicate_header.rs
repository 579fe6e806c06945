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

/// Names that are listed.
const MAX_NAMES: usize = 5;

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    let (mut names, mut spans) = (Vec::new(), Vec::new());
    for column in header_names::written(table) {
        let key = header_names::key(&column.header.name);
        if !key.is_empty() && !seen.insert(key) {
            names.push(format!("\"{}\"", super::cut(column.header.name.trim())));
            spans.push(column.header.span);
        }
    }
    if names.is_empty() {
        return;
    }
    let n = spans.len() as u64;
    let more = if names.len() > MAX_NAMES { ", …" } else { "" };
    names.truncate(MAX_NAMES);
    let plural = if n == 1 { " bears" } else { "s bear" };
    let message = format!("{n} column{plural} the name of another: {}{more}", names.join(", "));
    out.extend(file_text::finding(&META, table, &file_text::Places { spans, n }, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn every_name_that_stands_twice_is_listed_without_its_blanks() {
        let found = Sample::new("id,name,Name ,id\n1,2,3,4\n").find("duplicate-header");
        assert_eq!(found[0].message, "2 columns bear the name of another: \"Name\", \"id\"");
    }

    #[test]
    fn different_names_and_blank_ones_are_calm() {
        assert!(!Sample::new("a,b,,\n1,2,3,4\n").has("duplicate-header"));
    }
}
