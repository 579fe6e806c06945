//! The language server over standard input and output.
//!
//! Flow: standard input → frame guard → one parse → `shell` (document changes are applied there, in wire order; every
//! other request gets the snapshot of that moment) → tower-lsp's `LspService` → a spawned handler → the pool.
//! Standard output ← one writer of whole frames.

mod before;
mod by_hand;
mod capabilities;
mod disk;
mod documents;
mod door;
mod edits;
mod exposure;
mod fault_report;
mod faults;
mod from_proto;
mod handlers;
mod learning;
mod lifecycle;
mod link;
mod locate;
mod pool;
mod progress;
mod promises;
mod reader;
mod schemas;
mod serve;
mod server;
mod session;
mod settings;
mod shell;
mod team;
mod to_proto;
mod transport;
mod turns;
mod worker;

pub use serve::{ServeOptions, run};
