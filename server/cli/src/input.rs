//! What a command reads: a path, or standard input as `-`.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use aurora_advice::{Before, FileFacts};
use aurora_analysis::{Document, OpenOptions};
use aurora_table::Delimiter;
use aurora_text::{binary, encoding};

use crate::reading::Reading;

/// The bytes of `path`.
pub(crate) fn read(path: &str) -> anyhow::Result<Vec<u8>> {
    if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    refuse_device(path)?;
    std::fs::read(path).with_context(|| format!("cannot read {path}"))
}

/// Devices may never end; a pipe ends when its writer does.
#[cfg(unix)]
fn refuse_device(path: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    let kind = std::fs::metadata(path).map(|facts| facts.file_type());
    if kind.is_ok_and(|kind| kind.is_block_device() || (kind.is_char_device() && path != "/dev/stdin")) {
        anyhow::bail!("{path} is a device; pass - to read standard input");
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_device(_path: &str) -> anyhow::Result<()> {
    Ok(())
}

/// The extension of `path` in lower case.
pub(crate) fn extension(path: &str) -> Option<String> {
    Path::new(path).extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// A file read whole: its text is decoded, its dialect detected.
pub(crate) struct Opened {
    /// The bytes as read.
    pub(crate) bytes: Vec<u8>,
    /// The decoded text.
    pub(crate) text: String,
    /// The document on it.
    pub(crate) document: Document,
}

impl Opened {
    /// Lets the checks compare it with what it was.
    pub(crate) fn compare(&mut self, before: Before) {
        let file = (*self.document.snapshot().file).clone();
        self.document.set_file(FileFacts { before: Some(Arc::new(before)), ..file });
    }
}

/// Reads and decodes `path` as `reading` has it.
pub(crate) fn open(path: &str, reading: &Reading) -> anyhow::Result<Opened> {
    open_as(path, path, reading)
}

/// As [`open`], as the file called `name`.
pub(crate) fn open_as(path: &str, name: &str, reading: &Reading) -> anyhow::Result<Opened> {
    let bytes = read(path)?;
    refuse_binary(name, &bytes)?;
    Ok(opened(bytes, name, reading))
}

/// Fails when the file called `name`, which begins with `head`, is no text.
pub(crate) fn refuse_binary(name: &str, head: &[u8]) -> anyhow::Result<()> {
    match binary::what(head) {
        Some(what) => {
            let name = if name == "-" { "standard input" } else { name };
            anyhow::bail!("{name} is {what}, not a table in text")
        }
        None => Ok(()),
    }
}

/// Decodes the bytes of the file called `name`.
pub(crate) fn opened(bytes: Vec<u8>, name: &str, reading: &Reading) -> Opened {
    let guess = reading.encoding_of(&bytes);
    let decoded = encoding::decode(&bytes, guess.label);
    let file = FileFacts {
        encoding: Some(guess),
        faults: decoded.faults,
        n_faults: decoded.n_faults,
        extension: extension(name),
        ..FileFacts::default()
    };
    let document = document(&decoded.text, file, reading.delimiter);
    Opened { bytes, text: decoded.text, document }
}

/// A document on `text`, read with `delimiter` instead of a detected one.
pub(crate) fn document(text: &str, file: FileFacts, delimiter: Option<Delimiter>) -> Document {
    Document::open(text, &OpenOptions { file, delimiter, ..OpenOptions::default() })
}

/// The paths to work on: files as given, folders searched for tables, sorted.
pub(crate) fn expand(paths: &[String]) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for path in paths {
        if path != "-" && Path::new(path).is_dir() {
            walk(Path::new(path), 0, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Those of `paths` that are folders.
pub(crate) fn folders(paths: &[String]) -> Vec<String> {
    paths.iter().filter(|path| *path != "-" && Path::new(path).is_dir()).cloned().collect()
}

/// Folders nested deeper than this are left alone.
const MAX_DEPTH: usize = 32;
/// Files taken from folders; a search that finds more is meant otherwise.
const MAX_FILES: usize = 100_000;
/// Folders that hold other people's files.
const SKIPPED: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// Adds the tables below `folder`. Links are not followed, so there is no loop; what cannot be listed further down is
/// said and left out.
fn walk(folder: &Path, depth: usize, files: &mut Vec<String>) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if depth > 0 => {
            eprintln!("aurora: cannot list {}: {error}", folder.display());
            return Ok(());
        }
        Err(error) => return Err(error).with_context(|| format!("cannot list {}", folder.display())),
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&&*name) && depth < MAX_DEPTH {
            walk(&path, depth + 1, files)?;
        } else if kind.is_file() && is_table(&path) {
            anyhow::ensure!(files.len() < MAX_FILES, "more than {MAX_FILES} files; name fewer folders");
            files.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn is_table(path: &Path) -> bool {
    matches!(extension(&path.to_string_lossy()).as_deref(), Some("csv" | "tsv" | "tab" | "psv" | "ssv"))
}
