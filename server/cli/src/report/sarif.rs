//! SARIF 2.1.0, the format of code scanning services.

use std::collections::BTreeSet;
use std::path::Path;

use aurora_advice::{Severity, checks};
use serde_json::{Value, json};

use super::{Diagnostic, Report, slashed};
use crate::render;

/// One run over all files.
#[derive(Default)]
pub(super) struct Sarif {
    found: Vec<Diagnostic>,
}

impl Report for Sarif {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        self.found.extend(found);
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        let codes: BTreeSet<&str> = self.found.iter().map(|diagnostic| diagnostic.code).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
        let results: Vec<Value> = self.found.iter().map(|diagnostic| result(diagnostic, &codes)).collect();
        render::json(&json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "aurora",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        }))
    }
}

fn rule(code: &str) -> Value {
    let Some(check) = checks::find(code) else { return json!({"id": code}) };
    let meta = check.meta();
    json!({
        "id": code,
        "shortDescription": {"text": meta.docs.summary()},
        "help": {"text": meta.docs.markdown(), "markdown": meta.docs.markdown()},
        "defaultConfiguration": {"level": level(meta.severity)},
        "properties": {"tags": [meta.kind.as_str()]},
    })
}

fn result(diagnostic: &Diagnostic, codes: &[&str]) -> Value {
    let file = json!({"uri": uri(&diagnostic.file)});
    let related: Vec<Value> = diagnostic
        .places
        .iter()
        .enumerate()
        .map(|(id, place)| {
            json!({
                "id": id,
                "physicalLocation": {
                    "artifactLocation": file,
                    "region": {"startLine": place.line, "startColumn": place.column},
                },
            })
        })
        .collect();
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).unwrap_or(0),
        "level": level(diagnostic.severity),
        "message": {"text": diagnostic.message},
        "rank": diagnostic.confidence * 100.0,
        "locations": [{
            "physicalLocation": {
                "artifactLocation": file,
                "region": {
                    "startLine": diagnostic.line,
                    "startColumn": diagnostic.column,
                    "endLine": diagnostic.end_line,
                    "endColumn": diagnostic.end_column,
                },
            },
        }],
        "relatedLocations": related,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint | Severity::Advice => "note",
    }
}

/// `path` as a URI: relative ones stay so, for services resolve them against the repository.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if Path::new(path).is_absolute() {
        uri.push_str(if path.starts_with('/') { "file://" } else { "file:///" });
    }
    for byte in slashed(path).bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./a b/é.csv"), "a%20b/%C3%A9.csv");
        assert_eq!(uri("/data/a.csv"), "file:///data/a.csv");
    }
}
