//! The built program, as a person runs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context;
use serde_json::Value;
use tempfile::TempDir;

use crate::step;

/// Runs of the program at the same time.
const N_RUNS: usize = 2;

/// The release build of `aurora`, with a store of its own that knows no answers.
pub(crate) struct Product {
    binary: PathBuf,
    store: TempDir,
}

impl Product {
    /// Builds the program (quick when it is fresh).
    pub(crate) fn build() -> anyhow::Result<Self> {
        step::run(step::cargo().args(["build", "--release", "--quiet", "--bin", "aurora"]))?;
        let binary = step::target().join("release").join(format!("aurora{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { binary, store: tempfile::tempdir()? })
    }

    /// What `aurora recommend` prints of each file, in the order of `files`.
    pub(crate) fn recommend(&self, files: &[PathBuf]) -> anyhow::Result<Vec<Value>> {
        let store = self.store.path().as_os_str();
        self.each(files, &["recommend", "--format", "json", "--store"].map(OsStr::new), &[store])
    }

    /// What `aurora check --audit` prints of each file, in the order of `files`.
    pub(crate) fn audit(&self, files: &[PathBuf]) -> anyhow::Result<Vec<Value>> {
        let words = ["check", "--audit", "--max-findings", "0", "--isolated", "--exit-zero", "--format"];
        self.each(files, &words.map(OsStr::new), &[OsStr::new("json")])
    }

    fn each(&self, files: &[PathBuf], words: &[&OsStr], more: &[&OsStr]) -> anyhow::Result<Vec<Value>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, file)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| files.get(at).map(|file| (at, file)))
            {
                done.push((at, self.one(file, words, more)));
            }
            done
        };
        let mut all = thread::scope(|scope| {
            let runs: Vec<_> = (0..N_RUNS).map(|_| scope.spawn(work)).collect();
            runs.into_iter().flat_map(|run| run.join().unwrap_or_default()).collect::<Vec<_>>()
        });
        all.sort_by_key(|(at, _)| *at);
        anyhow::ensure!(all.len() == files.len(), "a run was lost");
        all.into_iter().map(|(_, answer)| answer).collect()
    }

    fn one(&self, file: &Path, words: &[&OsStr], more: &[&OsStr]) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.binary);
        let output = command
            .args(words)
            .args(more)
            .arg(file)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("aurora says no JSON of {}", file.display()))
    }
}

/// The CSV files in `folder`, in the order of their names.
pub(crate) fn csv_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files = paths.collect::<Result<Vec<_>, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    Ok(files)
}

/// Name of a file, as the truth files write it.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
