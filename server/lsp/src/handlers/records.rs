//! `aurora/records`: the records behind a bar of a picture.

use std::ops::ControlFlow;

use aurora_advice::TableView;
use aurora_profile::{Numbers, value_kind};
use aurora_text::Span;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{Range, Url};

use crate::pool::{CancelToken, Lane};
use crate::server::Server;
use crate::session::{now_token, now_view};
use crate::to_proto;

/// Records given with their places; all are counted.
const MAX_RECORDS: usize = 500;
/// A listed value is cut at 256 bytes; of longer ones the beginning counts.
const CUT: usize = 250;

/// The parameters.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// The document; the shell has found it by this.
    #[serde(rename = "uri")]
    _uri: Url,
    /// The column, from 0.
    column: usize,
    /// Which records.
    of: Bar,
}

/// What a bar stands for.
#[derive(Deserialize, PartialEq, Debug)]
#[serde(tag = "which", rename_all = "lowercase")]
enum Bar {
    /// Records with this value.
    Value { value: String },
    /// Records with a number in these of the profile's intervals.
    Bins { first: usize, last: usize },
    /// Records that leave it empty.
    Null,
    /// Records whose value looks like this.
    Kind { kind: String },
    /// Records by number.
    Records { from: u64, to: u64 },
}

impl Bar {
    fn holds(&self, numbers: Option<&Numbers>, record: u64, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Records { from, to }, _) => (*from..*to).contains(&record),
            (Self::Null, value) => value.is_none_or(|value| value_kind::is_null_token(value.trim())),
            (_, None) => false,
            (Self::Value { value: wanted }, Some(value)) => {
                value == wanted || (wanted.len() >= CUT && value.starts_with(wanted.as_str()))
            }
            (Self::Bins { first, last }, Some(value)) => value_kind::number(value)
                .zip(numbers)
                .is_some_and(|(x, numbers)| (*first..=*last).contains(&numbers.bin_of(x))),
            (Self::Kind { kind }, Some(value)) => value_kind::classify(value).as_str() == kind,
        }
    }
}

#[derive(Serialize)]
struct Place {
    /// From 0.
    record: u64,
    range: Range,
}

/// The answer: how many there are, and where the first few stand; `null` when the document is not open.
pub(crate) async fn answer(server: &Server, params: Parameters) -> Result<Value> {
    let Some(view) = now_view() else { return Ok(Value::Null) };
    let reading = view.complete_reading().await?;
    let (encoding, token) = (server.0.client().encoding, now_token());
    let job = move || {
        let Some(analysis) = reading.analysis.as_deref() else { return Value::Null };
        let (n, places) = analysis.with_table(&reading.config.config.settings, |table| {
            find(table, params.column, &params.of, &token)
        });
        let place = |&(record, span): &(u64, Span)| Place {
            record,
            range: to_proto::range(reading.rope(), span, encoding),
        };
        json!({"n": n, "records": places.iter().map(place).collect::<Vec<_>>()})
    };
    server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())
}

fn find(table: &TableView<'_>, column: usize, bar: &Bar, token: &CancelToken) -> (u64, Vec<(u64, Span)>) {
    let (mut n, mut places) = (0, Vec::new());
    let numbers = table.column(column).and_then(|column| column.profile.numbers.as_ref());
    let wanted = match bar {
        Bar::Records { from, to } => *from..*to,
        _ => 0..u64::MAX,
    };
    table.source.visit(wanted, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            let field = r.fields.get(column);
            let value = field.map(|field| field.value(block.text, block.dialect));
            if bar.holds(numbers, record, value.as_deref()) {
                n += 1;
                if places.len() < MAX_RECORDS {
                    let span = field.map_or(Span::empty(r.span().end), |field| field.span());
                    places.push((record, span.shift(block.before.bytes)));
                }
            }
            record += 1;
        }
        if token.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (n, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_holds_what_it_shows() {
        let numbers = Numbers { min: 0.0, max: 20.0, bins: vec![0; 20], ..Numbers::default() };
        let holds = |bar: &Bar, value| bar.holds(Some(&numbers), 0, value);
        let last = Bar::Bins { first: 18, last: 19 };
        assert!(holds(&last, Some("20.0")) && holds(&last, Some(" 18 ")) && !holds(&last, Some("17.9")));
        assert!(holds(&Bar::Null, None) && holds(&Bar::Null, Some(" n/a")) && !holds(&Bar::Null, Some("0")));
        assert!(!holds(&last, None) && !holds(&last, Some("x")));
    }

    #[test]
    fn a_bar_is_read_from_json() {
        let bar: Bar = serde_json::from_str(r#"{"which":"bins","first":0,"last":1}"#).unwrap();
        assert_eq!(bar, Bar::Bins { first: 0, last: 1 });
        assert_eq!(serde_json::from_str::<Bar>(r#"{"which":"null"}"#).unwrap(), Bar::Null);
    }
}
