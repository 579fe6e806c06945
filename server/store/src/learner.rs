//! The facade: what the server and the command line use to learn. See the crate's page for an example.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use aurora_learning::{
    ColumnKey, Correction, Learned, Look, Overlay, RuleKey, TeamPriors, Verdict, name_group, roles,
};
use aurora_privacy::{
    Choice, ColumnPlace, ColumnStatistics, Day, DomainId, InstallKey, LineageTag, LiveCell, NameHash, Price,
    ReleasedCell, price, release,
};
use aurora_profile::ColumnProfile;

use crate::open::Mode;
use crate::saving::{Keeping, Saving, saving};
use crate::thread::{Request, run};
use crate::{Folder, OsEntropy, Report, SqliteStore, place};

/// Header confidence from which a first record counts as names and not as data.
pub const SURE_HEADER: f64 = 0.95;

/// Requests that may wait for the store; more are refused rather than waited for.
const CHANNEL: usize = 1024;

/// How the store is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreOptions {
    /// Where it lies.
    pub folder: Folder,
    /// `[learning] enabled`; without it answers count for nothing and nothing is kept.
    pub learning: bool,
    /// `[privacy] buckets`; without it only answers are kept (ε = 0 for data).
    pub buckets: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { folder: Folder::Platform, learning: true, buckets: true }
    }
}

/// Whether what is learned is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// In this folder.
    Saved(PathBuf),
    /// Read from there but not written, with the reason.
    ReadOnly(String),
    /// In memory only, with the reason.
    NotSaved(String),
    /// In memory only, as asked.
    InMemory,
    /// Switched off.
    Off,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Saved(folder) => write!(f, "learning is kept in {}", place::shown(folder)),
            Self::ReadOnly(why) | Self::NotSaved(why) => write!(f, "learning not saved: {why}"),
            Self::InMemory => write!(f, "learning is kept in memory as asked"),
            Self::Off => write!(f, "learning is switched off"),
        }
    }
}

/// A file among the beliefs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileKey {
    /// Its domain.
    pub domain: DomainId,
    /// The file through its versions; `None` when it was never saved.
    pub lineage: Option<LineageTag>,
}

/// What the mechanism draws from: gathered over the whole column, used once, never kept.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Data records of the table.
    pub n_records: u64,
    /// Columns of the table.
    pub n_columns: u64,
    /// The column's nine integers.
    pub statistics: ColumnStatistics,
}

/// Draws from a column's evidence. Whatever stands here, a [`ReleasedCell`] comes from [`release`] alone.
pub type Mechanism = Box<dyn FnMut(&Evidence, Price) -> Option<ReleasedCell> + Send>;

/// Why an answer is not on disk. It counts in this session all the same.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("learning not saved: {0}")]
pub struct NotSaved(pub String);

/// What the facade and the store's thread share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) learned: RwLock<Arc<Learned>>,
    /// What a team's cards say; read and written under the lock of `learned`.
    team: RwLock<Arc<TeamPriors>>,
    pub(crate) live: Mutex<Live>,
    pub(crate) status: RwLock<Status>,
}

/// What this session alone knows.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// Answers not at rest: on their way, or refused by the disk.
    pub(crate) unsaved: Vec<(u64, Correction)>,
    /// What this session knows of answered columns beyond what is at rest.
    pub(crate) overlay: Overlay,
    /// Columns with answers at rest.
    pub(crate) answered: HashSet<ColumnPlace>,
    /// Columns that were paid for.
    pub(crate) paid: HashSet<ColumnPlace>,
    next: u64,
}

impl Shared {
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn publish(&self, mut learned: Learned) {
        let mut published = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        learned.beliefs.lay_under(Arc::clone(&self.team.read().unwrap_or_else(PoisonError::into_inner)));
        *published = Arc::new(learned);
    }

