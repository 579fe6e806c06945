//! `invalid-encoding`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented, file_text};

documented! {
    /// Bytes that the file's encoding cannot hold.
    ///
    /// # What it finds
    /// Bytes that are no character in the encoding of the file, in one finding with all their places. In the text
    /// they stand as U+FFFD. One bad byte in a UTF-8 file is a fault at that byte, not a reason to read the whole
    /// file as something else.
    ///
    /// # Why it matters
    /// The characters are lost as soon as the file is saved; other readers refuse the file.
    ///
    /// # Example
    /// ```csv
    /// name,city
    /// Ann,Oslo
    /// ```
    ///
    /// # When it is wrong
    /// Columns of binary data.
    pub struct InvalidEncoding;
}

static META: CheckMeta = CheckMeta {
    code: "invalid-encoding",
    number: 50,
    kind: FindingKind::Structure,
    severity: Severity::Error,
    confidence: 0.0,
    transforms: &["reencode-utf8"],
    docs: InvalidEncoding::DOCS,
};

impl Check for InvalidEncoding {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let file = table.file;
    let Some(first) = file.faults.first().filter(|_| !file.misread) else { return };
    let now = file_text::find(table, '\u{FFFD}');
    if now.n == 0 {
        // Mended since the file was opened.
        return;
    }
    let untouched = file.faults.iter().all(|fault| now.spans.binary_search(&fault.span).is_ok());
    let places = if untouched {
        let spans = file.faults.iter().map(|fault| fault.span).collect();
        file_text::Places { spans, n: file.n_faults as u64 }
    } else {
        now
    };
    let label = file.encoding.as_ref().map_or("utf-8", |guess| guess.label);
    let (n, plural) = (places.n, if places.n == 1 { " is" } else { "s are" });
    let message =
        format!("{n} place{plural} not valid {label}; the first is at byte {} of the file", first.byte);
    out.extend(file_text::finding(&META, table, &places, message));
}

#[cfg(test)]
mod tests {
    use crate::FileFacts;
    use crate::sample::Sample;

    #[test]
    fn the_bad_byte_is_named_by_its_place_in_the_file() {
        let bytes = b"name,city\nAndr\xE9,Paris\nZo\xC3\xAB,Lyon\n";
        let decoded = aurora_text::encoding::decode(bytes, "utf-8");
        let mut sample = Sample::new(&decoded.text);
        sample.file = FileFacts::of_document(bytes, &decoded.text, None);
        let found = sample.find("invalid-encoding");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "1 place is not valid utf-8; the first is at byte 14 of the file");
        assert_eq!(found[0].place.span.of(&decoded.text), "\u{FFFD}");
        let after = sample.after("reencode-utf8", crate::Target::File);
        assert_eq!(after.as_deref(), Some("name,city\nAndré,Paris\nZoë,Lyon\n"));
    }

    #[test]
    fn a_mended_text_has_no_finding() {
        let bytes = b"name\nAndr\xE9\nZo\xC3\xAB\n";
        let mut sample = Sample::new("name\nAndré\nZoë\n");
        sample.file = FileFacts::of_document(bytes, "name\nAndr\u{FFFD}\nZoë\n", None);
        assert_eq!(sample.file.n_faults, 1);
        assert_eq!(sample.find("invalid-encoding").len(), 0);
    }
}
