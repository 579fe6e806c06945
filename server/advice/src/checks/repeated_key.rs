//! `repeated-key`

use std::collections::BTreeMap;

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A value that occurs twice where nearly all occur once.
    ///
    /// # What it finds
    /// Columns of which at least 75 % of the values are unique, in tables with another such column: the
    /// records that share a value but not the other one. Reported in the audit profile.
    ///
    /// # Why it matters
    /// One of the two records carries the other's name or position.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 101,Ada
    /// 102,Bob
    /// 103,Cy
    /// 103,Dan
    /// 105,Eve
    /// 106,Fay
    /// 107,Gus
    /// 108,Hal
    /// 109,Ida
    /// 110,Jo
    /// ```
    ///
    /// # When it is wrong
    /// Measures that repeat by chance, and names that two people share.
    pub struct RepeatedKey;
}

static META: CheckMeta = CheckMeta {
    code: "repeated-key",
    number: 208,
    kind: FindingKind::Value,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &[],
    docs: RepeatedKey::DOCS,
};

impl Check for RepeatedKey {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    let n = whole.len();
    if (n as u64) < table.settings.min_records.max(10) {
        return;
    }
    let single = |column: &crate::whole_table::CodedColumn| {
        column.present().filter(|&code| column.counts[code] == 1).count()
    };
    let keyed: Vec<usize> = (0..whole.columns.len())
        .filter(|&idx| {
            let column = &whole.columns[idx];
            // Short numbers repeat by chance.
            let long = column.present().all(|code| column.numbers[code].is_nan())
                || column.values.iter().map(String::len).sum::<usize>() >= 5 * column.values.len()
                || table.column(idx).is_some_and(|view| {
                    crate::purpose::purpose(view) == crate::Purpose::Identifier
                        || crate::purpose::words(&view.header.name).iter().any(|w| w.ends_with("id"))
                });
            column.n_present() as usize * 10 >= n * 9 && single(column) * 100 >= n * 75 && long
        })
        .collect();
    if keyed.len() < 2 {
        return;
    }
    for &idx in &keyed {
        let column = &whole.columns[idx];
        let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (row, &code) in column.codes.iter().enumerate() {
            if column.counts[code as usize] > 1 && column.kinds[code as usize] != ValueKind::Null {
                rows.entry(code).or_default().push(row);
            }
        }
        let is_named = table.column(idx).is_some_and(|view| {
            crate::purpose::purpose(view) == crate::Purpose::Identifier
                || crate::purpose::words(&view.header.name).iter().any(|w| w.ends_with("id") || w == "key")
        });
        // A name for the record must not repeat; other long values may.
        let named = if is_named { 0.06 } else { -0.06 };
        let unique = single(column) as f64 / n as f64;
        let mut places = Vec::new();
        let mut example = None;
        for (code, group) in &rows {
            // Repeated over and over, it stands for nothing, or for many.
            if group.len() > 8 && group.len() * 50 > n {
                continue;
            }
            // Repeated throughout, it is one thing told twice.
            let others = keyed.iter().filter(|&&other| other != idx);
            let differs = |a: usize, b: usize| {
                others.clone().filter(|&&o| whole.columns[o].codes[a] != whole.columns[o].codes[b]).count()
            };
            if group.windows(2).all(|w| differs(w[0], w[1]) * 2 < keyed.len()) {
                continue;
            }
            example.get_or_insert(*code);
            let k = group.len() as f64;
            let confidence = ((k - 1.0) / k + 0.25 * (unique - 0.8) + named).clamp(0.1, 0.9);
            places.extend(group.iter().map(|&row| (whole.records[row], confidence)));
        }
        let Some(code) = example else { continue };
        let value = super::cut(&column.values[code as usize]);
        out.extend(super::value_finding(
            &META,
            table,
            idx,
            places,
            super::Bar { confidence: 0.0, n: 1, warn: usize::MAX },
            |n| {
                format!(
                    "{n} records share a value that is unique elsewhere, such as '{value}'{}",
                    whole.sampled()
                )
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_repeated_record_is_not_a_repeated_key() {
        let mut rows: String = (0..30).map(|i| format!("{},n{i}\n", 100 + i)).collect();
        rows.push_str("100,n0\n");
        assert!(!Sample::new(&format!("id,name\n{rows}")).has("repeated-key"));
    }
}
