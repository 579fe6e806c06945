//! `quote-overflow`

use aurora_table::writer;
use aurora_text::{Span, TextEdit};

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Joins the fields that an unquoted delimiter broke apart, and quotes the result.
    ///
    /// # What it does
    /// Chooses the neighbours whose joining makes every field fit the kind of its column, and writes them
    /// as one quoted field.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Hopper, Grace,New York
    /// 3,Linus,Portland
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

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let Target::Record(record) = target else { return None };
        let odd = table.odd_record(record)?;
        let extra = odd.n_fields.checked_sub(table.structure.width).filter(|&n| n > 0)?;
        Some(Proposal {
            title: format!("Quote the {} fields that an unquoted delimiter broke apart", extra + 1),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        let Target::Record(wanted) = target else { return Vec::new() };
        let width = table.structure.width;
        let edit = table.with_record(wanted, |block, r| {
            let extra = r.fields.len().checked_sub(width).filter(|&n| n > 0)?;
            // Of the columns before and after the joined field, how many hold what they hold elsewhere: counted
            // from both ends, so that a record of many fields costs no more than one pass.
            let fits_at = |column: usize, idx: usize| {
                let own =
                    aurora_profile::value_kind::classify(&r.fields[idx].value(block.text, block.dialect));
                table.columns.get(column).is_some_and(|c| c.profile.kind() == own)
            };
            let mut before = vec![0; width + 1];
            let mut after = vec![0; width + 1];
            for column in 0..width {
                before[column + 1] = before[column] + usize::from(fits_at(column, column));
            }
            for column in (0..width).rev() {
                after[column] = after[column + 1] + usize::from(fits_at(column, column + extra));
            }
            let is_glued = |idx: usize| !r.fields[idx].raw(block.text).starts_with(' ');
            let mut glued = vec![0; r.fields.len() + 1];
            for idx in 0..r.fields.len() {
                glued[idx + 1] = glued[idx] + usize::from(is_glued(idx));
            }
            let fits = |first: usize| {
                let after_blank = glued[first + extra + 1] == glued[first + 1];
                2 * (before[first] + after[first + 1]) + usize::from(after_blank)
            };
            let first = (0..width).max_by_key(|&first| (fits(first), std::cmp::Reverse(first)))?;
            let span = Span::new(r.fields[first].span().start, r.fields[first + extra].span().end);
            let joined = writer::quoted(span.of(block.text), block.dialect);
            Some(TextEdit::new(span.shift(block.before.bytes), joined))
        });
        edit.flatten().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::on_text::fixed;

    #[test]
    fn the_part_after_a_blank_belongs_to_the_field_before() {
        let text = "id,name,city\n1,Ada,London\n2,Hopper, Grace,New York\n3,Linus,Portland\n";
        let after = "id,name,city\n1,Ada,London\n2,\"Hopper, Grace\",New York\n3,Linus,Portland\n";
        assert_eq!(fixed(text, "quote-overflow"), after);
    }
}
