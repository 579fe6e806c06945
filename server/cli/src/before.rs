//! The last commit's version of a file, where there is one: what `drifted-column` compares with.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use aurora_advice::Settings;
use aurora_git::{Revision, Version};

use crate::input::{self, Opened};
use crate::reading::Reading;

/// Reads the last commits' versions; each folder is looked at once.
pub(crate) struct LastCommit {
    head: Revision,
    in_repository: HashMap<PathBuf, bool>,
}

impl LastCommit {
    pub(crate) fn new() -> Self {
        Self { head: Revision::head(), in_repository: HashMap::new() }
    }

    /// The file at `path` in the last commit, unless the check is switched off. Nobody has asked for it: whatever goes
    /// wrong, there is none.
    pub(crate) fn version(&mut self, path: &str, settings: &Settings) -> Option<Version> {
        let path = Path::new(path).canonicalize().ok().filter(|_| path != "-" && is_wanted(settings))?;
        let folder = path.parent()?;
        let known = self.in_repository.get(folder).copied();
        let inside = known.unwrap_or_else(|| aurora_git::is_in_repository(&path));
        self.in_repository.insert(folder.to_owned(), inside);
        if inside { self.head.file(&path).ok().flatten() } else { None }
    }
}

fn is_wanted(settings: &Settings) -> bool {
    let meta = aurora_advice::checks::find("drifted-column").map(|check| check.meta());
    meta.is_some_and(|meta| settings.wants(meta.code, meta.kind))
}

/// Lets `opened` be compared with `version`, unless it is the same.
pub(crate) fn compare(opened: &mut Opened, version: Version, name: &str, reading: &Reading) {
    if version.bytes == opened.bytes {
        return;
    }
    let before = input::opened(version.bytes, name, reading).document.snapshot();
    opened.compare(before.as_before(version.revision));
}
