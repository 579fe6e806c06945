//! How many findings are said: what would be too much is left out and counted.

use std::collections::HashSet;

use aurora_text::Span;

use crate::checks::{self, MORE_FINDINGS};
use crate::{Checker, Finding, FindingKind, Place, Severity, TableView};

/// Of `findings`, which are in their order, those within the limits of the settings, and a last one that says how many
/// more there are. What is suppressed is no part of either, but the first of each code and column.
pub(crate) fn keep(findings: Vec<Finding>, table: &TableView<'_>) -> Vec<Finding> {
    let settings = table.settings;
    let (suppressed, mut findings): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| is_suppressed(finding, table));
    let mut n_cut = 0;
    if !settings.audit() && settings.max_information > 0 && settings.select.is_empty() {
        let quiet = |finding: &Finding| finding.severity == Severity::Information;
        let mut ranked: Vec<_> = (0..findings.len()).filter(|&i| quiet(&findings[i])).collect();
        ranked.sort_by(|&a, &b| findings[b].confidence.total_cmp(&findings[a].confidence));
        let mut dropped: Vec<_> = ranked.into_iter().skip(settings.max_information).collect();
        dropped.sort_unstable_by(|a, b| b.cmp(a));
        n_cut += dropped.len() as u64;
        for idx in dropped {
            findings.remove(idx);
        }
    }
    let n_unseen = unseen(&findings, table);
    if settings.max_findings > 0 && findings.len() > settings.max_findings {
        n_cut += (findings.len() - settings.max_findings) as u64;
        findings.truncate(settings.max_findings);
    }
    let last = findings.last().map_or(Span::empty(0), |finding| finding.place.span);
    if !suppressed.is_empty() {
        let mut known = HashSet::new();
        findings.extend(suppressed.into_iter().filter(|one| known.insert((one.code, one.place.field))));
        findings.sort_by_key(|finding| (finding.place.span, finding.severity, finding.code));
    }
    if n_cut + n_unseen > 0 {
        findings.push(more(n_cut, n_unseen, last));
    }
    findings
}

fn is_suppressed(finding: &Finding, table: &TableView<'_>) -> bool {
    let settings = table.settings;
    if settings.suppressed.is_empty() {
        return false;
    }
    let column = finding.place.field.and_then(|at| table.columns.get(at));
    settings.suppresses(column.map(|column| column.header.name.as_str()), finding.code)
}

/// How many odd records are counted and not kept one by one, where any finding is about one of those kept.
fn unseen(findings: &[Finding], table: &TableView<'_>) -> u64 {
    let n = table.structure.n_odd.saturating_sub(table.structure.odd.len() as u64);
    let is_of_record =
        |code: &str| checks::find(code).is_some_and(|check| matches!(check.checker(), Checker::Record(_)));
    if n > 0 && findings.iter().any(|finding| is_of_record(finding.code)) { n } else { 0 }
}

/// The finding that says how many were cut off, and how many records were only counted.
fn more(n_cut: u64, n_unseen: u64, at: Span) -> Finding {
    let n = n_cut + n_unseen;
    let mut message = format!("{n} more findings");
    if n_cut > 0 {
        message += "; `aurora check --audit --max-findings 0` shows all";
    }
    if n_unseen > 0 {
        message +=
            &format!("; {n_unseen} of them are about records that are only counted, there are so many");
    }
    Finding {
        code: MORE_FINDINGS,
        severity: Severity::Hint,
        kind: FindingKind::File,
        message,
        place: Place { span: at, record: None, field: None, confidence: 1.0 },
        related: Vec::new(),
        n_places: n,
        confidence: 1.0,
        fixes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_text::with_table;
    use crate::{Settings, Suppressed};

    /// Codes of what is said of 30 short records and 3 long ones, with these suppressed.
    fn said(max_findings: usize, suppressed: &[&str]) -> Vec<(&'static str, u64)> {
        let text = format!("a,b,c\n{}{}{}", "1,2,3\n".repeat(40), "1,2\n".repeat(30), "1,2,3,4\n".repeat(3));
        let all = suppressed.iter().map(|code| Suppressed { column: None, code: (*code).to_owned() });
        let settings = Settings { max_findings, suppressed: all.collect(), ..Settings::default() };
        let mut said: Vec<(&'static str, u64)> = Vec::new();
        for finding in
            with_table(&text, |table| checks::run_all(&TableView { settings: &settings, ..*table }).0)
        {
            match said.iter_mut().find(|(code, _)| *code == finding.code) {
                Some(_) if finding.code == MORE_FINDINGS => unreachable!(),
                Some((_, n)) => *n += 1,
                None => said
                    .push((finding.code, if finding.code == MORE_FINDINGS { finding.n_places } else { 1 })),
            }
        }
        said.retain(|(code, _)| ["missing-fields", "extra-fields", MORE_FINDINGS].contains(code));
        said
    }

    #[test]
    fn what_is_suppressed_takes_nobodys_place() {
        assert_eq!(said(10, &[])[0], ("missing-fields", 10));
        assert!(said(10, &[]).iter().any(|&(code, n)| code == MORE_FINDINGS && n >= 23));
        // The first stands for all, so that the suppression is known to be needed.
        assert_eq!(said(10, &["missing-fields"]), [("missing-fields", 1), ("extra-fields", 3)]);
    }
}
