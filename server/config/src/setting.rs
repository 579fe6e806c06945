//! Every setting: its key, its shape, what it means. The JSON Schema, the reference page and the editors' manifests
//! are made from this list.

use aurora_advice::Profile;
use serde_json::{Value as Json, json};

use crate::Config;

/// A value as a configuration file or an editor gives it.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

/// What a setting takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A whole number of at least this.
    Count(u64),
    /// A number within these bounds.
    Number(f64, f64),
    /// Text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of check codes or kinds.
    Codes,
}

impl Shape {
    /// What it takes, as JSON Schema.
    pub fn json_schema(self) -> Json {
        match self {
            Self::Bool => json!({"type": "boolean"}),
            Self::Count(least) => json!({"type": "integer", "minimum": least}),
            Self::Number(low, high) => json!({"type": "number", "minimum": low, "maximum": high}),
            Self::Text => json!({"type": "string"}),
            Self::Choice(words) => json!({"type": "string", "enum": words}),
            Self::Codes => json!({"type": "array", "items": {"type": "string"}}),
        }
    }

    /// What it takes, for a complaint.
    pub fn describe(self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Count(least) => format!("a whole number of at least {least}"),
            Self::Number(low, high) => format!("a number from {low} to {high}"),
            Self::Text => "a text".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Codes => "a list of check codes, for example [\"skewed\"]".to_owned(),
        }
    }

    /// Whether `value` has this shape.
    pub fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Bool, Value::Bool(_)) | (Self::Text, Value::Text(_)) | (Self::Codes, Value::List(_)) => {
                true
            }
            (Self::Count(least), Value::Integer(n)) => u64::try_from(*n).is_ok_and(|n| n >= least),
            (Self::Number(low, high), Value::Integer(n)) => (low..=high).contains(&(*n as f64)),
            (Self::Number(low, high), Value::Number(x)) => (low..=high).contains(x),
            (Self::Choice(words), Value::Text(word)) => words.contains(&word.as_str()),
            _ => false,
        }
    }
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its dotted key in `aurora.toml`; editors put `aurora.` before it.
    pub key: &'static str,
    /// What it means, in one or two sentences.
    pub doc: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Its default, as written in TOML; empty when there is none.
    pub default: &'static str,
    /// Whether it may also stand in an `[[override]]` for some paths.
    pub per_path: bool,
    apply: fn(&mut Config, &Value),
}

impl Setting {
    /// The setting called `key`.
    pub fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Sets it in `config`; says what it takes when `value` has another shape.
    pub fn set(&self, config: &mut Config, value: &Value) -> Result<(), String> {
        if !self.shape.holds(value) {
            return Err(self.shape.describe());
        }
        (self.apply)(config, value);
        config.given.push((self.key, value.clone()));
        Ok(())
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn list(value: &Value) -> Vec<String> {
    if let Value::List(list) = value { list.clone() } else { Vec::new() }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Integer(n) => *n as f64,
        Value::Number(x) => *x,
        _ => 0.0,
    }
}

fn count(value: &Value) -> u64 {
    if let Value::Integer(n) = value { u64::try_from(*n).unwrap_or(0) } else { 0 }
}

fn truth(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

/// Every setting, in the order of the reference page.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "profile",
        doc: "How much is said: `standard` keeps to what a person would correct, `audit` looks closer and speaks louder.",
        shape: Shape::Choice(&["standard", "audit"]),
        default: "\"standard\"",
        per_path: true,
        apply: |config, value| {
            config.settings.profile =
                if text(value) == Some("audit") { Profile::Audit } else { Profile::Standard };
        },
    },
    Setting {
        key: "select",
        doc: "Only these checks or kinds (structure, record, value, column, file); empty means all.",
        shape: Shape::Codes,
        default: "[]",
        per_path: true,
        apply: |config, value| config.select = list(value),
    },
    Setting {
        key: "extend-select",
        doc: "Checks that are off by default and wanted beside the others, for example missing-final-newline.",
        shape: Shape::Codes,
        default: "[]",
        per_path: true,
        apply: |config, value| config.settings.extend = list(value),
    },
    Setting {
        key: "ignore",
        doc: "Checks that are switched off.",
        shape: Shape::Codes,
        default: "[]",
        per_path: true,
        apply: |config, value| config.settings.ignore = list(value),
    },
    Setting {
        key: "max-findings",
        doc: "Findings kept a file before the rest is summed up in one; 0 keeps all.",
        shape: Shape::Count(0),
        default: "1000",
        per_path: true,
        apply: |config, value| {
            config.settings.max_findings = usize::try_from(count(value)).unwrap_or(usize::MAX);
        },
    },
    Setting {
        key: "thresholds.min-records",
        doc: "Records a column needs before it is judged.",
        shape: Shape::Count(1),
        default: "20",
        per_path: true,
        apply: |config, value| config.settings.min_records = count(value),
    },
    Setting {
        key: "thresholds.null-share",
        doc: "Share of nulls from which a column is null-heavy.",
        shape: Shape::Number(0.0, 1.0),
        default: "0.2",
        per_path: true,
        apply: |config, value| config.settings.null_share = number(value),
    },
    Setting {
        key: "thresholds.skewness",
        doc: "Skewness (g1) above which a measure is skewed.",
        shape: Shape::Number(0.0, 1e9),
        default: "2.0",
        per_path: true,
        apply: |config, value| config.settings.skewness = number(value),
    },
    Setting {
        key: "dialect.delimiter",
        doc: "Read files with this delimiter instead of detecting one (`\\t` for tab).",
        shape: Shape::Text,
        default: "",
        per_path: true,
        apply: |config, value| config.delimiter = text(value).map(str::to_owned),
    },
    Setting {
        key: "dataset",
        doc: "A name that joins copies of one file, so that they share one privacy budget. Only its keyed hash is stored.",
        shape: Shape::Text,
        default: "",
        per_path: true,
        apply: |config, value| config.dataset = text(value).map(str::to_owned),
    },
    Setting {
        key: "fix-on-save",
        doc: "Apply the safe fixes when an editor saves the file.",
        shape: Shape::Bool,
        default: "false",
        per_path: true,
        apply: |config, value| config.fix_on_save = truth(value),
    },
    Setting {
        key: "layout",
        doc: "What formatting does: `compact` takes blanks around fields away, `aligned` puts columns under each other.",
        shape: Shape::Choice(&["compact", "aligned"]),
        default: "\"compact\"",
        per_path: true,
        apply: |config, value| config.layout = text(value).unwrap_or("compact").to_owned(),
    },
    Setting {
        key: "learning.enabled",
        doc: "Learn from answers. When off, nothing is read from or written to the store.",
        shape: Shape::Bool,
        default: "true",
        per_path: false,
        apply: |config, value| config.learning = truth(value),
    },
    Setting {
        key: "learning.domain",
        doc: "Files that share a domain share what is learned; without one, each workspace folder is a domain. Only its keyed hash is stored.",
        shape: Shape::Text,
        default: "",
        per_path: true,
        apply: |config, value| config.domain = text(value).map(str::to_owned),
    },
    Setting {
        key: "privacy.buckets",
        doc: "Store four coarse, differentially private buckets of each answered column. When off, answers alone are stored.",
        shape: Shape::Bool,
        default: "true",
        per_path: false,
        apply: |config, value| config.buckets = truth(value),
    },
];
