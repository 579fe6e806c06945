//! `pad-record`

use std::ops::ControlFlow;

use aurora_text::{Span, TextEdit};

use crate::{FixClass, Proposal, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Appends the empty fields that a short record lacks.
    ///
    /// # What it does
    /// Writes as many delimiters at the end of the record as fields are missing, unless the columns suggest that something
    /// else is wrong: a delimiter lost inside the record, or a field missing in its middle.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace
    /// ```
    ///
    /// # When not to use it
    /// When the missing field is not the last one: the values would stay under the wrong header.
    pub struct PadRecord;
}

static META: TransformMeta = TransformMeta {
    code: "pad-record",
    number: 1001,
    class: FixClass::Safe,
    idempotent: true,
    docs: PadRecord::DOCS,
};

impl Transform for PadRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn propose(&self, table: &TableView<'_>, target: Target) -> Option<Proposal> {
        let Target::Record(record) = target else { return None };
        let odd = table.structure.odd.iter().find(|odd| odd.record == Some(record))?;
        let missing = table.structure.width.checked_sub(odd.n_fields).filter(|&n| n > 0)?;
        if !is_likeliest(table, record) {
            return None;
        }
        Some(Proposal {
            title: format!("Add {missing} empty field{}", if missing == 1 { "" } else { "s" }),
            class: META.class,
            parameters: Vec::new(),
        })
    }

    fn edits(&self, table: &TableView<'_>, target: Target) -> Vec<TextEdit> {
        let Target::Record(wanted) = target else { return Vec::new() };
        let mut edits = Vec::new();
        table.source.visit(wanted..wanted + 1, &mut |block| {
            let mut record = block.before.records;
            for r in block.records.iter().filter(|r| !r.is_blank()) {
                if record == wanted {
                    let missing = table.structure.width.saturating_sub(r.fields.len());
                    let at = Span::empty(block.before.bytes + r.span().end);
                    edits.push(TextEdit::new(at, block.dialect.delimiter.as_str().repeat(missing)));
                    return ControlFlow::Break(());
                }
                record += 1;
            }
            ControlFlow::Continue(())
        });
        edits
    }
}

/// Whether the fields that are missing are the last ones by what the columns hold: behind padding, a lost delimiter or a
/// field missing in the middle could not be found any more.
fn is_likeliest(table: &TableView<'_>, record: u64) -> bool {
    let likeliest = table.with_record(record, |block, r| {
        let Some(best) = table.repairer().best(r.span().of(block.text)) else { return true };
        let values: Vec<_> = r.fields.iter().map(|field| field.value(block.text, block.dialect)).collect();
        best.values().enumerate().all(|(at, value)| value == values.get(at).map_or("", AsRef::as_ref))
    });
    likeliest.unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn as_many_delimiters_as_fields_are_missing() {
        let sample = Sample::new("a;b;c\n1;2;3\n4\n6;7;8\n");
        assert_eq!(
            sample.after("pad-record", Target::Record(1)).as_deref(),
            Some("a;b;c\n1;2;3\n4;;\n6;7;8\n")
        );
        assert_eq!(sample.after("pad-record", Target::Record(0)), None);
    }
}
