//! `aurora version`.

use std::process::ExitCode;

use serde_json::json;

use crate::render::{self, Format};

/// Print the version.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
#[allow(clippy::print_stdout)]
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (version, os, cpu) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    match arguments.format {
        Format::Json => render::json(&json!({"name": "aurora", "version": version, "os": os, "cpu": cpu}))?,
        Format::Text => println!("aurora {version} ({os} {cpu})"),
    }
    Ok(ExitCode::SUCCESS)
}
