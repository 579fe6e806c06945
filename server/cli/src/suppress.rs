//! `aurora check --add-ignore`: writes suppressions into the nearest `aurora.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::configured::relative;

/// Codes to suppress, by configuration file, path in it, and column.
#[derive(Default)]
pub(crate) struct Suppressions {
    by_file: BTreeMap<PathBuf, BTreeMap<(String, Option<String>), BTreeSet<&'static str>>>,
}

impl Suppressions {
    /// Check `code` is no longer reported in the file at `path`, there only for `column` if it is given.
    pub(crate) fn add(&mut self, path: &str, column: Option<&str>, code: &'static str) {
        let nearest = aurora_config::find(Path::new(path));
        let config = nearest
            .unwrap_or_else(|| std::env::current_dir().unwrap_or_default().join(aurora_config::FILE_NAME));
        let place = (relative(path, &config), column.map(str::to_owned));
        self.by_file.entry(config).or_default().entry(place).or_default().insert(code);
    }

    /// Adds them at the end of their configuration files, and says so on standard error.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        for (file, entries) in &self.by_file {
            let shown = file.display();
            let mut text = match std::fs::read_to_string(file) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
            };
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            for ((path, column), codes) in entries {
                let gap = if text.is_empty() { "" } else { "\n" };
                let _ = write!(
                    text,
                    "{gap}[[suppress]]\npath = {}\n",
                    quoted(&aurora_config::escaped_glob(path))
                );
                if let Some(column) = column {
                    let _ = writeln!(text, "column = {}", quoted(column));
                }
                let codes: Vec<_> = codes.iter().map(|code| quoted(code)).collect();
                let _ = writeln!(text, "ignore = [{}]", codes.join(", "));
            }
            let (_, complaints) = aurora_config::parse(&text);
            if let Some(bad) = complaints.iter().find(|c| c.kind == aurora_config::ComplaintKind::Unreadable)
            {
                bail!("{shown} is not changed: {}; mend it first", bad.message);
            }
            replace(file, &text).with_context(|| format!("cannot write {shown}"))?;
            eprintln!("{shown}: {} suppressions added", entries.len());
        }
        Ok(())
    }
}

/// Writes `text` beside `file` and renames it, so that nobody sees half of it.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    if let Ok(before) = std::fs::metadata(file) {
        std::fs::set_permissions(temporary.path(), before.permissions())?;
    } else {
        readable(temporary.path())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// A configuration file is for all who may read the folder; a temporary file is not.
#[cfg(unix)]
fn readable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// `text` as a basic string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
