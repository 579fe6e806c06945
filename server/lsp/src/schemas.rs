//! Schemas beside the open tables, read once a change.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aurora_advice::{Finding, TableView};
use aurora_schema::Schema;
use aurora_table::Cancellable;
use dashmap::DashMap;
use tower_lsp::lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Url};

use crate::documents::Reading;
use crate::session::Session;
use crate::settings::local_path;
use crate::{disk, to_proto};

/// Length and time of change of the files in which a schema may lie; `None` for those that are not there.
type Stamps = Vec<Option<(u64, Option<SystemTime>)>>;

/// What the files beside a table said when they bore these stamps.
type Known = (Stamps, Option<Arc<Schema>>);

/// Schemas by the path of their table, and the files that could not be read as one.
#[derive(Default)]
pub(crate) struct Schemas {
    known: DashMap<PathBuf, Known>,
    unreadable: Mutex<HashSet<PathBuf>>,
}

impl Schemas {
    /// The schema beside the document called `uri`, if that is a file that may be looked at. What is said of the
    /// files themselves since the last question comes along, by name: an empty list for one that was mended.
    pub(crate) fn beside(
        &self,
        session: &Session,
        uri: &Url,
    ) -> (Option<Arc<Schema>>, Vec<(Url, Vec<Diagnostic>)>) {
        let Some(table) = local_path(uri) else { return (None, Vec::new()) };
        let places = aurora_schema::places(&table);
        let stamps = stamps(&places);
        if stamps.iter().all(Option::is_none) {
            self.known.remove(&table);
            return (None, self.said(&places, None));
        }
        if let Some(known) = self.known.get(&table).filter(|known| known.0 == stamps) {
            return (known.1.clone(), Vec::new());
        }
        // A link may lead out of the workspace.
        let may_look =
            |file: &Path| disk::allowed(session, file).is_some_and(|file| !disk::is_of_system(&file));
        let there = places.iter().zip(&stamps).filter(|(_, stamp)| stamp.is_some());
        let found = if there.map(|(file, _)| file).all(|file| may_look(file)) {
            aurora_schema::beside(&table)
        } else {
            Ok(None)
        };
        let (schema, fault) = match found {
            Ok(found) => (found.map(|(_, schema)| Arc::new(schema)), None),
            Err(fault) => (None, Some(fault)),
        };
        self.known.insert(table, (stamps, schema.clone()));
        (schema, self.said(&places, fault))
    }

    /// What is to be said of these files now that `fault` alone is wrong with them.
    fn said(&self, places: &[PathBuf], fault: Option<(PathBuf, String)>) -> Vec<(Url, Vec<Diagnostic>)> {
        let mut unreadable = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::new();
        for file in places {
            let list: Vec<_> =
                fault.iter().filter(|fault| fault.0 == *file).map(|(_, why)| diagnostic(why)).collect();
            let known =
                if list.is_empty() { unreadable.remove(file) } else { !unreadable.insert(file.clone()) };
            if (known || !list.is_empty())
                && let Ok(uri) = Url::from_file_path(file)
            {
                all.push((uri, list));
            }
        }
        all
    }
}

fn stamps(places: &[PathBuf]) -> Stamps {
    let stamp = |file: &PathBuf| {
        let facts = std::fs::metadata(file).ok()?;
        facts.is_file().then(|| (facts.len(), facts.modified().ok()))
    };
    places.iter().map(stamp).collect()
}

/// Whether a change of the file at `path` may change what a table is checked against.
pub(crate) fn is_schema(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "datapackage.json" | "schema.json" | "csv-metadata.json")
        || name.ends_with(".schema.json")
        || name.ends_with("-metadata.json")
}

/// What the client is asked to watch: the names of [`is_schema`].
pub(crate) const WATCHED: [&str; 4] =
    ["**/datapackage.json", "**/schema.json", "**/*.schema.json", "**/*-metadata.json"];

/// What in the table of `reading` is not as `schema` says, as far as it is looked for; reads every record unless
/// `cancelled`.
pub(crate) fn check(
    reading: &Reading,
    table: &TableView<'_>,
    schema: &Schema,
    cancelled: &dyn Fn() -> bool,
) -> Vec<Finding> {
    let source = Cancellable { source: table.source, cancelled };
    let mut found = aurora_schema::check(&TableView { source: &source, ..*table }, schema);
    found.retain(|finding| reading.config.config.settings.wants(finding.code, finding.kind));
    found
}

/// The finding that the schema cannot be read, as the client shows it.
fn diagnostic(why: &str) -> Diagnostic {
    let finding = aurora_schema::check::unreadable(why);
    Diagnostic {
        severity: Some(DiagnosticSeverity::WARNING),
        code: Some(NumberOrString::String(finding.code.to_owned())),
        source: Some("aurora".to_owned()),
        message: to_proto::inert(&finding.message),
        ..Diagnostic::default()
    }
}
