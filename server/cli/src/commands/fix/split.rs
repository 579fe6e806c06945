//! `aurora fix --select split-tables`: each table of a file into a file of its own, beside it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use aurora_advice::transforms::{self, split_tables};
use aurora_advice::{Settings, Target};
use aurora_analysis::Analysis;
use aurora_learning::{Beliefs, ColumnKey};

use super::{encode, print_diff, refuse_loss};
use crate::input::Opened;

/// The transform's code: files are written only where it is asked for by name.
pub(super) const CODE: &str = "split-tables";

/// The files that `opened`, read from `path`, is split into, with their texts; none where it holds one table.
pub(super) fn files(path: &str, opened: &Opened) -> anyhow::Result<Vec<(PathBuf, String)>> {
    if path == "-" {
        bail!("{CODE} writes files beside the original; name a file instead of standard input");
    }
    let settings = Settings { select: vec!["several-tables".to_owned()], ..Settings::default() };
    let snapshot = opened.document.snapshot();
    let analysis = Analysis::of(&snapshot, &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
    let pieces = analysis.with_table(&settings, |table| {
        transforms::find(CODE).map(|transform| transform.files(table, Target::File)).unwrap_or_default()
    });
    let path = Path::new(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let names = split_tables::names(&name, pieces.len());
    let texts = pieces.into_iter().map(|piece| piece.of(&opened.text).to_owned());
    Ok(names.into_iter().map(|name| path.with_file_name(name)).zip(texts).collect())
}

/// Shows what would be written.
pub(super) fn show(files: &[(PathBuf, String)]) -> anyhow::Result<()> {
    files.iter().try_for_each(|(path, text)| print_diff(&path.display().to_string(), "", text))
}

/// Writes `files` in the encoding of the original; nothing is overwritten, and where one cannot be written, none is.
pub(super) fn write(
    path: &str,
    opened: &Opened,
    files: &[(PathBuf, String)],
    allow_unsafe: bool,
) -> anyhow::Result<()> {
    refuse_loss(opened, allow_unsafe).with_context(|| format!("cannot split {path}"))?;
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        bail!("{} is there already; nothing was written", taken.display());
    }
    let all = files.iter().map(|(path, text)| Ok((path, encode(opened, text)?)));
    let all = all.collect::<anyhow::Result<Vec<_>>>().with_context(|| format!("cannot split {path}"))?;
    let mode = std::fs::metadata(path).with_context(|| format!("cannot read {path}"))?.permissions();
    let mut made: Vec<PathBuf> = Vec::new();
    for (path, bytes) in all {
        let written = one(path, &bytes, mode.clone());
        if let Err(error) = written.with_context(|| format!("cannot write {}", path.display())) {
            for path in made {
                let _ = std::fs::remove_file(path);
            }
            return Err(error);
        }
        made.push(path.clone());
    }
    let names: Vec<_> = made.iter().map(|path| path.display().to_string()).collect();
    eprintln!("{path}: {CODE} into {}", names.join(", "));
    Ok(())
}

/// Writes a file whole or not at all, and never over another.
fn one(path: &Path, bytes: &[u8], mode: std::fs::Permissions) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(bytes)?;
    std::fs::set_permissions(temporary.path(), mode)?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(path)?;
    Ok(())
}
