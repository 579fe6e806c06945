//! `encodable-category`

use aurora_profile::ValueKind;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A category of few values, ready to be encoded for a model.
    ///
    /// # What it finds
    /// Text columns of at most 20 values that repeat.
    ///
    /// # Why it matters
    /// Most models need numbers.
    ///
    /// # Example
    /// ```csv
    /// size,n
    /// small,1
    /// large,2
    /// small,3
    /// medium,4
    /// large,5
    /// small,6
    /// ```
    ///
    /// # When it is wrong
    /// When the file is not meant for a model.
    pub struct EncodableCategory;
}

static META: CheckMeta = CheckMeta {
    code: "encodable-category",
    number: 118,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["one-hot-encode", "ordinal-encode", "frequency-encode"],
    docs: EncodableCategory::DOCS,
};

impl Check for EncodableCategory {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let repeats = profile.distinct * 2 <= profile.n_present();
    if profile.n >= table.settings.min_records
        && profile.kind() == ValueKind::Text
        && (2..=20).contains(&profile.distinct)
        && repeats
    {
        let message = format!("a category of {} values", profile.distinct);
        out.push(Finding::on_column(&META, table, column, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_column_of_names_is_none() {
        assert!(!Sample::new("n,m\na,1\nb,2\nc,3\n").has("encodable-category"));
    }
}
