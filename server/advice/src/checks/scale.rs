//! `scale`

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Measures of very different ranges.
    ///
    /// # What it finds
    /// Once a file: measures whose ranges differ by more than 1,000 times.
    ///
    /// # Why it matters
    /// Distances, clusters and penalised models see only the widest one.
    ///
    /// # Example
    /// ```csv
    /// salary,share
    /// 52000.5,0.125
    /// 48100.25,0.25
    /// 61000.75,0.5
    /// 150000.5,0.375
    /// ```
    ///
    /// # When it is wrong
    /// For methods that do not mind, such as trees.
    pub struct Scale;
}

static META: CheckMeta = CheckMeta {
    code: "scale",
    number: 130,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["standardise", "min-max-scale", "robust-scale"],
    docs: Scale::DOCS,
};

impl Check for Scale {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let ranges: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.profile.n >= table.settings.min_records && crate::purpose::is_measure(column))
        .filter_map(|column| {
            column.profile.numbers.as_ref().map(|numbers| (column, numbers.max - numbers.min))
        })
        .filter(|(_, range)| *range > 0.0)
        .collect();
    let widest = ranges.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let narrowest = ranges.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    if let (Some((wide, max)), Some((narrow, min))) = (widest, narrowest)
        && max / min > 1_000.0
    {
        let message = format!(
            "spans {} while \"{}\" spans {}",
            crate::number_text::write(*max),
            narrow.header.name,
            crate::number_text::write(*min)
        );
        out.push(Finding::on_column(&META, table, wide, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn like_ranges_need_no_scaling() {
        assert!(!Sample::new("a,b\n1.5,2.5\n2.5,4.5\n9.5,3.25\n").has("scale"));
    }
}
