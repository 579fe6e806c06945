//! The configuration of a folder, and what of it holds for one file.

use aurora_advice::Settings;
use globset::{Glob, GlobMatcher};

use crate::setting::{Setting, Value};

/// All that `aurora.toml` or an editor can say.
#[derive(Clone, Debug)]
pub struct Config {
    /// Thresholds and switches of the checks.
    pub settings: Settings,
    /// Only these checks or kinds; empty means all.
    pub select: Vec<String>,
    /// Delimiter to read with instead of detecting one.
    pub delimiter: Option<String>,
    /// Joins copies of one file.
    pub dataset: Option<String>,
    /// Whether editors apply the safe fixes on save.
    pub fix_on_save: bool,
    /// What formatting does: `compact` or `aligned`.
    pub layout: String,
    /// Whether answers are learned from.
    pub learning: bool,
    /// Files that share it share what is learned.
    pub domain: Option<String>,
    /// Whether released buckets are stored.
    pub buckets: bool,
    /// What differs for some paths, later ones winning.
    pub overrides: Vec<Override>,
    /// Checks switched off for single columns.
    pub columns: Vec<ColumnRule>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            select: Vec::new(),
            delimiter: None,
            dataset: None,
            fix_on_save: false,
            layout: "compact".to_owned(),
            learning: true,
            domain: None,
            buckets: true,
            overrides: Vec::new(),
            columns: Vec::new(),
        }
    }
}

/// Settings for the paths that match a glob.
#[derive(Clone, Debug)]
pub struct Override {
    glob: GlobMatcher,
    values: Vec<(&'static Setting, Value)>,
}

impl Override {
    /// Settings for paths (relative to the configuration file, with `/`) that match `glob`.
    pub fn new(glob: &str, values: Vec<(&'static Setting, Value)>) -> Result<Self, String> {
        let glob = Glob::new(glob).map_err(|error| error.kind().to_string())?.compile_matcher();
        Ok(Self { glob, values })
    }
}

/// Checks switched off for the columns of one name, optionally in some files only.
#[derive(Clone, Debug)]
pub struct ColumnRule {
    /// The header as written.
    pub name: String,
    /// In files that match; everywhere without one.
    pub glob: Option<GlobMatcher>,
    /// Codes of the checks.
    pub ignore: Vec<String>,
}

/// What holds for one file.
#[derive(Clone, Debug)]
pub struct FileConfig {
    /// Everything, overrides applied.
    pub config: Config,
}

impl FileConfig {
    /// Whether findings of check `code` are switched off for the column called `name`.
    pub fn is_column_ignored(&self, name: &str, code: &str) -> bool {
        let rules = self.config.columns.iter().filter(|rule| rule.name == name);
        rules.flat_map(|rule| &rule.ignore).any(|ignored| ignored == code)
    }
}

impl Config {
    /// What holds for the file at `path`, relative to the configuration file's folder, written with `/`.
    pub fn for_file(&self, path: &str) -> FileConfig {
        let mut config = self.clone();
        for each in self.overrides.iter().filter(|each| each.glob.is_match(path)) {
            for (setting, value) in &each.values {
                // Shapes were checked when the override was read.
                let _ = setting.set(&mut config, value);
            }
        }
        config.columns.retain(|rule| rule.glob.as_ref().is_none_or(|glob| glob.is_match(path)));
        FileConfig { config }
    }
}
