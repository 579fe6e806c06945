//! `truncate-record`

use aurora_text::{Span, TextEdit};

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Cuts off what stands after the last column.
    ///
    /// # What it does
    /// Removes the extra fields of a record with their delimiters. Their values are lost.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace,New York,check
    /// 3,Linus,Portland
    /// ```
    /// becomes
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace,New York
    /// 3,Linus,Portland
    /// ```
    ///
    /// # When not to use it
    /// When an unquoted delimiter made the fields too many: join them instead.
    pub struct TruncateRecord;
}

static META: TransformMeta = TransformMeta {
    code: "truncate-record",
    number: 1008,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: TruncateRecord::DOCS,
};

impl Transform for TruncateRecord {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        let extra =
            table.odd_record(record)?.n_fields.checked_sub(table.structure.width).filter(|&n| n > 0)?;
        let edit = repaired(table, record)?;
        let title = format!("Cut off {extra} extra field{}", if extra == 1 { "" } else { "s" });
        Some(one_edit(title, META.class, edit))
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    let edit = table.with_record(record, |block, r| {
        let last = r.fields.get(table.structure.width.checked_sub(1)?)?;
        let rest = Span::new(last.span().end, r.span().end);
        (!rest.is_empty()).then(|| TextEdit::new(rest.shift(block.before.bytes), ""))
    });
    edit.flatten()
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn what_stands_after_the_last_column_goes() {
        let sample = Sample::new("a,b\n1,2\n3,4,\"x,y\",z\n5,6\n");
        assert_eq!(
            sample.after("truncate-record", Target::Record(1)).as_deref(),
            Some("a,b\n1,2\n3,4\n5,6\n")
        );
        assert_eq!(sample.after("truncate-record", Target::Record(0)), None);
    }
}
