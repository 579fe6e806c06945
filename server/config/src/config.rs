//! The configuration of a folder, and what of it holds for one file.

use std::ops::Range;

use aurora_advice::{Settings, Suppressed};
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
    /// Findings that are not wanted.
    pub suppressions: Vec<Suppression>,
    /// Every setting that was set, in order: the last of a key is the one that holds.
    pub given: Vec<(&'static str, Value)>,
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
            suppressions: Vec::new(),
            given: Vec::new(),
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

/// Findings that are not wanted: of some columns, in some files.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// In files that match; everywhere without one.
    pub path: Option<GlobMatcher>,
    /// Of the columns of this name, as the header writes it; without one, of the whole file.
    pub column: Option<String>,
    /// Codes of the checks.
    pub ignore: Vec<String>,
    /// Where it stands in the configuration file.
    pub span: Range<usize>,
}

impl Suppression {
    /// Whether it covers the finding of check `code`, about the column called `column` if it is about one.
    pub fn covers(&self, column: Option<&str>, code: &str) -> bool {
        let named = self.column.as_deref().is_none_or(|name| column == Some(name));
        named && self.ignore.iter().any(|ignored| ignored == code)
    }
}

/// What holds for one file.
#[derive(Clone, Debug)]
pub struct FileConfig {
    /// Everything, overrides applied.
    pub config: Config,
}

impl FileConfig {
    /// The suppression that covers the finding of check `code` about the column called `column`.
    pub fn suppression(&self, column: Option<&str>, code: &str) -> Option<&Suppression> {
        self.config.suppressions.iter().find(|suppression| suppression.covers(column, code))
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
        config.suppressions.retain(|each| each.path.as_ref().is_none_or(|glob| glob.is_match(path)));
        let all = config.suppressions.iter().flat_map(|each| {
            each.ignore.iter().map(|code| Suppressed { column: each.column.clone(), code: code.clone() })
        });
        config.settings.suppressed = all.collect();
        FileConfig { config }
    }
}

/// `path` as a glob that matches it alone.
pub fn escaped_glob(path: &str) -> String {
    globset::escape(path)
}
