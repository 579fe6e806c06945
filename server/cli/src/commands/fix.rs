//! `aurora fix`: mends files, safely by default.

mod split;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use aurora_advice::{FixOptions, Settings, fix_all, transforms};
use aurora_analysis::Analysis;
use aurora_config::FileConfig;
use aurora_learning::{Beliefs, ColumnKey};
use aurora_text::{LineIndex, edit, encoding};

use crate::commands::convert::shown;
use crate::configured::Configured;
use crate::input::{self, Opened};
use crate::progress::Progress;
use crate::reading::{ReadArguments, Reading};
use crate::render;

/// Mend files: only fixes that lose nothing, unless told otherwise.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Files, folders, or `-` to read standard input and write standard output.
    #[arg(required = true)]
    paths: Vec<String>,
    /// Take fixes that change values too, where one is clearly meant. What makes up values or throws data away (filling
    /// nulls, dropping a column) is taken only where `--select` names it.
    #[arg(long)]
    r#unsafe: bool,
    /// Only fixes of these checks, kinds or transforms; `split-tables` writes files beside the original.
    #[arg(long, value_delimiter = ',')]
    select: Vec<String>,
    /// Print what would change and write nothing.
    #[arg(long)]
    diff: bool,
    /// Write nothing; exit with 1 when something would change.
    #[arg(long)]
    check: bool,
    /// Take standard input for the file of this name: its extension, and the configuration above it.
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<String>,
    #[command(flatten)]
    read: ReadArguments,
}

/// Fixes may uncover further fixes; after this many passes the rest is left.
const MAX_PASSES: usize = 4;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    for word in &arguments.select {
        if transforms::find(word).is_none() {
            aurora_config::known_code(word).map_err(anyhow::Error::msg)?;
        }
    }
    let mut configured = Configured::new(arguments.read.more.isolated);
    let files = input::expand(&arguments.paths)?;
    let progress = Progress::new("fixing");
    let (mut would_change, mut n_failed) = (false, 0);
    for (n, path) in files.iter().enumerate() {
        progress.at(n as u64, files.len() as u64, path);
        let name = arguments.stdin_filename.as_deref().filter(|_| path == "-").unwrap_or(path);
        let config = configured.for_file(name);
        match fix(arguments, path, name, &config, &progress) {
            Ok(changed) => would_change |= changed,
            Err(error) if files.len() == 1 => return Err(error),
            Err(error) => {
                n_failed += 1;
                progress.clear();
                eprintln!("aurora: {error:#}");
            }
        }
    }
    Ok(ExitCode::from(match n_failed {
        0 => u8::from(arguments.check && would_change),
        _ => 2,
    }))
}

