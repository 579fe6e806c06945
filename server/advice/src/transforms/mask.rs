//! `mask`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Hides all but the form of personal values.
    ///
    /// # What it does
    /// Letters and digits become `*`; signs, and the domain of an e-mail address, stay.
    ///
    /// # Example
    /// ```csv
    /// email,n
    /// ada@example.org,1
    /// bob.x@example.org,2
    /// ```
    /// ```csv
    /// email,n
    /// ***@example.org,1
    /// ***.*@example.org,2
    /// ```
    ///
    /// # When not to use it
    /// When the values must be told apart (take pseudonymise).
    pub struct Mask;
}

static META: TransformMeta =
    TransformMeta { code: "mask", number: 1160, class: FixClass::Unsafe, idempotent: true, docs: Mask::DOCS };

impl Transform for Mask {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        crate::checks::personal_data::what(column, true)?;
        let mask = |_: u64, value: &str| {
            fit::present(value)?;
            let at = value.find('@').unwrap_or(value.len());
            let hidden: String =
                value[..at].chars().map(|c| if c.is_alphanumeric() { '*' } else { c }).collect();
            Some(hidden + &value[at..])
        };
        Some(Fitted {
            proposal: fit::proposal(format!("Mask {}", column.called()), META.class, Vec::new()),
            change: Change::Replace(column.idx, Box::new(mask)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_city_is_not_masked() {
        assert!(!Sample::new("city,n\nRome,1\nOslo,2\n").offers("mask"));
    }
}
