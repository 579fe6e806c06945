//! What the file on disk says of a document: how its bytes are encoded. The text always comes from the editor.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aurora_advice::FileFacts;

use crate::documents::OpenDocument;
use crate::faults;
use crate::pool::Lane;
use crate::session::Session;
use crate::settings::local_path;

/// Files larger than this are not read again.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Looks at settings and file of a document that was opened or saved.
pub(crate) fn prepare(session: &Session, document: &OpenDocument) {
    let config = session.configs.of(&document.uri).config;
    if let Some(delimiter) = config.delimiter.as_deref().and_then(aurora_table::Delimiter::from_text) {
        document.pin(delimiter);
    }
    look(session, document);
}

/// Looks at the file behind a document.
pub(crate) fn look(session: &Session, document: &OpenDocument) {
    while !try_look(session, document) {}
}

/// Looks at the file behind a document; false where it was misread and the text has changed meanwhile: the editor may
/// have decoded it anew. (Of a text that was read right it is known how it was encoded, whatever is typed.)
fn try_look(session: &Session, document: &OpenDocument) -> bool {
    let Some(path) = local_path(&document.uri).and_then(|path| allowed(session, &path)) else { return true };
    let Some(bytes) = read(&path, MAX_BYTES) else { return true };
    let (number, now) = document.numbered();
    let text = now.rope.to_string();
    faults::slow_look(session, document, number, &text);
    // Not while the document is locked: it takes long for a long text.
    let found = FileFacts::of_document(&bytes, &text, now.file.extension.clone());
    let of = found.misread.then_some(number);
    document.set_file(of, |file| FileFacts { before: file.before.clone(), ..found }).is_some()
}

/// Looks at the file behind a misread document once more, beside what else is done: its text may now be the one that
/// its bytes mean, for editors tell of another decoding as of any other change.
pub(crate) fn look_soon(session: &Arc<Session>, document: &Arc<OpenDocument>) {
    if document.looking.swap(true, Ordering::SeqCst) {
        return;
    }
    let (session, document) = (Arc::clone(session), Arc::clone(document));
    tokio::spawn(async move {
        let (shared, ours) = (Arc::clone(&session), Arc::clone(&document));
        let job = move || {
            // What changes from here on is looked at again.
            ours.looking.store(false, Ordering::SeqCst);
            look(&shared, &ours);
        };
        if session.pool.run(Lane::Background, job).await.is_ok() {
            document.changed.notify_one();
        }
    });
}

/// The canonical path, if it lies in a workspace folder. A session without folders is about single files.
pub(crate) fn allowed(session: &Session, path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let folders = session.folders();
    let inside = |folder: &tower_lsp::lsp_types::Url| {
        let folder = local_path(folder).and_then(|folder| folder.canonicalize().ok());
        folder.is_some_and(|folder| path.starts_with(folder))
    };
    (folders.is_empty() || folders.iter().any(inside)).then_some(path)
}

/// Whether the file is no file of a person's but a way to ask the system something.
pub(crate) fn is_of_system(path: &Path) -> bool {
    path.starts_with("/proc") || path.starts_with("/sys")
}

/// The bytes of a plain file of at most `most` bytes; `None` for anything else.
pub(crate) fn read(path: &Path, most: u64) -> Option<Vec<u8>> {
    // Asked before opening: opening a pipe would wait for its other end.
    let found = std::fs::metadata(path).ok()?;
    if !found.is_file() || found.len() > most || is_of_system(path) {
        return None;
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
