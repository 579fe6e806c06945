//! An open document: the one writer, and the snapshots that readers take.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use aurora_advice::FileFacts;
use aurora_profile::ColumnSummary;
use aurora_table::{
    BlockSize, Change, Delimiter, DetectOptions, Detection, Dialect, Head, Reading, SEARCHED_BYTES, Sample,
    Shape, Text, Tree, TreeSource, detect, further_pieces, redetect, redetect_sample,
};
use aurora_text::Span;
use ropey::Rope;

/// What is remembered of a group of blocks: the summaries of all columns.
pub(crate) type Columns = Arc<Vec<ColumnSummary>>;

/// Edits that a snapshot remembers, so that places of an older version can be found again.
const MAX_EDITS: usize = 256;

/// What is known of a document when it is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The file it stands for.
    pub file: FileFacts,
    /// A dialect chosen by the person.
    pub pinned: Option<Dialect>,
    /// A delimiter chosen by the person: the dialect that is detected with it is kept.
    pub delimiter: Option<Delimiter>,
    /// A dialect chosen for a file like this one: where the text speaks for several, it tips the scales.
    pub remembered: Option<Dialect>,
}

/// An open document. Changes are applied at once and in order; everything else reads a [`Snapshot`].
#[derive(Debug)]
pub struct Document {
    now: Snapshot,
    size: BlockSize,
}

impl Document {
    /// A document that holds `text`.
    pub fn open(text: &str, options: &OpenOptions) -> Self {
        Self::open_in_blocks(text, options, BlockSize::default())
    }

    /// A document that holds `text`, in blocks of another size (tests reach deep trees with small ones).
    pub fn open_in_blocks(text: &str, options: &OpenOptions, size: BlockSize) -> Self {
        let detect_options = DetectOptions {
            extension: options.file.extension.clone(),
            pinned: options.pinned,
            delimiter: options.delimiter,
            remembered: options.remembered,
        };
        let detection = detect(text, &detect_options);
        Self::laid_out(text, options, detection, size)
    }

    /// A document whose dialect and layout are known.
    fn laid_out(text: &str, options: &OpenOptions, detection: Detection, size: BlockSize) -> Self {
        let start = detection.layout.table_start.min(text.len());
        let end = detection.layout.table_end.unwrap_or(text.len()).clamp(start, text.len());
        let shape = Shape::learn(&text[start..end], &detection.dialect, &detection.layout);
        let reading = Reading {
            dialect: &detection.dialect,
            shape: Some(&shape),
            width: detection.layout.width,
            table_end: end,
            size,
        };
        let head = aurora_table::tree::head(&text, &detection.layout, &reading);
        let tree = Tree::new(&text, head.data_start, &reading);
        Self {
            now: Snapshot {
                rope: Rope::from_str(text),
                file: Arc::new(options.file.clone()),
                pinned: options.pinned.or(options.delimiter.map(|_| detection.dialect)),
                remembered: options.remembered,
                detection: Arc::new(detection),
                generation: 0,
                shape: Arc::new(shape),
                tree: Arc::new(tree),
                head: Arc::new(head),
                tail: text.len() - end,
                edits: Vec::new(),
                size,
            },
            size,
        }
    }

    /// Replaces the bytes of `span` (on character borders, within the text) by `new_text`. The dialect and the
    /// layout stay; what the edit touched is parsed again.
    pub fn edit(&mut self, span: Span, new_text: &str) {
        let now = &mut self.now;
        let start = now.rope.byte_to_char(span.start);
        let end = now.rope.byte_to_char(span.end);
        let old_len = now.rope.len_bytes();
        now.rope.remove(start..end);
        now.rope.insert(start, new_text);
        now.generation += 1;
        let change = Change { old: span.start..span.end, new_len: new_text.len() };
        now.follow(old_len, &change);
        if now.edits.len() == MAX_EDITS {
            now.edits.remove(0);
        }
        now.edits.push((now.generation, change));
        #[cfg(debug_assertions)]
        if now.generation.is_multiple_of(200) {
            let fresh = now.parsed_anew();
            assert_eq!(
                fresh.tree.counts(),
                now.tree.counts(),
                "an edited document differs from its own text"
            );
            assert_eq!(
                fresh.tree.n_blank(),
                now.tree.n_blank(),
                "an edited document differs from its own text"
            );
            assert_eq!(fresh.tree.n_odd(), now.tree.n_odd(), "an edited document differs from its own text");
        }
    }

    /// Reads `text` with other options, as a change of this document.
    pub fn reopen(&mut self, text: &str, options: &OpenOptions) {
        self.replace(Self::open_in_blocks(text, options, self.size));
    }

