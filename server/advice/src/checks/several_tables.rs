//! `several-tables`

use std::ops::ControlFlow;

use aurora_table::{Dialect, Field, RecordRef, parse};
use aurora_text::Span;

use crate::finding::fixes;
use crate::{
    Check, CheckMeta, Checker, Finding, FindingKind, Place, Severity, TableView, Target, documented,
};

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
    transforms: &["split-tables"],
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
    /// Behind the last record and its line end.
    end: usize,
    n: u64,
    /// The most fields in use, and how many records use as many.
    width: usize,
    n_wide: u64,
}

impl Block {
    fn add(&mut self, width: usize, end: usize) {
        self.n += 1;
        self.end = end;
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

/// Blocks as they are found, record by record.
#[derive(Default)]
struct Blocks {
    found: Vec<Block>,
    /// The next record belongs to the last of them.
    open: bool,
}

impl Blocks {
    /// The next record of `text`, which begins `at` bytes into the file.
    fn see(&mut self, (text, at): (&str, usize), dialect: &Dialect, r: RecordRef<'_>, record: u64) {
        let used = |field: &Field| !field.value(text, dialect).trim().is_empty();
        let width = r.fields.iter().rposition(used).map_or(0, |last| last + 1);
        let end = at + r.bounds.end as usize;
        if width == 0 {
            self.open = false;
        } else if let Some(block) = self.found.last_mut().filter(|_| self.open) {
            block.add(width, end);
        } else {
            self.open = true;
            self.found.push(Block { span: r.span().shift(at), record, end, n: 1, width, n_wide: 1 });
        }
    }
}

fn blocks(table: &TableView<'_>) -> Vec<Block> {
    let mut blocks = Blocks::default();
    table.source.visit(0..u64::MAX, &mut |part| {
        let mut record = part.before.records;
        for r in part.records.iter() {
            blocks.see((part.text, part.before.bytes), part.dialect, r, record);
            record += u64::from(!r.is_blank());
        }
        if blocks.found.len() > MAX_BLOCKS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    blocks.found
}

/// The text of each table, in order: what stands between two goes with the next, blank records left out, and what
/// stands below the last with the last. Fewer than two where there is but one table.
pub(crate) fn pieces(table: &TableView<'_>) -> Vec<Span> {
    let mut all = blocks(table);
    let layout = &table.detection.layout;
    // Where each table begins, as a number of a block.
    let mut starts = Vec::new();
    if let Some(at) = layout.table_end.filter(|_| layout.n_further > 0) {
        starts.push(0);
        let n_own = all.len();
        let (below, dialect) = (table.source.below(), &table.detection.dialect);
        let mut further = Blocks::default();
        parse(&below, dialect).records.iter().for_each(|r| further.see((&below, at), dialect, r, 0));
        all.append(&mut further.found);
        let tables: Vec<usize> = (n_own..all.len()).filter(|&idx| all[idx].is_table()).collect();
        // Of those that stand below one another, equally wide ones are groups of one table; where none is regular
        // enough, all that is below is one.
        starts.extend(tables.first().copied().or((n_own < all.len()).then_some(n_own)));
        starts.extend(tables.windows(2).filter(|w| all[w[0]].width != all[w[1]].width).map(|w| w[1]));
    } else {
        starts = tables(&all);
    }
    if !(2..=MAX_BLOCKS).contains(&all.len()) || starts.len() < 2 {
        return Vec::new();
    }
    // The last block of each table: the last regular one before the next table's titles.
    let mut pieces = Vec::new();
    let mut begin = 0;
    for (nth, &start) in starts.iter().enumerate() {
        let next = starts.get(nth + 1).copied().unwrap_or(all.len());
        let is_last = nth + 1 == starts.len();
        let last =
            (start..next).rev().find(|&idx| is_last || idx == start || all[idx].is_table()).unwrap_or(start);
        pieces.push(Span::new(begin, all[last].end));
        begin = all.get(last + 1).map_or(begin, |block| block.span.start);
    }
    pieces
}

/// The numbers of the blocks with which a table begins.
fn tables(blocks: &[Block]) -> Vec<usize> {
    let mut tables: Vec<usize> = (0..blocks.len()).filter(|&idx| blocks[idx].is_table()).collect();
    // A narrow first block is a preamble.
    if tables.len() > 1 && blocks[tables[0]].width < blocks[tables[1]].width {
        tables.remove(0);
    }
    tables.dedup_by_key(|idx| blocks[*idx].width);
    tables
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
        out.push(finding(table, message, vec![place]));
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
    let tables: Vec<Block> = tables(&blocks).into_iter().map(|idx| blocks[idx]).collect();
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
    out.push(finding(table, message, others.iter().map(place).collect()));
}

/// The finding at the first of `places`.
fn finding(table: &TableView<'_>, message: String, places: Vec<Place>) -> Finding {
    Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message,
        place: places[0],
        related: places[1..].iter().take(MAX_PLACES).copied().collect(),
        n_places: places.len() as u64,
        confidence: 0.8,
        fixes: fixes(&META, table, Target::File),
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
