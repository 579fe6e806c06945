//! `impute-constant`

use crate::{fit, purpose};
use aurora_profile::ValueKind;

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a column with a fixed value.
    ///
    /// # What it does
    /// Writes 0 in a measure and `unknown` in a text column; another value can be typed over.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Rome,1
    /// ,2
    /// Oslo,3
    /// ```
    /// ```csv
    /// city,n
    /// Rome,1
    /// unknown,2
    /// Oslo,3
    /// ```
    ///
    /// # When not to use it
    /// In measures whose nulls are not zeros.
    pub struct ImputeConstant;
}

static META: TransformMeta = TransformMeta {
    code: "impute-constant",
    number: 1111,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ImputeConstant::DOCS,
};

impl Transform for ImputeConstant {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let fill = match column.profile.kind() {
            ValueKind::Text => "unknown",
            kind if kind.is_number() && purpose::is_measure(column) => "0",
            _ => return None,
        };
        fit::filled(column, "constant", fill.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn dates_get_no_constant() {
        assert!(!Sample::new("d,n\n2024-01-01,1\n,2\n2024-01-03,3\n").offers("impute-constant"));
    }
}
