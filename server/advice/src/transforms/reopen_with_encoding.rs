//! `reopen-with-encoding`

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, fit};

documented! {
    /// Opens the file again in the encoding that it is written in.
    ///
    /// # What it does
    /// Nothing to the text: the editor is asked to read the bytes on disk again. Editors without such a command show
    /// the name of the encoding to choose.
    ///
    /// # When not to use it
    /// When there are unsaved changes.
    pub struct ReopenWithEncoding;
}

static META: TransformMeta = TransformMeta {
    code: "reopen-with-encoding",
    number: 1051,
    class: FixClass::Safe,
    idempotent: true,
    docs: ReopenWithEncoding::DOCS,
};

impl Transform for ReopenWithEncoding {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let guess = table.file.encoding.as_ref().filter(|_| target == Target::File && table.file.misread)?;
        let title = format!("Reopen in {}", guess.label);
        let parameters = vec![("encoding", guess.label.to_owned())];
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Edits(Vec::new()),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;
    use crate::{FileFacts, Target, Transform};

    #[test]
    fn it_names_the_encoding_and_edits_nothing() {
        let bytes = "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let opened = String::from_utf8(bytes.clone()).unwrap();
        let mut sample = Sample::new(&opened);
        sample.file = FileFacts::of_document(&bytes, &opened, None);
        sample.with(|table| {
            let proposal = super::ReopenWithEncoding.propose(table, Target::File).unwrap();
            assert_eq!(proposal.title, "Reopen in utf-16le");
            assert!(super::ReopenWithEncoding.edits(table, Target::File).is_empty());
        });
    }
}
