//! What the commands that learn share: the store, a file's columns among the beliefs, and words for actions.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
pub(crate) use aurora_advice::action::code_of;
use aurora_advice::action::id_of;
use aurora_analysis::values::{Gathered, WRONG_VALUE_CODE};
use aurora_analysis::{Analysis, Candidates, Snapshot};
use aurora_config::FileConfig;
use aurora_learning::{ActionId, Target};
use aurora_profile::Role;
use aurora_store::{FileKey, Folder, Learner, Status, StoreOptions, file_of};
use aurora_team::Team;

use crate::configured::Configured;
use crate::reading::{ReadArguments, Reading};
use crate::{commands, input};

/// Where the learned rules lie.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct StoreArguments {
    /// Folder of the learned rules, instead of `AURORA_STORE` or the platform's data folder.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) store: Option<PathBuf>,
}

impl StoreArguments {
    /// The team of the store; `None` when there is no folder for one.
    pub(crate) fn team(&self) -> Option<Team> {
        let folder = self.store.clone().map_or(Folder::Platform, Folder::At);
        folder.path().map(|folder| Team::at(&folder))
    }

    /// Opens the store as `config` has it, with the cards of the team that was joined.
    pub(crate) fn open(&self, config: &FileConfig) -> Learner {
        let folder = self.store.clone().map_or(Folder::Platform, Folder::At);
        let config = &config.config;
        let learner =
            Learner::open(&StoreOptions { folder, learning: config.learning, buckets: config.buckets });
        if let Status::NotSaved(_) | Status::ReadOnly(_) = learner.status() {
            eprintln!("aurora: {}", learner.status());
        }
        if let Some(team) = self.team().filter(|_| config.learning) {
            commands::team::lay_under(&team, &learner);
        }
        learner
    }
}

/// A file, analysed with what has been learned.
pub(crate) struct Taught {
    /// The learner.
    pub(crate) learner: Learner,
    /// The file among the beliefs.
    pub(crate) file: FileKey,
    /// What holds for it.
    pub(crate) config: FileConfig,
    /// What is known of it.
    pub(crate) analysis: Analysis,
    path: String,
    snapshot: Snapshot,
    candidates: Gathered,
}

impl Taught {
    /// Reads and analyses `path`.
    pub(crate) fn open(path: &str, read: &ReadArguments, store: &StoreArguments) -> anyhow::Result<Self> {
        let config = Configured::new(read.more.isolated).for_file(path);
        let opened = input::open(path, &Reading::of(read, &config))?;
        Ok(Self::of(path.to_owned(), opened.document.snapshot(), config, store))
    }

    /// The same file as it was read, with what has been learned since.
    pub(crate) fn anew(self, store: &StoreArguments) -> Self {
        let Self { learner, config, path, snapshot, .. } = self;
        // What comes to rest last does so when the store is closed.
        drop(learner);
        Self::of(path, snapshot, config, store)
    }

    fn of(path: String, snapshot: Snapshot, config: FileConfig, store: &StoreArguments) -> Self {
        let learner = store.open(&config);
        let file = file_key(&learner, &path, &config);
        let names = &snapshot.detection;
        let confidence = if names.layout.header_records > 0 { names.header_confidence } else { 0.0 };
        let analyse = || {
            let learned = learner.learned();
            Analysis::of(&snapshot, &config.config.settings, &learned.beliefs, &|column, header, profile| {
                learner.key_for(&file, column, header, confidence, profile)
            })
        };
        let mut analysis = analyse();
        let keys: Vec<_> = analysis.columns.iter().map(|column| column.key).collect();
        if learner.attach(&keys) {
            analysis = analyse();
        }
        Self { learner, file, config, analysis, path, snapshot, candidates: Gathered::default() }
    }

    /// Its values that may be wrong.
    pub(crate) fn candidates(&self) -> &Candidates {
        self.candidates.get_or_init(|| Candidates::of(&self.analysis, &self.config.config.settings))
    }

    /// The number of the column named or numbered (from 0, as JSON has it) `column`.
    pub(crate) fn column(&self, column: &str) -> anyhow::Result<usize> {
        let columns = &self.analysis.columns;
        let numbered = column.parse::<usize>().ok();
        numbered
            .filter(|&idx| idx < columns.len())
            .or_else(|| columns.iter().position(|one| one.header.name == column))
            .with_context(|| {
                format!(
                    "there is no column {column}; pass a number from 0 to {}, or a name",
                    columns.len().saturating_sub(1)
                )
            })
    }
}

/// The file at `path` among the beliefs; standard input has a domain and no identity.
pub(crate) fn file_key(learner: &Learner, path: &str, config: &FileConfig) -> FileKey {
    let config = &config.config;
    let (identity, domain) = file_of(Path::new(path), config.dataset.as_deref(), config.domain.as_deref());
    let known = path != "-" || config.dataset.is_some();
    learner.file(known.then_some(&identity), &domain)
}

/// The action called `code` for that target.
pub(crate) fn action_of(target: Target, code: &str) -> anyhow::Result<ActionId> {
    match id_of(target, code) {
        Some(action) => Ok(action),
        None if target == Target::Value => {
            bail!("no check is called {code}; a value that no check has flagged is {WRONG_VALUE_CODE}")
        }
        None if target == Target::Role => {
            bail!("no role is called {code}; there are {}", Role::ALL.map(Role::as_str).join(", "))
        }
        None => bail!("no {} is called {code}; `aurora explain` lists them", target.as_str()),
    }
}
