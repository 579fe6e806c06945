//! `quote-overflow`

use aurora_table::Allowed;
use aurora_text::TextEdit;

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Joins the fields that an unquoted delimiter broke apart, and quotes the result.
    ///
    /// # What it does
    /// Chooses the neighbours whose joining makes every field fit its column, and writes them as one quoted
    /// field.
    ///
    /// # Example
    /// ```csv
    /// id,name,price
    /// 1,Bolt,1.50
    /// 2,Screw, flat,2.25
    /// 3,Pin,3.10
    /// 4,Cap,1.15
    /// ```
    /// becomes
    /// ```csv
    /// id,name,price
    /// 1,Bolt,1.50
    /// 2,"Screw, flat",2.25
    /// 3,Pin,3.10
    /// 4,Cap,1.15
    /// ```
    ///
    /// # When not to use it
    /// When the record holds a value too many rather than a delimiter too many.
    pub struct QuoteOverflow;
}

static META: TransformMeta = TransformMeta {
    code: "quote-overflow",
    number: 1002,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: QuoteOverflow::DOCS,
};

impl Transform for QuoteOverflow {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        let odd = table.odd_record(record)?;
        let extra = odd.n_fields.checked_sub(table.structure.width).filter(|&n| n > 0)?;
        let edit = repaired(table, record)?;
        let title = format!("Quote the {} fields that an unquoted delimiter broke apart", extra + 1);
        Some(one_edit(title, META.class, edit))
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    let edit = table.with_record(record, |block, r| {
        let raw = r.span().of(block.text);
        let repair = table.repairer().aligned(raw, Allowed { join: true, pad: false, drop: false })?;
        repair.edit(raw, block.before.bytes + r.span().start, block.dialect)
    });
    edit.flatten()
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn the_pair_is_chosen_by_what_the_columns_hold() {
        let text = "id,name,price\n1,Bolt,1.50\n2,Nut,0.75\n3,Screw, flat,2.25\n4,Pin,3.10\n5,Cap,1.15\n";
        let after = text.replace("Screw, flat", "\"Screw, flat\"");
        assert_eq!(Sample::new(text).after("quote-overflow", Target::Record(2)), Some(after));
    }
}
