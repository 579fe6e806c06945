//! `aurora/recommendations`: what is advised for each column.

use std::sync::Arc;

use aurora_analysis::{Column, Suspect};
use aurora_learning::wording;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::Url;

use crate::documents::Reading;
use crate::pool::Lane;
use crate::server::Server;
use crate::session::{Session, now_view};

/// The parameters.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// The document; the shell has found it by this.
    #[serde(rename = "uri")]
    _uri: Url,
    /// One column from 0, or all.
    column: Option<usize>,
}

/// The answer: a list of columns, `null` when the document is not open.
pub(crate) async fn answer(server: &Server, params: Parameters) -> Result<Value> {
    let Some(view) = now_view() else { return Ok(Value::Null) };
    let reading = view.complete_reading().await?;
    let session = Arc::clone(&server.0);
    let job = move || {
        let n_columns = reading.analysis.as_deref().map_or(0, |analysis| analysis.columns.len());
        let wanted = |idx: &usize| params.column.is_none_or(|column| column == *idx);
        let columns: Vec<Value> =
            (0..n_columns).filter(wanted).filter_map(|idx| column_json(&session, &reading, idx)).collect();
        json!(columns)
    };
    server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())
}

/// One column of the answer.
pub(crate) fn column_json(session: &Session, reading: &Reading, idx: usize) -> Option<Value> {
    let column = reading.analysis.as_deref()?.columns.get(idx)?;
    let role = column.role.best();
    let alternatives: Vec<Value> =
        (column.role.ranked.iter().skip(1)).map(|(role, p)| json!({"code": role.as_str(), "p": p})).collect();
    let beliefs = &session.learning.learned().beliefs;
    let suspects = reading.candidates()?.suspects(idx, &column.key, beliefs);
    Some(json!({
        "column": idx,
        "name": column.header.name,
        "role": {"code": role.as_str(), "p": column.role.p(role), "alternatives": alternatives},
        "recommendations": recommendations_json(column),
        "values": suspects_json(&suspects.wrong),
        "ask": suspects_json(&suspects.ask),
    }))
}

fn recommendations_json(column: &Column) -> Vec<Value> {
    column
        .recommendations
        .iter()
        .map(|r| {
            json!({
                "action": r.action,
                "confidence": r.belief.p,
                "lower": r.belief.lower,
                "class": r.class.as_str(),
                "findings": r.findings,
                "why": r.why,
                "because": wording::why(&r.belief, column.key.group, None, None),
            })
        })
        .collect()
}

fn suspects_json(suspects: &[Suspect]) -> Vec<Value> {
    suspects
        .iter()
        .map(
            |suspect| json!({"record": suspect.record, "code": suspect.code, "confidence": suspect.belief.p}),
        )
        .collect()
}
