//! `aurora.toml`: found upward, read key by key.

use std::ops::Range;
use std::path::{Path, PathBuf};

use aurora_advice::{FindingKind, Severity, checks};
use toml::de::{DeTable, DeValue};

use crate::config::{Config, Override, Suppression};
use crate::setting::{Setting, Shape, Value};

/// The name of a configuration file.
pub const FILE_NAME: &str = "aurora.toml";

/// A configuration file larger than this is not read.
pub const MAX_BYTES: u64 = 1 << 20;

/// What is wrong with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComplaintKind {
    /// The file as a whole cannot be read or is no TOML.
    Unreadable,
    /// There is no such setting.
    UnknownSetting,
    /// The value is not what the setting takes.
    WrongValue,
    /// There is no such check.
    UnknownCode,
    /// A suppression that no finding meets any more.
    UnusedSuppression,
}

impl ComplaintKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Unreadable,
        Self::UnknownSetting,
        Self::WrongValue,
        Self::UnknownCode,
        Self::UnusedSuppression,
    ];

    /// Its code, as a finding in the configuration file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable-settings",
            Self::UnknownSetting => "unknown-setting",
            Self::WrongValue => "wrong-setting",
            Self::UnknownCode => "unknown-code",
            Self::UnusedSuppression => "unused-suppression",
        }
    }

    /// How loud it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Unreadable => Severity::Error,
            Self::UnknownSetting | Self::WrongValue | Self::UnknownCode => Severity::Warning,
            Self::UnusedSuppression => Severity::Hint,
        }
    }
}

/// Something in a configuration file that was left at its default, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// What kind.
    pub kind: ComplaintKind,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

/// The nearest configuration file in the folder of `file` or above it.
pub fn find(file: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(file).ok()?;
    start.ancestors().skip(1).map(|folder| folder.join(FILE_NAME)).find(|candidate| candidate.is_file())
}

/// Reads the configuration file at `path`.
pub fn load(path: &Path) -> (Config, Vec<Complaint>) {
    let failed = |message: String| {
        let complaint = Complaint { kind: ComplaintKind::Unreadable, span: 0..0, message };
        (Config::default(), vec![complaint])
    };
    match std::fs::metadata(path) {
        Ok(facts) if facts.len() > MAX_BYTES => {
            return failed(format!("larger than {} KiB, so it is not read", MAX_BYTES >> 10));
        }
        Ok(facts) if !facts.is_file() => return failed("not a regular file".to_owned()),
        Ok(_) => {}
        Err(error) => return failed(format!("cannot be read: {error}")),
    }
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(error) => failed(format!("cannot be read: {error}")),
    }
}

/// Reads the text of a configuration file: every good key counts, every bad one is complained about.
pub fn parse(text: &str) -> (Config, Vec<Complaint>) {
    let mut reader = Reader { config: Config::default(), complaints: Vec::new() };
    match DeTable::parse(text) {
        Ok(table) => reader.table("", table.get_ref()),
        Err(error) => reader.complain(
            ComplaintKind::Unreadable,
            error.span().unwrap_or(0..0),
            format!("{}; until it is mended the defaults hold", error.message()),
        ),
    }
    (reader.config, reader.complaints)
}

struct Reader {
    config: Config,
    complaints: Vec<Complaint>,
}

