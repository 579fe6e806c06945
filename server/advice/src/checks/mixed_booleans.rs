//! `mixed-booleans`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Yes and no in several spellings.
    ///
    /// # What it finds
    /// At least two of the pairs `yes/no`, `Y/N`, `true/false`, `1/0` in one column that holds little else.
    ///
    /// # Why it matters
    /// Readers make text of it, or three values of two.
    ///
    /// # Example
    /// ```csv
    /// paid,n
    /// yes,1
    /// no,2
    /// Y,3
    /// yes,4
    /// N,5
    /// ```
    ///
    /// # When it is wrong
    /// Where 0 and 1 are counts.
    pub struct MixedBooleans;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-booleans",
    number: 128,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["unify-booleans"],
    docs: MixedBooleans::DOCS,
};

impl Check for MixedBooleans {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

/// Pairs for yes and no, in lower case.
pub(crate) const SYSTEMS: [[&str; 2]; 5] =
    [["yes", "no"], ["y", "n"], ["true", "false"], ["t", "f"], ["1", "0"]];

/// How often each pair occurs, if at least two do and nearly nothing else does.
pub(crate) fn systems(column: &ColumnView<'_>) -> Option<[u64; 5]> {
    let profile = column.profile;
    if profile.distinct > 16 || profile.count(ValueKind::Boolean) == 0 {
        return None;
    }
    let mut counts = [0; 5];
    let mut other = 0;
    for count in &profile.top {
        let value = count.value.trim();
        match SYSTEMS.iter().position(|pair| pair.iter().any(|word| word.eq_ignore_ascii_case(value))) {
            Some(at) => counts[at] += count.n,
            None => other += count.n,
        }
    }
    let used = counts.iter().filter(|n| **n > 0).count();
    (used >= 2 && other * 10 <= profile.n_present()).then_some(counts)
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    if column.profile.n < table.settings.min_records {
        return;
    }
    let Some(counts) = systems(column) else { return };
    let list: Vec<_> = SYSTEMS
        .iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .map(|(pair, n)| format!("{}/{} {n}", pair[0], pair[1]))
        .collect();
    let mut finding = Finding::on_column(
        &META,
        table,
        column,
        format!("yes and no in several spellings: {}", list.join(", ")),
    );
    finding.confidence = 0.85;
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_pair_is_no_mix() {
        assert!(!Sample::new("paid,n\nyes,1\nno,2\nYes,3\n").has("mixed-booleans"));
        assert!(!Sample::new("sex,n\nm,1\nf,2\nm,3\n").has("mixed-booleans"));
    }
}
