//! Blank space around fields: put there so that columns stand under each other, or taken away again.
//!
//! Fields keep their values but for outer blanks. A quoted field cannot be padded, for what follows its closing quote
//! is a fault; the field after it makes up for that. Both styles are idempotent: blanks are taken away before they
//! are put.

use std::ops::ControlFlow;

use aurora_text::{Span, TextEdit};

use crate::{Dialect, Escape, TableSource};

/// How a table is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// Columns stand under each other, numbers to the right.
    Aligned,
    /// No blank that is not part of a value.
    Compact,
}

/// Fields wider than this do not widen their column.
const MAX_WIDTH: usize = 80;

/// A field as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Where, absolute.
    pub span: Span,
    /// Its text, quotes included.
    pub text: &'a str,
}

/// The edits that lay out the records within `within` (and `header`, where it lies within) as `layout` says. Records
/// that are `broken`, by their number and how many fields they have, stay: a blank in them may belong to a value.
pub fn edits(
    header: &[Written<'_>],
    source: &dyn TableSource,
    dialect: &Dialect,
    layout: Layout,
    within: Span,
    broken: &dyn Fn(u64, usize) -> bool,
) -> Vec<TextEdit> {
    let delimiter = dialect.delimiter.as_str();
    if delimiter.is_empty() || delimiter.starts_with(' ') {
        return Vec::new();
    }
    let mut columns: Vec<Column> = Vec::new();
    if layout == Layout::Aligned {
        each(header, source, within, broken, &mut |is_header, record| {
            measure(&mut columns, dialect, is_header, record)
        });
    }
    let mut edits = Vec::new();
    each(header, source, within, broken, &mut |_, record| match layout {
        Layout::Compact => compact(dialect, record, &mut edits),
        Layout::Aligned => align(dialect, &columns, record, &mut edits),
    });
    edits
}

/// Where blanks would have to stand for the columns within `within` to stand under each other, and how many: for
/// editors that show blanks which are not in the text. Quoted fields have them too.
pub fn gaps(
    header: &[Written<'_>],
    source: &dyn TableSource,
    dialect: &Dialect,
    within: Span,
) -> Vec<(usize, usize)> {
    let mut columns: Vec<Column> = Vec::new();
    let as_written = |field: &Written<'_>| width(field.text);
    let none = |_, _| false;
    each(header, source, within, &none, &mut |is_header, record| {
        measure(&mut columns, dialect, is_header, record);
    });
    // Blanks that are in the text count here.
    each(header, source, within, &none, &mut |_, record| {
        for (column, field) in columns.iter_mut().zip(record) {
            column.width = column.width.max(as_written(field).min(MAX_WIDTH));
        }
    });
    let mut gaps = Vec::new();
    each(header, source, within, &none, &mut |_, record| {
        for (idx, (column, field)) in columns.iter().zip(record).enumerate() {
            if field.text.contains(['\n', '\r']) {
                break;
            }
            let n = column.width.saturating_sub(as_written(field));
            let at = if column.is_numeric() { field.span.start } else { field.span.end };
            if n > 0 && (column.is_numeric() || idx + 1 < record.len()) {
                gaps.push((at, n));
            }
        }
    });
    gaps
}

/// What is known of a column's width.
#[derive(Clone, Copy, Default)]
struct Column {
    width: usize,
    n: usize,
    n_numbers: usize,
}

impl Column {
    fn is_numeric(&self) -> bool {
        self.n > 0 && self.n == self.n_numbers
    }
}

/// Shows every record that lies within and is not broken, the header first.
fn each(
    header: &[Written<'_>],
    source: &dyn TableSource,
    within: Span,
    broken: &dyn Fn(u64, usize) -> bool,
    see: &mut dyn FnMut(bool, &[Written<'_>]),
) {
    let touches = |start: usize, end: usize| start <= within.end && within.start <= end;
    if let (Some(first), Some(last)) = (header.first(), header.last())
        && touches(first.span.start, last.span.end)
    {
        see(true, header);
    }
    source.visit(0..u64::MAX, &mut |block| {
        let before = block.before.bytes;
        if before > within.end {
            return ControlFlow::Break(());
        }
        if before + block.text.len() < within.start {
            return ControlFlow::Continue(());
        }
        let mut fields = Vec::new();
        let records = block.records.iter().filter(|r| !r.is_blank());
        for (number, r) in (block.before.records..).zip(records) {
            let span = r.span().shift(before);
            if !touches(span.start, span.end) || broken(number, r.fields.len()) {
                continue;
            }
            fields.clear();
            fields.extend(
                r.fields.iter().map(|f| Written { span: f.span().shift(before), text: f.raw(block.text) }),
            );
            see(false, &fields);
        }
        ControlFlow::Continue(())
    });
}

/// The text of a record's field without outer blanks; as it is where blanks are not just blanks: in quotes, before
/// something that would become a quote or a comment, or as all that a record holds.
fn bare<'a>(dialect: &Dialect, record: &[Written<'a>], idx: usize) -> &'a str {
    let field = &record[idx];
    let quote = dialect.quote.map(char::from);
    let tab = dialect.delimiter.as_str() == "\t";
    let trimmed = field.text.trim_matches(|c| c == ' ' || (c == '\t' && !tab));
    let quoted = quote.is_some_and(|quote| trimmed.starts_with(quote));
    let escaped = dialect.escape == Escape::Backslash && trimmed.ends_with('\\');
    let comment = idx == 0 && dialect.comment.is_some_and(|c| trimmed.starts_with(char::from(c)));
    let blank = record.len() == 1 && trimmed.is_empty();
    if quoted || escaped || comment || blank { field.text } else { trimmed }
}

/// Whether blanks may stand beside the field.
fn can_pad(dialect: &Dialect, text: &str) -> bool {
    let quote = dialect.quote.map(char::from);
    !quote.is_some_and(|quote| text.trim_start().starts_with(quote)) && !text.contains(['\n', '\r'])
}

fn measure(columns: &mut Vec<Column>, dialect: &Dialect, is_header: bool, record: &[Written<'_>]) {
    columns.resize_with(columns.len().max(record.len()), Column::default);
    for (idx, column) in columns.iter_mut().enumerate().take(record.len()) {
        let text = bare(dialect, record, idx);
        let width = width(text);
        if width <= MAX_WIDTH {
            column.width = column.width.max(width);
        }
        if !is_header && !text.is_empty() {
            column.n += 1;
            let digits = text.bytes().any(|b| b.is_ascii_digit());
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.,eE_ ".contains(&b));
            column.n_numbers += usize::from(digits && plain);
        }
    }
}

fn compact(dialect: &Dialect, record: &[Written<'_>], edits: &mut Vec<TextEdit>) {
    for (idx, field) in record.iter().enumerate() {
        let text = bare(dialect, record, idx);
        if text.len() != field.text.len() {
            edits.push(TextEdit::new(field.span, text));
        }
    }
}

fn align(dialect: &Dialect, columns: &[Column], record: &[Written<'_>], edits: &mut Vec<TextEdit>) {
    let gap = width(dialect.delimiter.as_str());
    // Where the next character stands, and where the next column should begin.
    let (mut at, mut begin) = (0, 0);
    let mut aligned = true;
    for (idx, (field, column)) in record.iter().zip(columns).enumerate() {
        let text = bare(dialect, record, idx);
        let is_last = idx + 1 == record.len();
        let end = begin + column.width;
        let mut new = String::new();
        if aligned && can_pad(dialect, text) {
            let to_the_right = if column.is_numeric() { end.saturating_sub(width(text)) } else { begin };
            new.extend(std::iter::repeat_n(' ', to_the_right.max(begin).saturating_sub(at)));
            new.push_str(text);
            if !is_last {
                let so_far = at + width(&new);
                new.extend(std::iter::repeat_n(' ', end.saturating_sub(so_far)));
            }
        } else {
            new.push_str(text);
        }
        // After a line end inside a field nothing stands under anything.
        aligned &= !text.contains(['\n', '\r']);
        at += width(&new) + gap;
        begin = end + gap;
        if new != field.text {
            edits.push(TextEdit::new(field.span, new));
        }
    }
}

/// How many cells of a screen `text` takes.
fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Two for the wide letters of East Asia and for pictures, none for marks that stand on the letter before.
fn cells(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{303E}'
        | '\u{3041}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1F64F}'
        | '\u{1F900}'..='\u{1F9FF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::TextSource;
    use crate::{Counts, parse};

    /// `text` laid out; its first record is the header.
    fn laid_out(text: &str, layout: Layout, within: Option<Span>) -> String {
        let dialect = Dialect::default();
        let data = text.find('\n').map_or(text.len(), |at| at + 1);
        let head = parse(&text[..data], &dialect);
        let parsed = parse(&text[data..], &dialect);
        let header: Vec<_> = head
            .records
            .iter()
            .take(1)
            .flat_map(|record| record.fields.iter())
            .map(|field| Written { span: field.span(), text: field.raw(text) })
            .collect();
        let source = TextSource {
            text: &text[data..],
            records: &parsed.records,
            dialect: &dialect,
            before: Counts { bytes: data, ..Counts::default() },
        };
        let within = within.unwrap_or(Span::new(0, text.len()));
        let broken = |_, n_fields| n_fields != header.len();
        aurora_text::edit::apply(text, &edits(&header, &source, &dialect, layout, within, &broken))
    }

    #[test]
    fn columns_stand_under_each_other() {
        assert_eq!(
            laid_out("id,name,amount\n1,Ada,3.5\n12,\"B, C\",120\n3,東京,7\n", Layout::Aligned, None),
            "id,name  ,amount\n 1,Ada   ,   3.5\n12,\"B, C\",   120\n 3,東京  ,     7\n"
        );
    }

    #[test]
    fn the_field_after_a_quoted_one_makes_up_for_it() {
        assert_eq!(
            laid_out("a,name,c\n1,\"x\",z\n2,longer,z\n", Layout::Aligned, None),
            "a,name  ,c\n1,\"x\",   z\n2,longer,z\n"
        );
    }

    #[test]
    fn blanks_of_a_broken_record_stay() {
        let text = "id,name,n\n1, Nut ,1\n2,Bolt, large,7\n";
        let after = "id,name,n\n1,Nut,1\n2,Bolt, large,7\n";
        assert_eq!(laid_out(text, Layout::Compact, None), after);
        let after = "id,name,n\n 1,Nut ,1\n2,Bolt, large,7\n";
        assert_eq!(laid_out(text, Layout::Aligned, None), after);
    }

    #[test]
    fn compact_takes_the_blanks_away_again() {
        let text = "id,name,amount\n1,Ada,3.5\n12,\"B, C\",120\n3,Tokyo,7\n";
        assert_eq!(laid_out(&laid_out(text, Layout::Aligned, None), Layout::Compact, None), text);
        assert_eq!(laid_out("a,b\n x , \"y\"\n", Layout::Compact, None), "a,b\nx, \"y\"\n");
    }

    #[test]
    fn gaps_are_what_aligned_columns_lack() {
        let text = "1,\"x\",z\n22,longer,z\n";
        let dialect = Dialect::default();
        let parsed = parse(text, &dialect);
        let source =
            TextSource { text, records: &parsed.records, dialect: &dialect, before: Counts::default() };
        assert_eq!(gaps(&[], &source, &dialect, Span::new(0, text.len())), [(0, 1), (5, 3)]);
    }

    #[test]
    fn only_what_lies_within_is_laid_out() {
        assert_eq!(laid_out("a,b\n1 ,x\n2 ,y\n", Layout::Compact, Some(Span::new(5, 6))), "a,b\n1,x\n2 ,y\n");
    }

    proptest! {
        #[test]
        fn a_layout_is_idempotent_and_keeps_the_values(text in "(([a-c \"é東]{0,5},){0,3}[0-9 \"]{0,4}\n){1,6}", aligned: bool) {
            let layout = if aligned { Layout::Aligned } else { Layout::Compact };
            let text = format!("h,k\n{text}");
            let once = laid_out(&text, layout, None);
            prop_assert_eq!(laid_out(&once, layout, None), once.clone());
            let values = |text: &str| -> Vec<Vec<String>> {
                let dialect = Dialect::default();
                let parsed = parse(text, &dialect);
                let value = |f: &crate::Field| f.value(text, &dialect).trim().to_owned();
                parsed.records.iter().map(|r| r.fields.iter().map(value).collect()).collect()
            };
            prop_assert_eq!(values(&once), values(&text));
        }
    }
}
