//! Open documents: changed here, in wire order; read through a [`View`]; analysed by one worker each.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aurora_advice::FileFacts;
use aurora_analysis::values::Gathered;
use aurora_analysis::{Analysis, Candidates, Document, OpenOptions, Snapshot};
use aurora_config::FileConfig;
use aurora_learning::ColumnKey;
use aurora_table::{Delimiter, Dialect};
use ropey::Rope;
use tokio::sync::{Notify, watch};
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::lsp_types::{TextDocumentContentChangeEvent, Url};

use crate::by_hand::ByHand;
use crate::capabilities::Encoding;
use crate::from_proto;
use crate::pool::CancelToken;
use crate::promises::{Done, Promises};

/// A document that the client opened.
pub(crate) struct OpenDocument {
    /// Its name.
    pub(crate) uri: Url,
    state: Mutex<State>,
    /// Generation of the newest text.
    newest: AtomicU64,
    /// Wakes the worker.
    pub(crate) changed: Notify,
    /// The newest reading.
    pub(crate) readings: watch::Sender<Option<Arc<Reading>>>,
    /// The client closed it, or opened it again.
    pub(crate) closed: CancelToken,
    /// The file behind it is about to be looked at once more.
    pub(crate) looking: AtomicBool,
    by_hand: Mutex<ByHand>,
}

struct State {
    document: Document,
    version: i32,
    /// Counts the changes of the text; other changes (what is known of the file, the delimiter) leave it.
    text: u64,
    /// A change came that makes no sense: what the client shows is no longer known. Nothing is applied until the
    /// whole text comes again.
    out_of_step: bool,
    promises: Promises,
}

/// All that is known of one version of a document.
#[derive(Clone)]
pub(crate) struct Reading {
    /// The version that was analysed.
    pub(crate) version: i32,
    /// The text that was analysed.
    pub(crate) snapshot: Snapshot,
    /// Its number.
    pub(crate) text: u64,
    /// Settings and beliefs that it was analysed with, by number.
    pub(crate) epoch: u64,
    /// The settings it was analysed with, by number.
    pub(crate) settings_epoch: u64,
    /// What holds for the file.
    pub(crate) config: Arc<FileConfig>,
    /// What was found; `None` when analysing this text ended in a fault.
    pub(crate) analysis: Option<Arc<Analysis>>,
    /// Which of its findings are shown, by index.
    pub(crate) shown: Vec<usize>,
    /// Where the file as a whole stands among the beliefs.
    pub(crate) file_key: ColumnKey,
    /// Whether all of it is of this text; else the columns are those of an earlier one.
    pub(crate) is_complete: bool,
    /// Whether the person stopped it: little is known of the text.
    pub(crate) was_stopped: bool,
    /// Whether the columns know their places among the beliefs: not while the store is being opened.
    pub(crate) is_keyed: bool,
    /// Values that may be wrong, gathered when first asked for.
    pub(crate) candidates: Arc<Gathered>,
    /// How long the analysis took.
    pub(crate) cost: Duration,
}

impl Reading {
    /// Its text.
    pub(crate) fn rope(&self) -> &Rope {
        &self.snapshot.rope
    }

    /// Its values that may be wrong; `None` when the analysis failed.
    pub(crate) fn candidates(&self) -> Option<&Candidates> {
        let analysis = self.analysis.as_deref()?;
        Some(self.candidates.get_or_init(|| Candidates::of(analysis, &self.config.config.settings)))
    }
}

/// A document at the moment a request came in.
#[derive(Clone)]
pub(crate) struct View {
    /// The document.
    pub(crate) document: Arc<OpenDocument>,
    /// Its text.
    pub(crate) snapshot: Snapshot,
    /// The number of the text.
    pub(crate) text: u64,
    /// The version of the text.
    pub(crate) version: i32,
    /// Settings and beliefs at that moment, by number.
    pub(crate) epoch: u64,
}

/// What became of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Applied {
    /// The text changed.
    Changed,
    /// Nothing changed.
    Unchanged,
    /// The change makes no sense; the document is out of step.
    Nonsense,
}

impl OpenDocument {
    /// Opens `text`.
    pub(crate) fn open(uri: Url, version: i32, text: String, options: &OpenOptions) -> Self {
        let document = Document::open(&text, options);
        drop(text);
        Self {
            uri,
            state: Mutex::new(State {
                document,
                version,
                text: 0,
                out_of_step: false,
                promises: Promises::default(),
            }),
            newest: AtomicU64::new(0),
            changed: Notify::new(),
            readings: watch::Sender::new(None),
            closed: CancelToken::default(),
            looking: AtomicBool::new(false),
            by_hand: Mutex::default(),
        }
    }

