//! The language server over standard input and output.

use std::path::PathBuf;
use std::process::ExitCode;

/// What `aurora lsp` was started with.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// Folder of the learned rules; `None` is the platform's data folder.
    pub store: Option<PathBuf>,
    /// Answers are not kept beyond the session.
    pub no_learning: bool,
    /// An `aurora.toml` to use instead of the one found upward of each document.
    pub config: Option<PathBuf>,
    /// Filter of the log on standard error (`error`, `warn`, `info`, `debug`, `trace`, or a directive list).
    pub log: Option<String>,
}

/// Serves until the client leaves; the exit code is 0 only after a `shutdown` request.
pub fn run(options: &ServeOptions) -> ExitCode {
    let _ = options;
    ExitCode::FAILURE
}
