//! `aurora/recommendations`: what is advised for each column.

use aurora_analysis::{Analysis, Column};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::Url;

use crate::pool::Lane;
use crate::server::Server;
use crate::session::now_view;

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
    let job = move || {
        let Some(analysis) = reading.analysis.as_deref() else { return json!([]) };
        let wanted = |idx: &usize| params.column.is_none_or(|column| column == *idx);
        let columns: Vec<Value> =
            (0..analysis.columns.len()).filter(wanted).filter_map(|idx| column_json(analysis, idx)).collect();
        json!(columns)
    };
    server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())
}

/// One column of the answer.
pub(crate) fn column_json(analysis: &Analysis, idx: usize) -> Option<Value> {
    let column = analysis.columns.get(idx)?;
    let role = column.role.best();
    let alternatives: Vec<Value> =
        (column.role.ranked.iter().skip(1)).map(|(role, p)| json!({"code": role.as_str(), "p": p})).collect();
    Some(json!({
        "column": idx,
        "name": column.header.name,
        "role": {"code": role.as_str(), "p": column.role.p(role), "alternatives": alternatives},
        "recommendations": recommendations_json(column),
        "values": values_json(analysis, idx),
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
                "class": r.class.as_str(),
                "findings": r.findings,
                "why": r.why,
            })
        })
        .collect()
}

/// The fields of the column that are thought wrong.
fn values_json(analysis: &Analysis, idx: usize) -> Vec<Value> {
    let of_column = |finding: &&aurora_advice::Finding| {
        finding.kind == aurora_advice::FindingKind::Value && finding.place.field == Some(idx)
    };
    analysis
        .findings
        .iter()
        .filter(of_column)
        .flat_map(|finding| {
            let places = std::iter::once(&finding.place).chain(&finding.related);
            places.filter_map(|place| {
                let record = place.record?;
                Some(json!({"record": record, "code": finding.code, "confidence": place.confidence}))
            })
        })
        .collect()
}
