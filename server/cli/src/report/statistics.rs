//! How often each check found something.

use std::collections::BTreeMap;
use std::io::Write;

use aurora_advice::Severity;
use serde_json::{Value, json};

use super::{Diagnostic, Report};
use crate::render;

/// Counts by check, printed at the end, the most frequent first.
pub(super) struct Statistics {
    as_json: bool,
    counts: BTreeMap<&'static str, (Severity, u64)>,
}

impl Statistics {
    /// Nothing counted yet.
    pub(super) fn new(as_json: bool) -> Self {
        Self { as_json, counts: BTreeMap::new() }
    }
}

impl Report for Statistics {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        for diagnostic in &found {
            let (severity, n) = self.counts.entry(diagnostic.code).or_insert((diagnostic.severity, 0));
            *severity = (*severity).min(diagnostic.severity);
            *n += 1;
        }
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        let mut counts: Vec<_> = self.counts.iter().collect();
        counts.sort_by_key(|(_, (_, n))| std::cmp::Reverse(*n));
        if self.as_json {
            let counts: Vec<Value> = counts
                .iter()
                .map(|(code, (severity, n))| json!({"code": code, "severity": severity.as_str(), "n": n}))
                .collect();
            return render::json(&counts);
        }
        let mut out = std::io::stdout().lock();
        for (code, (severity, n)) in counts {
            writeln!(out, "{n:>7}  {:<11}  {code}", severity.as_str())?;
        }
        Ok(())
    }
}
