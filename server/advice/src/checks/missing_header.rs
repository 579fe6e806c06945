//! `missing-header`

use aurora_text::Span;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// The first record looks like all others.
    ///
    /// # What it finds
    /// A table whose first record holds values of the same kinds as the records below.
    ///
    /// # Why it matters
    /// Readers take the first record for names and lose it.
    ///
    /// # Example
    /// ```csv
    /// 2020-01-01,12.5,7
    /// 2020-01-02,13.5,9
    /// 2020-01-03,11.0,4
    /// 2020-01-04,10.5,3
    /// ```
    ///
    /// # When it is wrong
    /// When the columns are named by numbers.
    pub struct MissingHeader;
}

static META: CheckMeta = CheckMeta {
    code: "missing-header",
    number: 63,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["insert-header"],
    docs: MissingHeader::DOCS,
};

impl Check for MissingHeader {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Probability of a header up to which its absence is told.
const ABSENT: f64 = 0.2;

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let detection = table.detection;
    let enough = table.structure.n_records >= 3 && table.structure.width > 1;
    if detection.layout.header_records > 0 || !enough || detection.header_confidence > ABSENT {
        return;
    }
    let message = "the first record looks like data; the columns have no names".to_owned();
    let places = file_text::Places { spans: vec![Span::empty(detection.layout.table_start)], n: 1 };
    let found = file_text::finding(&META, table, &places, message);
    out.extend(found.map(|finding| Finding { confidence: 1.0 - detection.header_confidence, ..finding }));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn texts_may_be_names() {
        assert!(
            !Sample::detected("X-Men,Jim Lee\nSpider-Man,Erik Larsen\nBatman,Bob Kane\n")
                .has("missing-header")
        );
    }
}
