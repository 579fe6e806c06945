//! What the whole session shares: the client, the open documents, the pool, the settings.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aurora_table::Dialect;
use dashmap::{DashMap, DashSet};
use serde_json::Value;
use tower_lsp::lsp_types::Url;

use crate::ServeOptions;
use crate::capabilities::Client;
use crate::documents::{OpenDocument, View};
use crate::door::Door;
use crate::learning::Learning;
use crate::link::Link;
use crate::pool::{CancelToken, Pool};
use crate::schemas::Schemas;
use crate::settings::Configs;
use crate::team::TeamSide;
use crate::transport::outgoing::Outgoing;

/// The session.
pub(crate) struct Session {
    /// Computes.
    pub(crate) pool: Pool,
    /// Speaks to the client.
    pub(crate) link: Link,
    /// Leads out.
    pub(crate) door: Arc<Door>,
    /// What is set.
    pub(crate) configs: Configs,
    /// What tables are checked against.
    pub(crate) schemas: Schemas,
    /// What is learned.
    pub(crate) learning: Learning,
    /// With whom.
    pub(crate) team: TeamSide,
    /// Documents by name.
    pub(crate) documents: DashMap<Url, Arc<OpenDocument>>,
    /// Texts that ended an analysis in a fault, by document: they are not analysed again.
    pub(crate) fatal_texts: DashSet<(Url, u64)>,
    /// Work that the person may stop, by the token under which the client shows it.
    pub(crate) stoppable: DashMap<String, CancelToken>,
    /// Dialects that the person chose, by folder and extension. In memory only: a path is never stored.
    chosen: DashMap<String, Dialect>,
    client: OnceLock<Client>,
    folders: RwLock<Vec<Url>>,
    epoch: AtomicU64,
    settings_epoch: AtomicU64,
    tickets: AtomicU64,
    /// The question for settings.
    pub(crate) settings_question: Question,
    /// The request to ask again for what is shown.
    pub(crate) refreshing: Question,
}

/// The folder of a document, and its extension: files like it have both.
fn kind_of(uri: &Url) -> String {
    let path = uri.path();
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    format!("{folder}*.{extension}")
}

impl Session {
    /// Remembers that the person reads `uri` in this dialect, or no longer in one of their own.
    pub(crate) fn choose(&self, uri: &Url, dialect: Option<Dialect>) {
        match dialect {
            Some(dialect) => drop(self.chosen.insert(kind_of(uri), dialect)),
            None => drop(self.chosen.remove(&kind_of(uri))),
        }
    }

    /// The dialect that was chosen last for a file like `uri`.
    pub(crate) fn chosen_beside(&self, uri: &Url) -> Option<Dialect> {
        self.chosen.get(&kind_of(uri)).map(|chosen| *chosen)
    }

    /// A session for one client.
    pub(crate) fn new(options: &ServeOptions, outgoing: Arc<Outgoing>, door: Arc<Door>) -> Self {
        Self {
            pool: Pool::start(),
            link: Link::new(outgoing),
            door,
            configs: Configs::new(options.config.clone()),
            schemas: Schemas::default(),
            learning: Learning::open(options),
            team: TeamSide::new(options),
            documents: DashMap::new(),
            fatal_texts: DashSet::new(),
            stoppable: DashMap::new(),
            chosen: DashMap::new(),
            client: OnceLock::new(),
            folders: RwLock::default(),
            epoch: AtomicU64::new(0),
            settings_epoch: AtomicU64::new(0),
            tickets: AtomicU64::new(1),
            settings_question: Question::default(),
            refreshing: Question::default(),
        }
    }

    /// Takes in the parameters of `initialize`; the first ones count.
    pub(crate) fn introduce(&self, params: &Value) {
        let _ = self.client.set(Client::read(params));
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let mut uris: Vec<&str> =
            folders.into_iter().flatten().filter_map(|folder| folder["uri"].as_str()).collect();
        if uris.is_empty() {
            uris.extend(params.get("rootUri").and_then(Value::as_str));
        }
        let folders = uris.into_iter().filter_map(|uri| Url::parse(uri).ok()).collect();
        *self.folders.write().unwrap_or_else(PoisonError::into_inner) = folders;
        if let Some(settings) = params.pointer("/initializationOptions/settings") {
            self.configs.set_editor(settings);
        }
    }

