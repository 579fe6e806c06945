//! `preamble`

use aurora_text::Span;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// Lines before the table.
    ///
    /// # What it finds
    /// Title lines, notes, empty lines and a `sep=` line above the header.
    ///
    /// # Why it matters
    /// Most readers take the first line for the header.
    ///
    /// # Example
    /// ```csv
    /// Sales of the year 2020
    ///
    /// id,name,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// 3,Cy,Bonn
    /// ```
    ///
    /// # When it is wrong
    /// When the lines are part of the format that the reader of the file expects.
    pub struct Preamble;
}

static META: CheckMeta = CheckMeta {
    code: "preamble",
    number: 62,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["remove-preamble"],
    docs: Preamble::DOCS,
};

impl Check for Preamble {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let layout = &table.detection.layout;
    let n = layout.preamble_lines;
    if n == 0 {
        return;
    }
    let message = format!("{n} line{} before the table", if n == 1 { "" } else { "s" });
    let places = file_text::Places { spans: vec![Span::new(0, layout.table_start)], n: 1 };
    out.extend(file_text::finding(&META, table, &places, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_table_that_begins_at_once_has_none() {
        assert!(!Sample::detected("id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n3,Cy,Bonn\n").has("preamble"));
    }
}
