//! `aurora.correct`: one answer is learned in its turn, comes to rest, and is acknowledged with its column.

use std::sync::Arc;

use aurora_learning::Target;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use crate::documents::View;
use crate::handlers::execute_command::{CorrectArguments, KindWord, not_open, uri};
use crate::handlers::recommendations;
use crate::learning;
use crate::pool::Lane;
use crate::session::{Others, Session};
use crate::turns::Turn;

/// Learns from one answer and says what is now advised for its column.
pub(crate) async fn run(session: &Arc<Session>, arguments: CorrectArguments) -> Result<Value> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let column = arguments.column;
    // Whoever no longer waits for the acknowledgement has answered all the same.
    let learned = tokio::spawn(learn(Arc::clone(session), arguments, view.document.turn()));
    let _others = learned.await.map_err(|_| Error::internal_error())??;
    let Some(column) = column else { return Ok(Value::Null) };
    let fresh = session.view(&view.document.uri).ok_or_else(not_open)?.complete_reading().await;
    let Ok(reading) = fresh else { return Ok(Value::Null) };
    let shared = Arc::clone(session);
    let answer =
        session.pool.run(Lane::Request, move || recommendations::column_json(&shared, &reading, column));
    Ok(answer.await.ok().flatten().unwrap_or(Value::Null))
}

/// Learns from one answer when its `turn` has come; ready when it is at rest, or cannot be. The other documents are
/// ranked anew when what it gives is dropped. No thread waits meanwhile.
pub(crate) async fn learn(
    session: Arc<Session>,
    mut arguments: CorrectArguments,
    mut turn: Turn,
) -> Result<Others> {
    turn.begin().await;
    let uri = uri(&arguments.uri)?;
    let mut view = session.view(&uri).ok_or_else(not_open)?;
    if let (KindWord::Manual, Some(column)) = (arguments.kind, arguments.column) {
        let done = arguments.wanted.as_ref().unwrap_or(&arguments.action);
        arguments.key = view.document.with_by_hand(|by_hand| by_hand.keep(column, done));
    }
    let unkeyed = |view: &View| view.document.readings.borrow().as_ref().is_some_and(|r| !r.is_keyed);
    if session.learning.opened().await && unkeyed(&view) {
        // The document was read before the store was open.
        session.look_again();
        view = session.view(&uri).ok_or_else(not_open)?;
    }
    // The newest reading gives the column; an answer is not lost because the text moved on meanwhile.
    let reading = match view.complete_reading().await {
        Ok(reading) => reading,
        Err(error) => view.document.readings.borrow().clone().ok_or(error)?,
    };
    let (shared, document) = (Arc::clone(&session), Arc::clone(&view.document));
    let learned = session.pool.run(Lane::Request, move || {
        let correction = learning::correction(&reading, &arguments)
            .ok_or_else(|| Error::invalid_params("no such column, record or action"))?;
        if let (Target::Transform, Some(column)) = (correction.target, arguments.column) {
            shared.team.exposures.answered(&uri, column, correction.kind);
        }
        let saving = shared.learning.correct(&reading, &correction, arguments.column);
        shared.believe_again_first(&document);
        Ok(saving)
    });
    let saving = learned.await.map_err(|_| Error::internal_error())??;
    let others = Others(Arc::clone(&session));
    drop(turn);
    if let Some(saving) = saving {
        learning::at_rest(saving).await;
    }
    Ok(others)
}