    /// Becomes `other`, as a change of this document.
    pub fn replace(&mut self, other: Self) {
        let generation = self.now.generation + 1;
        *self = other;
        self.now.generation = generation;
    }

    /// What is known of the file has changed: a change of this document, though not of its text.
    pub fn set_file(&mut self, file: FileFacts) {
        self.now.file = Arc::new(file);
        self.now.generation += 1;
    }

    /// The text, for position conversion.
    pub fn rope(&self) -> &Rope {
        &self.now.rope
    }

    /// The document as it is now; cheap.
    pub fn snapshot(&self) -> Snapshot {
        self.now.clone()
    }
}

/// A document at one moment; cheap to clone, never changes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The text.
    pub rope: Rope,
    /// The file it stands for.
    pub file: Arc<FileFacts>,
    /// A dialect chosen by the person.
    pinned: Option<Dialect>,
    /// See [`OpenOptions::remembered`].
    pub remembered: Option<Dialect>,
    /// Dialect and layout.
    pub detection: Arc<Detection>,
    /// Counts the edits; later is larger.
    pub generation: u64,
    shape: Arc<Shape>,
    tree: Arc<Tree<Columns>>,
    head: Arc<Head>,
    /// Bytes after the table's end.
    tail: usize,
    /// The last few edits, each with the generation that it led to.
    edits: Vec<(u64, Change)>,
    size: BlockSize,
}

impl Snapshot {
    /// The blocks of the table.
    pub(crate) fn tree(&self) -> &Tree<Columns> {
        &self.tree
    }

