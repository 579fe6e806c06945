//! `aurora completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap_complete::Shell;

/// Print the completions of a shell.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The shell; its name says where the output belongs (`aurora completions bash > …/bash-completion/completions/aurora`).
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::command_line(), "aurora", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(ExitCode::SUCCESS)
}
