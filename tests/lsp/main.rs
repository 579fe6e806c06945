//! The built server, driven over standard input and output.

#![allow(clippy::unwrap_used)] // tests say what they expect by failing

mod cancel;
mod diagnostics;
mod drift;
mod fixes;
mod formatting;
mod frames;
mod generated;
mod hostile;
mod keeping;
mod leaks;
mod learning;
mod lifecycle;
mod navigation;
mod schemas;
mod sync;
mod team;
mod team_hub;
mod views;
mod waiting;

use aurora_testing::lsp_client::Start;

/// A server that keeps nothing and reports faults on demand.
fn server() -> Start {
    Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--no-learning")
}

/// Whether the faults that tests ask for are compiled in (debug builds only).
fn has_faults() -> bool {
    cfg!(debug_assertions)
}
