//! `aurora/profile`: what each column holds, as numbers for pictures of it.

use std::sync::Arc;

use aurora_advice::{Finding, TableView};
use aurora_analysis::{Analysis, Column};
use aurora_profile::{Numbers, ValueKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{Range, Url};

use crate::capabilities::Encoding;
use crate::documents::Reading;
use crate::handlers::{diagnostics, recommendations};
use crate::pool::{CancelToken, Lane};
use crate::server::Server;
use crate::session::{Session, now_token, now_view};
use crate::to_proto::{self, one_line};

/// Columns in the overview; a list of more is read by nobody.
const MAX_COLUMNS: usize = 2_000;
/// Values in a column's list.
const MAX_VALUES: usize = 12;
/// Characters of a value that are shown.
const MAX_SHOWN: usize = 60;
/// Steps of the trend, and records that a step holds at least: of fewer a median says little.
const STEPS: u64 = 40;
const LEAST: u64 = 4;

/// The parameters.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// The document; the shell has found it by this.
    #[serde(rename = "uri")]
    _uri: Url,
    /// The column to tell everything of, from 0.
    column: Option<usize>,
}

/// The answer.
#[derive(Serialize)]
struct Profile {
    version: i32,
    records: u64,
    columns: Vec<Brief>,
    detail: Option<Detail>,
}

/// A column in the overview.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Brief {
    column: usize,
    name: String,
    kind: &'static str,
    role: &'static str,
    null_share: f64,
    distinct: u64,
    /// Findings shown for it.
    findings: usize,
    /// Heights of a small picture: intervals of the numbers, or the most frequent values.
    spark: Vec<u64>,
}

/// All that is shown of one column.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    column: usize,
    name: String,
    kind: &'static str,
    records: u64,
    nulls: u64,
    distinct: u64,
    /// The number of distinct values is an estimate.
    is_approximate: bool,
    kinds: Vec<KindCount>,
    null_tokens: Vec<Counted>,
    top: Vec<Counted>,
    numbers: Option<NumbersJson>,
    trend: Trend,
    findings: Vec<FindingJson>,
    /// As `aurora/recommendations` gives it.
    advice: Value,
}

#[derive(Serialize)]
struct KindCount {
    kind: &'static str,
    n: u64,
}

/// A value and how often it occurs.
#[derive(Serialize)]
struct Counted {
    /// As it stands in the file, to ask for its records.
    value: String,
    /// Fit for the eye: in one line, cut, nothing in it acts on the screen.
    shown: String,
    n: u64,
}

#[derive(Serialize)]
struct NumbersJson {
    min: f64,
    max: f64,
    mean: f64,
    deviation: f64,
    skewness: f64,
    /// At 5, 25, 50, 75 and 95 percent.
    quantiles: [f64; 5],
    zeros: u64,
    negative: u64,
    /// Equal intervals from `min` to `max`.
    bins: Vec<u64>,
}

/// How the column goes from the first record to the last.
#[derive(Serialize)]
struct Trend {
    /// `median` of the numbers, or the share of fields that are `filled`.
    of: &'static str,
    points: Vec<Point>,
}

/// One step of the trend: records `from` to `to` (excluded), with the middle half of the numbers.
#[derive(Serialize)]
struct Point {
    from: u64,
    to: u64,
    low: f64,
    middle: f64,
    high: f64,
}

#[derive(Serialize)]
struct FindingJson {
    code: &'static str,
    severity: &'static str,
    message: String,
    range: Range,
}

/// The answer, `null` when the document is not open.
pub(crate) async fn answer(server: &Server, params: Parameters) -> Result<Value> {
    let Some(view) = now_view() else { return Ok(Value::Null) };
    let reading = view.complete_reading().await?;
    let (encoding, token) = (server.0.client().encoding, now_token());
    let session = Arc::clone(&server.0);
    let job = move || {
        let analysis = reading.analysis.as_deref()?;
        let columns = analysis.columns.iter().enumerate().take(MAX_COLUMNS);
        let profile = Profile {
            version: reading.version,
            records: analysis.structure.n_records,
            columns: columns.map(|(idx, column)| brief(&reading, idx, column)).collect(),
            detail: params.column.and_then(|idx| detail(&session, &reading, analysis, idx, encoding, &token)),
        };
        serde_json::to_value(profile).ok()
    };
    let found = server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())?;
    Ok(found.unwrap_or(Value::Null))
}

fn findings_of(reading: &Reading, column: usize) -> impl Iterator<Item = &Finding> {
    let shown = diagnostics::shown(reading).map(|(_, finding)| finding);
    shown.filter(move |finding| finding.place.field == Some(column))
}

fn brief(reading: &Reading, idx: usize, column: &Column) -> Brief {
    let profile = &column.profile;
    Brief {
        column: idx,
        name: one_line(&column.header.name, MAX_SHOWN),
        kind: profile.kind().as_str(),
        role: column.role.best().as_str(),
        null_share: profile.null_share(),
        distinct: profile.distinct,
        findings: findings_of(reading, idx).count(),
        spark: profile.spark(),
    }
}

