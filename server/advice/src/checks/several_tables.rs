//! `several-tables`

use std::ops::ControlFlow;

use aurora_text::Span;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Place, Severity, TableView, documented};

documented! {
    /// Several tables in one file, one below the other.
    ///
    /// # What it finds
    /// Blocks of at least three records with blank records between them and different numbers of fields in use. A
    /// narrow first block is a preamble instead. Records of the further tables are not reported as too short or
    /// too long.
    ///
    /// # Why it matters
    /// Every program reads the second table under the names of the first.
    ///
    /// # Example
    /// ```csv
    /// shop,month,amount
    /// a,Jan,12
    /// b,Jan,19
    /// a,Feb,11
    /// b,Feb,24
    ///
    /// shop,city
    /// a,Rome
    /// b,Oslo
    /// c,Bern
    /// ```
    ///
    /// # When it is wrong
    /// Groups of records, parted by blank ones, in which the last columns are never filled.
    pub struct SeveralTables;
}

static META: CheckMeta = CheckMeta {
    code: "several-tables",
    number: 73,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &[],
    docs: SeveralTables::DOCS,
};

impl Check for SeveralTables {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Records that a block needs to be a table.
const MIN_RECORDS: u64 = 3;
/// Blocks looked at; a file of more is a list with gaps.
const MAX_BLOCKS: usize = 200;
/// Further places of the finding.
const MAX_PLACES: usize = 5;

/// Records between two blank ones.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// The first record.
    span: Span,
    record: u64,
    n: u64,
    /// The most fields in use, and how many records use as many.
    width: usize,
    n_wide: u64,
}

impl Block {
    fn add(&mut self, width: usize) {
        self.n += 1;
        if width > self.width {
            (self.width, self.n_wide) = (width, 0);
        }
        self.n_wide += u64::from(width == self.width);
    }

    /// Whether it is a table of its own: enough records, nearly all of its width.
    fn is_table(&self) -> bool {
        self.n >= MIN_RECORDS && self.n_wide * 5 >= self.n * 4
    }
}

fn blocks(table: &TableView<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    table.source.visit(0..u64::MAX, &mut |part| {
        let mut record = part.before.records;
        for r in part.records.iter() {
            let used = |field: &aurora_table::Field| !field.value(part.text, part.dialect).trim().is_empty();
            let width = r.fields.iter().rposition(used).map_or(0, |last| last + 1);
            if width == 0 {
                open = false;
            } else if let Some(block) = blocks.last_mut().filter(|_| open) {
                block.add(width);
            } else {
                open = true;
                let span = r.span().shift(part.before.bytes);
                blocks.push(Block { span, record, n: 1, width, n_wide: 1 });
            }
            record += u64::from(!r.is_blank());
        }
        if blocks.len() > MAX_BLOCKS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    blocks
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let layout = &table.detection.layout;
    if let Some(end) = layout.table_end.filter(|_| layout.n_further > 0) {
        // The layout leaves it out, so that the columns are those of the first table.
        let place = Place { span: Span::empty(end), record: None, field: None, confidence: 1.0 };
        let message = format!(
            "a second table of {} records begins here; only the first is looked at",
            layout.n_further
        );
        out.push(finding(message, vec![place]));
        return;
    }
    // Nothing parts them where a column is filled throughout.
    if table.is_all_profiled()
        && table.columns.iter().any(|column| column.profile.n_present() == column.profile.n)
    {
        return;
    }
    let blocks = blocks(table);
    if !(2..=MAX_BLOCKS).contains(&blocks.len()) {
        return;
    }
    let mut tables: Vec<Block> = blocks.into_iter().filter(Block::is_table).collect();
    // A narrow first block is a preamble.
    if tables.len() > 1 && tables[0].width < tables[1].width {
        tables.remove(0);
    }
    tables.dedup_by_key(|block| block.width);
    let Some((_, others)) = tables.split_first().filter(|(_, others)| !others.is_empty()) else { return };
    let place =
        |block: &Block| Place { span: block.span, record: Some(block.record), field: None, confidence: 1.0 };
    let list: Vec<_> =
        tables.iter().take(4).map(|block| format!("{} records of {} fields", block.n, block.width)).collect();
    let message = format!(
        "{} tables in one file, parted by blank records: {}; the next begins here",
        tables.len(),
        list.join(", ")
    );
    out.push(finding(message, others.iter().map(place).collect()));
}

/// The finding at the first of `places`.
fn finding(message: String, places: Vec<Place>) -> Finding {
    Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message,
        place: places[0],
        related: places[1..].iter().take(MAX_PLACES).copied().collect(),
        n_places: places.len() as u64,
        confidence: 0.8,
        fixes: Vec::new(),
    }
}

/// The findings that a second table explains go: its records are not short or long ones of the first.
pub(crate) fn explain(findings: &mut Vec<Finding>) {
    let start = findings.iter().find(|finding| finding.code == META.code).map(|f| f.place.span.start);
    if let Some(start) = start {
        let explained = |finding: &Finding| {
            matches!(finding.code, "missing-fields" | "extra-fields") && finding.place.span.start >= start
        };
        findings.retain(|finding| !explained(finding));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks;
    use crate::sample::Sample;

    const TWO: &str = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n\nx,y\n1,2\n3,4\n5,6\n";

    #[test]
    fn the_second_table_is_one_finding_and_no_short_records() {
        let sample = Sample::new(TWO);
        let found = sample.find("several-tables");
        assert_eq!((found.len(), found[0].place.span.of(TWO)), (1, "x,y"));
        let all = sample.with(checks::run_all).0;
        assert!(all.iter().any(|finding| finding.code == "several-tables"));
        assert!(!all.iter().any(|finding| finding.code == "missing-fields"));
    }

    #[test]
    fn a_table_that_the_layout_leaves_out_is_told_and_a_footer_is_none() {
        let first = "shop,month,amount\na,Jan,12\nb,Jan,19\na,Feb,11\nb,Feb,24\n\n";
        let further = format!("{first}shop,city\na,Rome\nb,Oslo\nc,Bern\n");
        assert_eq!(Sample::detected(&further).find("several-tables")[0].place.span.start, first.len() - 1);
        assert!(!Sample::detected(&format!("{first}Source: us\n")).has("several-tables"));
    }

    #[test]
    fn blank_lines_and_preambles_part_no_tables() {
        assert!(!Sample::new("a,b\n1,2\n3,4\n5,6\n\n7,8\n9,1\n2,3\n").has("several-tables"));
        assert!(!Sample::new("a\nb\nc\n\nx,y\n1,2\n3,4\n5,6\n").has("several-tables"));
        assert!(!Sample::new("a,b,c\n1,2,3\n4,5,6\n7,8,9\n\nx,y\n1,2\n").has("several-tables"));
    }
}
