//! All that a check or transform may look at.

use std::ops::ControlFlow;
use std::sync::Arc;

use aurora_profile::{ColumnProfile, RoleGuess};
use aurora_table::{Detection, Oddity, OddityKind, Repairer, Shape, TableSource};
use aurora_text::{EncodingGuess, Fault, Span};

use crate::{Before, Settings};

/// What is known of the file beside its text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FileFacts {
    /// Encoding of the bytes on disk; `None` for text that was never on disk.
    pub encoding: Option<EncodingGuess>,
    /// Bytes that the encoding could not hold.
    pub faults: Vec<Fault>,
    /// How many such faults there are in all.
    pub n_faults: usize,
    /// Extension in lower case, without the dot.
    pub extension: Option<String>,
    /// What the bytes on disk are when they are no text, to be put after "is" (see [`aurora_text::binary::what`]).
    pub binary: Option<&'static str>,
    /// Whether the text at hand is not what the bytes on disk mean: the editor decoded them otherwise.
    pub misread: bool,
    /// The file in an earlier version, where there is one and it was read.
    pub before: Option<Arc<Before>>,
}

impl FileFacts {
    /// What the bytes on disk say of a document that an editor holds as `text`. When they decode to another
    /// text in every way that an editor may have read them, the document has unsaved changes, and nothing is
    /// said of its encoding.
    pub fn of_document(bytes: &[u8], text: &str, extension: Option<String>) -> Self {
        use aurora_text::encoding::{decode, detect};
        let unreadable = || text.contains('\u{FFFD}') || aurora_text::binary::what(text.as_bytes()).is_some();
        if let Some(what) = aurora_text::binary::what(bytes).filter(|_| unreadable()) {
            return Self { binary: Some(what), extension, ..Self::default() };
        }
        let guess = detect(bytes);
        let decoded = decode(bytes, guess.label);
        let text = text.trim_start_matches('\u{FEFF}');
        if decoded.text == text {
            let (faults, n_faults) = (decoded.faults, decoded.n_faults);
            return Self { encoding: Some(guess), faults, n_faults, extension, ..Self::default() };
        }
        let defaults = ["utf-8", "windows-1252"].into_iter().filter(|label| *label != guess.label);
        let misread = defaults.into_iter().any(|label| decode(bytes, label).text == text);
        Self { encoding: misread.then_some(guess), extension, misread, ..Self::default() }
    }
}

/// One name of the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderField {
    /// Unquoted, as written.
    pub name: String,
    /// Absolute span of the header field; empty at the header's end for columns without one.
    pub span: Span,
}

/// A record that is not like the others, or an oddity, with absolute spans.
#[derive(Clone, PartialEq, Debug)]
pub struct OddRecord {
    /// Data record, from 0; `None` in the header.
    pub record: Option<u64>,
    /// The whole record without its terminator.
    pub span: Span,
    /// How many fields it has.
    pub n_fields: usize,
    /// Its oddities; spans are absolute.
    pub oddities: Vec<Oddity>,
}

impl OddRecord {
    /// The one oddity that is the cause of all others in the record: an unclosed quote before text after a
    /// quote before a stray quote, then the first in the text.
    pub fn root(&self) -> Option<&Oddity> {
        self.oddities.iter().min_by_key(|oddity| {
            let rank = match oddity.kind {
                OddityKind::UnclosedQuote => 0,
                OddityKind::TextAfterQuote => 1,
                OddityKind::StrayQuote => 2,
            };
            (rank, oddity.span)
        })
    }

    /// The oddity of `kind` to report here, with the further ones of the same kind: `None` when another kind
    /// is the cause.
    pub fn root_of(&self, kind: OddityKind) -> Option<(&Oddity, impl Iterator<Item = &Oddity>)> {
        let root = self.root().filter(|root| root.kind == kind)?;
        let others = self.oddities.iter().filter(move |o| o.kind == kind && o.span != root.span);
        Some((root, others))
    }
}

