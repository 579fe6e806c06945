//! `misleading-extension`

use aurora_table::Delimiter;
use aurora_text::Span;

use crate::checks::doubtful_dialect;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// The file's extension stands for another delimiter than it uses.
    ///
    /// # What it finds
    /// A `.tsv` or `.tab` file without tabs, a `.psv` file without bars.
    ///
    /// # Why it matters
    /// Programs that trust the extension read one wide column.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// ```
    ///
    /// # When it is wrong
    /// When every reader of the file guesses the delimiter.
    pub struct MisleadingExtension;
}

static META: CheckMeta = CheckMeta {
    code: "misleading-extension",
    number: 61,
    kind: FindingKind::File,
    severity: Severity::Hint,
    confidence: 0.0,
    transforms: &["convert-dialect", "reinterpret-as"],
    docs: MisleadingExtension::DOCS,
};

impl Check for MisleadingExtension {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let expected = match table.file.extension.as_deref() {
        Some("tsv" | "tab") => b'\t',
        Some("psv") => b'|',
        _ => return,
    };
    let delimiter = table.detection.dialect.delimiter;
    if table.structure.width < 2 || delimiter == Delimiter::byte(expected) {
        return;
    }
    let message = format!(
        "the extension stands for {}, the file uses {}",
        doubtful_dialect::name(&Delimiter::byte(expected)),
        doubtful_dialect::name(&delimiter),
    );
    let places = file_text::Places { spans: vec![Span::empty(table.detection.layout.table_start)], n: 1 };
    out.extend(file_text::finding(&META, table, &places, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn commas_in_a_tsv_are_found_and_in_a_csv_not() {
        let mut sample = Sample::new("id,name\n1,Ann\n");
        assert!(!sample.has("misleading-extension"));
        sample.file.extension = Some("tsv".to_owned());
        assert!(sample.has("misleading-extension"));
    }
}
