//! `constant`

use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Fix, Place, Severity, TableView, Target,
    documented,
};

documented! {
    /// Columns that say the same in every record, or nothing at all.
    ///
    /// # What it finds
    /// Columns with exactly one value and no null, and columns that are empty throughout: one finding a
    /// file. A tick-box column (one value or blank) is none.
    ///
    /// # Why it matters
    /// They tell nothing about the records and break models that divide by the variance.
    ///
    /// # Example
    /// ```csv
    /// id,country,name
    /// 1,DE,Ada
    /// 2,DE,Grace
    /// 3,DE,Linus
    /// ```
    ///
    /// # When it is wrong
    /// A part of a larger file, where the column tells the parts apart.
    pub struct Constant;
}

static META: CheckMeta = CheckMeta {
    code: "constant",
    number: 110,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["drop-column"],
    docs: Constant::DOCS,
};

impl Check for Constant {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Whether `column` says the same everywhere.
pub(crate) fn is_constant(column: &ColumnView<'_>) -> bool {
    let profile = column.profile;
    profile.n > 1 && (profile.n_present() == 0 || (profile.distinct == 1 && profile.n_null() == 0))
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let constant: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.profile.n >= table.settings.min_records && is_constant(column))
        .filter(|column| !(column.header.name.is_empty() && column.profile.n_present() == 0))
        .collect();
    let Some(first) = constant.first() else { return };
    let describe = |column: &&ColumnView<'_>| match column.profile.top.first() {
        Some(count) => format!("{} is '{}'", column.header.name, crate::checks::cut(&count.value)),
        None => format!("{} is empty", column.header.name),
    };
    let list: Vec<_> = constant.iter().take(5).map(describe).collect();
    let rest = if constant.len() > 5 { ", …" } else { "" };
    let message = format!("the same in all {} records: {}{rest}", first.profile.n, list.join(", "));
    let mut finding = Finding::on_column(&META, table, first, message);
    finding.confidence = 0.6;
    finding.n_places = constant.len() as u64;
    for column in &constant[1..] {
        finding.related.push(Place {
            span: column.header.span,
            record: None,
            field: Some(column.idx),
            confidence: 0.1,
        });
        finding.fixes.push(Fix {
            transform: "drop-column",
            target: Target::Column(column.idx),
            preferred: false,
        });
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_tick_box_is_not_constant_and_one_finding_names_all() {
        assert!(!Sample::new("id,tick\n1,x\n2,\n3,x\n").has("constant"));
        let found = Sample::new("id,a,b\n1,x,\n2,x,\n3,x,\n").find("constant");
        assert_eq!((found.len(), found[0].n_places), (1, 2));
    }
}