/// What the parser saw.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Structure {
    /// Data records.
    pub n_records: u64,
    /// Fields of a normal record.
    pub width: usize,
    /// Ragged or oddly written records, in the order of the text, up to a bound.
    pub odd: Vec<OddRecord>,
    /// How many such records there are in all.
    pub n_odd: u64,
    /// Records without a field among the data: blank lines and comments.
    pub n_blank: u64,
    /// What a good record looks like, learned once from the head of the table.
    pub shape: Arc<Shape>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct ColumnView<'a> {
    /// From 0.
    pub idx: usize,
    /// Its name.
    pub header: &'a HeaderField,
    /// What it holds.
    pub profile: &'a ColumnProfile,
    /// What it is for.
    pub role: &'a RoleGuess,
}

impl ColumnView<'_> {
    /// What a person calls it: `"name"` in quotes, `column 3` where it has none.
    pub fn called(&self) -> String {
        match self.header.name.trim() {
            "" => format!("column {}", self.idx + 1),
            name => format!("\"{name}\""),
        }
    }
}

/// A table with all that is known of it.
pub struct TableView<'a> {
    /// The file.
    pub file: &'a FileFacts,
    /// Dialect and layout.
    pub detection: &'a Detection,
    /// Records as written.
    pub structure: &'a Structure,
    /// Columns, `structure.width` of them.
    pub columns: &'a [ColumnView<'a>],
    /// The data records themselves. Reading them costs a pass over the blocks asked for: a check reads only
    /// the records whose places it shows, a transform what it changes.
    pub source: &'a dyn TableSource,
    /// Thresholds.
    pub settings: &'a Settings,
}

impl<'a> TableView<'a> {
    /// The column with this index; also when the view shows only some columns.
    pub fn column(&self, idx: usize) -> Option<&'a ColumnView<'a>> {
        let by_place = self.columns.get(idx).filter(|column| column.idx == idx);
        by_place.or_else(|| self.columns.iter().find(|column| column.idx == idx))
    }
}

