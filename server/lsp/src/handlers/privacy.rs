//! `aurora/privacy` and `aurora/forget`: what is kept, what protects it, and how to be rid of it.

use std::sync::Arc;

use aurora_advice::action::code_of;
use aurora_learning::StoredAnswer;
use aurora_learning::wording::date;
use aurora_privacy::{CAP_MEPS, LineageTag, LiveCell, NOT_CLAIMED};
use aurora_store::{ColumnReport, FileReport, Learner, Report};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::Url;

use crate::handlers::rules::group_words;
use crate::pool::Lane;
use crate::server::Server;
use crate::session::Session;

/// Answers listed, the newest first; all are counted.
const MAX_ANSWERS: usize = 200;

/// The parameters of both requests.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// The document that is "this file".
    uri: Option<Url>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ledger {
    /// Where it is kept, or why it is not.
    status: String,
    /// What a file may spend in its life.
    cap: f64,
    files: Vec<FileJson>,
    /// Answers in all.
    n_answers: usize,
    answers: Vec<AnswerJson>,
    not_claimed: &'static [&'static str],
}

#[derive(Serialize)]
struct FileJson {
    /// The beginning of its keyed hash; the path is not known.
    tag: String,
    /// It is the file asked about.
    here: bool,
    used: f64,
    cap: f64,
    columns: Vec<ColumnJson>,
}

#[derive(Serialize)]
struct ColumnJson {
    /// From 0.
    column: u32,
    /// Its name, where the file is open.
    name: Option<String>,
    epsilon: f64,
    day: String,
    /// The four buckets as drawn; nothing when they were forgotten.
    buckets: Option<String>,
}

#[derive(Serialize)]
struct AnswerJson {
    day: String,
    /// From 0.
    column: Option<u32>,
    /// It is about the file asked about.
    here: bool,
    named: String,
    about: &'static str,
    asked: String,
    kind: &'static str,
    wanted: Option<String>,
}

/// `aurora/privacy`
pub(crate) async fn report(server: &Server, params: Parameters) -> Result<Value> {
    run(server, move |session, learner| ledger(session, learner, params.uri.as_ref())).await
}

/// `aurora/forget`: deletes the answers about a file and empties what was drawn from it.
pub(crate) async fn forget(server: &Server, params: Parameters) -> Result<Value> {
    run(server, move |session, learner| {
        let uri = params.uri.as_ref().ok_or("which file is not said")?;
        let file = session.learning.file(uri, &session.configs.of(uri)).ok_or("learning is off")?;
        learner.forget_file(&file).map_err(|error| error.to_string())?;
        crate::team::forget(session)?;
        session.look_again();
        ledger(session, learner, Some(uri))
    })
    .await
}

async fn run(
    server: &Server,
    work: impl FnOnce(&Session, &Learner) -> std::result::Result<Ledger, String> + Send + 'static,
) -> Result<Value> {
    let session = Arc::clone(&server.0);
    let job = move || match session.learning.learner() {
        Some(learner) => work(&session, &learner).map(Some),
        None => Ok(None),
    };
    let done = server.0.pool.run(Lane::Store, job).await.map_err(|_| Error::internal_error())?;
    done.map(|ledger| json!(ledger)).map_err(Error::invalid_params)
}

fn ledger(session: &Session, learner: &Learner, uri: Option<&Url>) -> std::result::Result<Ledger, String> {
    let report: Report = learner.report().map_err(|error| error.to_string())?;
    let file = uri.and_then(|uri| session.learning.file(uri, &session.configs.of(uri)));
    let here = file.and_then(|file| file.lineage);
    let names = uri.map(|uri| names(session, uri)).unwrap_or_default();
    let files = report.files.iter().map(|file| file_json(file, here, &names)).collect();
    let answers = report.at_rest.answers.iter().rev().take(MAX_ANSWERS);
    Ok(Ledger {
        status: learner.status().to_string(),
        cap: thousandths(CAP_MEPS),
        files,
        n_answers: report.at_rest.answers.len(),
        answers: answers.map(|one| answer_json(one, here)).collect(),
        not_claimed: NOT_CLAIMED,
    })
}

/// The names of the columns of an open document.
fn names(session: &Session, uri: &Url) -> Vec<String> {
    let reading = session.documents.get(uri).and_then(|document| document.readings.borrow().clone());
    let analysis = reading.and_then(|reading| reading.analysis.clone());
    let columns = analysis.as_ref().map_or(&[][..], |analysis| &analysis.columns);
    columns.iter().map(|column| crate::to_proto::one_line(&column.header.name, 60)).collect()
}

fn file_json(file: &FileReport, here: Option<LineageTag>, names: &[String]) -> FileJson {
    let is_here = Some(file.lineage) == here;
    let column = |one: &ColumnReport| ColumnJson {
        column: one.column,
        name: names.get(one.column as usize).filter(|_| is_here).cloned(),
        epsilon: thousandths(one.meps),
        day: date(one.day),
        buckets: one.buckets.map(LiveCell::words),
    };
    FileJson {
        tag: file.lineage.0[..4].iter().map(|byte| format!("{byte:02x}")).collect(),
        here: is_here,
        used: thousandths(file.used_meps),
        cap: thousandths(file.cap_meps),
        columns: file.columns.iter().map(column).collect(),
    }
}

fn answer_json(one: &StoredAnswer, here: Option<LineageTag>) -> AnswerJson {
    let answer = &one.answer;
    AnswerJson {
        day: date(answer.day),
        column: answer.place.map(|place| place.column),
        here: here.is_some() && answer.place.map(|place| place.lineage) == here,
        named: group_words(answer.group),
        about: answer.target.as_str(),
        asked: code_of(answer.asked),
        kind: answer.kind.as_str(),
        wanted: answer.wanted.map(code_of),
    }
}

fn thousandths(meps: u32) -> f64 {
    f64::from(meps) / 1000.0
}
