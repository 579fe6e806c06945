//! `blank-header`

use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text, header_names,
};

documented! {
    /// Columns with values and without a name.
    ///
    /// # What it finds
    /// Empty header fields above columns that hold values. The first column is exempt: R and pandas write their index there.
    ///
    /// # Why it matters
    /// Readers invent names that differ from program to program.
    ///
    /// # Example
    /// ```csv
    /// id,,city
    /// 1,Ann,Rome
    /// 2,Bo,Oslo
    /// 3,Cy,Bonn
    /// ```
    ///
    /// # When it is wrong
    /// When a later column holds remarks that nobody reads by name.
    pub struct BlankHeader;
}

static META: CheckMeta = CheckMeta {
    code: "blank-header",
    number: 64,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["name-header"],
    docs: BlankHeader::DOCS,
};

impl Check for BlankHeader {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let written = header_names::written(table);
    let blank = |column: &&&crate::ColumnView<'_>| {
        column.idx > 0 && column.header.name.trim().is_empty() && column.profile.n_present() > 0
    };
    let spans: Vec<_> = written.iter().filter(blank).map(|column| column.header.span).collect();
    let n = spans.len() as u64;
    let plural = if n == 1 { " has" } else { "s have" };
    let message = format!("{n} of {} column{plural} values and no name", table.structure.width);
    out.extend(file_text::finding(&META, table, &file_text::Places { spans, n }, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn an_index_column_and_an_empty_column_are_calm() {
        assert!(!Sample::new(",a,\n1,2,\n2,3,\n").has("blank-header"));
    }
}
