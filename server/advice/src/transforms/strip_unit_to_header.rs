//! `strip-unit-to-header`

use crate::{fit, number_text};
use aurora_text::TextEdit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Moves the unit of a column from its fields to its header.
    ///
    /// # What it does
    /// `12 kg` becomes `12` and the header `weight` becomes `weight_kg`, when all numbers carry one unit.
    ///
    /// # Example
    /// ```csv
    /// weight,n
    /// 12 kg,1
    /// 7 kg,2
    /// ```
    /// ```csv
    /// weight_kg,n
    /// 12,1
    /// 7,2
    /// ```
    ///
    /// # When not to use it
    /// When something reads the column by its name.
    pub struct StripUnitToHeader;
}

static META: TransformMeta = TransformMeta {
    code: "strip-unit-to-header",
    number: 1154,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: StripUnitToHeader::DOCS,
};

impl Transform for StripUnitToHeader {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let [unit] = column.profile.units.as_slice() else { return None };
        if unit.n * 10 < column.profile.n_present() * 9
            || table.detection.layout.header_records != 1
            || unit.value == "%"
        {
            return None;
        }
        let named = unit.value.clone();
        let header = format!("{}_{}", column.header.name, unit.value);
        let write = move |_: u64, value: &str| {
            let (plain, decoration) = number_text::undecorate(value, false)?;
            (decoration.unit == named).then_some(plain)
        };
        let dialect = &table.detection.dialect;
        let mut edits =
            vec![TextEdit::new(column.header.span, aurora_table::writer::quote_if_needed(&header, dialect))];
        edits.extend(Change::Replace(column.idx, Box::new(write)).edits(table));
        Some(Fitted {
            proposal: fit::proposal(
                format!("Move the unit {} of {} to its header", unit.value, column.called()),
                META.class,
                vec![("unit", unit.value.clone())],
            ),
            change: Change::Edits(edits),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn two_units_stay() {
        assert!(!Sample::new("w,n\n12 kg,1\n7 lb,2\n").offers("strip-unit-to-header"));
    }
}
