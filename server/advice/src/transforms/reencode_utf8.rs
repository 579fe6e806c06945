//! `reencode-utf8`

use std::collections::HashSet;
use std::ops::ControlFlow;

use aurora_text::TextEdit;
use aurora_text::encoding::lone_char;

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Gives bytes that are not valid UTF-8 the letters that they mean in the encoding they came from.
    ///
    /// # What it does
    /// A byte that is bad all alone becomes its letter in windows-1252, or in another encoding of one byte a letter whose
    /// letters the file has elsewhere too. Safe when every such byte is a letter there; bytes that are none stay as they are.
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
        let label = likeliest(table, guess.runner_up);
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

/// Encodings of one byte a character that stray bytes may be of, beside the one that detection thought of.
const OTHERS: [&str; 6] =
    ["windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256"];
/// Distinct stray bytes by which the encoding is judged.
const JUDGED: usize = 8;

/// The encoding that the stray bytes are of: Western unless the letters that they are in another one are those that the
/// file has elsewhere too. A handful of bytes says nothing by itself.
fn likeliest(table: &TableView<'_>, runner_up: Option<&'static str>) -> &'static str {
    let mut bytes: Vec<u8> = table.file.faults.iter().filter_map(|fault| fault.lone).collect();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.truncate(JUDGED);
    let others = || runner_up.into_iter().chain(OTHERS).filter(|label| lone_char(0xE9, label).is_some());
    let letters = |label: &str| -> Vec<char> {
        let all = bytes.iter().filter_map(|&byte| lone_char(byte, label));
        all.filter(|ch| ch.is_alphabetic()).collect()
    };
    let wanted: HashSet<char> = others().chain(["windows-1252"]).flat_map(letters).collect();
    let mut known = HashSet::new();
    table.source.texts(&mut |_, text| {
        known.extend(text.chars().filter(|ch| !ch.is_ascii() && wanted.contains(ch)));
        ControlFlow::Continue(())
    });
    let n_known = |label: &str| letters(label).iter().filter(|ch| known.contains(ch)).count();
    let mut best = ("windows-1252", n_known("windows-1252"));
    for label in others() {
        let known = n_known(label);
        if known > best.1 {
            best = (label, known);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;
    use crate::{FileFacts, FixClass, Target, Transform};

    fn after(bytes: &[u8]) -> Option<String> {
        let text = aurora_text::encoding::decode(bytes, "utf-8").text;
        let mut sample = Sample::new(&text);
        sample.file = FileFacts::of_document(bytes, &text, None);
        sample.after("reencode-utf8", Target::File)
    }

    #[test]
    fn a_stray_byte_is_western_unless_the_file_has_the_letter_of_another_alphabet() {
        let zoe = "2,Zo\u{eb}\n".repeat(3);
        let text = [b"id,name\n", zoe.as_bytes(), b"4,Ren\xE9\n"].concat();
        assert_eq!(after(&text), Some(format!("id,name\n{zoe}4,Ren\u{e9}\n")));
        let boris = "2,Борис\n3,Игорь\n".repeat(3);
        // `ор` in windows-1251.
        let text = [b"id,name\n", boris.as_bytes(), b"4,\xEE\xF0\n"].concat();
        assert_eq!(after(&text), Some(format!("id,name\n{boris}4,ор\n")));
    }

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