    /// The header's records.
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// How the text is read.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading {
            dialect: &self.detection.dialect,
            shape: Some(&self.shape),
            width: self.detection.layout.width,
            table_end: self.rope.len_bytes() - self.tail,
            size: self.size,
        }
    }

    /// The data records.
    pub(crate) fn source<'a>(&'a self, text: &'a RopeText<'a>) -> TreeSource<'a, Columns> {
        TreeSource { tree: &self.tree, text, reading: self.reading() }
    }

    /// The document that a fresh opening of the same text would make, when edits have led to another dialect or
    /// layout than it has. To be asked when typing has paused, not at every key.
    pub fn laid_out_anew(&self) -> Option<Document> {
        let extension = self.file.extension.clone();
        let options =
            DetectOptions { extension, pinned: self.pinned, delimiter: None, remembered: self.remembered };
        let is_same = |fresh: &Detection| {
            (fresh.dialect, &fresh.layout) == (self.detection.dialect, &self.detection.layout)
        };
        if self.judged_by_pieces(&options).is_some_and(|fresh| is_same(&fresh)) {
            return None;
        }
        let text = self.rope.to_string();
        let fresh = redetect(&self.detection, &text, &options);
        let same = is_same(&fresh);
        let open = OpenOptions {
            file: (*self.file).clone(),
            pinned: self.pinned,
            delimiter: None,
            remembered: self.remembered,
        };
        (!same).then(|| Document::laid_out(&text, &open, fresh, self.size))
    }

    /// What detection says of a long text by the few pieces that it looks at; `None` where they do not tell.
    fn judged_by_pieces(&self, options: &DetectOptions) -> Option<Detection> {
        let len = self.rope.len_bytes();
        if len <= 2 * SEARCHED_BYTES {
            return None;
        }
        // Ends inside a character are moved up to the next.
        let border = |at: usize| {
            let at = at.min(len);
            let char = self.rope.byte_to_char(at);
            let inside = self.rope.char_to_byte(char) < at;
            self.rope.char_to_byte(char + usize::from(inside))
        };
        let slice =
            |range: Range<usize>| self.rope.byte_slice(border(range.start)..border(range.end)).to_string();
        let front = slice(0..SEARCHED_BYTES);
        let further = further_pieces(len).map(slice);
        redetect_sample(&Sample::of_front(&front, further.iter().map(String::as_str)), options)
    }

    /// Where the bytes of `span`, a place in the version `generation`, are now; `None` when too many edits came
    /// since. A place inside an edit ends at its border.
    pub(crate) fn place_since(&self, generation: u64, span: Span) -> Option<Span> {
        let since = self.edits.partition_point(|(after, _)| *after <= generation);
        if self.edits.len() - since != usize::try_from(self.generation - generation).ok()? {
            return None;
        }
        let mut span = span;
        for (_, change) in &self.edits[since..] {
            let moved = |at: usize, is_end: bool| {
                if at < change.old.start || (at == change.old.start && is_end) {
                    at
                } else if at >= change.old.end {
                    at - change.old.end + change.old.start + change.new_len
                } else if is_end {
                    change.old.start + change.new_len
                } else {
                    change.old.start
                }
            };
            let start = moved(span.start, span.is_empty());
            span = Span::new(start, moved(span.end, true).max(start));
        }
        Some(span)
    }

    /// What a good record of the table looks like.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The same text read from scratch under the same dialect, layout and shape: the plain twin of the edited tree.
    #[cfg(any(test, debug_assertions))]
    pub(crate) fn parsed_anew(&self) -> Self {
        let text = self.rope.to_string();
        let reading = self.reading();
        let head = aurora_table::tree::head(&text.as_str(), &self.detection.layout, &reading);
        let tree = Tree::new(&text.as_str(), head.data_start, &reading);
        Self { head: Arc::new(head), tree: Arc::new(tree), ..self.clone() }
    }

    /// Brings everything that depends on the text up to date with `change`, which the text has seen.
    fn follow(&mut self, old_len: usize, change: &Change) {
        let layout = &self.detection.layout;
        let new_end = change.old.start + change.new_len;
        let moved = |at: usize| {
            if at >= change.old.end { at - change.old.end + new_end } else { at.min(change.old.start) }
        };
        let old_table_end = old_len - self.tail;
        // A place where the table begins or ends moves with the text before it; new text at it is table text.
        let table_start = if layout.table_start <= change.old.start {
            layout.table_start
        } else {
            moved(layout.table_start)
        };
        let table_end = if change.old.start >= old_table_end && self.tail > 0 {
            old_table_end
        } else {
            moved(old_table_end)
        };
        self.tail = self.rope.len_bytes() - table_end.max(table_start);
        if table_start != layout.table_start || layout.table_end.is_some_and(|end| end != table_end) {
            let mut detection = (*self.detection).clone();
            detection.layout.table_start = table_start;
            detection.layout.table_end = detection.layout.table_end.map(|_| table_end);
            self.detection = Arc::new(detection);
        }
        let rope = RopeText(&self.rope);
        let reading = self.reading();
        let head = if change.old.start >= self.head.data_start && self.head_is_apart(change) {
            Arc::clone(&self.head)
        } else {
            Arc::new(aurora_table::tree::head(&rope, &self.detection.layout, &reading))
        };
        let tree = self.tree.changed(&rope, head.data_start, &reading, change);
        self.head = head;
        self.tree = Arc::new(tree);
    }

    /// Whether a change in the data cannot alter the header.
    fn head_is_apart(&self, change: &Change) -> bool {
        let start = self.detection.layout.table_start;
        let ends_in_cr = self.head.data_start > 0 && self.rope.byte(self.head.data_start - 1) == b'\r';
        let is_last = self.tree.n_blocks() == 0;
        !ends_in_cr
            && !is_last
            && self.head.parsed.far.iter().all(|(_, reach)| start + reach <= change.old.start)
    }
}

/// The text of a rope, read in pieces.
pub(crate) struct RopeText<'a>(pub(crate) &'a Rope);

impl Text for RopeText<'_> {
    fn len(&self) -> usize {
        self.0.len_bytes()
    }

    fn slice(&self, range: Range<usize>) -> Cow<'_, str> {
        let border = |at: usize| self.0.char_to_byte(self.0.byte_to_char(at.min(self.0.len_bytes())));
        Cow::from(self.0.byte_slice(border(range.start)..border(range.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_judged_by_the_pieces_of_it_that_count() {
        let line = "1,Zoë Müller,\"a \\\" b\",2024-01-31,☃\n";
        for (n, head) in
            [(230_000, "id,name,note,day,sign\n"), (260_003, "sep=,\nid;name\n"), (230_001, "\n\nid\n")]
        {
            let text = format!("{head}{}", line.repeat(n));
            let snapshot = Document::open(&text, &OpenOptions::default()).snapshot();
            let options = DetectOptions::default();
            let whole = redetect(&snapshot.detection, &text, &options);
            assert_eq!(snapshot.judged_by_pieces(&options), Some(whole), "{n}");
            assert!(snapshot.laid_out_anew().is_none());
        }
        // Records of which the head holds none whole.
        let long = format!("a,b\n{}", format!("{},1\n", "x".repeat(100_000)).repeat(100));
        let snapshot = Document::open(&long, &OpenOptions::default()).snapshot();
        assert_eq!(snapshot.judged_by_pieces(&DetectOptions::default()), None);
        assert!(snapshot.laid_out_anew().is_none());
    }
}
