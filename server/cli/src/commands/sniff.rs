//! `aurora sniff`: encoding, dialect and layout.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::process::ExitCode;

use anyhow::Context;
use aurora_analysis::Glance;
use aurora_table::{DetectOptions, Dialect, Escape, SEARCHED_BYTES, Terminator};
use aurora_text::{Decoder, EncodingGuess, detect_pieces, sample_ranges};
use serde::Serialize;

use crate::commands::convert::{CHUNK, ends_within, read_chunk, read_lines};
use crate::input;
use crate::reading::{ReadArguments, Reading};
use crate::render::{self, Format, inert};

/// Bytes of the head; what is longer is not read whole.
const HEAD: usize = 256 << 10;
/// Characters of a name that are printed.
const MAX_NAME: usize = 1_000;

/// Print encoding, dialect and layout.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    read: ReadArguments,
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
    let sniffed = sniff(&arguments.path, &Reading::of_path(&arguments.read, &arguments.path))?;
    match arguments.format {
        Format::Json => render::json(&sniffed)?,
        Format::Text => render::page(|out| print(&sniffed, out))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sniff(path: &str, reading: &Reading) -> anyhow::Result<Sniffed> {
    let input = Input::read(path, reading)?;
    let mut decoder = Decoder::new(input.guess.label);
    let mut text = decoder.feed(&input.head).to_owned();
    if input.whole {
        text.push_str(decoder.finish());
    }
    let options = DetectOptions {
        extension: input::extension(path),
        delimiter: reading.delimiter,
        ..DetectOptions::default()
    };
    let further = if input.whole { "" } else { decoder.feed(&input.further) };
    let glance = Glance::at(&text, further, input.whole, &options);
    let (dialect, layout) = (&glance.detection.dialect, &glance.detection.layout);
    let columns = glance.headers.iter().zip(&glance.kinds);
    let columns = columns.map(|(h, kind)| SniffedColumn {
        name: h.name.chars().take(MAX_NAME).collect(),
        kind: kind.as_str(),
    });
    Ok(Sniffed {
        encoding: input.guess.label,
        encoding_confidence: input.guess.confidence,
        bom: input.guess.bom,
        delimiter: dialect.delimiter.as_str().to_owned(),
        quote: quote(dialect),
        escape: escape(dialect),
        terminator: terminator(dialect.terminator),
        comment: dialect.comment.map(|byte| char::from(byte).to_string()),
        preamble: layout.preamble_lines,
        header: layout.header_records > 0,
        header_records: layout.header_records,
        columns: columns.collect(),
        records: input.whole.then_some(glance.n_records),
        records_estimated: input.estimated(&glance, text.len()),
        confidence: glance.detection.confidence,
        runner_up: glance.detection.runner_up.map(|other| RunnerUp {
            delimiter: other.delimiter.as_str().to_owned(),
            quote: quote(&other),
            escape: escape(&other),
        }),
    })
}

/// What is read of a file: its head, and pieces further on by which the encoding is judged.
struct Input {
    head: Vec<u8>,
    /// Lines after the head that hold an escaped quote.
    further: Vec<u8>,
    whole: bool,
    /// Bytes of the file, where that is known.
    length: Option<u64>,
    guess: EncodingGuess,
}

impl Input {
    fn read(path: &str, told: &Reading) -> anyhow::Result<Self> {
        if path == "-" {
            let head =
                read_lines(&mut std::io::stdin().lock(), HEAD).context("cannot read standard input")?;
            input::refuse_binary(path, &head)?;
            return Ok(Self::of(head, None, told));
        }
        let reading = || format!("cannot read {path}");
        let mut file = File::open(path).with_context(reading)?;
        let head = read_lines(&mut file, HEAD).with_context(reading)?;
        input::refuse_binary(path, &head)?;
        let length =
            file.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len());
        let mut input = Self::of(head, length, told);
        if !input.whole {
            input.further = escaped_quotes(&mut file).with_context(reading)?;
        }
        if !input.whole && told.encoding.is_none() && input.guess.label == "utf-8" && !input.guess.bom {
            input.look_further(&mut file).with_context(reading)?;
        }
        Ok(input)
    }

    fn of(head: Vec<u8>, length: Option<u64>, told: &Reading) -> Self {
        let whole = ends_within(&head, HEAD);
        Self { whole, length, guess: told.encoding_of(&head), further: Vec::new(), head }
    }

    /// What reads as UTF-8 in its head may not do so further on.
    fn look_further(&mut self, file: &mut File) -> std::io::Result<()> {
        let mut pieces = Vec::new();
        for range in sample_ranges(self.length.unwrap_or_default()).into_iter().skip(1) {
            file.seek(SeekFrom::Start(range.start))?;
            let mut piece = vec![0; (range.end - range.start) as usize];
            let n = read_chunk(file, &mut piece)?;
            piece.truncate(n);
            pieces.push(piece);
        }
        let pieces: Vec<&[u8]> =
            std::iter::once(&self.head[..]).chain(pieces.iter().map(Vec::as_slice)).collect();
        self.guess = detect_pieces(&pieces);
        Ok(())
    }

    /// How many records there are by the length of those that were counted, when not all were read.
    fn estimated(&self, glance: &Glance, n_chars: usize) -> Option<u64> {
        let bytes_each = self.head.len() as f64 / n_chars.max(1) as f64;
        let data = self.length? as f64 - glance.data_start as f64 * bytes_each;
        let counted = glance.n_bytes as f64 * bytes_each;
        let known = !self.whole && counted > 0.0;
        known.then(|| (glance.n_records as f64 * data / counted).round() as u64)
    }
}

/// The lines of `file` from here on in which a quote follows a backslash, as far as it is searched.
fn escaped_quotes(file: &mut File) -> std::io::Result<Vec<u8>> {
    let finder = memchr::memmem::Finder::new(br#"\""#);
    let mut lines = Vec::new();
    let mut chunk = vec![0; CHUNK];
    for _ in 0..SEARCHED_BYTES / CHUNK - 1 {
        let n = read_chunk(file, &mut chunk)?;
        let mut rest = &chunk[..n];
        // A line that the chunk cuts says too little.
        while let Some(at) = finder.find(rest) {
            let Some(end) = memchr::memchr(b'\n', &rest[at..]).map(|n| at + n + 1) else { break };
            if let Some(start) = memchr::memrchr(b'\n', &rest[..at]) {
                lines.extend_from_slice(&rest[start + 1..end]);
            }
            // With its line end: the next line begins there.
            rest = &rest[end - 1..];
        }
        if n < chunk.len() || lines.len() > CHUNK / 8 {
            break;
        }
    }
    Ok(lines)
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

/// How many records the header has, in words.
fn header(n_records: usize) -> String {
    match n_records {
        0 => "no header".to_owned(),
        1 => "1 header record".to_owned(),
        n => format!("{n} header records"),
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
    let lines = if sniffed.preamble == 1 { "line" } else { "lines" };
    writeln!(out, "preamble    {} {lines}", sniffed.preamble)?;
    writeln!(out, "header      {}", header(sniffed.header_records))?;
    if let Some(records) = sniffed.records {
        writeln!(out, "records     {records}")?;
    } else if let Some(records) = sniffed.records_estimated {
        writeln!(out, "records     about {records}")?;
    }
    writeln!(out, "columns     {}", sniffed.columns.len())?;
    for (idx, column) in sniffed.columns.iter().enumerate() {
        writeln!(out, "  {:>3}  {:<30} {}", idx + 1, inert(&column.name, 30), column.kind)?;
    }
    Ok(())
}
