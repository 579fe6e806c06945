//! `unify-number-format`

use crate::checks::number_as_text::comma_decimals;
use crate::{fit, number_text};
use aurora_profile::value_kind::classify;
use aurora_profile::{Oddness, ValueKind};

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes the numbers of a column with one decimal mark.
    ///
    /// # What it does
    /// Numbers with a decimal comma, or grouped digits, are written plainly with a decimal point. A lone
    /// comma or point before three digits follows the majority.
    ///
    /// # Example
    /// ```csv
    /// price;n
    /// 1,5;1
    /// 2,25;2
    /// 3.5;3
    /// 1.250,75;4
    /// ```
    /// ```csv
    /// price;n
    /// 1.5;1
    /// 2.25;2
    /// 3.5;3
    /// 1250.75;4
    /// ```
    ///
    /// # When not to use it
    /// When the marks mean different things in different records.
    pub struct UnifyNumberFormat;
}

static META: TransformMeta = TransformMeta {
    code: "unify-number-format",
    number: 1153,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: UnifyNumberFormat::DOCS,
};

impl Transform for UnifyNumberFormat {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        let commas = profile.n_odd(Oddness::DecimalComma) + profile.n_odd(Oddness::AmbiguousSeparator);
        let numbers = profile.count(ValueKind::Integer)
            + profile.count(ValueKind::Real)
            + profile.count(ValueKind::DecoratedNumber);
        if commas == 0 || numbers * 2 < profile.n_present() {
            return None;
        }
        let comma = comma_decimals(column);
        let write = move |_: u64, value: &str| {
            let (plain, decoration) = number_text::undecorate(value, comma)?;
            (classify(value) == ValueKind::DecoratedNumber && decoration.unit.is_empty()).then_some(plain)
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Write the numbers of {} with a decimal point", column.called()),
                META.class,
                vec![("decimal", if comma { "," } else { "." }.to_owned())],
            ),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn plain_numbers_need_nothing() {
        assert!(!Sample::new("v;n\n1.5;1\n2.5;2\n").offers("unify-number-format"));
    }
}
