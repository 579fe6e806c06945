//! `extra-fields`

use aurora_text::Span;

use crate::count::{count, with_number};
use crate::table_view::OddRecord;
use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

documented! {
    /// A record with more fields than the table is wide.
    ///
    /// # What it finds
    /// Records that go on after the last column, most often because a delimiter inside a value was not
    /// quoted. The yardstick is the width of most records, never the first one's.
    ///
    /// # Why it matters
    /// Readers refuse the file, cut the record off, or shift values under the wrong header.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Hopper, Grace,New York
    /// 3,Linus,Portland
    /// ```
    ///
    /// # When it is wrong
    /// Files whose records end with a list of any length.
    pub struct ExtraFields;
}

static META: CheckMeta = CheckMeta {
    code: "extra-fields",
    number: 2,
    kind: FindingKind::Structure,
    severity: Severity::Error,
    confidence: 0.0,
    transforms: &["drop-empty-extra-fields", "quote-overflow", "repair-record", "truncate-record"],
    docs: ExtraFields::DOCS,
};

impl Check for ExtraFields {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    let width = table.structure.width;
    if !odd.oddities.is_empty() || odd.n_fields <= width {
        return;
    }
    let first_extra = odd.record.and_then(|record| {
        table.with_record(record, |block, r| {
            r.fields.get(width).map(|field| field.span().start + block.before.bytes)
        })
    });
    let span = match first_extra.flatten() {
        Some(start) => Span::new(start, odd.span.end),
        None => odd.span,
    };
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!(
            "{}, {width} {} normal here",
            count(odd.n_fields as u64, "field"),
            with_number(width as u64, "is", "are")
        ),
        place: Place { span, record: odd.record, field: Some(width), confidence: 1.0 },
        related: Vec::new(),
        n_places: 1,
        confidence: 1.0,
        fixes: odd.record.map_or_else(Vec::new, |record| {
            let fix = |transform, preferred| Fix { transform, target: Target::Record(record), preferred };
            vec![
                fix("drop-empty-extra-fields", true),
                fix("quote-overflow", true),
                fix("repair-record", false),
                fix("truncate-record", false),
            ]
        }),
    });
}

#[cfg(test)]
mod tests {
    use crate::on_text::found;

    #[test]
    fn the_place_is_from_the_first_extra_field_to_the_end() {
        let text = "id,name,city\n1,Ada,London\n2,Hopper, Grace,New York,x\n3,Linus,Portland\n";
        assert_eq!(found(text), [("extra-fields", "New York,x")]);
    }
}
