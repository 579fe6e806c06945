//! `aurora check`: what is wrong in files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aurora_advice::{Finding, FindingKind, Profile, Settings, Severity, checks};
use aurora_analysis::Analysis;
use aurora_config::FileConfig;
use aurora_learning::{Beliefs, ColumnKey};
use aurora_schema::Schema;
use aurora_text::{LineIndex, Span};

use crate::before::{self, LastCommit};
use crate::configured::{Configured, OfFile};
use crate::input;
use crate::progress::Progress;
use crate::reading::{ReadArguments, Reading};
use crate::report::{self, Diagnostic, Excerpt, ReportFormat};
use crate::since::{self, Since};
use crate::streamed;
use crate::suppress::Suppressions;

/// Report what is wrong in files. Exit status: 0 nothing, 1 findings, 2 something could not be read.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true)]
    paths: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Only these: codes, or structure, record, value, column, file.
    #[arg(long, value_delimiter = ',')]
    select: Vec<String>,
    /// These too, though they are off by default.
    #[arg(long, value_delimiter = ',')]
    extend_select: Vec<String>,
    /// Not these codes.
    #[arg(long, value_delimiter = ',')]
    ignore: Vec<String>,
    /// Looser thresholds, one severity higher.
    #[arg(long)]
    audit: bool,
    /// Findings kept a file, 1000 unless configured; 0 keeps all. Of very many broken records some are only counted.
    #[arg(long)]
    max_findings: Option<usize>,
    /// Only what changed since a git revision: findings in new or changed records, and new ones of columns.
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// Take standard input for the file of this name: its extension, and the configuration above it.
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<String>,
    /// Count findings by check instead of printing them.
    #[arg(long)]
    statistics: bool,
    /// Suppress every finding, column by column, in the nearest `aurora.toml`, and exit with 0.
    #[arg(long, conflicts_with_all = ["statistics", "changed_since"])]
    add_ignore: bool,
    #[command(flatten)]
    read: ReadArguments,
    /// Exit with 0 also when there are findings.
    #[arg(long)]
    exit_zero: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    for code in arguments.select.iter().chain(&arguments.extend_select).chain(&arguments.ignore) {
        aurora_config::known_code(code).map_err(anyhow::Error::msg)?;
    }
    let mut report = report::open(arguments.format, arguments.statistics)?;
    let mut checker = Checker {
        arguments,
        configured: Configured::new(arguments.read.more.isolated),
        last_commit: LastCommit::new(),
        since: arguments.changed_since.as_deref().map(Since::new).transpose()?,
        suppressions: Suppressions::default(),
        unreadable: BTreeMap::new(),
        progress: Progress::new("checking"),
    };
    let files = input::expand(&arguments.paths)?;
    let (mut n_found, mut n_failed) = (0, 0);
    for (n, path) in files.iter().enumerate() {
        checker.progress.at(n as u64, files.len() as u64, path);
        match checker.check(path) {
            Ok(found) => {
                n_found += found.len();
                checker.progress.clear();
                report.add(checker.name(path), found)?;
            }
            Err(error) if files.len() == 1 => return Err(error),
            Err(error) => {
                n_failed += 1;
                checker.progress.clear();
                eprintln!("aurora: {error:#}");
            }
        }
    }
    checker.progress.clear();
    if arguments.add_ignore {
        checker.suppressions.write()?;
        return Ok(ExitCode::from(if n_failed > 0 { 2 } else { 0 }));
    }
    let configured = checker.configured.findings(&input::folders(&arguments.paths));
    for (file, found) in configured.into_iter().chain(checker.unreadable_schemas()) {
        n_found += found.len();
        report.add(&file, found)?;
    }
    report.finish()?;
    Ok(ExitCode::from(match (n_failed, n_found) {
        (1.., _) => 2,
        (_, 1..) if !arguments.exit_zero => 1,
        _ => 0,
    }))
}

/// Checks file by file.
struct Checker<'a> {
    arguments: &'a Arguments,
    configured: Configured,
    last_commit: LastCommit,
    since: Option<Since>,
    suppressions: Suppressions,
    /// Schemas that cannot be read, and why.
    unreadable: BTreeMap<PathBuf, String>,
    progress: Progress,
}