impl Reader {
    fn complain(&mut self, kind: ComplaintKind, span: Range<usize>, message: String) {
        self.complaints.push(Complaint { kind, span, message });
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Array(entries) if key == "override" => {
                    for entry in entries {
                        self.override_entry(entry.get_ref(), entry.span());
                    }
                }
                DeValue::Array(entries) if key == "suppress" => {
                    for entry in entries {
                        self.suppression(None, entry.get_ref(), entry.span());
                    }
                }
                DeValue::Table(columns) if key == "columns" => {
                    for (name, value) in columns {
                        self.suppression(Some(name.get_ref()), value.get_ref(), name.span());
                    }
                }
                DeValue::Table(inner) if Setting::find(&key).is_none() && is_section(&key) => {
                    self.table(&format!("{key}."), inner);
                }
                raw => {
                    if let Some((setting, value)) = self.setting(&key, name.span(), raw, value.span()) {
                        // The shape was checked.
                        let _ = setting.set(&mut self.config, &value);
                    }
                }
            }
        }
    }

    /// The setting called `key` with its value, or a complaint.
    fn setting(
        &mut self,
        key: &str,
        key_span: Range<usize>,
        raw: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<(&'static Setting, Value)> {
        let Some(setting) = Setting::find(key) else {
            let hint = nearest(key).map_or(String::new(), |near| format!("; did you mean {near}?"));
            self.complain(
                ComplaintKind::UnknownSetting,
                key_span,
                format!("there is no setting {key}{hint}"),
            );
            return None;
        };
        let value = value_of(raw).filter(|value| setting.shape.holds(value));
        if value.is_none() {
            let message = format!("{key} takes {}", setting.shape.describe());
            self.complain(ComplaintKind::WrongValue, span.clone(), message);
        }
        if let (Shape::Codes, Some(Value::List(codes))) = (setting.shape, &value) {
            self.codes(codes, &span);
        }
        Some((setting, value?))
    }

    fn override_entry(&mut self, entry: &DeValue<'_>, span: Range<usize>) {
        let DeValue::Table(table) = entry else {
            return self.complain(ComplaintKind::WrongValue, span, "an override is a table".to_owned());
        };
        let mut glob = None;
        let mut values = Vec::new();
        let mut pending = vec![(String::new(), table)];
        while let Some((prefix, table)) = pending.pop() {
            for (name, value) in table {
                let key = format!("{prefix}{}", name.get_ref());
                match value.get_ref() {
                    DeValue::String(text) if key == "path" => glob = Some((text.to_string(), value.span())),
                    DeValue::Table(inner) if is_section(&key) => pending.push((format!("{key}."), inner)),
                    raw => match self.setting(&key, name.span(), raw, value.span()) {
                        Some((setting, _)) if !setting.per_path => self.complain(
                            ComplaintKind::WrongValue,
                            name.span(),
                            format!("{key} holds for a whole folder and cannot differ by path"),
                        ),
                        Some(pair) => values.push(pair),
                        None => {}
                    },
                }
            }
        }
        let Some((glob, glob_span)) = glob else {
            let message = "an override needs a path, for example path = \"exports/**\"".to_owned();
            return self.complain(ComplaintKind::WrongValue, span, message);
        };
        match Override::new(&glob, values) {
            Ok(each) => self.config.overrides.push(each),
            Err(error) => self.complain(ComplaintKind::WrongValue, glob_span, format!("bad glob: {error}")),
        }
    }

    /// `[[suppress]]` with `path`, `column` and `ignore`; or `[columns."Unit price"]`, where `column` is given.
    fn suppression(&mut self, column: Option<&str>, entry: &DeValue<'_>, span: Range<usize>) {
        let DeValue::Table(table) = entry else {
            let message = "a suppression is a table, for example { ignore = [\"skewed\"] }".to_owned();
            return self.complain(ComplaintKind::WrongValue, span, message);
        };
        let column = column.map(str::to_owned);
        let mut suppression = Suppression { path: None, column, ignore: Vec::new(), span: span.clone() };
        for (key, value) in table {
            match (key.get_ref().as_ref(), value_of(value.get_ref())) {
                ("ignore", Some(Value::List(codes))) => {
                    self.codes(&codes, &value.span());
                    suppression.ignore = codes;
                }
                ("column", Some(Value::Text(name))) if suppression.column.is_none() => {
                    suppression.column = Some(name);
                }
                ("path", Some(Value::Text(glob))) => match globset::Glob::new(&glob) {
                    Ok(glob) => suppression.path = Some(glob.compile_matcher()),
                    Err(error) => {
                        let message = format!("bad glob: {}", error.kind());
                        self.complain(ComplaintKind::WrongValue, value.span(), message);
                    }
                },
                ("ignore" | "path" | "column", _) => {
                    let message = "ignore takes a list of check codes, path a glob, column a name".to_owned();
                    self.complain(ComplaintKind::WrongValue, value.span(), message);
                }
                (other, _) => {
                    let message = format!("a suppression takes ignore, path and column, not {other}");
                    self.complain(ComplaintKind::UnknownSetting, key.span(), message);
                }
            }
        }
        self.config.suppressions.push(suppression);
    }

    /// Complains about codes that are no check's, and no kind's.
    fn codes(&mut self, codes: &[String], span: &Range<usize>) {
        for code in codes {
            if let Err(message) = known_code(code) {
                self.complain(ComplaintKind::UnknownCode, span.clone(), message);
            }
        }
    }
}

/// Whether `code` is that of a check, or a kind of findings; a message when it is neither.
pub fn known_code(code: &str) -> Result<(), String> {
    let kinds = FindingKind::ALL.iter().map(|kind| kind.as_str());
    let checks = checks::CHECKS.iter().map(|check| check.meta().code);
    let schema = aurora_schema::CODES.iter().map(|(code, _)| *code);
    let known: Vec<&str> = kinds.chain(checks).chain(schema).chain([checks::MORE_FINDINGS]).collect();
    if known.contains(&code) {
        return Ok(());
    }
    let near = known.iter().map(|known| (distance(code, known), known)).min();
    let hint = match near {
        Some((distance, near)) if distance <= 2 => format!("did you mean {near}?"),
        _ => "`aurora explain` lists them".to_owned(),
    };
    Err(format!("there is no check {code}; {hint}"))
}

