//! `mismatched-encoding`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// A file that the editor read in another encoding than the one it is written in.
    ///
    /// # What it finds
    /// The bytes on disk are (say) windows-1252 or UTF-16, but the text at hand is what they give as UTF-8.
    /// One finding for the file, at its first wrong character.
    ///
    /// # Why it matters
    /// Saving the file now destroys every letter beyond ASCII.
    ///
    /// # Example
    /// ```csv
    /// name,city
    /// Ann,Oslo
    /// ```
    ///
    /// # When it is wrong
    /// Short files, where little speaks for one encoding over another: see the confidence.
    pub struct MismatchedEncoding;
}

static META: CheckMeta = CheckMeta {
    code: "mismatched-encoding",
    number: 51,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.6,
    transforms: &["reopen-with-encoding"],
    docs: MismatchedEncoding::DOCS,
};

impl Check for MismatchedEncoding {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let Some(guess) = table.file.encoding.as_ref().filter(|_| table.file.misread) else { return };
    let mut places = file_text::find(table, '\u{FFFD}');
    if places.n == 0 {
        places = file_text::find(table, '\0');
    }
    if places.n == 0 {
        places = file_text::Places { spans: vec![aurora_text::Span::empty(0)], n: 1 };
    }
    places.spans.truncate(1);
    let message = format!("the file is written in {}, but was opened in another encoding", guess.label);
    out.extend(file_text::finding(&META, table, &places, message).map(|mut finding| {
        finding.confidence = guess.confidence;
        finding
    }));
}

#[cfg(test)]
mod tests {
    use crate::FileFacts;
    use crate::sample::Sample;

    #[test]
    fn a_latin_file_opened_as_utf8_has_one_finding() {
        let text = "name;city\nJosé Núñez;Málaga\nIñigo;León\n";
        let bytes = aurora_text::encoding::encode(text, "windows-1252").unwrap().bytes;
        let opened = aurora_text::encoding::decode(&bytes, "utf-8").text;
        let mut sample = Sample::new(&opened);
        sample.file = FileFacts::of_document(&bytes, &opened, None);
        let found = sample.find("mismatched-encoding");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("windows-1252"));
        assert_eq!(found[0].place.span.of(&opened), "\u{FFFD}");
        assert_eq!(sample.find("invalid-encoding").len(), 0);
    }

    #[test]
    fn unsaved_changes_say_nothing_of_the_encoding() {
        let facts = FileFacts::of_document(b"a\n\xE9\n", "a\nnew\n", None);
        assert!(facts.encoding.is_none() && !facts.misread);
    }
}
