//! Reviewdog's diagnostic format. Its columns count bytes of UTF-8.

use aurora_advice::Severity;
use serde_json::{Value, json};

use super::{Diagnostic, Report, slashed};
use crate::render;

/// One document for all files.
#[derive(Default)]
pub(super) struct Rdjson {
    diagnostics: Vec<Value>,
}

impl Report for Rdjson {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        for diagnostic in found {
            let mut range = json!({"start": {"line": diagnostic.line}, "end": {"line": diagnostic.end_line}});
            if let Some(excerpt) = &diagnostic.excerpt {
                let start = excerpt.byte_column + 1;
                range["start"]["column"] = json!(start);
                if diagnostic.line == diagnostic.end_line {
                    range["end"]["column"] = json!(start + excerpt.inside.len());
                }
            }
            self.diagnostics.push(json!({
                "message": diagnostic.message,
                "location": {"path": slashed(&diagnostic.file), "range": range},
                "severity": match diagnostic.severity {
                    Severity::Error => "ERROR",
                    Severity::Warning => "WARNING",
                    Severity::Information | Severity::Hint | Severity::Advice => "INFO",
                },
                "code": {"value": diagnostic.code},
            }));
        }
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        render::json(&json!({"source": {"name": "aurora"}, "diagnostics": self.diagnostics}))
    }
}
