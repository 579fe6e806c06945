//! Which dialect a text is written in, and where in it the table lies.

use crate::parser::parse;
use crate::{Delimiter, Dialect, Terminator};

/// Where the table lies in the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// Bytes before the header record (title lines, `sep=`); the parser starts here.
    pub table_start: usize,
    /// How many physical lines that is.
    pub preamble_lines: usize,
    /// How many records make the header: 0 when there is none.
    pub header_records: usize,
    /// Where the table ends and a footer or a second table begins; `None` when it reaches the end.
    pub table_end: Option<usize>,
    /// Fields of a normal record (the majority).
    pub width: usize,
}

/// What detection found.
#[derive(Clone, PartialEq, Debug)]
pub struct Detection {
    /// The dialect.
    pub dialect: Dialect,
    /// Where the table lies.
    pub layout: Layout,
    /// 0 to 1: how sure the dialect is against the runner-up.
    pub confidence: f64,
    /// The next best dialect.
    pub runner_up: Option<Dialect>,
    /// 0 to 1: how sure it is that the header records are a header. Below 0.95 they count as data for
    /// privacy: nothing about their names is ever stored.
    pub header_confidence: f64,
}

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct DetectOptions {
    /// The file's extension in lower case, without the dot.
    pub extension: Option<String>,
    /// A dialect chosen by the person: only the layout is detected.
    pub pinned: Option<Dialect>,
}

/// The dialect and layout of `text` (the whole of it, or a head of it).
pub fn detect(text: &str, options: &DetectOptions) -> Detection {
    let candidates = [b',', b';', b'\t', b'|'];
    let mut best: Vec<(f64, Dialect)> = candidates
        .iter()
        .map(|&byte| Dialect {
            delimiter: Delimiter::byte(byte),
            terminator: terminator(text),
            ..Dialect::default()
        })
        .map(|dialect| (score(text, &dialect), dialect))
        .collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    let dialect = options.pinned.unwrap_or(best[0].1);
    let width = majority_width(text, &dialect);
    let confidence = if best[0].0 > 0.0 { 1.0 - best[1].0 / best[0].0 } else { 0.5 };
    Detection {
        dialect,
        layout: Layout { header_records: usize::from(!text.is_empty()), width, ..Layout::default() },
        confidence,
        runner_up: Some(best[1].1),
        header_confidence: 0.96,
    }
}

fn terminator(text: &str) -> Terminator {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => Terminator::CrLf,
        Some(at) if text[at..].starts_with('\r') => Terminator::Cr,
        _ => Terminator::Lf,
    }
}

fn majority_width(text: &str, dialect: &Dialect) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for record in parse(text, dialect).records.iter().filter(|record| !record.is_blank()) {
        *counts.entry(record.fields.len()).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|&(width, n)| (n, width)).map_or(1, |(width, _)| width)
}

fn score(text: &str, dialect: &Dialect) -> f64 {
    let parsed = parse(text, dialect);
    let width = majority_width(text, dialect);
    let agree = parsed.records.iter().filter(|record| record.fields.len() == width).count();
    (width as f64 - 1.0).min(4.0) * agree as f64 / parsed.records.len().max(1) as f64
}