impl Checker<'_> {
    /// The name under which `path` is known.
    fn name<'a>(&'a self, path: &'a str) -> &'a str {
        self.arguments.stdin_filename.as_deref().filter(|_| path == "-").unwrap_or(path)
    }

    fn check(&mut self, path: &str) -> anyhow::Result<Vec<Diagnostic>> {
        let name = self.name(path).to_owned();
        let mut file = self.configured.of(&name);
        self.arguments.over(&mut file.config);
        let (findings, names, diagnostics) = if self.is_streamed(path, &file.config) {
            self.streamed(path, &file.config)?
        } else {
            self.in_memory(path, &name, &file.config)?
        };
        let mut wanted = Vec::new();
        for (finding, diagnostic) in findings.iter().zip(diagnostics) {
            let column = finding.place.field.and_then(|at| names.get(at)).map(String::as_str);
            if finding.severity == Severity::Advice
                || self.configured.is_suppressed(&file, column, finding.code)
            {
                continue;
            }
            if self.arguments.add_ignore {
                // Records that are only counted have the faults of those that are told.
                if finding.code != checks::MORE_FINDINGS {
                    self.suppressions.add(&name, column, finding.code);
                }
                continue;
            }
            wanted.push(diagnostic);
        }
        if self.saw_all(&file) {
            self.configured.tried(&file, &name);
        }
        Ok(wanted)
    }

    /// Whether every finding of a file is looked for, so that suppressions that meet none can be told.
    fn saw_all(&self, file: &OfFile) -> bool {
        let arguments = self.arguments;
        arguments.changed_since.is_none()
            && arguments.ignore.is_empty()
            && file.config.config.select.is_empty()
    }

    fn in_memory(&mut self, path: &str, name: &str, file: &FileConfig) -> anyhow::Result<Found> {
        let reading = Reading::of(&self.arguments.read, file);
        let mut opened = input::open_as(path, name, &reading)?;
        let mut before = None;
        let version = match &mut self.since {
            Some(since) => {
                let version = since.before(path)?;
                before = version.as_ref().map(|version| version.bytes.clone());
                version
            }
            None => self.last_commit.version(path, &file.config.settings),
        };
        if let Some(version) = version {
            before::compare(&mut opened, version, name, &reading);
        }
        let analyse = |opened: &input::Opened| {
            let snapshot = opened.document.snapshot();
            Analysis::of(&snapshot, &file.config.settings, &Beliefs::default(), &|_, _, _| {
                ColumnKey::default()
            })
        };
        let schema = self.schema(path, name);
        let mut analysis = analyse(&opened);
        if let Some(schema) = &schema {
            let found =
                analysis.with_table(&file.config.settings, |table| aurora_schema::check(table, schema));
            analysis.findings.extend(wanted(found, &file.config.settings));
        }
        if let Some(bytes) = before {
            let before = input::opened(bytes, name, &reading);
            let mut before = (before.text.clone(), analyse(&before));
            if let Some(schema) = &schema {
                let found =
                    before.1.with_table(&file.config.settings, |table| aurora_schema::check(table, schema));
                before.1.findings.extend(wanted(found, &file.config.settings));
            }
            let after = (opened.text.clone(), analysis);
            let brought: Vec<Finding> = since::brought(&before, &after).into_iter().cloned().collect();
            analysis = after.1;
            analysis.findings = brought;
        }
        let index = LineIndex::new(&opened.text);
        let locate = |at: usize| index.line_column(&opened.text, at);
        let shown = matches!(self.arguments.format, ReportFormat::Text | ReportFormat::Rdjson);
        let diagnostics = analysis
            .findings
            .iter()
            .map(|finding| {
                let excerpt = shown.then(|| Excerpt::of(&opened.text, &index, finding.place.span));
                Diagnostic::of(name, finding, &locate, excerpt)
            })
            .collect();
        let names = analysis.columns.into_iter().map(|column| column.header.name).collect();
        Ok((analysis.findings, names, diagnostics))
    }

    fn streamed(&mut self, path: &str, file: &FileConfig) -> anyhow::Result<Found> {
        let structure = only_structure(file);
        let n_threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
        let reading = Reading::of(&self.arguments.read, file);
        let table = streamed::read(path, &reading, !structure, n_threads, Some(&self.progress))?;
        let label = table.file.encoding.as_ref().map_or("utf-8", |guess| guess.label);
        let mut settings = file.config.settings.clone();
        if structure {
            let others =
                checks::CHECKS.iter().map(|check| check.meta()).filter(|m| m.kind != FindingKind::Structure);
            settings.ignore.extend(others.map(|meta| meta.code.to_owned()));
        }
        let owned = path.to_owned();
        let reopen = move || streamed::reopen(&owned, label);
        let schema = if structure { None } else { self.schema(path, path) };
        let findings = table.with_table(&reopen, &settings, |table| {
            let (mut findings, _) = checks::run_all(table);
            let found = schema.as_ref().map_or(Vec::new(), |schema| aurora_schema::check(table, schema));
            findings.extend(wanted(found, &settings));
            findings
        });
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
        let diagnostics =
            findings.iter().map(|finding| Diagnostic::of(path, finding, &locate, None)).collect();
        let names = table.headers.into_iter().map(|header| header.name).collect();
        Ok((findings, names, diagnostics))
    }

    /// The schema beside the file; one that cannot be read is a finding of its own.
    fn schema(&mut self, path: &str, name: &str) -> Option<Schema> {
        if self.arguments.read.more.isolated || (path == "-" && name == "-") {
            return None;
        }
        match aurora_schema::beside(Path::new(name)) {
            Ok(found) => found.map(|(_, schema)| schema),
            Err((file, error)) => {
                self.unreadable.insert(file, error);
                None
            }
        }
    }

    /// Schemas that cannot be read, each as a finding in it.
    fn unreadable_schemas(&self) -> Vec<(String, Vec<Diagnostic>)> {
        let finding = |(file, error): (&PathBuf, &String)| {
            let file = file.display().to_string();
            let finding = aurora_schema::check::unreadable(error);
            let diagnostic = Diagnostic::of(&file, &finding, &|_| (0, 0), None);
            (file, vec![diagnostic])
        };
        self.unreadable.iter().map(finding).collect()
    }

    /// Whether `path` is checked in constant memory: large files, and those of which only the structure is asked for
    /// when no line of them is shown.
    fn is_streamed(&self, path: &str, file: &FileConfig) -> bool {
        let Ok(metadata) = std::fs::metadata(path) else { return false };
        let small_enough = metadata.len() < STREAMED;
        let no_line = self.arguments.format == ReportFormat::Json;
        metadata.is_file() && self.since.is_none() && (!small_enough || (no_line && only_structure(file)))
    }
}

