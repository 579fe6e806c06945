//! What is learned, behind the editor: corrections are acknowledged when they are kept, and a store that fails takes
//! no feature away.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aurora_advice::action::id_of;
use aurora_advice::{Recommendation, TableView, checks};
use aurora_config::FileConfig;
use aurora_learning::{ActionId, Beliefs, ColumnKey, Contest, Correction, Kind, Learned, Scope, Target};
use aurora_privacy::ColumnStatistics;
use aurora_store::{Evidence, FileKey, Folder, Learner, Saving, Status, StoreOptions, file_of, today};
use tokio::sync::watch;
use tower_lsp::lsp_types::Url;

use crate::documents::Reading;
use crate::handlers::correct;
use crate::handlers::execute_command::CorrectArguments;
use crate::promises::Done;
use crate::session::Session;
use crate::settings::local_path;
use crate::turns::Turn;
use crate::{ServeOptions, faults};

/// How long an answer may take to come to rest before it is acknowledged without.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long after the beginning of the session the first analyses wait for the store to open.
pub(crate) const PATIENCE_AT_START: Duration = Duration::from_millis(500);

/// The learner as the session sees it.
pub(crate) struct Learning(Arc<Opening>);

struct Opening {
    begun: Instant,
    state: Mutex<State>,
    changed: Condvar,
    /// The same for who awaits it: whether it is still opening.
    is_opening: watch::Sender<bool>,
}

#[derive(Default)]
enum State {
    #[default]
    Opening,
    Open(Learner),
    Closed,
}

/// Where what is learned is kept.
pub(crate) fn folder(options: &ServeOptions) -> Folder {
    match &options.store {
        _ if options.no_learning => Folder::Memory,
        Some(folder) => Folder::At(folder.clone()),
        None => Folder::Platform,
    }
}

impl Learning {
    /// Opens the store that `options` name, beside what else begins.
    pub(crate) fn open(options: &ServeOptions) -> Self {
        let opening = Arc::new(Opening {
            begun: Instant::now(),
            state: Mutex::default(),
            changed: Condvar::new(),
            is_opening: watch::Sender::new(true),
        });
        let folder = folder(options);
        let ours = Arc::clone(&opening);
        let expected = folder != Folder::Memory;
        let open = move || {
            faults::slow_store(&folder);
            let learner = Learner::open(&StoreOptions { folder, ..StoreOptions::default() });
            if expected && !matches!(learner.status(), Status::Saved(_)) {
                tracing::warn!("learning is not saved");
            }
            let mut state = ours.state.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(*state, State::Opening) {
                *state = State::Open(learner);
            }
            drop(state);
            ours.tell();
        };
        if let Err(error) = std::thread::Builder::new().name("open-store".to_owned()).spawn(open) {
            tracing::error!(%error, "cannot start a thread; nothing is learned");
        }
        Self(opening)
    }

    /// The learner, as soon as it is open; waits for it at the beginning of a session, together with all others that do
    /// so no longer than [`PATIENCE_AT_START`]. Only to be called in the pool.
    pub(crate) fn learner(&self) -> Option<Learner> {
        self.learner_within(PATIENCE_AT_START.saturating_sub(self.age()))
    }

    /// The learner, if it is open now.
    fn learner_now(&self) -> Option<Learner> {
        self.learner_within(Duration::ZERO)
    }

    /// Whether the store is open; waits for it as long as an answer may take to come to rest. Only for threads of
    /// their own.
    pub(crate) fn is_open(&self) -> bool {
        self.learner_within(PATIENCE).is_some()
    }

    /// The same, for tasks.
    pub(crate) async fn opened(&self) -> bool {
        let mut told = self.0.is_opening.subscribe();
        let _ = tokio::time::timeout(PATIENCE, told.wait_for(|is_opening| !is_opening)).await;
        self.learner_now().is_some()
    }

    /// How long ago it began to open.
    pub(crate) fn age(&self) -> Duration {
        self.0.begun.elapsed()
    }

