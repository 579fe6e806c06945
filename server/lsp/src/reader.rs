//! From a text to a reading: analysed, or carried on from the text before.

use std::hash::{DefaultHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aurora_advice::{Finding, Severity};
use aurora_analysis::Analysis;
use aurora_config::Config;
use aurora_learning::{Beliefs, ColumnKey};
use ropey::Rope;
use serde_json::json;
use tower_lsp::lsp_types::Url;

use crate::documents::{Reading, View};
use crate::pool::CancelToken;
use crate::session::Session;
use crate::{faults, learning, schemas};

/// Analyses what `view` shows. A fault in it is logged, remembered by the text's hash, and costs this reading only.
/// `None` when the text moved on meanwhile, or when it was told to stop.
pub(crate) fn read(session: &Session, view: &View, stop: &CancelToken) -> Option<Reading> {
    let begun = Instant::now();
    let uri = view.document.uri.clone();
    let settings_epoch = session.settings_epoch();
    let config = Arc::new(session.configs.of(&uri));
    let (schema, of_schemas) = session.schemas.beside(session, &uri);
    let of_settings = session.configs.complaints(session.client().encoding);
    for (file, list) in of_settings.into_iter().chain(of_schemas) {
        session.link.notify("textDocument/publishDiagnostics", json!({"uri": file, "diagnostics": list}));
    }
    let mut reading = Reading { config, settings_epoch, ..failed(view) };
    if is_fatal(session, &uri, reading.rope()) {
        return Some(reading);
    }
    let mut learned = session.learning.learned();
    if let Some(reading) = believe(&reading, view, &learned.beliefs) {
        return Some(reading);
    }
    let file = session.learning.file(&uri, &reading.config);
    reading.is_keyed = file.is_some();
    let file = file.unwrap_or_default();
    reading.file_key = ColumnKey { domain: file.domain, ..ColumnKey::default() };
    let detection = Arc::clone(&reading.snapshot.detection);
    let sure = if detection.layout.header_records > 0 { detection.header_confidence } else { 0.0 };
    let analysed = catch_unwind(AssertUnwindSafe(|| {
        faults::panic_in_analysis(reading.rope());
        faults::leak_into_log(reading.rope());
        faults::slow_analysis(reading.rope());
        let key =
            |column: usize, name: &str, profile: &_| session.learning.key(&file, column, name, sure, profile);
        let moved_on =
            || view.document.closed.is_cancelled() || view.document.has_moved_on(view) || stop.is_cancelled();
        let settings = &reading.config.config.settings;
        let analyse = |beliefs: &_| {
            let mut analysis = Analysis::unless(&moved_on, &reading.snapshot, settings, beliefs, &key)?;
            if let Some(schema) = &schema {
                let found =
                    analysis.with_table(settings, |table| schemas::check(&reading, table, schema, &moved_on));
                analysis.findings.extend(found);
                analysis.findings.sort_by_key(|finding| (finding.place.span, finding.severity, finding.code));
            }
            (!moved_on()).then_some(analysis)
        };
        let analysis = analyse(&learned.beliefs)?;
        let keys: Vec<_> = analysis.columns.iter().map(|column| column.key).collect();
        if !session.learning.attach(&keys) {
            return Some(analysis);
        }
        learned = session.learning.learned();
        analyse(&learned.beliefs)
    }));
    match analysed {
        Ok(None) => return None,
        Ok(Some(analysis)) => {
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
    reading.cost = begun.elapsed();
    Some(reading)
}

/// A reading of which nothing is known but the text.
pub(crate) fn failed(view: &View) -> Reading {
    Reading {
        version: view.version,
        snapshot: view.snapshot.clone(),
        text: view.text,
        epoch: view.epoch,
        settings_epoch: 0,
        config: Arc::new(Config::default().for_file("")),
        analysis: None,
        shown: Vec::new(),
        file_key: ColumnKey::default(),
        is_complete: true,
        was_stopped: false,
        is_keyed: false,
        candidates: Arc::default(),
        cost: Duration::ZERO,
    }
}

/// What is shown when the person stopped the analysis of `view`: what can be carried on from `before`.
pub(crate) fn stopped(session: &Session, before: Option<&Reading>, view: &View) -> Reading {
    let carried = before.and_then(|before| carry(session, before, view)).unwrap_or_else(|| failed(view));
    Reading { is_complete: true, was_stopped: true, ..carried }
}

/// The same text under the same settings after an answer: nothing is read again.
fn believe(fresh: &Reading, view: &View, beliefs: &Beliefs) -> Option<Reading> {
    let before = view.document.readings.borrow().clone()?;
    let same = before.is_complete
        && !before.was_stopped
        && before.is_keyed
        && before.snapshot.generation == fresh.snapshot.generation
        && before.settings_epoch == fresh.settings_epoch;
    let analysis = before.analysis.as_ref().filter(|_| same)?.believed(beliefs)?;
    let mut reading =
        Reading { version: view.version, epoch: view.epoch, text: view.text, ..Reading::clone(&before) };
    reading.shown = shown(&analysis, &reading, beliefs);
    reading.analysis = Some(Arc::new(analysis));
    Some(reading)
}

/// What can be said of the text of `view` at once, from what is known of an earlier text.
pub(crate) fn carry(session: &Session, before: &Reading, view: &View) -> Option<Reading> {
    let settings = &before.config.config.settings;
    let carried =
        catch_unwind(AssertUnwindSafe(|| before.analysis.as_ref()?.carried_to(&view.snapshot, settings)));
    let analysis = carried.unwrap_or_else(|_| {
        tracing::error!("an analysis could not be carried on");
        None
    })?;
    let mut reading = Reading {
        version: view.version,
        snapshot: view.snapshot.clone(),
        text: view.text,
        is_complete: false,
        candidates: Arc::default(),
        ..Reading::clone(before)
    };
    reading.shown = shown(&analysis, &reading, &session.learning.learned().beliefs);
    reading.analysis = Some(Arc::new(analysis));
    Some(reading)
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
            && reading.config.suppression(column.map(|c| c.header.name.as_str()), finding.code).is_none()
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
