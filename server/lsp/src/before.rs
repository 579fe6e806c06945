//! The last commit's version of a document's file, read in the background after the first findings are shown: nobody
//! waits for git.

use std::path::PathBuf;
use std::sync::Arc;

use aurora_advice::{Before, FileFacts};
use aurora_analysis::{Document, OpenOptions};
use aurora_git::{Revision, Version};
use aurora_text::encoding;

use crate::disk;
use crate::documents::OpenDocument;
use crate::pool::Lane;
use crate::session::Session;
use crate::settings::local_path;

/// Looks for the last commit's version once the document has been read, and lets the checks compare it.
pub(crate) fn look_soon(session: &Arc<Session>, document: &Arc<OpenDocument>) {
    let (session, document) = (Arc::clone(session), Arc::clone(document));
    tokio::spawn(async move {
        let mut readings = document.readings.subscribe();
        while readings.borrow_and_update().is_none() {
            if document.closed.is_cancelled() || readings.changed().await.is_err() {
                return;
            }
        }
        let (shared, ours) = (Arc::clone(&session), Arc::clone(&document));
        // Git is waited for beside the pool, whose threads compute.
        let found = tokio::task::spawn_blocking(move || find(&shared, &ours)).await;
        let Ok(Some((path, version))) = found else { return };
        let ours = Arc::clone(&document);
        let compared = session.pool.run(Lane::Background, move || compare(&ours, &path, version)).await;
        match compared {
            Ok(true) => document.changed.notify_one(),
            Ok(false) => {}
            Err(_) => tracing::error!("the last commit's version of a document could not be read"),
        }
    });
}

/// The file of `document` and its last commit's version; `None` where there is none, or the check is switched off.
fn find(session: &Session, document: &OpenDocument) -> Option<(PathBuf, Version)> {
    let meta = aurora_advice::checks::find("drifted-column")?.meta();
    if !session.configs.of(&document.uri).config.settings.wants(meta.code, meta.kind) {
        return None;
    }
    let path = disk::allowed(session, &local_path(&document.uri)?)?;
    if !aurora_git::is_in_repository(&path) {
        return None;
    }
    match Revision::head().file(&path) {
        Ok(version) => version.map(|version| (path, version)),
        Err(error) => {
            tracing::debug!(reason = reason(&error), "no earlier version of a document");
            None
        }
    }
}

/// Why there is none, without names.
fn reason(error: &aurora_git::Error) -> &'static str {
    match error {
        aurora_git::Error::NoRevision(_) | aurora_git::Error::Unknown { .. } => "no commit",
        aurora_git::Error::NoFile(_) => "no file",
        aurora_git::Error::NoGit(_) => "git does not run",
        aurora_git::Error::TooLarge(_) => "too large",
        aurora_git::Error::TooSlow(_) => "too slow",
    }
}

/// Lets the checks compare `document` with `version`, or with nothing where the file is the same; whether that changed
/// what is known.
fn compare(document: &OpenDocument, path: &std::path::Path, version: Version) -> bool {
    let same =
        disk::read(path, aurora_git::Limits::UNASKED.bytes).is_some_and(|bytes| bytes == version.bytes);
    let before = if same { None } else { Some(Arc::new(read(document, version))) };
    document.set_file(None, |file| FileFacts { before: before.clone(), ..file.clone() }) == Some(true)
}

fn read(document: &OpenDocument, version: Version) -> Before {
    let now = document.snapshot();
    let guess = encoding::detect(&version.bytes);
    let text = encoding::decode(&version.bytes, guess.label).text;
    let file =
        FileFacts { encoding: Some(guess), extension: now.file.extension.clone(), ..FileFacts::default() };
    // Most likely it was written in the same dialect.
    let options = OpenOptions { file, remembered: Some(now.detection.dialect), ..OpenOptions::default() };
    Document::open(&text, &options).snapshot().as_before(version.revision)
}
