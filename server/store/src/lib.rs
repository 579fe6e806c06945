//! Learned rules in SQLite, and [`Learner`]: what the server and the command line use to learn.
//!
//! ```
//! use aurora_learning::{ActionId, Correction, Kind, Scope, Target};
//! use aurora_store::{Folder, Learner, StoreOptions, today};
//!
//! let learner = Learner::open(&StoreOptions { folder: Folder::Memory, ..StoreOptions::default() });
//! // Once a file (`file_of` finds the identity and the project of a path):
//! let file = learner.file(Some("/data/sales.csv"), "finance");
//! // Once a column; the profile gives its exact buckets, which stay in memory:
//! let key = learner.key_for(&file, 3, "amount", 0.99, &aurora_profile::ColumnProfile::default());
//! // Rank with a snapshot, which never changes under the reader:
//! let learned = learner.learned();
//! assert_eq!(learned.beliefs.belief(&key, ActionId(1001), 0.6).p, 0.6);
//! // An answer counts at once; `wait` returns once it is on disk.
//! let correction = Correction {
//!     day: today(),
//!     key,
//!     target: Target::Transform,
//!     asked: ActionId(1001),
//!     kind: Kind::Dismiss,
//!     scope: Scope::Alike,
//!     wanted: None,
//! };
//! let saving = learner.correct(&correction, None);
//! assert!(learner.learned().beliefs.belief(&key, ActionId(1001), 0.6).p < 0.4);
//! assert!(saving.wait(std::time::Duration::from_secs(5)).is_ok());
//! ```
//!
//! With the answer goes the column's evidence, when [`Learner::wants_evidence`] asks for it: the mechanism then
//! draws the column's buckets once for life, and only what it drew is kept.
//!
//! Learning is best effort: [`Learner::open`] never fails. Without a usable folder everything works in memory,
//! and [`Learner::status`] says "learning not saved" and why.

pub mod entropy;
pub mod learner;
pub mod open;
pub mod place;
pub mod report;
pub mod saving;
pub mod schema;
pub mod sqlite_store;
mod thread;

pub use entropy::{OsEntropy, today};
pub use learner::{Evidence, FileKey, Learner, Mechanism, NotSaved, Status, StoreOptions};
pub use open::StoreError;
pub use place::{Folder, file_of, report_fault};
pub use report::{ColumnReport, FileReport, Report};
pub use saving::Saving;
pub use sqlite_store::SqliteStore;