fn detail(
    session: &Session,
    reading: &Reading,
    analysis: &Analysis,
    idx: usize,
    encoding: Encoding,
    token: &CancelToken,
) -> Option<Detail> {
    let column = analysis.columns.get(idx)?;
    let profile = &column.profile;
    let kinds = ValueKind::ALL.into_iter().skip(1).map(|kind| (kind, profile.count(kind)));
    let counted = |counts: &[aurora_profile::Count]| {
        let counted = |count: &aurora_profile::Count| Counted {
            value: count.value.clone(),
            shown: one_line(&count.value, MAX_SHOWN),
            n: count.n,
        };
        counts.iter().take(MAX_VALUES).map(counted).collect()
    };
    let finding = |finding: &Finding| FindingJson {
        code: finding.code,
        severity: finding.severity.as_str(),
        message: to_proto::inert(&finding.message),
        range: to_proto::range(reading.rope(), finding.place.span, encoding),
    };
    let numeric = profile.number_share() >= 0.5;
    let settings = &reading.config.config.settings;
    Some(Detail {
        column: idx,
        name: one_line(&column.header.name, MAX_SHOWN),
        kind: profile.kind().as_str(),
        records: profile.n,
        nulls: profile.n_null(),
        distinct: profile.distinct,
        is_approximate: profile.distinct_error > 0.0,
        kinds: kinds.filter(|&(_, n)| n > 0).map(|(kind, n)| KindCount { kind: kind.as_str(), n }).collect(),
        null_tokens: counted(&profile.null_tokens),
        top: counted(&profile.top),
        numbers: profile.numbers.as_ref().filter(|_| numeric).map(numbers),
        trend: analysis.with_table(settings, |table| trend(table, idx, numeric, token)),
        findings: findings_of(reading, idx).map(finding).collect(),
        advice: recommendations::column_json(session, reading, idx)?,
    })
}

fn numbers(numbers: &Numbers) -> NumbersJson {
    NumbersJson {
        min: numbers.min,
        max: numbers.max,
        mean: numbers.mean,
        deviation: numbers.variance.sqrt(),
        skewness: numbers.skewness,
        quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| numbers.quantile(q)),
        zeros: numbers.n_zero,
        negative: numbers.n_negative,
        bins: numbers.bins.clone(),
    }
}

/// A pass over the table; what was read until the answer is no longer wanted.
fn trend(table: &TableView<'_>, column: usize, numeric: bool, token: &CancelToken) -> Trend {
    let n = table.structure.n_records;
    let step = n.div_ceil(STEPS).max(LEAST);
    let mut gatherer = Gatherer { numeric, step, ..Gatherer::default() };
    table.source.visit(0..n, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            let value = r.fields.get(column).map(|field| field.value(block.text, block.dialect));
            gatherer.see(record, value.as_deref());
            record += 1;
        }
        if token.is_cancelled() {
            return std::ops::ControlFlow::Break(());
        }
        std::ops::ControlFlow::Continue(())
    });
    gatherer.finish_step();
    Trend { of: if numeric { "median" } else { "filled" }, points: gatherer.points }
}

#[derive(Default)]
struct Gatherer {
    numeric: bool,
    step: u64,
    from: u64,
    to: u64,
    filled: u64,
    numbers: Vec<f64>,
    points: Vec<Point>,
}

impl Gatherer {
    fn see(&mut self, record: u64, value: Option<&str>) {
        if record / self.step != self.from / self.step {
            self.finish_step();
            self.from = record;
        }
        self.to = record + 1;
        let Some(value) = value else { return };
        if self.numeric {
            self.numbers.extend(aurora_profile::value_kind::number(value));
        } else {
            self.filled += u64::from(!aurora_profile::value_kind::is_null_token(value.trim()));
        }
    }

    fn finish_step(&mut self) {
        let (from, to) = (self.from, self.to);
        if self.numeric && !self.numbers.is_empty() {
            self.numbers.sort_unstable_by(f64::total_cmp);
            let at = |share: f64| self.numbers[((self.numbers.len() - 1) as f64 * share).round() as usize];
            self.points.push(Point { from, to, low: at(0.25), middle: at(0.5), high: at(0.75) });
        } else if !self.numeric && to > from {
            let share = self.filled as f64 / (to - from) as f64;
            self.points.push(Point { from, to, low: share, middle: share, high: share });
        }
        self.numbers.clear();
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_has_the_middle_half_of_every_step() {
        let mut gatherer = Gatherer { numeric: true, step: 5, ..Gatherer::default() };
        for record in 0..12 {
            gatherer.see(record, Some(if record < 5 { "1" } else { "9" }));
        }
        gatherer.finish_step();
        let found: Vec<_> =
            gatherer.points.iter().map(|point| (point.from, point.to, point.middle)).collect();
        assert_eq!(found, [(0, 5, 1.0), (5, 10, 9.0), (10, 12, 9.0)]);
    }

    #[test]
    fn of_texts_the_filled_share_is_told() {
        let mut gatherer = Gatherer { step: 4, ..Gatherer::default() };
        for (record, value) in [Some("x"), Some("NA"), None, Some("y")].into_iter().enumerate() {
            gatherer.see(record as u64, value);
        }
        gatherer.finish_step();
        assert_eq!((gatherer.points.len(), gatherer.points[0].middle), (1, 0.5));
    }
}