    fn learner_within(&self, patience: Duration) -> Option<Learner> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let opening = |state: &mut State| matches!(state, State::Opening);
        let waited = self.0.changed.wait_timeout_while(state, patience, opening);
        match &*waited.unwrap_or_else(PoisonError::into_inner).0 {
            State::Open(learner) => Some(learner.clone()),
            State::Opening | State::Closed => None,
        }
    }

    /// Closes the store. What was acknowledged is at rest already; what was not, and counts in this session, comes to
    /// rest now, if the disk takes it in the time given.
    pub(crate) fn close(&self, patience: Duration) {
        let state = std::mem::replace(
            &mut *self.0.state.lock().unwrap_or_else(PoisonError::into_inner),
            State::Closed,
        );
        self.0.tell();
        let (closed, is_closed) = std::sync::mpsc::channel();
        let close = std::thread::Builder::new().spawn(move || {
            // Others may hold the learner still, so that dropping it closes nothing: wait until its queue is empty.
            if let State::Open(learner) = &state {
                let _ = learner.drain();
            }
            drop(state);
            let _ = closed.send(());
        });
        if close.is_ok() {
            let _ = is_closed.recv_timeout(patience);
        }
    }

    /// All that has been learned, as it is now.
    pub(crate) fn learned(&self) -> Arc<Learned> {
        self.learner().map(|learner| learner.learned()).unwrap_or_default()
    }

    /// The document called `uri` among the beliefs; `None` while the store is not open.
    pub(crate) fn file(&self, uri: &Url, config: &FileConfig) -> Option<FileKey> {
        let learner = self.learner()?;
        let (dataset, domain) = (config.config.dataset.as_deref(), config.config.domain.as_deref());
        Some(match local_path(uri) {
            Some(path) => {
                let (identity, domain) = file_of(&path, dataset, domain);
                learner.file(Some(&identity), &domain)
            }
            None => {
                let identity = dataset.map(|dataset| format!("dataset:{dataset}"));
                let domain =
                    domain.map_or_else(|| "no folder".to_owned(), |domain| format!("label:{domain}"));
                learner.file(identity.as_deref(), &domain)
            }
        })
    }

    /// Where a column stands among the beliefs.
    pub(crate) fn key(
        &self,
        file: &FileKey,
        column: usize,
        name: &str,
        header_confidence: f64,
        profile: &aurora_profile::ColumnProfile,
    ) -> ColumnKey {
        self.learner()
            .map(|learner| learner.key_for(file, column, name, header_confidence, profile))
            .unwrap_or_default()
    }

    /// Tells what the columns of an open file look like, so that old answers about them count in full again; whether
    /// that changed anything.
    pub(crate) fn attach(&self, keys: &[ColumnKey]) -> bool {
        self.learner().is_some_and(|learner| learner.attach(keys))
    }

    /// Learns from one answer about a column of `reading`, which counts on return and is on its way to disk; `None`
    /// where nothing is learned.
    pub(crate) fn correct(
        &self,
        reading: &Reading,
        correction: &Correction,
        column: Option<usize>,
    ) -> Option<Saving> {
        let (config, analysis) = (&reading.config.config, reading.analysis.as_deref());
        let learner = self.learner_now().filter(|_| config.learning)?;
        let evidence = analysis.zip(column).filter(|_| config.buckets).and_then(|(analysis, column)| {
            let (n_records, n_columns) = (analysis.structure.n_records, analysis.columns.len() as u64);
            learner.wants_evidence(&correction.key, n_records, n_columns).then(|| {
                let read = |table: &TableView<'_>| ColumnStatistics::read(table.source, column);
                let statistics = analysis.with_table(&config.settings, read);
                Evidence { n_records, n_columns, statistics }
            })
        });
        Some(learner.correct(correction, evidence))
    }

    /// How many rules count, and why nothing is kept, when nothing is: for the status. Waits for nothing.
    pub(crate) fn status(&self) -> (usize, Option<String>) {
        let Some(learner) = self.learner_now() else { return (0, None) };
        let notice = match learner.status() {
            Status::NotSaved(_) | Status::ReadOnly(_) => Some(learner.status().to_string()),
            Status::Saved(_) | Status::InMemory | Status::Off => None,
        };
        (learner.learned().rules.n_learned(today()), notice)
    }
}

