//! `missing-fields`

use aurora_text::Span;

use crate::table_view::OddRecord;
use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

documented! {
    /// A record with fewer fields than the table is wide.
    ///
    /// # What it finds
    /// Records that end before their last columns. The yardstick is the width of most records, never the
    /// first one's.
    ///
    /// # Why it matters
    /// Readers refuse the file, or fill the columns with nothing, or shift values under the wrong header.
    ///
    /// # Example
    /// ```csv
    /// id,name,city
    /// 1,Ada,London
    /// 2,Grace
    /// 3,Linus,Portland
    /// ```
    ///
    /// # When it is wrong
    /// Files that mean to leave out trailing empty fields.
    pub struct MissingFields;
}

static META: CheckMeta = CheckMeta {
    code: "missing-fields",
    number: 1,
    kind: FindingKind::Structure,
    severity: Severity::Error,
    confidence: 0.0,
    transforms: &["join-broken-records", "pad-record", "repair-record"],
    docs: MissingFields::DOCS,
};

impl Check for MissingFields {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Record(look)
    }
}

fn look(table: &TableView<'_>, odd: &OddRecord, out: &mut Vec<Finding>) {
    let width = table.structure.width;
    if !odd.oddities.is_empty() || odd.n_fields >= width {
        return;
    }
    let place = Place {
        span: Span::empty(odd.span.end),
        record: odd.record,
        field: Some(odd.n_fields),
        confidence: 1.0,
    };
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!("{} of {width} fields", odd.n_fields),
        place,
        related: Vec::new(),
        n_places: 1,
        confidence: 1.0,
        fixes: odd.record.map_or_else(Vec::new, |record| fixes(table, record)),
    });
}

/// Joining with the next record, or the one before, where both add up; else padding, and where that is not the reading
/// that fits best, that reading.
fn fixes(table: &TableView<'_>, record: u64) -> Vec<Fix> {
    let short = |record| table.odd_record(record).is_some_and(|odd| odd.n_fields < table.structure.width);
    let fix = |transform, record| Fix { transform, target: Target::Record(record), preferred: true };
    let halves =
        [Some(record).filter(|_| short(record + 1)), record.checked_sub(1).filter(|&one| short(one))];
    let joined = halves.into_iter().flatten().map(|first| fix("join-broken-records", first));
    joined.chain([fix("pad-record", record), fix("repair-record", record)]).collect()
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_place_is_the_end_of_the_record() {
        let found = Sample::new("a,b,c\n1,2,3\n4,5\n6,7,8\n").find("missing-fields");
        assert_eq!((found.len(), found[0].place.span.start, found[0].place.record), (1, 15, Some(1)));
    }
}
