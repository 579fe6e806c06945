//! The configuration of the files a command works on: each `aurora.toml` is read once, and complained about once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use aurora_config::{Config, FileConfig};

/// Configuration files read so far.
pub(crate) struct Configured {
    isolated: bool,
    read: HashMap<PathBuf, Config>,
}

impl Configured {
    /// Nothing read yet; `isolated` reads nothing ever.
    pub(crate) fn new(isolated: bool) -> Self {
        Self { isolated, read: HashMap::new() }
    }

    /// What holds for the file at `path` (`-`: a file in the current folder).
    pub(crate) fn for_file(&mut self, path: &str) -> FileConfig {
        let found = if self.isolated { None } else { aurora_config::find(Path::new(path)) };
        let Some(file) = found else {
            return Config::default().for_file(path);
        };
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let config = self.read.entry(file).or_insert_with_key(|file| {
            let (config, complaints) = aurora_config::load(file);
            for complaint in complaints {
                eprintln!("aurora: {}: {}", file.display(), complaint.message);
            }
            config
        });
        let absolute = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
        let relative = absolute.strip_prefix(&folder).unwrap_or(&absolute);
        config.for_file(&relative.to_string_lossy().replace('\\', "/"))
    }
}
