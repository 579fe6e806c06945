//! A Code Quality report of GitLab.

use std::collections::HashMap;

use aurora_advice::Severity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Diagnostic, Report, slashed};
use crate::render;

/// One array for all files.
#[derive(Default)]
pub(super) struct Gitlab {
    issues: Vec<Value>,
    seen: HashMap<String, usize>,
}

impl Report for Gitlab {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        for diagnostic in found {
            let path = slashed(&diagnostic.file);
            // Which finding it is, whatever the line: GitLab tells old from new by it.
            let identity = format!("{path}\0{}\0{:?}", diagnostic.code, diagnostic.field);
            let nth = self.seen.entry(identity.clone()).or_default();
            *nth += 1;
            let fingerprint: String = Sha256::digest(format!("{identity}\0{nth}"))
                .iter()
                .take(16)
                .map(|byte| format!("{byte:02x}"))
                .collect();
            self.issues.push(json!({
                "description": diagnostic.message,
                "check_name": diagnostic.code,
                "fingerprint": fingerprint,
                "severity": match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Information | Severity::Hint | Severity::Advice => "info",
                },
                "location": {
                    "path": path,
                    "lines": {"begin": diagnostic.line, "end": diagnostic.end_line},
                },
            }));
        }
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        render::json(&self.issues)
    }
}
