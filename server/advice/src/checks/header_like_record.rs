//! `header-like-record`

use std::ops::ControlFlow;

use aurora_profile::value_kind::{self, ValueKind};
use aurora_text::Span;

use crate::finding::fixes;
use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Place, Severity, TableView, Target, documented,
};

documented! {
    /// A second header or a line of units at the top of the records.
    ///
    /// # What it finds
    /// One of the first three records, when it holds texts in at least two columns of numbers and dates, and in at least half of them.
    ///
    /// # Why it matters
    /// One such record turns all these columns into texts.
    ///
    /// # Example
    /// ```csv
    /// time,temp,press
    /// h,K,hPa
    /// 1,280,1000
    /// 2,281,1001
    /// 3,282,1002
    /// 4,283,1003
    /// 5,284,1004
    /// ```
    ///
    /// # When it is wrong
    /// When the record holds words for missing values.
    pub struct HeaderLikeRecord;
}

static META: CheckMeta = CheckMeta {
    code: "header-like-record",
    number: 68,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["merge-header-records", "remove-record"],
    docs: HeaderLikeRecord::DOCS,
};

impl Check for HeaderLikeRecord {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Records at the top that are looked at.
const TOP: u64 = 3;
/// Records that a table needs for its columns to have kinds.
const ENOUGH: u64 = 5;

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let n = table.structure.n_records;
    if table.detection.layout.header_records == 0 || n < ENOUGH {
        return;
    }
    // Up to three such records leave the kind of a column to the rest.
    let is_value = |column: &crate::ColumnView<'_>| {
        let profile = column.profile;
        let n_text = profile.count(ValueKind::Text);
        profile.n_present() >= ENOUGH && n_text <= TOP && n_text * 2 < profile.n_present()
    };
    let columns: Vec<usize> = table.columns.iter().filter(|c| is_value(c)).map(|c| c.idx).collect();
    if columns.len() < 2 {
        return;
    }
    let mut records = Vec::new();
    table.source.visit(0..TOP, &mut |block| {
        let mut number = block.before.records;
        for record in block.records.iter().filter(|record| !record.is_blank()) {
            if number >= TOP {
                return ControlFlow::Break(());
            }
            let kind = |idx: usize| {
                record.fields.get(idx).map(|f| value_kind::classify(&f.value(block.text, block.dialect)))
            };
            let broken = columns.iter().filter(|&&idx| kind(idx) == Some(ValueKind::Text)).count();
            if broken >= 2 && broken * 2 >= columns.len() {
                records.push((number, record.span().shift(block.before.bytes)));
            }
            number += 1;
        }
        ControlFlow::Continue(())
    });
    out.extend(finding(table, &records, "a record of texts above columns of numbers and dates".to_owned()));
}

/// A finding on these data records, with the fixes for the first.
fn finding(table: &TableView<'_>, records: &[(u64, Span)], message: String) -> Option<Finding> {
    let place =
        |&(record, span): &(u64, Span)| Place { span, record: Some(record), field: None, confidence: 1.0 };
    let (first, others) = records.split_first()?;
    Some(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message,
        place: place(first),
        related: others.iter().take(5).map(place).collect(),
        n_places: records.len() as u64,
        confidence: 1.0,
        fixes: fixes(&META, table, Target::Record(first.0)),
    })
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn a_record_of_numbers_and_a_table_of_texts_are_calm() {
        assert!(!Sample::new("a,b\n1,2\n3,4\n5,6\n7,8\n9,1\n").has("header-like-record"));
        assert!(!Sample::new("a,b\nx,y\nz,u\nv,w\nq,r\ns,t\n").has("header-like-record"));
    }
}
