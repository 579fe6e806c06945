//! The code action of `split-tables`: an edit that creates a file for each table and leaves the document alone.

use aurora_advice::transforms::{self, split_tables};
use aurora_advice::{TableView, Target};
use tower_lsp::lsp_types::{Url, WorkspaceEdit};

use crate::documents::Reading;
use crate::session::Session;
use crate::settings::local_path;
use crate::{disk, to_proto};

/// The transform's code.
pub(super) const CODE: &str = "split-tables";
/// Bytes of text that an editor is given at once; beyond, `aurora fix` does it better.
const MAX_BYTES: usize = 20 << 20;

/// The files that the document called `uri` is split into, with their texts; `None` where the client cannot create
/// files, the document is not one that may be looked at on disk, or one of the files is there already.
pub(super) fn offered(
    session: &Session,
    reading: &Reading,
    table: &TableView<'_>,
    uri: &Url,
) -> Option<Vec<(Url, String)>> {
    if !session.client().creates_files || reading.rope().len_bytes() > MAX_BYTES {
        return None;
    }
    let path = local_path(uri)?;
    disk::allowed(session, &path)?;
    let pieces = transforms::find(CODE)?.files(table, Target::File);
    let names = split_tables::names(&path.file_name()?.to_string_lossy(), pieces.len());
    let file = |(name, piece): (String, aurora_text::Span)| {
        let path = path.with_file_name(name);
        let text = reading.rope().byte_slice(piece.start..piece.end).to_string();
        let is_free = path.symlink_metadata().is_err();
        Some((Url::from_file_path(path).ok()?, text)).filter(|_| is_free)
    };
    names.into_iter().zip(pieces).map(file).collect::<Option<Vec<_>>>().filter(|files| files.len() > 1)
}

/// The edit that creates them, when `transform` is this one.
pub(super) fn edit(
    session: &Session,
    reading: &Reading,
    table: &TableView<'_>,
    uri: &Url,
    transform: Option<&str>,
) -> Option<WorkspaceEdit> {
    let files = transform.filter(|code| *code == CODE).and_then(|_| offered(session, reading, table, uri))?;
    Some(to_proto::new_files(files))
}
