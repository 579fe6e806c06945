//! Analysis: the one writer of a document, the snapshots readers take, and what is known of a snapshot.

pub mod analysis;
mod before;
mod believed;
pub mod document;
pub mod glance;
pub mod stream;
pub mod values;

pub use analysis::{Analysis, Column};
pub use document::{Document, OpenOptions, Snapshot};
pub use glance::Glance;
pub use stream::{Chunks, StreamOptions, Streamed};
pub use values::{Candidates, Suspect, Suspects};
