//! `neutralise-formula`

use crate::checks::formula_injection::is_formula;
use crate::fit;
use aurora_profile::Oddness;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Puts an apostrophe before texts that a spreadsheet would run.
    ///
    /// # What it does
    /// `=1+1` becomes `'=1+1`, which spreadsheets show as text. Never part of "fix all".
    ///
    /// # Example
    /// ```csv
    /// name,comment
    /// Eve,=1+1
    /// Bob,ok
    /// ```
    /// ```csv
    /// name,comment
    /// Eve,'=1+1
    /// Bob,ok
    /// ```
    ///
    /// # When not to use it
    /// For readers other than spreadsheets: the apostrophe stays in the data.
    pub struct NeutraliseFormula;
}

static META: TransformMeta = TransformMeta {
    code: "neutralise-formula",
    number: 1163,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: NeutraliseFormula::DOCS,
};

impl Transform for NeutraliseFormula {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        if column.profile.n_odd(Oddness::FormulaStart) == 0 {
            return None;
        }
        let write = |_: u64, value: &str| is_formula(value, false).then(|| format!("'{value}"));
        Some(Fitted {
            proposal: fit::proposal(
                format!("Neutralise the formulas of {}", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn numbers_stay() {
        assert!(!Sample::new("v,n\n-5,1\n+3,2\n").offers("neutralise-formula"));
    }
}
