//! The sum tree over the blocks of a table: seeks by byte, line and record, and re-parses what an edit touched.
//!
//! Cuts between blocks, and borders between groups of blocks, are chosen by the text alone (`BlockSize::ends`), so
//! the tree of a text does not depend on the edits that led to it. Nodes are shared between versions: an edit
//! makes new blocks where it fell and new ancestors above them, and every other node, with what was computed for
//! it, stays. The one exception: when after an edit the cuts do not fall into step again within
//! [`MAX_OUT_OF_STEP`] blocks (a text of equal records), the next old cut is taken over.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};

use crate::block::{Block, BlockSize, Counts, Head, add_width, count_lines, cut};
use crate::parser::{Parsed, Parser};
use crate::{BlockView, Dialect, Layout, Shape};

pub use crate::tree_source::TreeSource;

/// Blocks cut anew after an edit before an old cut is taken over.
const MAX_OUT_OF_STEP: usize = 16;
/// Blocks in a group in the mean, and at most.
const GROUP: (u64, usize) = (32, 64);
/// Children of any other node in the mean, and at most.
const FAN_OUT: (u64, usize) = (8, 16);

/// A text that can be read in pieces.
pub trait Text {
    /// Bytes.
    fn len(&self) -> usize;

    /// The text of `range`; ends inside a character are moved down to its first byte.
    fn slice(&self, range: Range<usize>) -> Cow<'_, str>;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Text for &str {
    fn len(&self) -> usize {
        str::len(self)
    }

    fn slice(&self, range: Range<usize>) -> Cow<'_, str> {
        Cow::Borrowed(&self[self.floor_char_boundary(range.start)..self.floor_char_boundary(range.end)])
    }
}

/// A replacement: the bytes of `old` became `new_len` bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What was replaced, in the old text.
    pub old: Range<usize>,
    /// Bytes that came instead.
    pub new_len: usize,
}

/// A block, or a run of nodes with their sums.
#[derive(Debug)]
pub struct Node<M> {
    counts: Counts,
    n_odd: u64,
    n_blank: u64,
    widths: Vec<(u32, u64)>,
    mark: u64,
    content: Content<M>,
    memo: OnceLock<M>,
}

#[derive(Debug)]
enum Content<M> {
    Block(Block),
    Nodes(Vec<Arc<Node<M>>>),
}

impl<M> Node<M> {
    fn of_block(block: Block) -> Self {
        Self {
            counts: block.counts,
            n_odd: block.n_odd,
            n_blank: block.n_blank,
            widths: block.widths.clone(),
            mark: block.mark,
            content: Content::Block(block),
            memo: OnceLock::new(),
        }
    }

    fn of_nodes(nodes: &[Arc<Self>]) -> Self {
        let mut widths = Vec::new();
        for (width, n) in nodes.iter().flat_map(|node| &node.widths) {
            add_width(&mut widths, *width, *n);
        }
        Self {
            counts: nodes.iter().fold(Counts::default(), |sum, node| sum + node.counts),
            n_odd: nodes.iter().map(|node| node.n_odd).sum(),
            n_blank: nodes.iter().map(|node| node.n_blank).sum(),
            widths,
            mark: nodes.last().map_or(0, |node| node.mark),
            content: Content::Nodes(nodes.to_vec()),
            memo: OnceLock::new(),
        }
    }

    fn children(&self) -> &[Arc<Self>] {
        match &self.content {
            Content::Block(_) => &[],
            Content::Nodes(nodes) => nodes,
        }
    }
}

/// How the text of a table is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// How it is written.
    pub dialect: &'a Dialect,
    /// What good records look like; `None` reads by the letter.
    pub shape: Option<&'a Shape>,
    /// Fields of a normal record.
    pub width: usize,
    /// Where the table ends in the text.
    pub table_end: usize,
    /// How large blocks are.
    pub size: BlockSize,
}

/// The blocks of a table's data with everything needed to find them. `M` is what is remembered of a node.
#[derive(Debug)]
pub struct Tree<M> {
    /// From the blocks up; the last has one node, unless there is no data.
    levels: Vec<Vec<Arc<Node<M>>>>,
    /// What lies before each block; one more at the end.
    before: Vec<Counts>,
}

impl<M> Clone for Tree<M> {
    fn clone(&self) -> Self {
        Self { levels: self.levels.clone(), before: self.before.clone() }
    }
}

