//! `textDocument/definition`: from a key to the record that it names in a file of the same folder.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aurora_advice::FileFacts;
use aurora_analysis::{Document, OpenOptions, Snapshot};
use aurora_text::Span;
use aurora_text::encoding::{decode, detect};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, Position, Url};

use crate::capabilities::Encoding;
use crate::handlers::from_reading;
use crate::locate::locate;
use crate::pool::{CancelToken, Lane};
use crate::server::Server;
use crate::session::{Session, now_token, now_view};
use crate::settings::local_path;
use crate::{disk, from_proto, to_proto};

/// Files looked into, those whose names fit first.
const MAX_FILES: usize = 40;
/// A sibling larger than this is not read.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Nor are more bytes than this in all.
const MAX_TOTAL: u64 = 48 * 1024 * 1024;
/// Names in a folder that are looked at.
const MAX_ENTRIES: usize = 2_000;
/// Extensions of tables.
const EXTENSIONS: [&str; 4] = ["csv", "tsv", "tab", "psv"];

/// A field's value and the name of its column.
struct Key {
    name: String,
    value: String,
}

/// Answers the request.
pub(crate) async fn definition(
    server: &Server,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let (encoding, token) = (server.0.client().encoding, now_token());
    let uri = params.text_document_position_params.text_document.uri;
    let position = params.text_document_position_params.position;
    let key = from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        key_at(analysis, &reading.config.config.settings, position, encoding)
    })
    .await?;
    let Some(key) = key else { return Ok(None) };
    let session = Arc::clone(&server.0);
    let look = move || siblings(&session, &uri, &key, encoding, &token);
    let found = server.0.pool.run(Lane::Request, look).await.map_err(|_| Error::internal_error())?;
    Ok((!found.is_empty()).then_some(GotoDefinitionResponse::Array(found)))
}

fn key_at(
    analysis: &aurora_analysis::Analysis,
    settings: &aurora_advice::Settings,
    position: Position,
    encoding: Encoding,
) -> Option<Key> {
    let offset = from_proto::offset(&analysis.snapshot.rope, position, encoding);
    analysis.with_table(settings, |table| {
        let at = locate(table, offset)?;
        let name = table.column(at.column)?.header.name.trim().to_lowercase();
        let value = table.with_record(at.record?, |block, record| {
            record.fields.get(at.column).map(|f| f.value(block.text, block.dialect).trim().to_owned())
        })??;
        (!value.is_empty() && !name.is_empty()).then_some(Key { name, value })
    })
}

/// The places in other files of the folder that `key` names.
fn siblings(
    session: &Session,
    uri: &Url,
    key: &Key,
    encoding: Encoding,
    token: &CancelToken,
) -> Vec<Location> {
    let Some(own) = local_path(uri).and_then(|path| disk::allowed(session, &path)) else { return Vec::new() };
    let mut found = Vec::new();
    let mut left = MAX_TOTAL;
    for path in candidates(&own, key).into_iter().take(MAX_FILES) {
        if token.is_cancelled() {
            break;
        }
        let Some((uri, snapshot)) = open(session, &path, &mut left) else { continue };
        if let Some(span) = place(&snapshot, &path, key) {
            found.push(Location { uri, range: to_proto::range(&snapshot.rope, span, encoding) });
        }
    }
    found
}

/// The tables beside `own`, those first whose names the key's column speaks of.
fn candidates(own: &Path, key: &Key) -> Vec<PathBuf> {
    let Some(entries) = own.parent().and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    let is_table = |path: &PathBuf| {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
        path != own && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
    };
    let paths = entries.take(MAX_ENTRIES).flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(is_table).collect();
    paths.sort_by_key(|path| (!is_named(path, &key.name), path.clone()));
    paths
}

/// Whether a column called `name` speaks of the file: `customer_id` of `customers.csv`.
fn is_named(path: &Path, name: &str) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_lowercase();
    let what = ["_id", "-id", " id", "id", "_key", "_code", "_no", "_nr"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let one = stem.strip_suffix("ies").map(|s| format!("{s}y"));
    what.len() > 1 && (stem == what || stem.strip_suffix('s') == Some(what) || one.as_deref() == Some(what))
}

/// The table at `path`: as the editor has it if it is open, else as it is on disk.
fn open(session: &Session, path: &Path, left: &mut u64) -> Option<(Url, Snapshot)> {
    let path = disk::allowed(session, path)?;
    let uri = Url::from_file_path(&path).ok()?;
    if let Some(view) = session.view(&uri) {
        return Some((uri, view.snapshot));
    }
    let bytes = disk::read(&path, MAX_BYTES.min(*left))?;
    *left -= bytes.len() as u64;
    let text = decode(&bytes, detect(&bytes).label).text;
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    let options =
        OpenOptions { file: FileFacts { extension, ..FileFacts::default() }, ..OpenOptions::default() };
    Some((uri, Document::open(&text, &options).snapshot()))
}

/// The one record of the table whose key is `key`: in a column of the same name, or in the `id` of a table that the
/// name speaks of. Where the value stands more than once it is no key.
fn place(snapshot: &Snapshot, path: &Path, key: &Key) -> Option<Span> {
    let headers = snapshot.headers();
    let names: Vec<_> = headers.iter().map(|header| header.name.trim().to_lowercase()).collect();
    let own = || ["id", "key", "code"].iter().find_map(|wanted| names.iter().position(|name| name == wanted));
    let column = (names.iter().position(|name| *name == key.name))
        .or_else(|| is_named(path, &key.name).then(own).flatten())?;
    let mut found = None;
    let mut n = 0;
    snapshot.visit(&mut |block| {
        for record in block.records.iter().filter(|record| !record.is_blank()) {
            let Some(field) = record.fields.get(column) else { continue };
            if field.value(block.text, block.dialect).trim() == key.value {
                n += 1;
                found = Some(field.span().shift(block.before.bytes));
            }
        }
        if n > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found.filter(|_| n == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_speaks_of_its_table() {
        let named = |file: &str, column: &str| is_named(Path::new(file), column);
        assert!(named("customers.csv", "customer_id") && named("countries.csv", "country"));
        assert!(named("city.tsv", "cityid") && named("Orders.csv", "order id"));
        assert!(!named("orders.csv", "customer_id") && !named("ids.csv", "id"));
    }
}
