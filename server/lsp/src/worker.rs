//! The worker of a document: analyses the newest text, one at a time, and publishes when the typing pauses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aurora_table::Dialect;
use serde_json::json;

use crate::documents::{OpenDocument, Reading, View};
use crate::handlers::diagnostics;
use crate::pool::Lane;
use crate::progress::Work;
use crate::session::Session;
use crate::{before, by_hand, disk, reader, to_proto};

/// Typing that pauses this long is followed by a publication.
const QUIET: Duration = Duration::from_millis(60);
/// Without a pause, a publication follows after this long at the latest, if the reading is of the newest text.
const LONGEST_SILENCE: Duration = Duration::from_millis(800);

/// After a pause of this length, edits may have made another table of the text.
const PAUSE: Duration = Duration::from_millis(300);

/// Analyses that take longer than this are preceded by what can be said at once. (How long one takes that the compiler
/// has not optimised tells nothing.)
const SLOW: Duration = Duration::from_millis(if cfg!(debug_assertions) { 80 } else { 20 });

/// They begin only when typing has paused this long, or has gone on for so long: begun anew with every key they would
/// all be in vain.
const CALM: Duration = Duration::from_millis(150);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Starts the worker of `document`.
pub(crate) fn start(session: Arc<Session>, document: Arc<OpenDocument>) {
    document.changed.notify_one();
    tokio::spawn(async move {
        let mut published = Published::default();
        let (shared, ours) = (Arc::clone(&session), Arc::clone(&document));
        let prepared = session.pool.run(Lane::Background, move || disk::prepare(&shared, &ours)).await;
        if prepared.is_err() {
            tracing::error!("the file of a document could not be looked at");
        }
        before::look_soon(&session, &document);
        // What `disk` may have changed is of the same text.
        let mut laid_out = document.view(session.epoch()).text;
        while !document.closed.is_cancelled() {
            document.changed.notified().await;
            loop {
                work(&session, &document, &mut published).await;
                let view = document.view(session.epoch());
                if view.text == laid_out || !view.is_in_step || document.closed.is_cancelled() {
                    break;
                }
                if tokio::time::timeout(PAUSE, document.changed.notified()).await.is_ok() {
                    continue;
                }
                laid_out = view.text;
                let ours = Arc::clone(&document);
                let anew = session.pool.run(Lane::Background, move || ours.lay_out_anew(&view)).await;
                if anew != Ok(true) {
                    break;
                }
            }
        }
    });
}

/// What was published last, and when.
#[derive(Default)]
struct Published {
    /// Generation, epoch, version, and whether it was all that can be said.
    last: Option<(u64, u64, i32, bool)>,
    at: Option<Instant>,
    /// The last reading up to which edits by hand were looked for; what was published while typing went on is not yet.
    compared: Option<(u64, u64, i32, bool)>,
    /// The last reading that was all that can be said.
    complete: Option<Arc<Reading>>,
    /// The last reading that requests were answered from, whether it was published or not.
    offered: Option<(u64, u64, i32, bool)>,
    /// Requests about the newest version were answered from another reading before.
    is_superseded: bool,
}

impl Published {
    /// Has requests answered from `reading` from now on.
    fn offer(&mut self, document: &OpenDocument, reading: &Arc<Reading>) {
        let new = key(reading);
        let of_same_version = self.offered.is_some_and(|old| old.2 == new.2);
        self.is_superseded = of_same_version && (self.is_superseded || self.offered != Some(new));
        self.offered = Some(new);
        document.readings.send_replace(Some(Arc::clone(reading)));
    }
}