    pub(crate) fn status(&self) -> Status {
        self.status.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_status(&self, status: Status) {
        *self.status.write().unwrap_or_else(PoisonError::into_inner) = status;
    }
}

/// The learner of this process. Cheap to clone; the last clone's end writes what is left and closes the store.
#[derive(Clone, Debug)]
pub struct Learner {
    shared: Arc<Shared>,
    key: InstallKey,
    buckets: bool,
    thread: Option<Arc<Thread>>,
}

#[derive(Debug)]
struct Thread {
    sender: SyncSender<Request>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if self.sender.send(Request::Close).is_ok()
            && let Some(handle) = handle
        {
            let _ = handle.join();
        }
    }
}

impl Learner {
    /// Opens the store. It never fails: without a usable folder everything is in memory and [`Self::status`]
    /// says why.
    pub fn open(options: &StoreOptions) -> Self {
        let draw = |evidence: &Evidence, price| {
            release(&evidence.statistics, evidence.n_records, price, &mut OsEntropy).ok()
        };
        Self::open_with(options, Box::new(draw))
    }

    /// Opens the store with another mechanism: proofs put one with fixed noise here.
    pub fn open_with(options: &StoreOptions, mechanism: Mechanism) -> Self {
        let fresh = || {
            let mut bytes = [0; 32];
            aurora_privacy::Entropy::fill(&mut OsEntropy, &mut bytes).map(|()| bytes)
        };
        let shared = |status| {
            Arc::new(Shared {
                learned: RwLock::default(),
                team: RwLock::default(),
                live: Mutex::default(),
                status: RwLock::new(status),
            })
        };
        if !options.learning {
            return Self {
                shared: shared(Status::Off),
                key: InstallKey::new([0; 32]),
                buckets: false,
                thread: None,
            };
        }
        let in_memory = |why: Status| {
            let store = SqliteStore::in_memory().ok();
            // Without entropy the key only has to tell names of one session apart.
            (store, InstallKey::new(fresh().unwrap_or_default()), why)
        };
        let (store, key, status) = match options.folder.path() {
            None if options.folder == Folder::Memory => in_memory(Status::InMemory),
            None => {
                let why = "there is no folder for data; set AURORA_STORE or pass --store DIR";
                in_memory(Status::NotSaved(why.to_owned()))
            }
            Some(folder) => match Self::open_folder(&folder, &fresh) {
                Ok((store, key)) => {
                    let status = match store.mode() {
                        Mode::Full => Status::Saved(folder),
                        Mode::Newer => {
                            Status::ReadOnly("the store was written by a newer version".to_owned())
                        }
                        Mode::ReadOnly => Status::ReadOnly("the store may not be written to".to_owned()),
                    };
                    (Some(store), key, status)
                }
                Err(why) => in_memory(Status::NotSaved(why)),
            },
        };
        let shared = shared(status);
        let thread = store.map(|store| {
            let (sender, receiver) = sync_channel(CHANNEL);
            let (ready, is_ready) = sync_channel(1);
            let for_thread = Arc::clone(&shared);
            let name = "store".to_owned();
            let handle = std::thread::Builder::new()
                .name(name)
                .spawn(move || run(store, mechanism, &for_thread, &receiver, &ready))
                .ok();
            // What is at rest is read before the first ranking, so that a restart shows what was learned.
            let _ = is_ready.recv_timeout(Duration::from_secs(10));
            Arc::new(Thread { sender, handle: Mutex::new(handle) })
        });
        Self { shared, key, buckets: options.buckets, thread }
    }

    fn open_folder(
        folder: &std::path::Path,
        fresh: &dyn Fn() -> Result<[u8; 32], aurora_privacy::DrawError>,
    ) -> Result<(SqliteStore, InstallKey), String> {
        let bytes = fresh().map_err(|_| "the system gives no entropy for a key".to_owned())?;
        let store = SqliteStore::open(folder).map_err(|error| error.to_string())?;
        let folder = std::fs::canonicalize(folder).map_err(|error| error.to_string())?;
        let key = place::install_key(&folder, bytes)
            .map_err(|error| format!("the key of this install: {error}"))?;
        Ok((store, key))
    }

