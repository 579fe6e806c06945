//! `join-broken-records`

use aurora_text::TextEdit;

use crate::fit::one_edit;
use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Makes one record of two neighbours that a line end broke apart.
    ///
    /// # What it does
    /// Quotes the field that the line end stands in, where the record and the next one add up to the table's
    /// width and the values fit their columns better than padding both would.
    ///
    /// # Example
    /// ```csv
    /// id,place,n,code
    /// 1,Ada House,3,AB-1
    /// 2,Grace Hall,4,CD-2
    /// 3,Linus
    /// Court,2,EF-3
    /// 4,Barbara Lane,5,GH-4
    /// 5,Edsger Street,3,IJ-5
    /// 6,Donald Road,4,KL-6
    /// ```
    /// becomes
    /// ```csv
    /// id,place,n,code
    /// 1,Ada House,3,AB-1
    /// 2,Grace Hall,4,CD-2
    /// 3,"Linus
    /// Court",2,EF-3
    /// 4,Barbara Lane,5,GH-4
    /// 5,Edsger Street,3,IJ-5
    /// 6,Donald Road,4,KL-6
    /// ```
    ///
    /// # When not to use it
    /// When both records lost their ends.
    pub struct JoinBrokenRecords;
}

static META: TransformMeta = TransformMeta {
    code: "join-broken-records",
    number: 1009,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: JoinBrokenRecords::DOCS,
};

impl Transform for JoinBrokenRecords {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let Target::Record(record) = target else { return None };
        table.odd_record(record)?;
        let edit = repaired(table, record)?;
        let title = "Join the two records that a line end broke apart".to_owned();
        Some(one_edit(title, META.class, edit))
    }
}

/// The edit that mends the record.
fn repaired(table: &TableView<'_>, record: u64) -> Option<TextEdit> {
    let width = table.structure.width;
    let n_fields =
        |record| table.odd_record(record).filter(|odd| odd.n_fields < width).map(|odd| odd.n_fields);
    let sum = n_fields(record)? + n_fields(record + 1)?;
    if sum != width && sum != width + 1 {
        return None;
    }
    let part = |record| {
        table.with_record(record, |block, r| {
            (r.span().shift(block.before.bytes), r.span().of(block.text).to_owned())
        })
    };
    let ((first, one), (second, two)) = (part(record)?, part(record + 1)?);
    let dialect = &table.detection.dialect;
    let line_end = dialect.terminator.as_str();
    let repair = table.repairer().better_joined(&[&one, &two], line_end)?;
    let raw = format!("{one}{line_end}{two}");
    let edit = repair.edit(&raw, first.start, dialect)?;
    // The bytes between the two records are as they stand only where they are that very line end.
    if first.end + line_end.len() == second.start {
        return Some(edit);
    }
    Some(TextEdit::new(first.cover(second), repair.rewritten(&raw, dialect)))
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn only_halves_that_add_up_are_joined() {
        let text = "id,place,n,code\n1,Ada House,3,AB-1\n2,Grace Hall,4,CD-2\n3,Linus\nCourt,2,EF-3\n\
                    4,Barbara Lane,5,GH-4\n5,Edsger Street,3,IJ-5\n6,Donald Road,4,KL-6\n7,x\n";
        let sample = Sample::new(text);
        let after = text.replace("Linus\nCourt", "\"Linus\nCourt\"");
        assert_eq!(sample.after("join-broken-records", Target::Record(2)), Some(after));
        assert_eq!(sample.after("join-broken-records", Target::Record(7)), None);
        assert_eq!(sample.find("missing-fields")[0].fixes[0].transform, "join-broken-records");
    }
}
