//! `aurora sniff`: encoding, dialect and layout.

use std::io::Write;
use std::process::ExitCode;

use aurora_profile::ColumnSummary;
use aurora_table::{Dialect, Escape, Terminator};
use serde::Serialize;

use crate::input;
use crate::render::{self, Format, inert};

/// Print encoding, dialect and layout.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Sniffed {
    encoding: &'static str,
    encoding_confidence: f64,
    bom: bool,
    delimiter: String,
    quote: String,
    escape: String,
    terminator: &'static str,
    comment: Option<String>,
    preamble: usize,
    header: bool,
    header_records: usize,
    columns: Vec<SniffedColumn>,
    records: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records_estimated: Option<u64>,
    confidence: f64,
    runner_up: Option<RunnerUp>,
}

#[derive(Serialize)]
struct SniffedColumn {
    name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct RunnerUp {
    delimiter: String,
    quote: String,
    escape: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let sniffed = sniff(&arguments.path)?;
    match arguments.format {
        Format::Json => render::json(&sniffed)?,
        Format::Text => print(&sniffed, &mut std::io::stdout().lock())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sniff(path: &str) -> anyhow::Result<Sniffed> {
    let opened = input::open(path)?;
    let snapshot = opened.document.snapshot();
    let detection = &snapshot.detection;
    let (dialect, layout) = (&detection.dialect, &detection.layout);
    let (headers, mut summaries) = (snapshot.headers(), Vec::new());
    summaries.resize_with(layout.width, ColumnSummary::default);
    let records = snapshot.for_each_record(&mut |values| {
        for (summary, value) in summaries.iter_mut().zip(values) {
            summary.observe(value.as_deref());
        }
    });
    let encoding = snapshot.file.encoding.clone();
    let columns = headers
        .into_iter()
        .zip(&summaries)
        .map(|(header, s)| SniffedColumn { name: header.name, kind: s.profile().kind().as_str() })
        .collect();
    Ok(Sniffed {
        encoding: encoding.as_ref().map_or("utf-8", |guess| guess.label),
        encoding_confidence: encoding.as_ref().map_or(1.0, |guess| guess.confidence),
        bom: encoding.as_ref().is_some_and(|guess| guess.bom),
        delimiter: dialect.delimiter.as_str().to_owned(),
        quote: quote(dialect),
        escape: escape(dialect),
        terminator: terminator(dialect.terminator),
        comment: dialect.comment.map(|byte| char::from(byte).to_string()),
        preamble: layout.preamble_lines,
        header: layout.header_records > 0,
        header_records: layout.header_records,
        columns,
        records: Some(records),
        records_estimated: None,
        confidence: detection.confidence,
        runner_up: detection.runner_up.map(|other| RunnerUp {
            delimiter: other.delimiter.as_str().to_owned(),
            quote: quote(&other),
            escape: escape(&other),
        }),
    })
}

fn quote(dialect: &Dialect) -> String {
    dialect.quote.map(|byte| char::from(byte).to_string()).unwrap_or_default()
}

fn escape(dialect: &Dialect) -> String {
    match (dialect.quote, dialect.escape) {
        (None, Escape::Doubled) => String::new(),
        (Some(quote), Escape::Doubled) => char::from(quote).to_string(),
        (_, Escape::Backslash) => "\\".to_owned(),
    }
}

fn terminator(terminator: Terminator) -> &'static str {
    match terminator {
        Terminator::Lf => "lf",
        Terminator::CrLf => "crlf",
        Terminator::Cr => "cr",
    }
}

fn print(sniffed: &Sniffed, out: &mut impl Write) -> std::io::Result<()> {
    let shown = |text: &str| match text {
        "" => "none".to_owned(),
        "\t" => "tab".to_owned(),
        text => format!("{text:?}"),
    };
    let percent = |p: f64| format!("{:.0} %", p * 100.0);
    let bom = if sniffed.bom { ", byte order mark" } else { "" };
    writeln!(out, "encoding    {} ({}{bom})", sniffed.encoding, percent(sniffed.encoding_confidence))?;
    writeln!(out, "delimiter   {} ({})", shown(&sniffed.delimiter), percent(sniffed.confidence))?;
    writeln!(out, "quote       {}, escape {}", shown(&sniffed.quote), shown(&sniffed.escape))?;
    writeln!(out, "terminator  {}", sniffed.terminator)?;
    writeln!(out, "preamble    {} lines", sniffed.preamble)?;
    writeln!(out, "header      {} records", sniffed.header_records)?;
    if let Some(records) = sniffed.records {
        writeln!(out, "records     {records}")?;
    }
    writeln!(out, "columns     {}", sniffed.columns.len())?;
    for (idx, column) in sniffed.columns.iter().enumerate() {
        writeln!(out, "  {:>3}  {:<30} {}", idx + 1, inert(&column.name, 30), column.kind)?;
    }
    Ok(())
}
