//! `aurora lsp`: the language server.

use std::process::ExitCode;

/// Run the language server on standard input and output.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Accepted for clients that pass it; standard input and output are the only transport.
    #[arg(long)]
    stdio: bool,
}

/// Runs the server until the client ends it.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let _ = arguments.stdio;
    ExitCode::SUCCESS
}
