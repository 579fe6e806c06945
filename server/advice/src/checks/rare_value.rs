//! `rare-value`

use std::collections::BTreeMap;

use aurora_profile::ValueKind;

use crate::count::{count, with_number};
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A value that occurs once where few values fill the column.
    ///
    /// # What it finds
    /// Columns in which a handful of repeated values fill at least three quarters of the records: the
    /// values outside that handful, once or twice each. Reported in the audit profile.
    ///
    /// # Why it matters
    /// Beside a fixed list of values a lone one is mostly a slip.
    ///
    /// # Example
    /// ```csv
    /// grade,n
    /// first,1
    /// first,2
    /// second,3
    /// second,4
    /// first,5
    /// second,6
    /// first,7
    /// second,8
    /// first,9
    /// second,10
    /// first,11
    /// second,12
    /// first,13
    /// second,14
    /// first,15
    /// second,16
    /// qqq,17
    /// ```
    ///
    /// # When it is wrong
    /// Rare answers that are meant.
    pub struct RareValue;
}

static META: CheckMeta = CheckMeta {
    code: "rare-value",
    number: 207,
    kind: FindingKind::Value,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["mark-as-null"],
    docs: RareValue::DOCS,
};

impl Check for RareValue {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let present = column.n_present();
        let few = table.settings.min_typo_records < 20;
        if present < if few { 16 } else { table.settings.min_records.max(30) } {
            continue;
        }
        let frequent: Vec<usize> = column
            .present()
            .filter(|&code| column.counts[code] >= 5 && u64::from(column.counts[code]) * 40 > present)
            .collect();
        let covered: u64 = frequent.iter().map(|&code| u64::from(column.counts[code])).sum();
        let coverage = covered as f64 / present as f64;
        let numeric = column.count(ValueKind::Integer) + column.count(ValueKind::Real);
        let mostly_zero = frequent.iter().any(|&code| column.numbers[code] == 0.0);
        if !(0.7..1.0).contains(&coverage) || frequent.is_empty() || frequent.len() > 20 {
            continue;
        }
        // Beside zeros or several frequent numbers the others are quantities.
        if numeric * 2 > present && (mostly_zero || frequent.len() > 3) {
            continue;
        }
        // Numbers that all lie to one side of the usual one are measured up to it, or from it on.
        let tail =
            || column.present().filter(|code| !frequent.contains(code)).map(|code| column.numbers[code]);
        let usual = column.numbers[frequent[0]];
        let one_sided = tail().all(|x| !(x < usual)) || tail().all(|x| !(x > usual));
        let measured = numeric * 2 > present && frequent.len() == 1 && one_sided;
        let leader = frequent.iter().map(|&code| column.counts[code]).max().unwrap_or(1);
        let n_nulls = whole.len() as u64 - present;
        // A blank among answers that are nearly always given.
        let blank_is_rare = n_nulls * 8 <= present && frequent.len() <= 12 && coverage >= 0.75;
        let is_null = |code: usize| column.kinds[code] == ValueKind::Null;
        let rare: BTreeMap<usize, f64> = (0..column.values.len())
            .filter(|&code| !frequent.contains(&code) && (!is_null(code) || blank_is_rare))
            .filter(|&code| {
                column.counts[code] == 1 || u64::from(column.counts[code]) * 40 <= present || is_null(code)
            })
            .map(|code| {
                let count = f64::from(column.counts[code]);
                let single = if count <= 2.0 { 0.06 } else { -0.04 * (count / 4.0).min(2.0) };
                let few = if frequent.len() <= 3 { 0.08 } else { 0.0 };
                let lone = if f64::from(leader) >= 0.6 * present as f64 { 0.06 } else { 0.0 };
                let null = if is_null(code) { -0.05 } else { 0.0 };
                let measured = if measured { -0.25 } else { 0.0 };
                let sum = single + few + lone + null + measured;
                (code, (0.46 + 0.25 * (coverage - 0.7) / 0.3 + sum).clamp(0.1, 0.9))
            })
            .collect();
        // A word that is given more than twice is an answer of its own.
        let is_word = |code: usize| column.numbers[code].is_nan();
        let meant =
            |&code: &usize| !table.settings.audit() && column.counts[code] > 2 && !few && is_word(code);
        let rare: BTreeMap<usize, f64> = rare.into_iter().filter(|(code, _)| !meant(code)).collect();
        let examples: Vec<_> =
            rare.keys().take(5).map(|&code| format!("'{}'", super::cut(&column.values[code]))).collect();
        let places = super::unexpected_pattern::fields(whole, view.idx, &rare);
        out.extend(super::value_finding(
            &META,
            table,
            view.idx,
            places,
            super::Bar {
                confidence: if few { 0.4 } else { 0.7 },
                n: if few { 1 } else { 8 },
                warn: if few { usize::MAX } else { 12 },
            },
            |n| {
                format!(
                    "{} outside the {} that {} {:.0} % of the column, such as {}",
                    count(n as u64, "value"),
                    frequent.len(),
                    with_number(frequent.len() as u64, "fills", "fill"),
                    coverage * 100.0,
                    examples.join(", ")
                )
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn quantities_beside_zeros_are_no_slips() {
        assert!(
            !Sample::column("spent", (0..60).map(|i| if i % 5 == 0 { i } else { 0 }))
                .audit()
                .has("rare-value")
        );
    }
}
