//! `not-a-table`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// The file is no text, whatever its name says.
    ///
    /// # What it finds
    /// Images, archives, workbooks, databases and other binary formats, by the mark they begin with or by control
    /// characters of many kinds. It is then the only finding, and nothing is offered to change. The command line refuses
    /// such a file with exit status 2.
    ///
    /// # Why it matters
    /// A workbook that was renamed instead of exported opens as a table of nonsense, and any change destroys it.
    ///
    /// # Example
    /// ```csv
    /// PK�����xl/workbook.xml��
    /// ```
    ///
    /// # When it is wrong
    /// A text that begins exactly as such a format does.
    pub struct NotATable;
}

static META: CheckMeta = CheckMeta {
    code: "not-a-table",
    number: 209,
    kind: FindingKind::File,
    severity: Severity::Error,
    confidence: 1.0,
    transforms: &[],
    docs: NotATable::DOCS,
};

impl Check for NotATable {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

pub(super) fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let Some(what) = table.file.binary else { return };
    let places = file_text::Places { spans: vec![aurora_text::Span::empty(0)], n: 1 };
    let message = format!("the file is {what}, not a table in text");
    out.extend(file_text::finding(&META, table, &places, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn what_is_no_text_has_this_finding_alone() {
        let bytes = b"PK\x03\x04\x14\0xl/workbook.xml\n1,2\n1,2,3\n\xff\xfe";
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut sample = Sample::new(&text);
        assert!(!sample.has("not-a-table"));
        sample.file = crate::FileFacts::of_document(bytes, &text, None);
        let found = sample.with(|table| crate::checks::run_all(table).0);
        let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["not-a-table"]);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn a_table_typed_over_it_is_a_table() {
        let bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let mut sample = Sample::new("id,name\n1,Ann\n");
        sample.file = crate::FileFacts::of_document(bytes, "id,name\n1,Ann\n", None);
        assert!(!sample.has("not-a-table"));
    }
}
