//! `byte-order-mark`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// A byte order mark where it does not belong.
    ///
    /// # What it finds
    /// U+FEFF in the middle of the text, as joined files leave it. Selected by name, also the mark at the start of a
    /// UTF-8 file.
    ///
    /// # Why it matters
    /// It is invisible and makes the value next to it different from all others.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// ```
    ///
    /// # When it is wrong
    /// Old texts that use it as a no-break space without width.
    pub struct ByteOrderMark;
}

static META: CheckMeta = CheckMeta {
    code: "byte-order-mark",
    number: 54,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["remove-bom"],
    docs: ByteOrderMark::DOCS,
};

impl Check for ByteOrderMark {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let places = file_text::find(table, '\u{FEFF}');
    let n = places.n;
    if n > 0 {
        let marks = if n == 1 { "mark" } else { "marks" };
        let message = format!("{n} byte order {marks} in the middle of the text");
        out.extend(file_text::finding(&META, table, &places, message));
        return;
    }
    let at_start = table.file.encoding.as_ref().is_some_and(|guess| guess.bom && guess.label == "utf-8");
    if at_start && table.settings.names(META.code) {
        let places = file_text::Places { spans: vec![aurora_text::Span::empty(0)], n: 1 };
        let message = "the file begins with a byte order mark".to_owned();
        let finding = file_text::finding(&META, table, &places, message);
        out.extend(finding.map(|finding| finding.with_severity(Severity::Hint)));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_mark_in_the_middle_is_found_and_removed() {
        let sample = Sample::new("a,b\n1,2\n\u{FEFF}3,4\n");
        assert_eq!(sample.find("byte-order-mark").len(), 1);
        assert_eq!(sample.after("remove-bom", crate::Target::File).as_deref(), Some("a,b\n1,2\n3,4\n"));
    }

    #[test]
    fn the_mark_at_the_start_is_only_told_when_asked_for() {
        let mut sample = Sample::new("a,b\n1,2\n");
        sample.file = crate::FileFacts::of_document(b"\xEF\xBB\xBFa,b\n1,2\n", "a,b\n1,2\n", None);
        assert!(sample.find("byte-order-mark").is_empty());
        sample.settings.select = vec!["byte-order-mark".to_owned()];
        assert_eq!(sample.find("byte-order-mark").len(), 1);
    }
}
