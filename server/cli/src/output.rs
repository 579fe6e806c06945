//! The file that `--output` names: it appears when all is written, through a link where there is one, and with the mode
//! that it had, or that any new file gets.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::{Builder, NamedTempFile};

/// What is written, and where it will be.
pub(crate) struct Output {
    temporary: NamedTempFile,
    target: PathBuf,
    /// A pipe or a device is written to, and not replaced.
    is_special: bool,
}

impl Output {
    /// Begins to write what is to be at `path`.
    pub(crate) fn to(path: &str) -> anyhow::Result<Self> {
        // A pipe has no path of its own, though a link in /proc leads to it.
        let before = fs::metadata(path).ok();
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            bail!("{path} is a folder");
        }
        let is_special = before.as_ref().is_some_and(|before| !before.is_file());
        let target = match fs::canonicalize(path) {
            Ok(target) if !is_special => target,
            Err(_) if before.is_none() && fs::symlink_metadata(path).is_ok() => {
                bail!("{path} is a link that leads nowhere")
            }
            _ => PathBuf::from(path),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder =
            if is_special { std::env::temp_dir() } else { folder.unwrap_or(Path::new(".")).to_owned() };
        let temporary = as_any_new_file(&mut Builder::new())
            .tempfile_in(&folder)
            .with_context(|| format!("cannot write to {}", folder.display()))?;
        if let Some(before) = before.filter(fs::Metadata::is_file) {
            fs::set_permissions(temporary.path(), before.permissions())
                .with_context(|| format!("cannot give {path} its mode"))?;
        }
        Ok(Self { temporary, target, is_special })
    }

    /// Where to write.
    pub(crate) fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// All is written: now it appears.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        let failed = || format!("cannot write {}", self.target.display());
        if self.is_special {
            let written = self.temporary.as_file_mut();
            written.rewind().with_context(failed)?;
            let mut special = File::options().write(true).open(&self.target).with_context(failed)?;
            std::io::copy(&mut written.by_ref(), &mut special).with_context(failed)?;
            return Ok(());
        }
        let target = self.target.clone();
        self.temporary.persist(&target).with_context(|| format!("cannot write {}", target.display()))?;
        Ok(())
    }
}

/// With the mode that the process's mask leaves of 0666, as any file that is made anew; a temporary one is its owner's
/// alone.
fn as_any_new_file<'a, 'b>(builder: &'a mut Builder<'b, 'b>) -> &'a mut Builder<'b, 'b> {
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}
