//! `doubtful-dialect`

use aurora_table::Delimiter;
use aurora_text::Span;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// Two dialects explain the file nearly as well.
    ///
    /// # What it finds
    /// Files in which the next best delimiter makes a table that is about as regular as the best one.
    ///
    /// # Why it matters
    /// Every other finding rests on the dialect. One keypress settles it.
    ///
    /// # Example
    /// ```csv
    /// a;b,c
    /// 1;2,3
    /// 4;5,6
    /// ```
    ///
    /// # When it is wrong
    /// When the shown reading is right, choose it once: until the editor is closed it is remembered for files with
    /// the same extension in the same folder.
    pub struct DoubtfulDialect;
}

static META: CheckMeta = CheckMeta {
    code: "doubtful-dialect",
    number: 60,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["reinterpret-as", "convert-dialect"],
    docs: DoubtfulDialect::DOCS,
};

impl Check for DoubtfulDialect {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Confidence in the dialect below which it is doubtful: odds of three to one.
const SURE: f64 = 0.75;

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let detection = table.detection;
    let Some(other) = detection.runner_up else { return };
    let several = detection.runner_up_width > 1 && table.structure.n_records > 0;
    if detection.confidence >= SURE || !several || other.delimiter == detection.dialect.delimiter {
        return;
    }
    let message = format!(
        "read with {} ({}); {} ({}) fits nearly as well",
        name(&detection.dialect.delimiter),
        columns(table.structure.width),
        name(&other.delimiter),
        columns(detection.runner_up_width),
    );
    let start = detection.layout.table_start;
    let places = file_text::Places { spans: vec![Span::empty(start)], n: 1 };
    out.extend(file_text::finding(&META, table, &places, message));
}

fn columns(n: usize) -> String {
    if n == 1 { "1 column".to_owned() } else { format!("{n} columns") }
}

/// A delimiter as people call it.
pub(crate) fn name(delimiter: &Delimiter) -> String {
    match delimiter.as_str() {
        "" => "no delimiter".to_owned(),
        "\t" => "tabs".to_owned(),
        " " => "blanks".to_owned(),
        text => format!("\"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_plain_file_is_calm() {
        let text = "id;name\n1;Ann, Bo\n2;Cy\n3;Di\n";
        assert!(!Sample::detected(text).standard().has("doubtful-dialect"));
    }
}
