//! `add-zero-indicator`

use crate::{fit, purpose};

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a column that says where a measure is zero.
    ///
    /// # What it does
    /// `<name>_zero` is 1 where the number is zero, else 0.
    ///
    /// # Example
    /// ```csv
    /// spent,who
    /// 0,a
    /// 5.5,b
    /// 0,c
    /// 7,d
    /// ```
    /// ```csv
    /// spent,spent_zero,who
    /// 0,1,a
    /// 5.5,0,b
    /// 0,1,c
    /// 7,0,d
    /// ```
    ///
    /// # When not to use it
    /// When zero is a quantity like any other.
    pub struct AddZeroIndicator;
}

static META: TransformMeta = TransformMeta {
    code: "add-zero-indicator",
    number: 1133,
    class: FixClass::New,
    idempotent: false,
    docs: AddZeroIndicator::DOCS,
};

impl Transform for AddZeroIndicator {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column =
            fit::column(table, target).filter(|column| purpose::is_measure(column) && fit::can_add(table))?;
        let numbers = column.profile.numbers.as_ref()?;
        if numbers.n_zero * 10 < numbers.n || numbers.n_zero == numbers.n {
            return None;
        }
        let new = NewColumn {
            name: format!("{}_zero", column.header.name),
            value: Box::new(|_, value| {
                let x = aurora_profile::value_kind::number(value);
                x.map_or(String::new(), |x| u8::from(x == 0.0).to_string())
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add a column that says where {} is zero", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn no_zero_no_flag() {
        assert!(!Sample::new("v,w\n1.5,a\n2.5,b\n3.5,c\n").offers("add-zero-indicator"));
    }
}
