//! `inconsistent-categories`

use std::collections::BTreeMap;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// One category in several spellings.
    ///
    /// # What it finds
    /// Values that are equal but for case, white space and Unicode compatibility forms, in columns of
    /// short, repeating texts. In the audit profile punctuation, accents and word order too (the
    /// fingerprint of OpenRefine). Two single letters never count.
    ///
    /// # Why it matters
    /// Every group-by and join counts them apart.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// Oslo,2
    /// rome,3
    /// Rome,4
    /// Oslo,5
    /// Rome,6
    /// ```
    ///
    /// # When it is wrong
    /// Codes in which case carries meaning.
    pub struct InconsistentCategories;
}

static META: CheckMeta = CheckMeta {
    code: "inconsistent-categories",
    number: 117,
    kind: FindingKind::Column,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["merge-categories"],
    docs: InconsistentCategories::DOCS,
};

impl Check for InconsistentCategories {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

/// Groups of spellings of one category: codes into the column's values, what all are to become first. That is the most
/// frequent one without odd blanks and invisible characters; these are never meant, however many there are.
pub(crate) fn groups(table: &TableView<'_>, column: &crate::whole_table::CodedColumn) -> Vec<Vec<usize>> {
    let present = column.n_present();
    let distinct = column.n_distinct();
    let audit = table.settings.audit();
    if present < table.settings.min_records || distinct > 1_000 || (distinct * 2 > present as usize && !audit)
    {
        return Vec::new();
    }
    let chars: usize =
        column.present().map(|code| column.values[code].chars().count() * column.counts[code] as usize).sum();
    let numeric = column.present().filter(|&code| !column.numbers[code].is_nan()).count();
    if chars as f64 / present as f64 >= 40.0 || numeric * 2 > distinct {
        return Vec::new();
    }
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for code in column.present() {
        let key = if audit {
            crate::spelling::fingerprint(&column.values[code])
        } else {
            crate::spelling::folded(&column.values[code])
        };
        if key.chars().count() > 1 {
            by_key.entry(key).or_default().push(code);
        }
    }
    let mut groups: Vec<_> = by_key.into_values().filter(|codes| codes.len() > 1).collect();
    for codes in &mut groups {
        let value = |code: usize| column.values[code].as_str();
        codes.sort_by_key(|&code| {
            (!crate::spelling::is_tidy(value(code)), std::cmp::Reverse(column.counts[code]))
        });
    }
    // Spellings that differ at the edges alone are untidy-whitespace.
    groups.retain(|codes| {
        let mut trimmed: Vec<_> = codes.iter().map(|&code| column.values[code].trim()).collect();
        trimmed.dedup();
        trimmed.iter().any(|value| *value != trimmed[0])
    });
    groups
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let groups = groups(table, column);
        if groups.is_empty() {
            continue;
        }
        let list: Vec<_> = groups
            .iter()
            .take(3)
            .map(|codes| {
                codes
                    .iter()
                    .map(|&code| {
                        format!("'{}' {}", crate::spelling::shown(&column.values[code]), column.counts[code])
                    })
                    .collect::<Vec<_>>()
                    .join(" / ")
            })
            .collect();
        let message = format!(
            "{} in several spellings: {}{}",
            if groups.len() == 1 { "1 category".to_owned() } else { format!("{} categories", groups.len()) },
            list.join("; "),
            whole.sampled()
        );
        let mut places = Vec::new();
        for codes in &groups {
            let most = f64::from(column.counts[codes[0]]);
            for &code in &codes[1..] {
                let n = f64::from(column.counts[code]);
                let same = crate::spelling::folded(&column.values[code])
                    == crate::spelling::folded(&column.values[codes[0]]);
                let confidence = (if same { 0.85 } else { 0.7 } - 1.2 * n / most).clamp(0.1, 0.9);
                places.extend(
                    whole.records_of(view.idx, &[code as u32]).into_iter().map(|record| (record, confidence)),
                );
            }
        }
        places.sort_by_key(|(record, _)| *record);
        let mut finding =
            Finding::on_column(&META, table, view, message).with_records(table, &places, places.len() as u64);
        finding.confidence = 0.8;
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn case_is_found_and_single_letters_are_not() {
        assert!(Sample::new("c,n\nRome,1\nROME,2\nRome,3\nRome,4\n").has("inconsistent-categories"));
        assert!(!Sample::new("c,n\na,1\nA,2\na,3\nA,4\n").has("inconsistent-categories"));
    }

    #[test]
    fn names_that_hardly_repeat_are_no_categories() {
        assert!(!Sample::new("c,n\nRome,1\nROME,2\nOslo,3\nBern,4\n").has("inconsistent-categories"));
    }
}
