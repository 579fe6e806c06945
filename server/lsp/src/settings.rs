//! Settings: the `aurora.toml` above a document, else what the editor says.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aurora_config::{Complaint, Config, FileConfig, Setting, Value as SettingValue};
use serde_json::Value;
use tower_lsp::lsp_types::Url;

/// Configuration files and what the editor says.
pub(crate) struct Configs {
    fixed: Option<PathBuf>,
    editor: RwLock<Config>,
    files: RwLock<HashMap<PathBuf, Arc<Loaded>>>,
}

/// A configuration file with what is wrong in it.
type Loaded = (Config, Vec<Complaint>);

impl Configs {
    /// `fixed` is used instead of what is found upward of a document.
    pub(crate) fn new(fixed: Option<PathBuf>) -> Self {
        Self { fixed, editor: RwLock::new(Config::default()), files: RwLock::default() }
    }

    /// Takes in the editor's settings; says whether anything changed. What is unknown or of a wrong shape stays at
    /// its default.
    pub(crate) fn set_editor(&self, settings: &Value) {
        let mut config = Config::default();
        for setting in aurora_config::SETTINGS {
            let pointer = format!("/{}", setting.key.replace('.', "/"));
            let value =
                settings.pointer(&pointer).or_else(|| settings.get(setting.key)).and_then(setting_value);
            if let Some(value) = value {
                apply(setting, &mut config, &value);
            }
        }
        *self.editor.write().unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Configuration files have changed.
    pub(crate) fn forget_files(&self) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What holds for the document called `uri`. Reads from disk at the first question for a file.
    pub(crate) fn of(&self, uri: &Url) -> FileConfig {
        let path = local_path(uri);
        let found = match (&self.fixed, &path) {
            (Some(fixed), _) => Some(fixed.clone()),
            (None, Some(path)) => aurora_config::find(path),
            (None, None) => None,
        };
        let editor = self.editor.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(file) = found else { return editor.for_file("") };
        let loaded = self.load(&file);
        let relative = path.as_deref().map(|path| relative(path, &file)).unwrap_or_default();
        let mut of_file = loaded.0.for_file(&relative);
        // Whoever switched learning off in the editor is not overruled by a file that came with the project.
        of_file.config.learning &= editor.learning;
        of_file.config.buckets &= editor.buckets;
        of_file
    }

    fn load(&self, file: &Path) -> Arc<Loaded> {
        if let Some(known) = self.files.read().unwrap_or_else(PoisonError::into_inner).get(file) {
            return Arc::clone(known);
        }
        let loaded = Arc::new(aurora_config::load(file));
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.to_owned(), Arc::clone(&loaded));
        loaded
    }
}

fn apply(setting: &Setting, config: &mut Config, value: &SettingValue) {
    if let Err(reason) = setting.set(config, value) {
        tracing::warn!(key = setting.key, reason, "a setting of the editor was left at its default");
    }
}

fn setting_value(value: &Value) -> Option<SettingValue> {
    match value {
        Value::Bool(flag) => Some(SettingValue::Bool(*flag)),
        Value::Number(n) if n.is_i64() => n.as_i64().map(SettingValue::Integer),
        Value::Number(n) => n.as_f64().map(SettingValue::Number),
        Value::String(text) => Some(SettingValue::Text(text.clone())),
        Value::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.map(SettingValue::List)
        }
        _ => None,
    }
}

/// `path` as seen from the folder of `config`, with `/`.
fn relative(path: &Path, config: &Path) -> String {
    let folder = config.parent().unwrap_or(config);
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The path of a `file:` URI without a host; percent-decoded once. `None` for everything that is no plain path.
pub(crate) fn local_path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" || uri.host_str().is_some_and(|host| !host.is_empty()) {
        return None;
    }
    let path = uri.to_file_path().ok()?;
    let bytes = path.as_os_str().as_encoded_bytes();
    let plain = path.is_absolute()
        && bytes.len() <= 4096
        && !bytes.contains(&0)
        && path.components().all(|part| !matches!(part, std::path::Component::ParentDir));
    plain.then_some(path)
}
