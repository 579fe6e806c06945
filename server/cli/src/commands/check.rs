//! `aurora check`: what is wrong in files.

use std::io::Write;
use std::process::ExitCode;

use aurora_advice::{Finding, FindingKind, Place, Profile, Severity, checks};
use aurora_analysis::Analysis;
use aurora_config::FileConfig;
use aurora_learning::{Beliefs, ColumnKey};
use aurora_text::{LineIndex, Span};
use serde::Serialize;

use crate::configured::Configured;
use crate::input;
use crate::render::{self, Format, Style, inert};
use crate::streamed;

/// Report what is wrong in files.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true)]
    paths: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only these: codes, or structure, record, value, column, file.
    #[arg(long, value_delimiter = ',')]
    select: Vec<String>,
    /// Not these codes.
    #[arg(long, value_delimiter = ',')]
    ignore: Vec<String>,
    /// Looser thresholds, one severity higher.
    #[arg(long)]
    audit: bool,
    /// Findings kept a file, 1000 unless configured; 0 keeps all.
    #[arg(long)]
    max_findings: Option<usize>,
    /// Read no configuration file.
    #[arg(long)]
    isolated: bool,
    /// Exit with 0 also when there are findings.
    #[arg(long)]
    exit_zero: bool,
}

#[derive(Serialize)]
struct Report {
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Diagnostic {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    record: Option<u64>,
    field: Option<usize>,
    code: &'static str,
    severity: &'static str,
    kind: &'static str,
    message: String,
    confidence: f64,
    n_places: u64,
    places: Vec<DiagnosticPlace>,
}

#[derive(Serialize)]
struct DiagnosticPlace {
    line: usize,
    column: usize,
    record: Option<u64>,
    field: Option<usize>,
    confidence: f64,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut report = Report { diagnostics: Vec::new() };
    let mut configured = Configured::new(arguments.isolated);
    for path in input::expand(&arguments.paths)? {
        let file = arguments.over(configured.for_file(&path));
        let settings = &file.config.settings;
        if is_streamed(&path, &file, arguments.format) {
            for (diagnostic, severity) in streamed_diagnostics(&path, &file)? {
                if arguments.format == Format::Text {
                    print_line(&diagnostic, severity)?;
                }
                report.diagnostics.push(diagnostic);
            }
            continue;
        }
        let opened = input::open(&path)?;
        let snapshot = opened.document.snapshot();
        let analysis =
            Analysis::of(&snapshot, settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
        let index = LineIndex::new(&opened.text);
        let names: Vec<_> = analysis.columns.iter().map(|column| column.header.name.as_str()).collect();
        for finding in analysis.findings.iter().filter(|finding| is_wanted(finding, &file, &names)) {
            let diagnostic = diagnostic(&path, finding, &|at| index.line_column(&opened.text, at));
            if arguments.format == Format::Text {
                print(&diagnostic, finding.severity, &opened.text, &index)?;
            }
            report.diagnostics.push(diagnostic);
        }
    }
    if arguments.format == Format::Json {
        render::json(&report)?;
    }
    let found = !report.diagnostics.is_empty() && !arguments.exit_zero;
    Ok(ExitCode::from(u8::from(found)))
}

impl Arguments {
    /// What the command line says wins over what is configured.
    fn over(&self, mut file: FileConfig) -> FileConfig {
        let config = &mut file.config;
        if self.audit {
            config.settings.profile = Profile::Audit;
        }
        if let Some(n) = self.max_findings {
            config.settings.max_findings = n;
        }
        if !self.select.is_empty() {
            config.select.clone_from(&self.select);
        }
        config.settings.ignore.extend(self.ignore.iter().cloned());
        file
    }
}

/// Bytes from which a file is read from front to back instead of being held in memory.
const STREAMED: u64 = 64 << 20;

/// Whether `path` is checked in constant memory: large files, and those of which only the structure is asked for
/// when no line of them is shown.
fn is_streamed(path: &str, file: &FileConfig, format: Format) -> bool {
    let Ok(metadata) = std::fs::metadata(path) else { return false };
    let small_enough = metadata.len() < STREAMED;
    metadata.is_file() && (!small_enough || (format == Format::Json && only_structure(file)))
}

/// Whether nothing but findings of structure is wanted.
fn only_structure(file: &FileConfig) -> bool {
    let is_structure = |word: &String| {
        word == FindingKind::Structure.as_str()
            || checks::find(word).is_some_and(|check| check.meta().kind == FindingKind::Structure)
    };
    !file.config.select.is_empty() && file.config.select.iter().all(is_structure)
}

fn streamed_diagnostics(path: &str, file: &FileConfig) -> anyhow::Result<Vec<(Diagnostic, Severity)>> {
    let structure = only_structure(file);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let table = streamed::read(path, !structure, n_threads)?;
    let label = table.file.encoding.as_ref().map_or("utf-8", |guess| guess.label);
    let mut settings = file.config.settings.clone();
    if structure {
        let others =
            checks::CHECKS.iter().map(|check| check.meta()).filter(|m| m.kind != FindingKind::Structure);
        settings.ignore.extend(others.map(|meta| meta.code.to_owned()));
    }
    let owned = path.to_owned();
    let reopen = move || streamed::reopen(&owned, label);
    let (findings, _) = table.with_table(&reopen, &settings, checks::run_all);
    let names: Vec<_> = table.headers.iter().map(|header| header.name.as_str()).collect();
    let findings: Vec<_> = findings.iter().filter(|finding| is_wanted(finding, file, &names)).collect();
    let mut offsets: Vec<usize> = findings
        .iter()
        .flat_map(|finding| {
            let Span { start, end } = finding.place.span;
            [start, end].into_iter().chain(finding.related.iter().map(|place| place.span.start))
        })
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    let places = aurora_analysis::stream::positions(reopen(), &offsets);
    let locate = |at: usize| offsets.binary_search(&at).map_or((0, 0), |idx| places[idx]);
    Ok(findings.into_iter().map(|finding| (diagnostic(path, finding, &locate), finding.severity)).collect())
}

fn is_wanted(finding: &Finding, file: &FileConfig, names: &[&str]) -> bool {
    let select = &file.config.select;
    let named = |word: &String| word == finding.code || word == finding.kind.as_str();
    let column = finding.place.field.and_then(|idx| names.get(idx));
    finding.severity != Severity::Advice
        && (select.is_empty() || select.iter().any(named))
        && !column.is_some_and(|name| file.is_column_ignored(name, finding.code))
}

fn diagnostic(path: &str, finding: &Finding, locate: &dyn Fn(usize) -> (usize, usize)) -> Diagnostic {
    let Span { start, end } = finding.place.span;
    let (line, column) = locate(start);
    let (end_line, end_column) = locate(end);
    let place = |place: &Place| {
        let (line, column) = locate(place.span.start);
        DiagnosticPlace {
            line: line + 1,
            column: column + 1,
            record: place.record,
            field: place.field,
            confidence: place.confidence,
        }
    };
    Diagnostic {
        file: path.to_owned(),
        line: line + 1,
        column: column + 1,
        end_line: end_line + 1,
        end_column: end_column + 1,
        record: finding.place.record,
        field: finding.place.field,
        code: finding.code,
        severity: finding.severity.as_str(),
        kind: finding.kind.as_str(),
        message: finding.message.clone(),
        confidence: finding.confidence,
        n_places: finding.n_places,
        places: finding.related.iter().map(place).collect(),
    }
}

/// The finding in one line.
fn print_line(diagnostic: &Diagnostic, severity: Severity) -> anyhow::Result<()> {
    let style = Style::stdout();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}:{}:{}: {} {} [{}]",
        diagnostic.file,
        diagnostic.line,
        diagnostic.column,
        style.paint(colour(severity), diagnostic.severity),
        inert(&diagnostic.message, 400),
        diagnostic.code,
    )?;
    Ok(())
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "31;1",
        Severity::Warning => "33;1",
        Severity::Information => "34;1",
        Severity::Hint | Severity::Advice => "36;1",
    }
}

/// The finding, the line it stands in, and carets below it.
fn print(diagnostic: &Diagnostic, severity: Severity, text: &str, index: &LineIndex) -> anyhow::Result<()> {
    print_line(diagnostic, severity)?;
    let style = Style::stdout();
    let colour = colour(severity);
    let mut out = std::io::stdout().lock();
    let line_start = index.start(diagnostic.line - 1).unwrap_or(text.len());
    let line = text[line_start..].lines().next().unwrap_or("");
    let column = diagnostic.column - 1;
    let width =
        if diagnostic.end_line == diagnostic.line { diagnostic.end_column - diagnostic.column } else { 1 };
    let skipped = column.saturating_sub(60);
    let shown = inert(&line.chars().skip(skipped).collect::<String>(), 100);
    let before = inert(&line.chars().skip(skipped).take(column - skipped).collect::<String>(), 100);
    let carets = "^".repeat(width.clamp(1, 60));
    writeln!(out, "  {} {shown}", style.paint("2", "│"))?;
    writeln!(
        out,
        "  {} {}{}",
        style.paint("2", "│"),
        " ".repeat(before.chars().count()),
        style.paint(colour, &carets)
    )?;
    Ok(())
}