/// Fixes one file as the arguments say; whether anything changes.
fn fix(
    arguments: &Arguments,
    path: &str,
    name: &str,
    config: &FileConfig,
    progress: &Progress,
) -> anyhow::Result<bool> {
    let reading = Reading::of(&arguments.read, config);
    let options = FixOptions { allow_unsafe: arguments.r#unsafe, select: arguments.select.clone() };
    let opened = input::open_as(path, name, &reading)?;
    let fixed = fixpoint(&opened, &options, config, &reading);
    let changed = fixed.text != opened.text;
    let wanted = arguments.select.iter().any(|word| word == split::CODE);
    let files = if wanted { split::files(path, &opened)? } else { Vec::new() };
    progress.clear();
    if changed {
        // What would not be written is not promised either.
        refuse_loss(&opened, arguments.r#unsafe).with_context(|| format!("cannot fix {name}"))?;
    }
    if arguments.diff && changed {
        print_diff(name, &opened.text, &fixed.text)?;
    }
    if arguments.diff {
        split::show(&files)?;
    }
    if arguments.diff || arguments.check {
        return Ok(changed || !files.is_empty());
    }
    if !files.is_empty() {
        split::write(path, &opened, &files, arguments.r#unsafe)?;
    }
    if path == "-" {
        let bytes = if changed { encode(&opened, &fixed.text)? } else { opened.bytes };
        io::stdout().lock().write_all(&bytes)?;
    } else if changed {
        replace(path, &opened, &fixed.text)?;
    }
    if changed {
        eprintln!("{name}: {}", fixed.summary());
    }
    Ok(changed)
}

struct Fixed {
    text: String,
    applied: Vec<(&'static str, usize)>,
}

impl Fixed {
    fn summary(&self) -> String {
        let parts = self
            .applied
            .iter()
            .map(|(code, n)| if *n == 1 { (*code).to_owned() } else { format!("{code} × {n}") });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The text after all allowed fixes, until nothing is left to fix.
fn fixpoint(opened: &Opened, options: &FixOptions, config: &FileConfig, reading: &Reading) -> Fixed {
    let settings = Settings { max_findings: 0, ..config.config.settings.clone() };
    let file = opened.document.snapshot().file.as_ref().clone();
    let mut fixed = Fixed { text: opened.text.clone(), applied: Vec::new() };
    for _ in 0..MAX_PASSES {
        let document = input::document(&fixed.text, file.clone(), reading.delimiter);
        let mut analysis = Analysis::of(&document.snapshot(), &settings, &Beliefs::default(), &|_, _, _| {
            ColumnKey::default()
        });
        let names: Vec<_> = analysis.columns.iter().map(|column| column.header.name.clone()).collect();
        analysis.findings.retain(|finding| {
            let column = finding.place.field.and_then(|at| names.get(at)).map(String::as_str);
            config.suppression(column, finding.code).is_none()
        });
        let all = analysis.with_table(&settings, |table| fix_all(table, &analysis.findings, options));
        if all.edits.is_empty() {
            break;
        }
        fixed.text = edit::apply(&fixed.text, &all.edits);
        for (code, n) in all.applied {
            match fixed.applied.iter_mut().find(|(applied, _)| *applied == code) {
                Some((_, total)) => *total += n,
                None => fixed.applied.push((code, n)),
            }
        }
    }
    fixed
}

/// `text` in the encoding of the file it came from, with its byte order mark.
pub(crate) fn encode(opened: &Opened, text: &str) -> anyhow::Result<Vec<u8>> {
    let snapshot = opened.document.snapshot();
    let guess = snapshot.file.encoding.as_ref();
    let label = guess.map_or("utf-8", |guess| guess.label);
    let encoded = encoding::encode(text, label).with_context(|| format!("cannot write {label}"))?;
    let (mut bytes, lost) = (encoded.bytes, encoded.n_unencodable);
    if let Some(first) = encoded.unencodable.first() {
        let (line, _) = LineIndex::new(text).line_column(text, first.at);
        let others = if lost > 1 { format!(" and {} more", lost - 1) } else { String::new() };
        bail!(
            "{label} has no code for {} of line {}{others}; `aurora convert --to utf-8` first",
            shown(first.ch),
            line + 1
        );
    }
    if guess.is_some_and(|guess| guess.bom) {
        let mut marked = aurora_text::byte_order_mark(label).to_vec();
        marked.append(&mut bytes);
        bytes = marked;
    }
    Ok(bytes)
}

/// Refuses what cannot be written back byte by byte, unless that is allowed.
pub(crate) fn refuse_loss(opened: &Opened, allow_unsafe: bool) -> anyhow::Result<()> {
    let n_faults = opened.document.snapshot().file.n_faults;
    if n_faults > 0 && !allow_unsafe {
        bail!(
            "{n_faults} bytes could not be decoded and would be lost; mend the encoding first, or pass --unsafe"
        );
    }
    if !allow_unsafe && encode(opened, &opened.text)? != opened.bytes {
        bail!("its encoding writes the same text in several ways, and others would be chosen; pass --unsafe");
    }
    Ok(())
}

/// Writes a temporary file in the same folder with the same mode, syncs it, and renames it over `path`.
fn replace(path: &str, opened: &Opened, text: &str) -> anyhow::Result<()> {
    let target = fs::canonicalize(path).with_context(|| format!("cannot resolve {path}"))?;
    let before = fs::metadata(&target).with_context(|| format!("cannot read {path}"))?;
    if !before.is_file() {
        bail!("{path} is not a regular file");
    }
    let bytes = encode(opened, text).with_context(|| format!("cannot write {path}"))?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    temporary.write_all(&bytes).with_context(|| format!("cannot write {path}"))?;
    fs::set_permissions(temporary.path(), before.permissions())
        .with_context(|| format!("cannot give {path} its mode"))?;
    temporary.as_file().sync_all().with_context(|| format!("cannot write {path}"))?;
    let mut now = Vec::new();
    File::open(&target)
        .and_then(|mut file| file.read_to_end(&mut now))
        .with_context(|| format!("cannot read {path}"))?;
    if now != opened.bytes {
        bail!("{path} changed while it was being fixed; nothing was written, run again");
    }
    temporary.persist(&target).with_context(|| format!("cannot replace {path}"))?;
    Ok(())
}

/// A unified diff with no context lines.
fn print_diff(path: &str, before: &str, after: &str) -> anyhow::Result<()> {
    let diff = similar::TextDiff::from_lines(before, after);
    render::page(|out| write!(out, "{}", diff.unified_diff().context_radius(2).header(path, path)))
}