/// Analyses and publishes until the newest text is published.
async fn work(session: &Arc<Session>, document: &Arc<OpenDocument>, published: &mut Published) {
    while !document.closed.is_cancelled() {
        let mut view = document.view(session.epoch());
        let known = document.readings.borrow().clone();
        let same_text = |r: &&Arc<Reading>| {
            (r.snapshot.generation, r.epoch) == (view.snapshot.generation, view.epoch) && r.is_complete
        };
        let reading = match known.as_ref().filter(same_text) {
            Some(same) if same.version == view.version => {
                if [published.last, published.compared] == [Some(key(same)); 2] {
                    return;
                }
                Arc::clone(same)
            }
            // The same text under another number.
            Some(same) => Arc::new(Reading { version: view.version, ..Reading::clone(same) }),
            // What the client shows is not known, so nothing is said of it and no edit offered.
            None if !view.is_in_step => Arc::new(reader::failed(&view)),
            None => {
                let begun = Instant::now();
                while carry(session, document, &view, published).await
                    && begun.elapsed() < LONGEST_WAIT
                    && tokio::time::timeout(CALM, document.changed.notified()).await.is_ok()
                {
                    view = document.view(session.epoch());
                }
                if !view.is_in_step {
                    continue;
                }
                let long = Work::begin(session, "Reading the table");
                let (shared, wanted, stop) = (Arc::clone(session), view.clone(), long.stop.clone());
                let read = session.pool.run(Lane::Background, move || reader::read(&shared, &wanted, &stop));
                tokio::pin!(read);
                // Whoever types on while it is read sees what can be said of the newest text all the same.
                let reading = loop {
                    tokio::select! {
                        reading = &mut read => break reading,
                        () = document.changed.notified() => {
                            carry(session, document, &document.view(session.epoch()), published).await;
                        }
                    }
                };
                match reading {
                    Ok(Some(reading)) => Arc::new(reading),
                    Ok(None) if long.stop.is_cancelled() && !document.has_moved_on(&view) => {
                        Arc::new(reader::stopped(session, published.complete.as_deref(), &view))
                    }
                    // The text moved on.
                    Ok(None) => continue,
                    // Whoever waits for an answer gets one.
                    Err(_) => Arc::new(reader::failed(&view)),
                }
            }
        };
        if document.closed.is_cancelled() {
            return;
        }
        if !reading.was_stopped {
            published.complete = Some(Arc::clone(&reading));
        }
        if document.has_moved_on(&view) && document.readings.borrow().is_some() {
            // What is shown may be of a newer text already.
            continue;
        }
        published.offer(document, &reading);
        let first = published.at.is_none();
        let overdue = published.at.is_some_and(|at| at.elapsed() > LONGEST_SILENCE);
        let quiet = first || tokio::time::timeout(QUIET, document.changed.notified()).await.is_err();
        if (quiet || overdue) && published.last != Some(key(&reading)) {
            publish(session, document, &reading, published);
        }
        if quiet && look_for_edits_by_hand(session, document, &reading).await {
            published.compared = Some(key(&reading));
        }
    }
}

/// Compares the text with what it was before the last edits; a client that shows the status is told, once, what they
/// come to. Others find it in the menu of the place. False when a change came between.
async fn look_for_edits_by_hand(
    session: &Arc<Session>,
    document: &Arc<OpenDocument>,
    now: &Arc<Reading>,
) -> bool {
    let complete = now.is_complete && !now.was_stopped && now.analysis.is_some();
    let bases = if complete { document.with_by_hand(|by_hand| by_hand.bases(now)) } else { Vec::new() };
    if bases.is_empty() {
        return true;
    }
    let reading = Arc::clone(now);
    let compared = session.pool.run(Lane::Background, move || by_hand::look(bases, &reading));
    let run = tokio::select! {
        compared = compared => compared,
        () = document.changed.notified() => {
            // Whoever types on is compared after the next pause.
            document.changed.notify_one();
            return false;
        }
    };
    let Ok(Some((base, run))) = run else { return true };
    let offers = document.with_by_hand(|by_hand| by_hand.note(base, now, run));
    tracing::debug!("edits by hand up to version {} were compared", now.version);
    for offer in offers {
        if session.client().shows_status {
            let (title, answer) = (to_proto::inert(&offer.title()), offer.answer(document.uri.as_str()));
            let params = json!({"uri": document.uri, "title": title, "command": "aurora.correct", "arguments": [answer]});
            session.link.notify("aurora/doneByHand", params);
        }
    }
    true
}