impl TableView<'_> {
    /// Whether the profiles know every field of the data with all its traits: what none of them shows is nowhere,
    /// and need not be looked for record by record.
    pub fn is_all_profiled(&self) -> bool {
        let structure = self.structure;
        let profiled =
            |column: &ColumnView<'_>| column.profile.n == structure.n_records && !column.profile.is_coarse;
        structure.n_blank == 0
            && structure.n_odd == structure.odd.len() as u64
            && structure.odd.iter().all(|odd| odd.n_fields <= structure.width)
            && self.columns.len() == structure.width
            && self.columns.iter().all(profiled)
    }

    /// Repairs records of this table.
    pub fn repairer(&self) -> Repairer<'_> {
        Repairer::new(&self.detection.dialect, &self.structure.shape)
    }

    /// Hands `read` the data record `wanted` with the block it stands in; `None` when there is none.
    pub fn with_record<T>(
        &self,
        wanted: u64,
        read: impl FnOnce(&aurora_table::BlockView<'_>, aurora_table::RecordRef<'_>) -> T,
    ) -> Option<T> {
        let mut read = Some(read);
        let mut answer = None;
        self.source.visit(wanted..wanted + 1, &mut |block| {
            let nth = wanted.checked_sub(block.before.records).and_then(|n| usize::try_from(n).ok());
            let record = nth.and_then(|n| block.records.iter().filter(|r| !r.is_blank()).nth(n));
            match (record, read.take()) {
                (Some(record), Some(read)) => {
                    answer = Some(read(block, record));
                    std::ops::ControlFlow::Break(())
                }
                (_, rest) => {
                    read = rest;
                    std::ops::ControlFlow::Continue(())
                }
            }
        });
        answer
    }

    /// What was odd about the data record `wanted`.
    pub fn odd_record(&self, wanted: u64) -> Option<&OddRecord> {
        let odd = &self.structure.odd;
        let first = odd.partition_point(|o| o.record.is_none_or(|record| record < wanted));
        odd.get(first).filter(|o| o.record == Some(wanted))
    }

    /// Whether the data record `record`, of `n_fields`, is ragged or oddly quoted: which of its values belongs to which
    /// column, and where it begins and ends, is not settled before it is mended.
    pub fn is_broken(&self, record: u64, n_fields: usize) -> bool {
        n_fields != self.structure.width || self.odd_record(record).is_some()
    }

    /// Absolute spans of the given data records' fields in column `column`, in the order of `records`
    /// (sorted). For a record too short to have the field: the empty span at its end.
    pub fn field_spans(&self, column: usize, records: &[u64]) -> Vec<(u64, Span)> {
        let mut found = Vec::with_capacity(records.len());
        let mut wanted = records.iter().copied().peekable();
        self.source.visit_holding(records, &mut |block| {
            let mut record = block.before.records;
            for r in block.records.iter().filter(|r| !r.is_blank()) {
                match wanted.peek() {
                    None => return ControlFlow::Break(()),
                    Some(&next) if next == record => {
                        wanted.next();
                        let span = r.fields.get(column).map_or(Span::empty(r.span().end), |f| f.span());
                        found.push((record, span.shift(block.before.bytes)));
                    }
                    Some(_) => {}
                }
                record += 1;
            }
            ControlFlow::Continue(())
        });
        found
    }

    /// Shows the value of every data record's field in `column`, in order; `None` where the record has no such
    /// field. A pass over the whole table.
    pub fn each_value(&self, column: usize, mut see: impl FnMut(u64, Option<&str>)) {
        self.source.visit(0..u64::MAX, &mut |block| {
            let mut record = block.before.records;
            for r in block.records.iter().filter(|r| !r.is_blank()) {
                let value = r.fields.get(column).map(|f| f.value(block.text, block.dialect));
                see(record, value.as_deref());
                record += 1;
            }
            ControlFlow::Continue(())
        });
    }

    /// The finite numbers of `column` in order. A pass over the whole table.
    pub fn numbers(&self, column: usize) -> Vec<f64> {
        let mut numbers = Vec::new();
        self.each_value(column, |_, value| {
            numbers.extend(value.and_then(aurora_profile::value_kind::number))
        });
        numbers.retain(|x: &f64| x.is_finite());
        numbers
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::checks;
    use crate::sample::Sample;

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[0-9]{1,3}",
            3 => "[a-z]{1,4}",
            2 => Just(String::new()),
            1 => prop::sample::select(vec![
                "id", "name", "Ã©t", "é", "a\u{1}b", "\u{202e}x", "\u{feff}1", "Ã¼Ã¶", "éé", "\"x\ny\"", "\"a\"\u{1}", " ", "NA", "\u{b}", "\u{c} ",
            ]).prop_map(str::to_owned),
            1 => prop_oneof![Just(" ".repeat(6_000)), Just("x".repeat(6_000)), Just("\"".repeat(6_000))],
        ]
    }

    proptest! {
        #[test]
        fn what_no_profile_shows_is_found_nowhere(
            records in prop::collection::vec(prop::collection::vec(cell(), 1..4), 3..12),
            header in prop::sample::select(vec!["id,name,x\n", "id,name\n", "a,b\n"]),
        ) {
            let lines: Vec<String> = records.iter().map(|record| record.join(",")).collect();
            let sample = Sample::new(&format!("{header}{}\n", lines.join("\n")));
            sample.with(|table| {
                // Of coarse profiles nothing is concluded: every record is looked at.
                let coarse: Vec<_> = table
                    .columns
                    .iter()
                    .map(|column| ColumnProfile { is_coarse: true, ..column.profile.clone() })
                    .collect();
                let columns: Vec<_> =
                    table.columns.iter().zip(&coarse).map(|(c, profile)| ColumnView { profile, ..c.clone() }).collect();
                let unsure = TableView { columns: &columns, ..*table };
                for code in ["control-character", "overlong-field", "repeated-header", "several-tables", "mojibake", "byte-order-mark", "mixed-line-endings", "shifted-record"] {
                    let check = checks::find(code).expect("the check is in the catalogue");
                    let (quick, thorough) = (checks::run_alone(check, table), checks::run_alone(check, &unsure));
                    prop_assert_eq!(&quick, &thorough, "{}", code);
                }
                Ok(())
            })?;
        }
    }
}
