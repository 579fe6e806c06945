//! `reencode-utf8`

use aurora_text::TextEdit;
use aurora_text::encoding::lone_char;

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Gives bytes that are not valid UTF-8 the letters that they mean in the encoding they came from.
    ///
    /// # What it does
    /// A byte that is bad all alone becomes its letter in the next likeliest encoding of the file (windows-1252 when
    /// there is none). Safe when every such byte is a letter there; bytes that are none stay as they are.
    ///
    /// # When not to use it
    /// When the bad bytes are damage rather than letters.
    pub struct ReencodeUtf8;
}

static META: TransformMeta = TransformMeta {
    code: "reencode-utf8",
    number: 1050,
    class: FixClass::Safe,
    idempotent: true,
    docs: ReencodeUtf8::DOCS,
};

impl Transform for ReencodeUtf8 {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let file = table.file;
        if target != Target::File || file.misread || file.faults.is_empty() {
            return None;
        }
        let guess = file.encoding.as_ref()?;
        let rival = guess.runner_up.filter(|label| lone_char(0xE9, label).is_some());
        let label = rival.unwrap_or("windows-1252");
        let now = file_text::find(table, '\u{FFFD}');
        let mut edits = Vec::new();
        let mut letters = true;
        for fault in &file.faults {
            // Where the text has changed since it was opened the place means nothing any more.
            now.spans.binary_search(&fault.span).ok()?;
            if let Some(ch) = fault.lone.and_then(|byte| lone_char(byte, label)) {
                letters &= ch.is_alphabetic();
                edits.push(TextEdit::new(fault.span, ch));
            }
        }
        let class = if letters && edits.len() == file.n_faults { META.class } else { FixClass::Unsafe };
        let title = format!("Read {} bytes as {label} and write them in UTF-8", edits.len());
        let parameters = vec![("encoding", label.to_owned())];
        let proposal = fit::proposal(title, class, parameters);
        (!edits.is_empty()).then_some(Fitted { proposal, change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;
    use crate::{FileFacts, FixClass, Target, Transform};

    #[test]
    fn signs_that_are_no_letters_make_it_unsafe() {
        let bytes = b"a,b\n\xE9t\xE9,\xA7\nZo\xC3\xAB \xC3\xA9t\xC3\xA9,1\n";
        let text = aurora_text::encoding::decode(bytes, "utf-8").text;
        let mut sample = Sample::new(&text);
        sample.file = FileFacts::of_document(bytes, &text, None);
        let class = sample.with(|table| super::ReencodeUtf8.propose(table, Target::File)).map(|p| p.class);
        assert_eq!(class, Some(FixClass::Unsafe));
    }
}