impl Opening {
    /// It is no longer opening.
    fn tell(&self) {
        self.changed.notify_all();
        self.is_opening.send_replace(false);
    }
}

/// Waits until an answer is at rest, or has taken too long: one that is not counts in this session all the same, and the
/// status says so.
pub(crate) async fn at_rest(saving: Saving) {
    if !matches!(tokio::time::timeout(PATIENCE, saving).await, Ok(Ok(()))) {
        tracing::warn!("an answer was not saved");
    }
}

/// Confidence from which a finding is shown, after what the person said of its check.
const SHOWN: f64 = 0.7;
/// What is believed of a check before any answer: that its findings are worth showing.
pub(crate) const CHECK_PRIOR: f64 = 0.85;

/// Whether the findings of `check` are wanted for the column at `key`. A team's card alone hides nothing: what is not
/// shown could not be shown to come from the team.
pub(crate) fn is_wanted(beliefs: &Beliefs, key: &ColumnKey, check: &str) -> bool {
    let Some(check) = checks::find(check) else { return true };
    let belief = beliefs.belief(key, ActionId(check.meta().number), CHECK_PRIOR);
    belief.p >= SHOWN || !belief.is_learned()
}

/// The correction that `arguments` speak of, for the column of `reading`; `None` when there is no such column,
/// record or action, or an override without what was wanted.
pub(crate) fn correction(reading: &Reading, arguments: &CorrectArguments) -> Option<Correction> {
    let target = arguments.target.into();
    let analysis = reading.analysis.as_ref()?;
    let mut key = match (arguments.key, arguments.column) {
        (Some(key), _) => key,
        (None, Some(column)) => analysis.columns.get(column)?.key,
        (None, None) => reading.file_key,
    };
    if let (Target::Value, Some(column), Some(record)) = (target, arguments.column, arguments.record) {
        key.value = reading.candidates()?.facts(column, record).map(|facts| facts.look);
    }
    if arguments.record.is_some_and(|record| record >= analysis.structure.n_records) {
        return None;
    }
    if let (Target::Transform, Some(column)) = (target, arguments.column) {
        key.contest = analysis.columns.get(column).and_then(|column| contest(&column.recommendations));
    }
    let kind = arguments.kind.into();
    let wanted = match &arguments.wanted {
        Some(wanted) => Some(id_of(target, wanted)?),
        None if kind == Kind::Override => return None,
        None => None,
    };
    Some(Correction {
        day: today(),
        key,
        target,
        asked: id_of(target, &arguments.action)?,
        kind,
        scope: arguments.scope.map_or(Scope::default(), Into::into),
        wanted,
    })
}

/// What is recommended, against what would be without any answer. Where a team's card has a say there is no contest:
/// answers of one's own are not to lose their vote for what others hold.
fn contest(all: &[Recommendation]) -> Option<Contest> {
    if all.iter().any(|one| one.belief.team.is_some()) {
        return None;
    }
    let built_in = all.iter().rev().max_by(|a, b| a.belief.prior.total_cmp(&b.belief.prior))?;
    Some(Contest { built_in: built_in.id(), learned: all.first()?.id() })
}

/// Learns from what was done with the text, off the reading thread, each in its turn.
pub(crate) fn take_in(session: &Arc<Session>, done: impl IntoIterator<Item = (Done, Turn)>) {
    for (done, turn) in done {
        let (mut arguments, kind) = match done {
            Done::Accepted(arguments) => (arguments, Kind::Accept),
            Done::Undone(arguments) => (arguments, Kind::Undo),
        };
        arguments.kind = kind.into();
        tokio::spawn(correct::learn(Arc::clone(session), arguments, turn));
    }
}
