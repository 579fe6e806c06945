//! The worker of a document: analyses the newest text, one at a time, and publishes when the typing pauses.

use std::hash::{DefaultHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use aurora_advice::{Finding, Severity};
use aurora_analysis::Analysis;
use aurora_learning::{Beliefs, ColumnKey};
use aurora_table::Dialect;
use ropey::Rope;
use serde_json::json;
use tower_lsp::lsp_types::Url;

use crate::documents::{OpenDocument, Reading, View};
use crate::handlers::diagnostics;
use crate::pool::Lane;
use crate::session::Session;
use crate::{faults, learning, to_proto};

/// Typing that pauses this long is followed by a publication.
const QUIET: Duration = Duration::from_millis(60);
/// Without a pause, a publication follows after this long at the latest, if the reading is of the newest text.
const LONGEST_SILENCE: Duration = Duration::from_millis(800);

/// Starts the worker of `document`.
pub(crate) fn start(session: Arc<Session>, document: Arc<OpenDocument>) {
    document.changed.notify_one();
    tokio::spawn(async move {
        let mut published = Published::default();
        while !document.closed.is_cancelled() {
            document.changed.notified().await;
            work(&session, &document, &mut published).await;
        }
    });
}

#[derive(Default)]
struct Published {
    last: Option<(u64, u64, i32)>,
    at: Option<Instant>,
}

/// Analyses and publishes until the newest text is published.
async fn work(session: &Arc<Session>, document: &Arc<OpenDocument>, published: &mut Published) {
    loop {
        if document.closed.is_cancelled() {
            return;
        }
        let view = document.view(session.epoch());
        let key = (view.snapshot.generation, view.epoch, view.version);
        let known = document.readings.borrow().clone();
        let same =
            known.filter(|r| (r.snapshot.generation, r.epoch) == (view.snapshot.generation, view.epoch));
        if let Some(same) = same {
            if same.version != view.version {
                // The same text under another number.
                let renamed = Reading { version: view.version, ..Reading::clone(&same) };
                document.readings.send_replace(Some(Arc::new(renamed)));
            } else if published.last == Some(key) {
                return;
            }
        } else {
            let shared = Arc::clone(session);
            let reading = session.pool.run(Lane::Background, move || read(&shared, view)).await;
            let Ok(reading) = reading else { return };
            if !document.closed.is_cancelled() {
                document.readings.send_replace(Some(Arc::new(reading)));
            }
        }
        let first = published.at.is_none();
        let overdue = published.at.is_some_and(|at| at.elapsed() > LONGEST_SILENCE);
        let quiet = first || tokio::time::timeout(QUIET, document.changed.notified()).await.is_err();
        let newest = document.view(session.epoch());
        if (quiet || overdue) && (newest.snapshot.generation, newest.epoch, newest.version) == key {
            let same_text = published.last.is_some_and(|last| last.0 == key.0);
            published.last = Some(key);
            published.at = Some(Instant::now());
            let reading = document.readings.borrow().clone();
            if let Some(reading) = reading {
                publish(session, document, &reading);
                if same_text {
                    refresh(session);
                }
            }
        }
    }
}

/// Analyses what `view` shows. A fault in it is logged, remembered by the text's hash, and costs this reading only.
fn read(session: &Session, view: View) -> Reading {
    let uri = view.document.uri.clone();
    let config = Arc::new(session.configs.of(&uri));
    let mut reading = Reading {
        version: view.version,
        snapshot: view.snapshot,
        epoch: view.epoch,
        config,
        analysis: None,
        shown: Vec::new(),
        file_key: ColumnKey::default(),
    };
    if is_fatal(session, &uri, reading.rope()) {
        return reading;
    }
    let learned = session.learning.learned();
    let file = session.learning.file(&uri, &reading.config);
    reading.file_key = ColumnKey { domain: file.domain, ..ColumnKey::default() };
    let detection = Arc::clone(&reading.snapshot.detection);
    let sure = if detection.layout.header_records > 0 { detection.header_confidence } else { 0.0 };
    let analysed = catch_unwind(AssertUnwindSafe(|| {
        faults::panic_in_analysis(reading.rope());
        let key =
            |column: usize, name: &str, profile: &_| session.learning.key(&file, column, name, sure, profile);
        Analysis::of(&reading.snapshot, &reading.config.config.settings, &learned.beliefs, &key)
    }));
    match analysed {
        Ok(analysis) => {
            for check in &analysis.broken_checks {
                tracing::error!(check, "a check failed and was left out");
            }
            reading.shown = shown(&analysis, &reading, &learned.beliefs);
            reading.analysis = Some(Arc::new(analysis));
        }
        Err(_) => {
            tracing::error!("analysing a document failed; this text is not analysed again");
            session.fatal_texts.insert((uri, hash(reading.rope())));
        }
    }
    reading
}

/// Which findings are shown: those that are selected, not switched off for their column, and not dismissed.
fn shown(analysis: &Analysis, reading: &Reading, beliefs: &Beliefs) -> Vec<usize> {
    let select = &reading.config.config.select;
    let is_shown = |finding: &Finding| {
        let column = finding.place.field.and_then(|at| analysis.columns.get(at));
        let selected = |word: &String| word == finding.code || word == finding.kind.as_str();
        let key = column.map_or(&reading.file_key, |column| &column.key);
        finding.severity != Severity::Advice
            && (select.is_empty() || select.iter().any(selected))
            && !column.is_some_and(|c| reading.config.is_column_ignored(&c.header.name, finding.code))
            && learning::is_wanted(beliefs, key, finding.code)
    };
    analysis
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| is_shown(finding))
        .map(|(idx, _)| idx)
        .collect()
}

