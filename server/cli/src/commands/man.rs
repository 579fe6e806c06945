//! `aurora man`: manual pages.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

/// Print the manual page, or write all of them.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Write `aurora.1` and a page for each command into this folder.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let command = crate::command_line();
    match &arguments.output {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            clap_mangen::generate_to(command, folder)
                .with_context(|| format!("cannot write in {}", folder.display()))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            std::io::Write::write_all(&mut std::io::stdout().lock(), &page)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