impl<M> Tree<M> {
    /// The tree of `text` from `start` (the first data record) on.
    pub fn new(text: &dyn Text, start: usize, reading: &Reading<'_>) -> Self {
        Self::cut(text, start, reading, None)
    }

    /// The tree after `change`, of which `text` is the result; data now begins at `start`.
    #[must_use]
    pub fn changed(&self, text: &dyn Text, start: usize, reading: &Reading<'_>, change: &Change) -> Self {
        Self::cut(text, start, reading, Some((self, change)))
    }

    fn cut(text: &dyn Text, start: usize, reading: &Reading<'_>, old: Option<(&Self, &Change)>) -> Self {
        let parser = Parser::new(reading.dialect, reading.shape);
        let mut blocks: Vec<Arc<Node<M>>> = Vec::new();
        let mut at = start;
        let mut old_idx = 0;
        let mut n_new = 0;
        let mut parsed = Parsed::default();
        while at < reading.table_end {
            let mut align = None;
            if let Some((tree, change)) = old {
                let new_end = change.old.start + change.new_len;
                let old_at = if at <= change.old.start {
                    Some(at)
                } else {
                    (at >= new_end).then(|| at - new_end + change.old.end)
                };
                if let Some(old_at) = old_at {
                    while tree.before[old_idx].bytes < old_at && old_idx + 1 < tree.before.len() {
                        old_idx += 1;
                    }
                    if let Some(node) = tree.levels[0].get(old_idx)
                        && tree.before[old_idx].bytes == old_at
                        && !touches(node, old_at, change)
                        && at + node.counts.bytes <= reading.table_end
                    {
                        blocks.push(Arc::clone(node));
                        at += node.counts.bytes;
                        n_new = 0;
                        continue;
                    }
                    if at >= new_end && n_new > MAX_OUT_OF_STEP {
                        align = tree.before.get(old_idx..).and_then(|rest| {
                            let next = rest.iter().find(|before| before.bytes > old_at)?;
                            Some(next.bytes - old_at)
                        });
                    }
                }
            }
            // One block after an edit, many at a time when all is new.
            let many = 16 * reading.size.mean;
            let all_new = old.is_none_or(|(_, change)| {
                at > change.old.start && at + many <= change.old.start + change.new_len
            });
            let (mut want, most) =
                if all_new { (many, usize::MAX) } else { (reading.size.max + (8 << 10), 1) };
            let cut_blocks = loop {
                let piece = text.slice(at..at.saturating_add(want).min(reading.table_end));
                let last = at + piece.len() >= reading.table_end;
                parsed.clear();
                parser.survey(&piece, 0, usize::MAX, last, &mut parsed);
                let found = cut(&piece, &parsed, &reading.size, reading.width, last, align, most);
                if !found.is_empty() || last {
                    break found;
                }
                want *= 2;
            };
            if cut_blocks.is_empty() {
                break;
            }
            for block in cut_blocks {
                at += block.counts.bytes;
                n_new += 1;
                blocks.push(Arc::new(Node::of_block(block)));
            }
        }
        let lines = old.map_or_else(
            || lines_before(text, start),
            |(tree, change)| {
                if change.old.start >= start && tree.before[0].bytes == start {
                    tree.before[0].lines
                } else {
                    lines_before(text, start)
                }
            },
        );
        Self::over(blocks, Counts { bytes: start, lines, records: 0 }, old.map(|(tree, _)| tree))
    }

