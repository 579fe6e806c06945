//! The command line: one file a command.

mod before;
mod commands;
mod configured;
mod input;
mod learning;
mod output;
mod progress;
mod reading;
mod render;
mod report;
mod since;
mod streamed;
mod suppress;

pub mod pages;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds what is wrong in CSV files, mends it, and learns from your answers: in the terminal and in editors.
#[derive(Parser, Debug)]
#[command(name = "aurora", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Report what is wrong in files.
    Check(commands::check::Arguments),
    /// Write a table as RFC 4180, broken records mended if wished.
    Convert(commands::convert::Arguments),
    /// Mend files: only fixes that lose nothing, unless told otherwise.
    Fix(commands::fix::Arguments),
    /// Print the page of a check or transform.
    Explain(commands::explain::Arguments),
    /// Print what each column holds.
    Profile(commands::profile::Arguments),
    /// Print what to do with each column.
    Recommend(commands::recommend::Arguments),
    /// Show, replay and export recipes: what was done to a table.
    Recipe(commands::recipe::Arguments),
    /// Answer about a column, as one would in an editor.
    Correct(commands::correct::Arguments),
    /// Show, explain and manage what has been learned.
    Rules(commands::rules::Arguments),
    /// Show what is kept, prove what protects it, and forget it.
    Privacy(commands::privacy::Arguments),
    /// Learn together with a team.
    Team(commands::team::Arguments),
    /// Run the hub of a team, and look after it. Only who operates a hub needs this.
    Hub(commands::hub::Arguments),
    /// Print encoding, dialect and layout.
    Sniff(commands::sniff::Arguments),
    /// Write the schema that a table keeps to.
    Schema(commands::schema::Arguments),
    /// Show what is configured for a file, and what can be.
    Config(commands::config::Arguments),
    /// Run the language server on standard input and output.
    Lsp(commands::lsp::Arguments),
    /// Print the completions of a shell.
    Completions(commands::completions::Arguments),
    /// Print the manual page, or write all of them.
    Man(commands::man::Arguments),
    /// Print the version.
    Version(commands::version::Arguments),
}

/// The command line as data: completions, manual pages and the reference page are made from it.
fn command_line() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Runs the command that the process was started with. Exit status: 0 done, 1 findings, 2 could not read, or usage.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Convert(arguments) => commands::convert::run(&arguments),
        Command::Fix(arguments) => commands::fix::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Profile(arguments) => commands::profile::run(&arguments),
        Command::Recommend(arguments) => commands::recommend::run(&arguments),
        Command::Recipe(arguments) => commands::recipe::run(&arguments),
        Command::Correct(arguments) => commands::correct::run(&arguments),
        Command::Rules(arguments) => commands::rules::run(&arguments),
        Command::Privacy(arguments) => commands::privacy::run(&arguments),
        Command::Hub(arguments) => commands::hub::run(&arguments),
        Command::Team(arguments) => commands::team::run(&arguments),
        Command::Sniff(arguments) => commands::sniff::run(&arguments),
        Command::Schema(arguments) => commands::schema::run(&arguments),
        Command::Config(arguments) => commands::config::run(&arguments),
        Command::Lsp(arguments) => return commands::lsp::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
        Command::Version(arguments) => commands::version::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        eprintln!("aurora: {error:#}");
        ExitCode::from(2)
    })
}

/// Whether the reader of our output has gone (`aurora check … | head`), which is no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