    /// Applies the changes of one notification, each on the result of the one before, whatever their version:
    /// the wire is in order.
    pub(crate) fn change(
        &self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Applied {
        let mut state = self.lock();
        let mut applied = Applied::Unchanged;
        for change in changes {
            let Some(range) = change.range else {
                // Another text may be written in another dialect: it is looked at as when it is opened.
                let before = state.document.snapshot();
                let (file, remembered) = ((*before.file).clone(), before.remembered);
                state
                    .document
                    .reopen(&change.text, &OpenOptions { file, remembered, ..OpenOptions::default() });
                state.out_of_step = false;
                applied = Applied::Changed;
                continue;
            };
            if state.out_of_step {
                continue;
            }
            match from_proto::span(state.document.rope(), range, encoding) {
                Some(span) => {
                    state.document.edit(span, &change.text);
                    applied = Applied::Changed;
                }
                None => {
                    state.out_of_step = true;
                    applied = Applied::Nonsense;
                }
            }
        }
        state.version = version;
        state.text += u64::from(applied == Applied::Changed);
        self.note(&state);
        applied
    }

    /// Whether the text is another one than `view` shows.
    pub(crate) fn has_moved_on(&self, view: &View) -> bool {
        self.newest.load(Ordering::Relaxed) != view.snapshot.generation
    }

    /// What is known of the file has changed to what `make` makes of it; whether that is something else.
    pub(crate) fn set_file(&self, make: impl FnOnce(&FileFacts) -> FileFacts) -> bool {
        let mut state = self.lock();
        let file = state.document.snapshot().file;
        let new = make(&file);
        let changes = *file != new;
        if changes {
            state.document.set_file(new);
            self.note(&state);
        }
        changes
    }

    /// Whether the editor decoded the file otherwise than it is written.
    pub(crate) fn is_misread(&self) -> bool {
        self.lock().document.snapshot().file.misread
    }

    /// Reads the text with `delimiter` from now on, if it is read with another one.
    pub(crate) fn pin(&self, delimiter: Delimiter) {
        let read_with = self.lock().document.snapshot().detection.dialect.delimiter;
        if read_with != delimiter {
            self.reinterpret(Some(delimiter));
        }
    }

    /// Reads the text that `view` shows with the dialect and layout that a fresh opening would choose, unless it is
    /// read so already or has moved on; says whether it was.
    pub(crate) fn lay_out_anew(&self, view: &View) -> bool {
        let Some(fresh) = view.snapshot.laid_out_anew() else { return false };
        let mut state = self.lock();
        if state.document.snapshot().generation != view.snapshot.generation {
            return false;
        }
        state.document.replace(fresh);
        self.note(&state);
        true
    }

    fn note(&self, state: &State) {
        self.newest.store(state.document.snapshot().generation, Ordering::Relaxed);
    }

    /// Reads the same text with another delimiter, or with the one that is detected; the dialect that was chosen.
    pub(crate) fn reinterpret(&self, delimiter: Option<Delimiter>) -> Option<Dialect> {
        let mut state = self.lock();
        let snapshot = state.document.snapshot();
        let text = snapshot.rope.to_string();
        let pinned = delimiter.map(|delimiter| Dialect { delimiter, ..snapshot.detection.dialect });
        let (file, remembered) = ((*snapshot.file).clone(), snapshot.remembered.and(pinned));
        state.document.reopen(&text, &OpenOptions { file, pinned, remembered, ..OpenOptions::default() });
        self.note(&state);
        pinned
    }

    /// The document as it is now.
    pub(crate) fn view(self: &Arc<Self>, epoch: u64) -> View {
        let state = self.lock();
        View {
            document: Arc::clone(self),
            snapshot: state.document.snapshot(),
            text: state.text,
            version: state.version,
            epoch,
        }
    }

    /// The document as it is now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().document.snapshot()
    }

    /// The text as it is now.
    pub(crate) fn rope(&self) -> Rope {
        self.lock().document.rope().clone()
    }

    /// What was promised of the text.
    pub(crate) fn with_promises<T>(&self, use_them: impl FnOnce(&mut Promises, &Rope) -> T) -> T {
        let mut state = self.lock();
        let State { document, promises, .. } = &mut *state;
        use_them(promises, document.rope())
    }

    /// The text changed: what was promised of it and has come to be.
    pub(crate) fn look_at_promises(&self) -> Vec<Done> {
        let (text, ours, done) = {
            let mut state = self.lock();
            let State { document, promises, text, .. } = &mut *state;
            (*text, promises.tells_of(document.rope()), promises.look(document.rope()))
        };
        if ours {
            self.with_by_hand(|by_hand| by_hand.is_ours(text));
        }
        done
    }

    /// The client says that the action with this number was taken.
    pub(crate) fn announce(&self, ticket: u64) -> Option<Done> {
        let done = self.with_promises(|promises, _| promises.announce(ticket));
        if done.is_some() {
            let text = self.lock().text;
            self.with_by_hand(|by_hand| by_hand.is_ours(text));
        }
        done
    }

    /// What was done to the text by hand.
    pub(crate) fn with_by_hand<T>(&self, use_it: impl FnOnce(&mut ByHand) -> T) -> T {
        use_it(&mut self.by_hand.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Nobody may read it any more.
    pub(crate) fn close(&self) {
        self.closed.cancel();
        self.changed.notify_one();
        self.readings.send_replace(None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held ends the process (see `shell`), so the state behind it is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View {
    /// What can be said of exactly this text, as soon as anything can; "content modified" when the text moved on.
    pub(crate) async fn reading(&self) -> jsonrpc::Result<Arc<Reading>> {
        self.wait(false).await
    }

    /// All that can be said of exactly this text; "content modified" when it moved on.
    pub(crate) async fn complete_reading(&self) -> jsonrpc::Result<Arc<Reading>> {
        self.wait(true).await
    }

    async fn wait(&self, complete: bool) -> jsonrpc::Result<Arc<Reading>> {
        let mut readings = self.document.readings.subscribe();
        loop {
            if self.document.closed.is_cancelled() {
                return Err(Error::content_modified());
            }
            let newest = readings.borrow_and_update().clone();
            if let Some(reading) = newest {
                if reading.text > self.text {
                    return Err(Error::content_modified());
                }
                let wanted = self.snapshot.generation;
                let enough = reading.epoch >= self.epoch && (reading.is_complete || !complete);
                if reading.text == self.text && reading.snapshot.generation >= wanted && enough {
                    return Ok(reading);
                }
            }
            if readings.changed().await.is_err() {
                return Err(Error::content_modified());
            }
        }
    }
}
