//! An open document: the one writer, and the snapshots that readers take.

use std::sync::Arc;

use aurora_advice::FileFacts;
use aurora_table::{DetectOptions, Detection, Dialect, detect};
use aurora_text::Span;
use ropey::Rope;

/// What is known of a document when it is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The file it stands for.
    pub file: FileFacts,
    /// A dialect chosen by the person.
    pub pinned: Option<Dialect>,
}

/// An open document. Changes are applied at once and in order; everything else reads a [`Snapshot`].
#[derive(Debug)]
pub struct Document {
    rope: Rope,
    file: Arc<FileFacts>,
    detection: Arc<Detection>,
    generation: u64,
}

impl Document {
    /// A document that holds `text`.
    pub fn open(text: &str, options: &OpenOptions) -> Self {
        let detect_options = DetectOptions {
            extension: options.file.extension.clone(),
            pinned: options.pinned,
            remembered: None,
        };
        Self {
            rope: Rope::from_str(text),
            file: Arc::new(options.file.clone()),
            detection: Arc::new(detect(text, &detect_options)),
            generation: 0,
        }
    }

    /// Replaces the bytes of `span` (on character borders, within the text) by `new_text`.
    pub fn edit(&mut self, span: Span, new_text: &str) {
        let start = self.rope.byte_to_char(span.start);
        let end = self.rope.byte_to_char(span.end);
        self.rope.remove(start..end);
        self.rope.insert(start, new_text);
        self.generation += 1;
    }

    /// Reads `text` with other options, as a change of this document.
    pub fn reopen(&mut self, text: &str, options: &OpenOptions) {
        let generation = self.generation + 1;
        *self = Self { generation, ..Self::open(text, options) };
    }

    /// The text, for position conversion.
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// The document as it is now; cheap.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            rope: self.rope.clone(),
            file: Arc::clone(&self.file),
            detection: Arc::clone(&self.detection),
            generation: self.generation,
        }
    }
}

/// A document at one moment; cheap to clone, never changes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The text.
    pub rope: Rope,
    /// The file it stands for.
    pub file: Arc<FileFacts>,
    /// Dialect and layout.
    pub detection: Arc<Detection>,
    /// Counts the edits; later is larger.
    pub generation: u64,
}