/// Those of `found` that are selected.
fn wanted(found: Vec<Finding>, settings: &Settings) -> impl Iterator<Item = Finding> {
    found.into_iter().filter(|finding| settings.wants(finding.code, finding.kind))
}

/// Findings, the names of the columns, and a diagnostic for each finding.
type Found = (Vec<Finding>, Vec<String>, Vec<Diagnostic>);

impl Arguments {
    /// What the command line says wins over what is configured.
    fn over(&self, file: &mut FileConfig) {
        let config = &mut file.config;
        if self.audit {
            config.settings.profile = Profile::Audit;
        }
        if let Some(n) = self.max_findings {
            config.settings.max_findings = n;
        }
        if self.add_ignore {
            // What would be summed up is to be suppressed too.
            (config.settings.max_findings, config.settings.max_information) = (0, 0);
        }
        if !self.select.is_empty() {
            config.select.clone_from(&self.select);
        }
        config.settings.extend.extend(self.extend_select.iter().cloned());
        config.settings.ignore.extend(self.ignore.iter().cloned());
        config.settings.select.clone_from(&config.select);
    }
}

/// Bytes from which a file is read from front to back instead of being held in memory.
const STREAMED: u64 = 64 << 20;

/// Whether nothing but findings of structure is wanted.
fn only_structure(file: &FileConfig) -> bool {
    let is_structure = |word: &String| {
        word == FindingKind::Structure.as_str()
            || checks::find(word).is_some_and(|check| check.meta().kind == FindingKind::Structure)
    };
    let config = &file.config;
    let wanted = config.select.iter().chain(&config.settings.extend);
    !config.select.is_empty() && wanted.into_iter().all(is_structure)
}
