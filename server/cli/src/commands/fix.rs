//! `aurora fix`: mends files, safely by default.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use aurora_advice::{FixOptions, Settings, fix_all};
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_text::{edit, encoding};

use crate::input::{self, Opened};

/// Mend files: only fixes that lose nothing, unless told otherwise.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Files, folders, or `-` to read standard input and write standard output.
    #[arg(required = true)]
    paths: Vec<String>,
    /// Take fixes that change values too, where one is clearly meant.
    #[arg(long)]
    r#unsafe: bool,
    /// Only fixes of these checks, kinds or transforms.
    #[arg(long, value_delimiter = ',')]
    select: Vec<String>,
    /// Print what would change and write nothing.
    #[arg(long)]
    diff: bool,
    /// Write nothing; exit with 1 when something would change.
    #[arg(long)]
    check: bool,
}

/// Fixes may uncover further fixes; after this many passes the rest is left.
const MAX_PASSES: usize = 4;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let options = FixOptions { allow_unsafe: arguments.r#unsafe, select: arguments.select.clone() };
    let mut would_change = false;
    for path in input::expand(&arguments.paths)? {
        let opened = input::open(&path)?;
        let fixed = fixpoint(&opened, &options);
        let changed = fixed.text != opened.text;
        would_change |= changed;
        if arguments.diff && changed {
            print_diff(&path, &opened.text, &fixed.text)?;
        }
        if arguments.diff || arguments.check {
            continue;
        }
        if path == "-" {
            io::stdout().lock().write_all(&encode(&opened, &fixed.text)?)?;
        } else if changed {
            replace(&path, &opened, &fixed.text, arguments.r#unsafe)?;
        }
        if changed {
            eprintln!("{path}: {}", fixed.summary());
        }
    }
    Ok(ExitCode::from(u8::from(arguments.check && would_change)))
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
fn fixpoint(opened: &Opened, options: &FixOptions) -> Fixed {
    let settings = Settings { max_findings: 0, ..Settings::default() };
    let file = opened.document.snapshot().file.as_ref().clone();
    let mut fixed = Fixed { text: opened.text.clone(), applied: Vec::new() };
    for _ in 0..MAX_PASSES {
        let document = Document::open(&fixed.text, &OpenOptions { file: file.clone(), pinned: None });
        let analysis = Analysis::of(&document.snapshot(), &settings, &Beliefs::default(), &|_, _, _| {
            ColumnKey::default()
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
fn encode(opened: &Opened, text: &str) -> anyhow::Result<Vec<u8>> {
    let snapshot = opened.document.snapshot();
    let guess = snapshot.file.encoding.as_ref();
    let label = guess.map_or("utf-8", |guess| guess.label);
    let encoded = encoding::encode(text, label).with_context(|| format!("cannot write {label}"))?;
    let (mut bytes, lost) = (encoded.bytes, encoded.n_unencodable);
    if lost > 0 {
        bail!("{lost} characters cannot be written in {label}; `aurora convert --to utf-8` first");
    }
    if guess.is_some_and(|guess| guess.bom) {
        let mut marked = aurora_text::byte_order_mark(label).to_vec();
        marked.append(&mut bytes);
        bytes = marked;
    }
    Ok(bytes)
}

/// Writes a temporary file in the same folder with the same mode, syncs it, and renames it over `path`; refuses when
/// that could lose something.
fn replace(path: &str, opened: &Opened, text: &str, allow_unsafe: bool) -> anyhow::Result<()> {
    let n_faults = opened.document.snapshot().file.n_faults;
    if n_faults > 0 && !allow_unsafe {
        bail!(
            "{path}: {n_faults} bytes could not be decoded and would be lost; mend the encoding first, or pass --unsafe"
        );
    }
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
    let mut out = io::stdout().lock();
    let diff = similar::TextDiff::from_lines(before, after);
    write!(out, "{}", diff.unified_diff().context_radius(2).header(path, path))?;
    Ok(())
}