    fn over(blocks: Vec<Arc<Node<M>>>, start: Counts, old: Option<&Self>) -> Self {
        let mut before = Vec::with_capacity(blocks.len() + 1);
        before.push(start);
        let mut sum = start;
        for block in &blocks {
            sum = sum + block.counts;
            before.push(sum);
        }
        let mut levels = vec![blocks];
        loop {
            let level = levels.len();
            let below = &levels[level - 1];
            if below.len() <= 1 && level > 1 {
                break;
            }
            // Bits of the mark that the levels below did not look at.
            let (mean, most) = if level == 1 { GROUP } else { FAN_OUT };
            let shift = 5 + 3 * (level as u32 - 1);
            let known: std::collections::HashMap<*const Node<M>, &Arc<Node<M>>> = old
                .and_then(|tree| tree.levels.get(level))
                .into_iter()
                .flatten()
                .filter_map(|node| Some((Arc::as_ptr(node.children().first()?), node)))
                .collect();
            let mut groups = Vec::new();
            let mut first = 0;
            for at in 0..below.len() {
                let ends = (below[at].mark >> shift).is_multiple_of(mean);
                if ends || at + 1 - first == most || at + 1 == below.len() {
                    let children = &below[first..=at];
                    let same = known.get(&Arc::as_ptr(&children[0])).filter(|node| {
                        let theirs = node.children();
                        theirs.len() == children.len()
                            && theirs.iter().zip(children).all(|(a, b)| Arc::ptr_eq(a, b))
                    });
                    groups.push(
                        same.map_or_else(|| Arc::new(Node::of_nodes(children)), |node| Arc::clone(node)),
                    );
                    first = at + 1;
                }
            }
            if groups.is_empty() {
                break;
            }
            levels.push(groups);
        }
        Self { levels, before }
    }

    /// The whole, from the first data record on.
    pub fn counts(&self) -> Counts {
        let end = self.before[self.before.len() - 1];
        let start = self.before[0];
        Counts { bytes: end.bytes - start.bytes, lines: end.lines - start.lines, records: end.records }
    }

    /// What lies before the first data record.
    pub fn start(&self) -> Counts {
        self.before[0]
    }

    /// How many blocks.
    pub fn n_blocks(&self) -> usize {
        self.levels[0].len()
    }

    /// Records that are ragged or oddly written.
    pub fn n_odd(&self) -> u64 {
        self.levels.last().map_or(0, |top| top.iter().map(|node| node.n_odd).sum())
    }

    /// Records without a field: blank lines and comments.
    pub fn n_blank(&self) -> u64 {
        self.levels.last().map_or(0, |top| top.iter().map(|node| node.n_blank).sum())
    }

    /// Data records by number of fields, ascending.
    pub fn widths(&self) -> Vec<(u32, u64)> {
        let mut widths = Vec::new();
        for (width, n) in self.levels.last().into_iter().flatten().flat_map(|node| &node.widths) {
            add_width(&mut widths, *width, *n);
        }
        widths
    }

    /// Blocks with odd records, in order, with what lies before each; the visitor may stop.
    pub fn visit_odd(&self, visitor: &mut dyn FnMut(&Counts, &Block) -> ControlFlow<()>) {
        for (node, before) in self.levels[0].iter().zip(&self.before) {
            if let (Content::Block(block), true) = (&node.content, node.n_odd > 0)
                && visitor(before, block).is_break()
            {
                return;
            }
        }
    }

    /// The block that holds data record `record`, or the last one.
    pub fn block_of_record(&self, record: u64) -> usize {
        self.before.partition_point(|before| before.records <= record).saturating_sub(1)
    }

    /// The block that holds the byte at `offset` (absolute), or the nearest.
    pub fn block_of_byte(&self, offset: usize) -> usize {
        let at = self.before.partition_point(|before| before.bytes <= offset).saturating_sub(1);
        at.min(self.n_blocks().saturating_sub(1))
    }

    /// The block that holds the start of line `line` (from 0), or the nearest.
    pub fn block_of_line(&self, line: usize) -> usize {
        let at = self.before.partition_point(|before| before.lines <= line).saturating_sub(1);
        at.min(self.n_blocks().saturating_sub(1))
    }

    /// What lies before block `at`.
    pub fn before(&self, at: usize) -> Counts {
        self.before[at]
    }

    /// Remembered summary of the whole: `summarise` makes that of a group of blocks (given as indices) and
    /// `merge` appends another to one. Only what no older version of the tree computed is computed. `None` when
    /// `summarise` gave up, or when there are no data.
    pub fn summary(
        &self,
        summarise: &dyn Fn(Range<usize>) -> Option<M>,
        merge: &dyn Fn(&[&M]) -> M,
    ) -> Option<&M> {
        if self.n_blocks() == 0 {
            return None;
        }
        let mut first = 0;
        for group in self.levels.get(1)? {
            let blocks = first..first + group.children().len();
            first = blocks.end;
            if group.memo.get().is_none() {
                // Someone else may have been quicker; both computed the same.
                let _ = group.memo.set(summarise(blocks)?);
            }
        }
        for level in self.levels.get(2..)? {
            for node in level {
                if node.memo.get().is_none() {
                    let parts: Vec<&M> =
                        node.children().iter().filter_map(|child| child.memo.get()).collect();
                    let _ = node.memo.set(merge(&parts));
                }
            }
        }
        self.levels.last()?.first()?.memo.get()
    }