fn is_fatal(session: &Session, uri: &Url, text: &Rope) -> bool {
    let suspect = session.fatal_texts.iter().any(|fatal| fatal.0 == *uri);
    suspect && session.fatal_texts.contains(&(uri.clone(), hash(text)))
}

fn hash(text: &Rope) -> u64 {
    let mut hasher = DefaultHasher::new();
    for chunk in text.chunks() {
        hasher.write(chunk.as_bytes());
    }
    hasher.finish()
}

fn publish(session: &Arc<Session>, document: &OpenDocument, reading: &Arc<Reading>) {
    let client = session.client();
    if !client.pulls_diagnostics {
        let mut params =
            json!({"uri": document.uri, "diagnostics": diagnostics::of(client, &document.uri, reading)});
        if client.versioned_diagnostics {
            params["version"] = json!(reading.version);
        }
        session.link.notify("textDocument/publishDiagnostics", params);
    }
    if client.shows_status {
        let mut status = status(document, reading);
        let (rules, notice) = session.learning.status();
        status["rules"] = json!(rules);
        if let Some(notice) = notice {
            status["notice"] = json!(notice);
        }
        session.link.notify("aurora/status", status);
    }
}

/// What a status bar shows.
fn status(document: &OpenDocument, reading: &Reading) -> serde_json::Value {
    let detection = &reading.snapshot.detection;
    let analysis = reading.analysis.as_deref();
    json!({
        "uri": document.uri,
        "version": reading.version,
        "dialect": dialect(&detection.dialect),
        "encoding": reading.snapshot.file.encoding.as_ref().map(|guess| guess.label),
        "records": analysis.map(|a| a.structure.n_records),
        "columns": analysis.map(|a| a.columns.len()),
        "findings": diagnostics::shown(reading).count(),
        "coverage": if analysis.is_some() { "complete" } else { "failed" },
    })
}

/// A dialect as a person says it.
fn dialect(dialect: &Dialect) -> String {
    match dialect.delimiter.as_str() {
        "," => "comma".to_owned(),
        ";" => "semicolon".to_owned(),
        "\t" => "tab".to_owned(),
        "|" => "pipe".to_owned(),
        ":" => "colon".to_owned(),
        " " => "space".to_owned(),
        "" => "one column".to_owned(),
        other => to_proto::inert(other),
    }
}

/// Tells the client to ask again for what it shows: once, until it has answered.
fn refresh(session: &Arc<Session>) {
    let client = session.client();
    let methods: Vec<&str> = [
        (client.pulls_diagnostics && client.refreshes_diagnostics, "workspace/diagnostic/refresh"),
        (client.refreshes_lenses, "workspace/codeLens/refresh"),
    ]
    .into_iter()
    .filter_map(|(wanted, method)| wanted.then_some(method))
    .collect();
    if methods.is_empty() || session.refreshing.swap(true, Ordering::SeqCst) {
        return;
    }
    let session = Arc::clone(session);
    tokio::spawn(async move {
        for method in methods {
            session.link.ask(method, serde_json::Value::Null).await;
        }
        session.refreshing.store(false, Ordering::SeqCst);
    });
}