    /// Whether what is learned is kept.
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// All that has been learned, as it is now: a value that never changes under its reader.
    pub fn learned(&self) -> Arc<Learned> {
        Arc::clone(&self.shared.learned.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lays a team's cards under the answers, as priors; gives whether that changed anything. Nothing of it is kept
    /// here: who joined a team keeps its cards elsewhere.
    pub fn lay_under(&self, team: Arc<TeamPriors>) -> bool {
        let mut learned = self.shared.learned.write().unwrap_or_else(PoisonError::into_inner);
        let mut kept = self.shared.team.write().unwrap_or_else(PoisonError::into_inner);
        let is_new = **kept != *team;
        *kept = Arc::clone(&team);
        Arc::make_mut(&mut learned).beliefs.lay_under(team);
        is_new
    }

    /// A file among the beliefs. `identity` is what makes it itself through its versions (`None` when it was
    /// never saved), `domain` what its project is called: [`crate::file_of`] gives both for a path.
    pub fn file(&self, identity: Option<&str>, domain: &str) -> FileKey {
        FileKey {
            domain: self.key.domain(domain),
            lineage: identity.map(|identity| self.key.lineage(identity)),
        }
    }

    /// A column among the beliefs. When the header is in doubt (its confidence below [`SURE_HEADER`]) the name
    /// may be data: no group and no hash of it.
    pub fn key_for(
        &self,
        file: &FileKey,
        column: usize,
        header: &str,
        header_confidence: f64,
        profile: &ColumnProfile,
    ) -> ColumnKey {
        let sure = header_confidence >= SURE_HEADER && !header.trim().is_empty();
        let (guess, standing) = aurora_profile::role::guess_and_standing(header, profile);
        ColumnKey {
            domain: file.domain,
            group: if sure { name_group::group_of(header) } else { aurora_learning::NameGroup(0) },
            name: sure.then(|| self.name_hash(header)),
            cell: Some(LiveCell::of(profile)),
            place: file.lineage.map(|lineage| ColumnPlace { lineage, column: column as u32 }),
            guess: Some(roles::action_of(guess.best())),
            look: Some(Look::of(header, profile, &guess, standing)),
            value: None,
            contest: None,
        }
    }

    /// Tells what the columns of an open file look like now, so that old answers about them count in full again:
    /// at rest there are only their coarse buckets. Gives whether anything changed, after which the file is to
    /// be ranked again. Call it when a file was analysed.
    pub fn attach(&self, keys: &[ColumnKey]) -> bool {
        let known = {
            let mut live = self.shared.live();
            let answered = |key: &&ColumnKey| key.place.is_some_and(|place| live.answered.contains(&place));
            let found: Vec<_> =
                keys.iter().filter(answered).filter_map(|key| Some((key.place?, *key))).collect();
            let columns = &mut live.overlay.columns;
            // A look drifts with every edit; only what a person would notice is worth ranking anew.
            let is_new = |old: Option<ColumnKey>, key: ColumnKey| {
                old.is_none_or(|old| (old.guess, old.cell) != (key.guess, key.cell))
            };
            found
                .into_iter()
                .fold(false, |news, (place, key)| is_new(columns.insert(place, key), key) || news)
        };
        known && self.ask(|reply| Request::Reload { reply }).is_ok()
    }

    fn name_hash(&self, header: &str) -> NameHash {
        self.key.name(header)
    }

    /// Whether an answer on this column should bring its [`Evidence`]: the mechanism may still draw for it.
    pub fn wants_evidence(&self, key: &ColumnKey, n_records: u64, n_columns: u64) -> bool {
        let paid = |place| self.shared.live().paid.contains(&place);
        self.buckets
            && matches!(self.status(), Status::Saved(_))
            && price(n_records, n_columns).is_some()
            && key.place.is_some_and(|place| !paid(place))
    }

    /// Takes in one answer: it counts in [`Self::learned`] on return, and is on its way to disk.
    pub fn correct(&self, correction: &Correction, evidence: Option<Evidence>) -> Saving {
        let (reply, saving) = saving();
        let refuse =
            |reply: Keeping| reply.send(Err(NotSaved("the store is busy or switched off".to_owned())));
        let Some(thread) = &self.thread else {
            refuse(reply);
            return saving;
        };
        let evidence = evidence.filter(|_| self.buckets).map(Box::new);
        // Held until the answer is on its way: see `drain`.
        let mut live = self.shared.live();
        {
            let mut learned = self.shared.learned.write().unwrap_or_else(PoisonError::into_inner);
            Arc::make_mut(&mut learned).learn(correction);
        }
        live.next += 1;
        let number = live.next;
        live.unsaved.push((number, *correction));
        let correction = Box::new(*correction);
        match thread.sender.try_send(Request::Answer { number, correction, evidence, reply }) {
            Ok(()) => {}
            Err(TrySendError::Full(request) | TrySendError::Disconnected(request)) => {
                if let Request::Answer { reply, .. } = request {
                    refuse(reply);
                }
            }
        }
        saving
    }

    /// Waits until every answer that counts in [`Self::learned`] is at rest, or cannot be.
    pub fn drain(&self) -> Result<(), NotSaved> {
        drop(self.shared.live());
        self.refresh()
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(SyncSender<Result<T, NotSaved>>) -> Request,
    ) -> Result<T, NotSaved> {
        let off = || NotSaved("learning is switched off".to_owned());
        let thread = self.thread.as_ref().ok_or_else(off)?;
        let (reply, answer) = sync_channel(1);
        thread.sender.send(request(reply)).map_err(|_| off())?;
        let late = |_| Err(NotSaved("the store does not answer".to_owned()));
        answer.recv_timeout(Duration::from_secs(30)).unwrap_or_else(late)
    }

    /// Switches a rule off or on, or brings one in.
    pub fn choose(&self, rule: &RuleKey, verdict: Verdict, day: Day) -> Result<(), NotSaved> {
        self.choose_all(std::slice::from_ref(rule), verdict, day)
    }

    /// As [`Self::choose`], for all of `rules` or for none.
    pub fn choose_all(&self, rules: &[RuleKey], verdict: Verdict, day: Day) -> Result<(), NotSaved> {
        let choice = |rule: &RuleKey| Choice {
            domain: rule.domain,
            group: rule.group,
            cell: rule.cell_number(),
            action: rule.action,
            verdict,
            day,
        };
        let choices = rules.iter().map(choice).collect();
        self.ask(|reply| Request::Choose { choices, reply })
    }

    /// Deletes the answers that a rule rests on, and what was decided about it; gives the number of answers.
    pub fn forget_rule(&self, rule: &RuleKey) -> Result<u64, NotSaved> {
        self.ask(|reply| Request::ForgetRule { rule: *rule, reply })
    }

    /// Deletes a file's answers and empties its fingerprints; gives the number of answers. What it has spent of
    /// its privacy stays spent.
    pub fn forget_file(&self, file: &FileKey) -> Result<u64, NotSaved> {
        let Some(lineage) = file.lineage else { return Ok(0) };
        self.ask(|reply| Request::ForgetFile { lineage, reply })
    }

    /// Deletes every answer and decision, and empties every fingerprint; gives the number of answers.
    pub fn forget_all(&self) -> Result<u64, NotSaved> {
        self.ask(|reply| Request::ForgetAll { reply })
    }

    /// What is kept.
    pub fn report(&self) -> Result<Report, NotSaved> {
        self.ask(|reply| Request::Report { reply })
    }

    /// Looks now whether another process has written, and takes in what it did.
    pub fn refresh(&self) -> Result<(), NotSaved> {
        self.ask(|reply| Request::Refresh { reply })
    }
}