    /// Groups of blocks whose summary is not known yet.
    pub fn unknown_groups(&self) -> Vec<Range<usize>> {
        let mut first = 0;
        let mut unknown = Vec::new();
        for group in self.levels.get(1).into_iter().flatten() {
            let blocks = first..first + group.children().len();
            first = blocks.end;
            if group.memo.get().is_none() {
                unknown.push(blocks);
            }
        }
        unknown
    }

    /// Remembers the summary of a group from [`Self::unknown_groups`].
    pub fn know_group(&self, blocks: &Range<usize>, summary: M) {
        let mut first = 0;
        for group in self.levels.get(1).into_iter().flatten() {
            if first == blocks.start {
                let _ = group.memo.set(summary);
                return;
            }
            first += group.children().len();
        }
    }

    /// Parses block `at` again and shows it.
    pub fn read_block<T>(
        &self,
        at: usize,
        text: &dyn Text,
        reading: &Reading<'_>,
        parsed: &mut Parsed,
        read: impl FnOnce(&BlockView<'_>, &Parsed) -> T,
    ) -> T {
        let before = self.before[at];
        let Content::Block(block) = &self.levels[0][at].content else {
            unreachable!("the lowest level holds blocks");
        };
        let parser = Parser::new(reading.dialect, reading.shape);
        let mut want = block.reach.max(block.counts.bytes);
        loop {
            let piece = text.slice(before.bytes..before.bytes.saturating_add(want).min(reading.table_end));
            let last = before.bytes + piece.len() >= reading.table_end;
            parsed.clear();
            let progress = parser.piece(&piece, block.counts.bytes, last, parsed);
            if progress.consumed >= block.counts.bytes || last {
                let view = BlockView {
                    before,
                    text: &piece[..block.counts.bytes.min(piece.len())],
                    records: &parsed.records,
                    dialect: reading.dialect,
                };
                return read(&view, parsed);
            }
            want = want * 2 + 1;
        }
    }
}

/// Whether `change` may alter the records of the block that began at `start` in the old text.
fn touches<M>(node: &Node<M>, start: usize, change: &Change) -> bool {
    let Content::Block(block) = &node.content else { return true };
    start + block.reach > change.old.start && start < change.old.end.max(change.old.start + 1)
}

fn lines_before(text: &dyn Text, end: usize) -> usize {
    let mut lines = 0;
    let mut at = 0;
    let mut after_cr = false;
    while at < end {
        let piece = text.slice(at..(at + (1 << 16)).min(end));
        if piece.is_empty() {
            break;
        }
        lines += count_lines(piece.as_bytes());
        // A CRLF cut in two was counted twice.
        lines -= usize::from(after_cr && piece.starts_with('\n'));
        after_cr = piece.ends_with('\r');
        at += piece.len();
    }
    lines
}

/// Where the data of `text` begin, with the header that stands before.
pub fn head(text: &dyn Text, layout: &Layout, reading: &Reading<'_>) -> Head {
    Head::read(text, layout, &Parser::new(reading.dialect, reading.shape), reading.table_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TableSource;
    use proptest::prelude::*;

    const SIZE: BlockSize = BlockSize { min: 8, mean: 24, max: 64 };

    fn reading<'a>(dialect: &'a Dialect, shape: &'a Shape, text: &str) -> Reading<'a> {
        Reading { dialect, shape: Some(shape), width: shape.width, table_end: text.len(), size: SIZE }
    }

    fn blocks(tree: &Tree<()>) -> Vec<(Counts, Block)> {
        let all = tree.levels[0].iter().zip(&tree.before);
        all.map(|(node, before)| match &node.content {
            // How far the parser looked depends on how much text it had; what it saw does not.
            Content::Block(block) => (*before, Block { reach: 0, ..block.clone() }),
            Content::Nodes(_) => unreachable!(),
        })
        .collect()
    }

    fn records(tree: &Tree<()>, text: &str, reading: &Reading<'_>) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        let source = TreeSource { tree, text: &text, reading: *reading };
        source.visit(0..u64::MAX, &mut |view| {
            for record in view.records.iter().filter(|record| !record.is_blank()) {
                let values = record.fields.iter().map(|f| f.value(view.text, view.dialect).into_owned());
                all.push(values.collect());
            }
            ControlFlow::Continue(())
        });
        all
    }

    fn whole(text: &str, reading: &Reading<'_>) -> (Vec<Vec<String>>, usize) {
        let mut parsed = Parsed::default();
        Parser::new(reading.dialect, reading.shape).piece(text, usize::MAX, true, &mut parsed);
        let records = parsed.records.iter().filter(|record| !record.is_blank());
        let values =
            records.map(|r| r.fields.iter().map(|f| f.value(text, reading.dialect).into_owned()).collect());
        (values.collect(), parsed.oddities.len())
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            6 => "[a-z0-9]{0,5},[a-z0-9]{0,5},[a-z]{0,5}",
            1 => "[a-z\",]{0,12}",
            1 => "\"[a-z,]{0,8}(\n[a-z]{0,3}){0,2}\",x,y",
        ];
        prop::collection::vec((line, prop::sample::select(vec!["\n", "\n", "\r\n", "\r"])), 0..40)
            .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
    }

    proptest! {
        #[test]
        fn blocks_tile_the_text_and_hold_its_records(text in text()) {
            let (dialect, shape) = (Dialect::default(), Shape::of_width(3));
            let reading = reading(&dialect, &shape, &text);
            let tree: Tree<()> = Tree::new(&text.as_str(), 0, &reading);
            let (expected, n_oddities) = whole(&text, &reading);
            prop_assert_eq!(records(&tree, &text, &reading), expected.clone());
            let found: usize = blocks(&tree).iter().flat_map(|(_, b)| &b.odd).map(|odd| odd.oddities.len()).sum();
            prop_assert_eq!(found, n_oddities);
            let counts = tree.counts();
            let n_lines = aurora_text::LineIndex::new(&text).line(text.len());
            prop_assert_eq!((counts.bytes, counts.records, counts.lines), (text.len(), expected.len() as u64, n_lines));
            prop_assert_eq!(tree.widths().iter().map(|w| w.1).sum::<u64>(), counts.records);
        }

        #[test]
        fn edits_lead_to_the_tree_of_the_new_text(text in text(), edits in prop::collection::vec((0.0..1.0_f64, 0..30_usize, "[a,\"\n\r]{0,6}"), 1..8)) {
            let (dialect, shape) = (Dialect::default(), Shape::of_width(3));
            let mut text = text;
            let mut tree: Tree<()> = Tree::new(&text.as_str(), 0, &reading(&dialect, &shape, &text));
            for (place, len, new) in edits {
                let start = (place * (text.len() + 1) as f64) as usize;
                let end = (start + len).min(text.len());
                text.replace_range(start..end, &new);
                let reading = reading(&dialect, &shape, &text);
                tree = tree.changed(&text.as_str(), 0, &reading, &Change { old: start..end, new_len: new.len() });
                let fresh: Tree<()> = Tree::new(&text.as_str(), 0, &reading);
                for (mine, theirs) in blocks(&tree).iter().zip(&blocks(&fresh)) {
                    prop_assert_eq!(mine, theirs, "{:?} {:?} {:?}", start..end, new, text);
                }
                prop_assert_eq!(tree.n_blocks(), fresh.n_blocks());
                prop_assert_eq!(tree.levels.len(), fresh.levels.len());
            }
        }
    }

    #[test]
    fn equal_records_do_not_make_an_edit_expensive() {
        let line = "aaaa,bbbb,cccc\n";
        let text = line.repeat(4_000);
        let (dialect, shape) = (Dialect::default(), Shape::of_width(3));
        let tree: Tree<()> = Tree::new(&text.as_str(), 0, &reading(&dialect, &shape, &text));
        let new = format!("x{text}");
        let changed = tree.changed(
            &new.as_str(),
            0,
            &reading(&dialect, &shape, &new),
            &Change { old: 0..0, new_len: 1 },
        );
        let kept =
            changed.levels[0].iter().filter(|n| tree.levels[0].iter().any(|old| Arc::ptr_eq(n, old))).count();
        assert!(kept + 2 * MAX_OUT_OF_STEP > tree.n_blocks(), "{kept} of {}", tree.n_blocks());
        assert_eq!(changed.counts().records, 4_000);
    }
}
