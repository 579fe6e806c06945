//! Settings: the `aurora.toml` above a document, else what the editor says.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use aurora_advice::Severity;
use aurora_config::{Complaint, Config, FileConfig, Setting, Value as SettingValue};
use aurora_text::Span;
use serde_json::Value;
use tower_lsp::lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Url};

use crate::capabilities::Encoding;
use crate::to_proto;

/// Configuration files and what the editor says.
pub(crate) struct Configs {
    fixed: Option<PathBuf>,
    editor: RwLock<Config>,
    files: RwLock<HashMap<PathBuf, Arc<Loaded>>>,
    /// Files that were read and of which nothing was said yet; and those of which something was said.
    unsaid: Mutex<(Vec<PathBuf>, HashSet<PathBuf>)>,
}

/// A configuration file with what is wrong in it.
type Loaded = (Config, Vec<Complaint>);

impl Configs {
    /// `fixed` is used instead of what is found upward of a document.
    pub(crate) fn new(fixed: Option<PathBuf>) -> Self {
        Self {
            fixed,
            editor: RwLock::new(Config::default()),
            files: RwLock::default(),
            unsaid: Mutex::default(),
        }
    }

    /// Takes in the editor's settings. What is unknown or of a wrong shape stays at its default.
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

    /// What is wrong in the configuration files that were read since the last question, as diagnostics. A file that
    /// was mended has an empty list.
    pub(crate) fn complaints(&self, encoding: Encoding) -> Vec<(Url, Vec<Diagnostic>)> {
        let mut unsaid = self.unsaid.lock().unwrap_or_else(PoisonError::into_inner);
        let (files, said) = &mut *unsaid;
        let mut all = Vec::new();
        for file in std::mem::take(files) {
            let loaded = self.load(&file);
            let known = if loaded.1.is_empty() { said.remove(&file) } else { !said.insert(file.clone()) };
            if loaded.1.is_empty() && !known {
                continue;
            }
            let small =
                std::fs::metadata(&file).is_ok_and(|f| f.is_file() && f.len() <= aurora_config::MAX_BYTES);
            let text = if small { std::fs::read_to_string(&file).unwrap_or_default() } else { String::new() };
            let rope = ropey::Rope::from_str(&text);
            let list = loaded.1.iter().map(|complaint| diagnostic(complaint, &rope, encoding)).collect();
            if let Ok(uri) = Url::from_file_path(&file) {
                all.push((uri, list));
            }
        }
        all
    }

    fn load(&self, file: &Path) -> Arc<Loaded> {
        if let Some(known) = self.files.read().unwrap_or_else(PoisonError::into_inner).get(file) {
            return Arc::clone(known);
        }
        let loaded = Arc::new(aurora_config::load(file));
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.to_owned(), Arc::clone(&loaded));
        drop(files);
        // The list may be locked by whoever says what is wrong: that one has the file in hand already.
        if let Ok(mut unsaid) = self.unsaid.try_lock() {
            unsaid.0.push(file.to_owned());
        }
        loaded
    }
}

fn diagnostic(complaint: &Complaint, rope: &ropey::Rope, encoding: Encoding) -> Diagnostic {
    let severity = match complaint.kind.severity() {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information | Severity::Hint | Severity::Advice => DiagnosticSeverity::HINT,
    };
    let span = Span::new(complaint.span.start, complaint.span.end.max(complaint.span.start));
    Diagnostic {
        range: to_proto::range(rope, span, encoding),
        severity: Some(severity),
        code: Some(NumberOrString::String(complaint.kind.code().to_owned())),
        source: Some("aurora".to_owned()),
        message: to_proto::inert(&complaint.message),
        ..Diagnostic::default()
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
