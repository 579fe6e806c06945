//! `aurora hub serve`.

use std::process::ExitCode;

use aurora_hub::config::Config;

/// Serves until the process is told to end. Exit status 0, or 1 when requests had to be cut off.
pub(super) fn run(config: Config) -> anyhow::Result<ExitCode> {
    let is_drained = aurora_hub::start::serve(config)?;
    Ok(if is_drained { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
