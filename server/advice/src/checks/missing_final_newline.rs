//! `missing-final-newline`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// A last line without a line end.
    ///
    /// # What it finds
    /// Text after the last line end. Off unless it is selected by name.
    ///
    /// # Why it matters
    /// Joining such files glues two records together; some tools lose the last record.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// ```
    ///
    /// # When it is wrong
    /// Many writers never end the last line, and readers do not mind: so it is off.
    pub struct MissingFinalNewline;
}

static META: CheckMeta = CheckMeta {
    code: "missing-final-newline",
    number: 55,
    kind: FindingKind::File,
    severity: Severity::Hint,
    confidence: 0.0,
    transforms: &["add-final-newline"],
    docs: MissingFinalNewline::DOCS,
};

impl Check for MissingFinalNewline {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    if !table.settings.names(META.code) {
        return;
    }
    let Some(end) = file_text::open_end(table) else { return };
    let places = file_text::Places { spans: vec![aurora_text::Span::empty(end)], n: 1 };
    out.extend(file_text::finding(&META, table, &places, "the last line has no line end".to_owned()));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn it_is_off_unless_selected() {
        let mut sample = Sample::new("a,b\r\n1,2");
        assert!(sample.find("missing-final-newline").is_empty());
        sample.settings.select = vec!["missing-final-newline".to_owned()];
        assert_eq!(sample.find("missing-final-newline").len(), 1);
        let after = sample.after("add-final-newline", crate::Target::File);
        assert_eq!(after.as_deref(), Some("a,b\r\n1,2\r\n"));
    }
}
