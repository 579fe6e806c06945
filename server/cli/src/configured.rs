//! The configuration of the files a command works on: each `aurora.toml` is read once, and what is wrong in it, or no
//! longer needed, is told as findings in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use aurora_advice::FindingKind;
use aurora_config::{Complaint, ComplaintKind, Config, FileConfig, Suppression};
use aurora_text::{LineIndex, Span};

use crate::report::{Diagnostic, Excerpt};

/// Configuration files read so far.
pub(crate) struct Configured {
    isolated: bool,
    read: BTreeMap<PathBuf, Loaded>,
}

/// A configuration file, what is wrong in it, and which of its suppressions were tried and met a finding.
#[derive(Default)]
struct Loaded {
    config: Config,
    complaints: Vec<Complaint>,
    tried: BTreeSet<(usize, usize)>,
    met: BTreeSet<(usize, usize, String)>,
}

/// What holds for one file, and where that is written.
pub(crate) struct OfFile {
    /// What holds.
    pub(crate) config: FileConfig,
    /// The configuration file; none when the defaults hold.
    source: Option<PathBuf>,
}

impl Configured {
    /// Nothing read yet; `isolated` reads nothing ever.
    pub(crate) fn new(isolated: bool) -> Self {
        Self { isolated, read: BTreeMap::new() }
    }

    /// What holds for the file at `path` (`-`: a file in the current folder); what is wrong in its configuration is
    /// said on standard error.
    pub(crate) fn for_file(&mut self, path: &str) -> FileConfig {
        let of_file = self.of(path);
        if let Some(loaded) = of_file.source.as_ref().and_then(|source| self.read.get_mut(source)) {
            for complaint in loaded.complaints.drain(..) {
                let source = of_file.source.as_deref().unwrap_or(Path::new("aurora.toml"));
                eprintln!("aurora: {}: {}", source.display(), complaint.message);
            }
        }
        of_file.config
    }

    /// What holds for the file at `path`; what is wrong in its configuration is kept for [`Self::findings`].
    pub(crate) fn of(&mut self, path: &str) -> OfFile {
        let found = if self.isolated { None } else { aurora_config::find(Path::new(path)) };
        let Some(source) = found else {
            return OfFile { config: Config::default().for_file(path), source: None };
        };
        let loaded = self.read.entry(source.clone()).or_insert_with_key(|file| {
            let (config, complaints) = aurora_config::load(file);
            Loaded { config, complaints, ..Loaded::default() }
        });
        let config = loaded.config.for_file(&relative(path, &source));
        OfFile { config, source: Some(source) }
    }

    /// Whether the finding of check `code` about the column called `column` is suppressed for this file.
    pub(crate) fn is_suppressed(&mut self, file: &OfFile, column: Option<&str>, code: &str) -> bool {
        let Some(suppression) = file.config.suppression(column, code) else { return false };
        if let Some(loaded) = file.source.as_ref().and_then(|source| self.read.get_mut(source)) {
            let Range { start, end } = suppression.span;
            loaded.met.insert((start, end, code.to_owned()));
        }
        true
    }

    /// Every finding of this file was asked about: suppressions for it alone that met none are not needed.
    pub(crate) fn tried(&mut self, file: &OfFile, path: &str) {
        let Some(source) = &file.source else { return };
        let relative = relative(path, source);
        let alone = |suppression: &&Suppression| {
            suppression.path.as_ref().is_some_and(|glob| {
                glob.glob().glob() == relative || glob.glob().glob() == aurora_config::escaped_glob(&relative)
            })
        };
        let tried: Vec<_> = file.config.config.suppressions.iter().filter(alone).map(key).collect();
        if let Some(loaded) = self.read.get_mut(source) {
            loaded.tried.extend(tried);
        }
    }

    /// What is wrong in the configuration files, and which suppressions met no finding. Those that hold for more than
    /// one file are judged only where `folders` were searched whole that hold the configuration file.
    pub(crate) fn findings(&self, folders: &[String]) -> Vec<(String, Vec<Diagnostic>)> {
        let absolute = |path: &str| std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
        let folders: Vec<PathBuf> = folders.iter().map(|folder| absolute(folder)).collect();
        let mut all = Vec::new();
        for (source, loaded) in &self.read {
            let whole = source.parent().is_some_and(|home| {
                folders.iter().any(|folder| home.starts_with(folder.components().as_path()))
            });
            let mut complaints = loaded.complaints.clone();
            for suppression in &loaded.config.suppressions {
                let (start, end) = key(suppression);
                if !whole && !loaded.tried.contains(&(start, end)) {
                    continue;
                }
                let idle = |code: &&String| !loaded.met.contains(&(start, end, (*code).clone()));
                for code in suppression.ignore.iter().filter(idle) {
                    complaints.push(Complaint {
                        kind: ComplaintKind::UnusedSuppression,
                        span: suppression.span.clone(),
                        message: format!("nothing is left that this suppression of {code} covers; remove it"),
                    });
                }
            }
            if !complaints.is_empty() {
                let shown = shown(source);
                let text = std::fs::read_to_string(source).unwrap_or_default();
                all.push((shown.clone(), complaints.iter().map(|c| diagnostic(&shown, c, &text)).collect()));
            }
        }
        all
    }
}

fn key(suppression: &Suppression) -> (usize, usize) {
    (suppression.span.start, suppression.span.end)
}

/// `path` as the configuration file `source` knows it.
pub(crate) fn relative(path: &str, source: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let folder = source.parent().unwrap_or(Path::new(""));
    let relative = absolute.strip_prefix(folder).unwrap_or(&absolute);
    relative.to_string_lossy().replace('\\', "/")
}

/// `path` from the current folder where it lies below it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

fn diagnostic(file: &str, complaint: &Complaint, text: &str) -> Diagnostic {
    let index = LineIndex::new(text);
    let clamp = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let span = Span::new(clamp(complaint.span.start), clamp(complaint.span.end.max(complaint.span.start)));
    let ((line, column), (end_line, end_column)) =
        (index.line_column(text, span.start), index.line_column(text, span.end));
    Diagnostic {
        file: file.to_owned(),
        line: line + 1,
        column: column + 1,
        end_line: end_line + 1,
        end_column: end_column + 1,
        record: None,
        field: None,
        code: complaint.kind.code(),
        severity: complaint.kind.severity(),
        kind: FindingKind::File.as_str(),
        message: complaint.message.clone(),
        confidence: 1.0,
        n_places: 1,
        places: Vec::new(),
        excerpt: Some(Excerpt::of(text, &index, span)),
    }
}
