//! What a command reads: a path, or standard input as `-`.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use aurora_advice::FileFacts;
use aurora_analysis::{Document, OpenOptions};
use aurora_text::encoding;

/// The bytes of `path`.
pub(crate) fn read(path: &str) -> anyhow::Result<Vec<u8>> {
    if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("cannot read {path}"))
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

/// Reads and decodes `path`.
pub(crate) fn open(path: &str) -> anyhow::Result<Opened> {
    let bytes = read(path)?;
    let guess = encoding::detect(&bytes);
    let decoded = encoding::decode(&bytes, guess.label);
    let file = FileFacts {
        encoding: Some(guess),
        faults: decoded.faults,
        n_faults: decoded.n_faults,
        extension: extension(path),
        misread: false,
    };
    let document = Document::open(&decoded.text, &OpenOptions { file, pinned: None });
    Ok(Opened { bytes, text: decoded.text, document })
}

/// The paths to work on: files as given, folders searched for CSV files, sorted.
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

/// Folders nested deeper than this are left alone: a loop of links must end.
const MAX_DEPTH: usize = 32;

fn walk(folder: &Path, depth: usize, files: &mut Vec<String>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else { continue };
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let path = entry.path();
        if kind.is_dir() && !hidden && depth < MAX_DEPTH {
            walk(&path, depth + 1, files)?;
        } else if kind.is_file() && is_table(&path) {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn is_table(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    matches!(extension.as_deref(), Some("csv" | "tsv" | "tab" | "psv"))
}
