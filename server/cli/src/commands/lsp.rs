//! `aurora lsp`: the language server.

use std::path::PathBuf;
use std::process::ExitCode;

use aurora_lsp::ServeOptions;

/// Run the language server on standard input and output.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Accepted for clients that pass it; standard input and output are the only transport.
    #[arg(long)]
    stdio: bool,
    /// Folder of the learned rules, instead of `AURORA_STORE` or the platform's data folder.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Keep no answer beyond the session.
    #[arg(long)]
    no_learning: bool,
    /// Use this configuration file instead of the one found upward of each document.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to log on standard error: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "AURORA_LOG")]
    log: Option<String>,
}

/// Runs the server until the client ends it.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    aurora_lsp::run(&ServeOptions {
        store: arguments.store.clone(),
        no_learning: arguments.no_learning,
        config: arguments.config.clone(),
        log: arguments.log.clone(),
    })
}