fn key(reading: &Reading) -> (u64, u64, i32, bool) {
    (reading.snapshot.generation, reading.epoch, reading.version, reading.is_complete)
}

/// Says at once what can be said of the newest text, where all of it would take long; false where it would not.
async fn carry(
    session: &Arc<Session>,
    document: &Arc<OpenDocument>,
    view: &View,
    published: &mut Published,
) -> bool {
    let slow = |reading: &Arc<Reading>| reading.cost > SLOW && reading.epoch == view.epoch;
    let Some(before) = published.complete.clone().filter(slow) else { return false };
    if document.closed.is_cancelled() || !view.is_in_step {
        return false;
    }
    if document.has_moved_on(view) {
        return true;
    }
    let (shared, wanted) = (Arc::clone(session), view.clone());
    let carried = session.pool.run(Lane::Request, move || reader::carry(&shared, &before, &wanted)).await;
    if let Ok(Some(reading)) = carried {
        let reading = Arc::new(reading);
        published.offer(document, &reading);
        let since = published.at.map_or(QUIET, |at| at.elapsed());
        tokio::time::sleep(QUIET.saturating_sub(since)).await;
        publish(session, document, &reading, published);
    }
    true
}

/// Shows `reading` to the client, if it is still of the newest text.
fn publish(
    session: &Arc<Session>,
    document: &Arc<OpenDocument>,
    reading: &Arc<Reading>,
    published: &mut Published,
) {
    let newest = document.view(session.epoch());
    let is_newest = (newest.snapshot.generation, newest.epoch, newest.version)
        == (reading.snapshot.generation, reading.epoch, reading.version);
    if !is_newest {
        return;
    }
    // The client may have asked for this version before, and been told something else: of a part, of other beliefs, of
    // a file whose bytes were not looked at yet. Or it asked between the text's change and this answer of the person,
    // which may fall into one publication.
    let again = published.is_superseded || published.last.is_some_and(|last| last.1 != reading.epoch);
    published.last = Some(key(reading));
    published.at = Some(Instant::now());
    tell(session, document, reading);
    if again {
        refresh(session);
    }
}

fn tell(session: &Arc<Session>, document: &OpenDocument, reading: &Arc<Reading>) {
    let client = session.client();
    if !client.pulls_diagnostics {
        let mut params =
            json!({"uri": document.uri, "diagnostics": diagnostics::of(client, &document.uri, reading)});
        if client.versioned_diagnostics {
            params["version"] = json!(reading.version);
        }
        session.link.notify("textDocument/publishDiagnostics", params);
    }
    let is_counted = reading.is_complete && session.team.is_joined();
    if let Some(analysis) = reading.analysis.as_deref().filter(|_| is_counted) {
        session.team.exposures.note(&document.uri, &analysis.columns);
    }
    if client.shows_status {
        let mut status = status(document, reading);
        let (rules, notice) = session.learning.status();
        status["rules"] = json!(rules);
        if let Some(notice) = notice {
            status["notice"] = json!(notice);
        }
        if let Some(team) = session.team.status() {
            status["team"] = team;
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
        "coverage": match analysis {
            _ if reading.was_stopped => "stopped",
            None => "failed",
            Some(_) if reading.is_complete => "complete",
            Some(_) => "in progress",
        },
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

/// Tells the client to ask again for what it shows: one request at a time, and once more if there was news while it
/// was open.
fn refresh(session: &Arc<Session>) {
    let client = session.client();
    let methods: Vec<&str> = [
        (client.pulls_diagnostics && client.refreshes_diagnostics, "workspace/diagnostic/refresh"),
        (client.refreshes_lenses, "workspace/codeLens/refresh"),
    ]
    .into_iter()
    .filter_map(|(wanted, method)| wanted.then_some(method))
    .collect();
    if methods.is_empty() || !session.refreshing.begin() {
        return;
    }
    let session = Arc::clone(session);
    tokio::spawn(async move {
        loop {
            for method in &methods {
                session.link.ask(method, serde_json::Value::Null).await;
            }
            if !session.refreshing.again() {
                return;
            }
        }
    });
}
