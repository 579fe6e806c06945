//! `merge-header-records`

use aurora_table::writer;
use aurora_text::{Span, TextEdit};

use crate::fit;
use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, header_names,
};

documented! {
    /// Joins the first record to the names above it.
    ///
    /// # What it does
    /// Appends each value of the first record to its column's name, with a blank between, and removes the record.
    ///
    /// # Example
    /// ```csv
    /// time,temp,press
    /// h,K,hPa
    /// 1,280,1000
    /// 2,281,1001
    /// ```
    /// ```csv
    /// time h,temp K,press hPa
    /// 1,280,1000
    /// 2,281,1001
    /// ```
    ///
    /// # When not to use it
    /// When the record holds data.
    pub struct MergeHeaderRecords;
}

static META: TransformMeta = TransformMeta {
    code: "merge-header-records",
    number: 1068,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: MergeHeaderRecords::DOCS,
};

impl Transform for MergeHeaderRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::Record(0) {
            return None;
        }
        let dialect = &table.detection.dialect;
        let (values, span) = table.with_record(0, |block, r| {
            let values = r.fields.iter().map(|f| f.value(block.text, block.dialect).trim().to_owned());
            let span = Span::new(r.bounds.start as usize, r.bounds.end as usize);
            (values.collect::<Vec<_>>(), span.shift(block.before.bytes))
        })?;
        let columns = header_names::written(table);
        if columns.is_empty()
            || values.iter().all(|value| aurora_profile::value_kind::number(value).is_some())
        {
            return None;
        }
        let joined = columns.iter().filter_map(|column| {
            let value = values.get(column.idx).filter(|value| !value.is_empty())?;
            let name = format!("{} {value}", column.header.name).trim().to_owned();
            Some(TextEdit::new(column.header.span, writer::quote_if_needed(&name, dialect)))
        });
        let edits = joined.chain([TextEdit::new(span, "")]).collect();
        let proposal = fit::proposal("Join this record to the header".to_owned(), META.class, Vec::new());
        Some(Fitted { proposal, change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn only_the_first_record_can_be_joined() {
        let sample = Sample::new("a,b\nm,s\n1,2\n");
        assert_eq!(sample.after("merge-header-records", Target::Record(1)), None);
    }
}