fn is_section(key: &str) -> bool {
    let prefix = format!("{key}.");
    crate::SETTINGS.iter().any(|setting| setting.key.starts_with(&prefix))
}

fn value_of(raw: &DeValue<'_>) -> Option<Value> {
    match raw {
        DeValue::Boolean(b) => Some(Value::Bool(*b)),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(Value::Integer),
        DeValue::Float(x) => x.as_str().parse().ok().map(Value::Number),
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Array(entries) => {
            let texts = entries.iter().map(|entry| match entry.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            texts.collect::<Option<Vec<_>>>().map(Value::List)
        }
        _ => None,
    }
}

/// The known key most like `key`, if one is close.
fn nearest(key: &str) -> Option<&'static str> {
    let last = |key: &str| key.rsplit('.').next().map(str::to_owned).unwrap_or_default();
    let wanted = last(key).replace('_', "-").to_lowercase();
    crate::SETTINGS
        .iter()
        .map(|setting| (distance(&wanted, &last(setting.key)), setting.key))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, key)| key)
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let best = (diagonal + usize::from(ca != *cb)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use aurora_advice::Profile;

    #[test]
    fn every_good_key_counts_and_every_bad_one_is_said() {
        let text = "profile = \"audit\"\nnull_share = 1\n[thresholds]\nnull-share = 2.0\nskewness = 3\n";
        let (config, complaints) = parse(text);
        assert_eq!(config.settings.profile, Profile::Audit);
        assert_eq!((config.settings.null_share, config.settings.skewness), (0.2, 3.0));
        let said: Vec<_> = complaints.iter().map(|c| (c.kind, &text[c.span.clone()])).collect();
        assert!(said.contains(&(ComplaintKind::UnknownSetting, "null_share")), "{complaints:?}");
        assert!(said.contains(&(ComplaintKind::WrongValue, "2.0")), "{complaints:?}");
        assert!(complaints.iter().any(|c| c.message.contains("thresholds.null-share")));
    }

    #[test]
    fn a_broken_file_leaves_the_defaults() {
        let (config, complaints) = parse("profile = ");
        assert_eq!(config.settings.profile, Profile::Standard);
        assert_eq!(complaints[0].kind, ComplaintKind::Unreadable);
    }

    #[test]
    fn overrides_hold_for_their_paths_and_columns_for_their_names() {
        let text = "ignore = [\"skewed\"]\n[[override]]\npath = \"raw/**\"\nprofile = \"audit\"\n\
                    dialect.delimiter = \";\"\nprivacy.buckets = false\n\
                    [columns.\"Unit price\"]\nignore = [\"null-heavy\"]\npath = \"raw/*\"\n";
        let (config, complaints) = parse(text);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        let raw = config.for_file("raw/2024/a.csv");
        assert_eq!(raw.config.settings.profile, Profile::Audit);
        assert_eq!(raw.config.delimiter.as_deref(), Some(";"));
        assert!(config.for_file("raw/a.csv").suppression(Some("Unit price"), "null-heavy").is_some());
        let other = config.for_file("clean/a.csv");
        assert_eq!(other.config.settings.profile, Profile::Standard);
        assert!(other.suppression(Some("Unit price"), "null-heavy").is_none());
    }

    #[test]
    fn a_suppression_covers_a_column_or_a_file_and_unknown_codes_are_said() {
        let text = "[[suppress]]\npath = \"a.csv\"\nignore = [\"skewed\", \"skewd\"]\n\
                    [[suppress]]\ncolumn = \"n\"\nignore = [\"outliers\"]\n";
        let (config, complaints) = parse(text);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert_eq!(complaints[0].kind.code(), "unknown-code");
        assert!(complaints[0].message.contains("did you mean skewed?"), "{complaints:?}");
        let file = config.for_file("a.csv");
        assert!(
            file.suppression(None, "skewed").is_some() && file.suppression(Some("m"), "skewed").is_some()
        );
        assert!(
            file.suppression(Some("n"), "outliers").is_some() && file.suppression(None, "outliers").is_none()
        );
        assert!(config.for_file("b.csv").suppression(None, "skewed").is_none());
    }

    #[test]
    fn every_default_is_what_the_program_does() {
        for setting in crate::SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            let (mut config, complaints) = parse(&format!("{} = {}", setting.key, setting.default));
            assert_eq!(config.given.len(), 1, "{}", setting.key);
            config.given.clear();
            assert!(complaints.is_empty(), "{}: {complaints:?}", setting.key);
            assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()), "{}", setting.key);
        }
    }

    #[test]
    fn the_nearest_file_upward_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join(FILE_NAME), "").unwrap();
        assert_eq!(find(&folder.path().join("a/b/x.csv")), Some(folder.path().join(FILE_NAME)));
    }
}
