//! `functional-dependency-break`

use crate::count::{count, with_number};
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A value that does not go with another one of its record.
    ///
    /// # What it finds
    /// Where one column tells another (zip tells city) in at least 97 % of the records, over 20 groups of
    /// three and more, the records in which it does not. The field against which most columns speak is
    /// the one that is named. Only advice, until the rule is confirmed; reported in the audit profile.
    ///
    /// # Why it matters
    /// One of the two is wrong, and lookups give different answers.
    ///
    /// # Example
    /// ```csv
    /// zip,city
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 80331,Hamburg
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 10115,Berlin
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 20095,Hamburg
    /// 80331,Munich
    /// 80331,Munich
    /// 80331,Munich
    /// ```
    ///
    /// # When it is wrong
    /// Where two cities share a zip code.
    pub struct FunctionalDependencyBreak;
}

static META: CheckMeta = CheckMeta {
    code: "functional-dependency-break",
    number: 204,
    kind: FindingKind::Value,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["copy-dependent-value"],
    docs: FunctionalDependencyBreak::DOCS,
};

impl Check for FunctionalDependencyBreak {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    let settings = table.settings;
    if (whole.len() as u64) < settings.min_records {
        return;
    }
    let few = settings.min_dependency_groups < 20;
    let bar = crate::dependencies::Bar {
        holds: settings.either(if few { 0.9 } else { settings.dependency_share }, 0.75),
        min_groups: settings.either(settings.min_dependency_groups as usize, 2),
    };
    let dependencies = crate::dependencies::find(whole, bar);
    let suspects = crate::dependencies::suspects(whole, &dependencies);
    for column in 0..whole.columns.len() {
        let own: Vec<_> = suspects.iter().filter(|suspect| suspect.column == column).collect();
        let Some(example) =
            own.iter().find_map(|suspect| suspect.expected.map(|(code, from)| (suspect.row, code, from)))
        else {
            continue;
        };
        let (row, code, from) = example;
        let value = &whole.columns[column].values[whole.columns[column].codes[row] as usize];
        let key = &whole.columns[from].values[whole.columns[from].codes[row] as usize];
        let name = table.column(from).map_or("", |view| view.header.name.as_str());
        let message = format!(
            "'{}' where {name} '{}' goes with '{}'",
            super::cut(value),
            super::cut(key),
            super::cut(&whole.columns[column].values[code as usize]),
        );
        let places = own.iter().map(|suspect| (whole.records[suspect.row], suspect.confidence)).collect();
        out.extend(super::value_finding(
            &META,
            table,
            column,
            places,
            super::Bar { confidence: 0.5, n: 1, warn: usize::MAX },
            |n| {
                format!(
                    "{} {} not go with others of {} record: {message}{}",
                    count(n as u64, "value"),
                    with_number(n as u64, "does", "do"),
                    with_number(n as u64, "its", "their"),
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
    fn unrelated_columns_tell_nothing() {
        let rows: String = (0..60).map(|i| format!("{},{}\n", i % 7, (i * i) % 11)).collect();
        assert!(!Sample::new(&format!("a,b\n{rows}")).has("functional-dependency-break"));
    }
}