    /// The client; before `initialize` one that can do nothing.
    pub(crate) fn client(&self) -> &Client {
        static NOBODY: OnceLock<Client> = OnceLock::new();
        self.client.get().unwrap_or_else(|| NOBODY.get_or_init(Client::default))
    }

    /// Whether requests are served: after `initialize`, before `shutdown`.
    pub(crate) fn is_serving(&self) -> bool {
        self.client.get().is_some() && !self.door.is_shut_down()
    }

    /// The workspace folders.
    pub(crate) fn folders(&self) -> Vec<Url> {
        self.folders.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Folders came and went.
    pub(crate) fn change_folders(&self, added: Vec<Url>, removed: &[Url]) {
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(added);
    }

    /// The document as it is now.
    pub(crate) fn view(&self, uri: &Url) -> Option<View> {
        let document = Arc::clone(self.documents.get(uri)?.value());
        Some(document.view(self.epoch()))
    }

    /// Settings and beliefs, by number; a later one is larger.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// Settings by number: what was read under the same ones need not be read again after an answer.
    pub(crate) fn settings_epoch(&self) -> u64 {
        self.settings_epoch.load(Ordering::SeqCst)
    }

    /// A number for an action, given once.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }

    /// Settings have changed: every document is read again.
    pub(crate) fn look_again(&self) {
        self.settings_epoch.fetch_add(1, Ordering::SeqCst);
        self.believe_again();
    }

    /// Beliefs have changed: what is said of every document is judged anew.
    pub(crate) fn believe_again(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.rouse_all();
    }

    /// As [`Self::believe_again`], but only `first` is ranked at once; the others when [`Others`] is dropped, so that they
    /// do not keep the person waiting who has answered about this one.
    pub(crate) fn believe_again_first(&self, first: &OpenDocument) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        first.changed.notify_one();
    }

    fn rouse_all(&self) {
        for document in &self.documents {
            document.changed.notify_one();
        }
    }
}

/// Has all documents look again when it is dropped: see [`Session::believe_again_first`].
pub(crate) struct Others(pub(crate) Arc<Session>);

impl Drop for Others {
    fn drop(&mut self) {
        self.0.rouse_all();
    }
}

/// A question that is open at most once; when it is begun again meanwhile, it is repeated once.
#[derive(Default)]
pub(crate) struct Question {
    open: AtomicBool,
    repeat: AtomicBool,
}

impl Question {
    /// Whether to ask now; else it will be repeated.
    pub(crate) fn begin(&self) -> bool {
        self.repeat.store(true, Ordering::SeqCst);
        let ours = !self.open.swap(true, Ordering::SeqCst);
        if ours {
            self.repeat.store(false, Ordering::SeqCst);
        }
        ours
    }

    /// Whether to ask once more after an answer; closes the question otherwise.
    pub(crate) fn again(&self) -> bool {
        if self.repeat.swap(false, Ordering::SeqCst) {
            return true;
        }
        self.open.store(false, Ordering::SeqCst);
        // Begun between the two lines above: it is ours again.
        self.repeat.load(Ordering::SeqCst) && self.begin()
    }
}

/// What a handler knows of the moment its request came in.
#[derive(Clone)]
pub(crate) struct Now {
    /// The document that the request is about, if it is open.
    pub(crate) view: Option<View>,
    /// Set when the answer is not wanted any more.
    pub(crate) token: CancelToken,
}

tokio::task_local! {
    /// The moment the request came in, in wire order.
    pub(crate) static NOW: Now;
}

/// The document that the request is about, as it was when the request came in.
pub(crate) fn now_view() -> Option<View> {
    NOW.try_with(|now| now.view.clone()).ok().flatten()
}

/// Tells long work that its answer is not wanted any more.
pub(crate) fn now_token() -> CancelToken {
    NOW.try_with(|now| now.token.clone()).unwrap_or_default()
}
